"""The stores that are left, for who wants to know what the archive must hold."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from receiver.data_dir import DataDir
from receiver.digest.archive.reference import Reference, reading, reading_lake
from receiver.process_lock import DigestRunning, digest_lock
from receiver.settings.settings import Settings


@contextmanager
def present_stores(settings: Settings, also_own: bool = False) -> Iterator[list[Reference]]:
    """The published file: all that was archived is in it. `also_own`, or where there is none:
    digest's own stores as well. The one that reaches furthest comes first.

    Digest is kept from starting meanwhile: a store that somebody reads does not open. A lake is
    what is published and digest's own.
    """
    if settings.lake is not None:
        with reading_lake(settings.lake) as lake:
            yield [] if lake is None else [lake]
        return
    place = DataDir(settings.data_dir)
    with ExitStack() as stack:
        found = [stack.enter_context(reading(place.published))]
        if also_own or found == [None]:
            with suppress(DigestRunning):
                stack.enter_context(digest_lock(settings.data_dir))
                own = (place.store, place.previous)
                found += [stack.enter_context(reading(path)) for path in own]
        yield sorted((one for one in found if one), key=lambda one: one.last_id(), reverse=True)
