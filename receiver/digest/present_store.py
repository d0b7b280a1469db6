"""The stores that are left, for who wants to know what the archive must hold."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from receiver.data_dir import DataDir
from receiver.digest.reference import Reference, reading


@contextmanager
def present_stores(place: DataDir) -> Iterator[list[Reference]]:
    """The best first: digest's own, unless it has that open, the published file, the store before.

    Of two the one that reaches further is the better one."""
    with ExitStack() as stack:
        paths = (place.store, place.published, place.previous)
        found = [stack.enter_context(reading(path)) for path in paths]
        yield sorted((one for one in found if one), key=lambda one: one.last_id(), reverse=True)
