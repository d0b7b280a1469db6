"""The inbox of whoever takes parcels, as they are written into it.

What is taken of a segment of another host lies in segments of this inbox that begin where the ones
before them ended, with the same offsets: the name says from where on. So the files themselves, and
once they are deleted the archive's manifest or the store of flows, say how far a segment is taken.
Nobody appends to a file that another process wrote: what was torn is taken again in a new one.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from receiver.inbox import frames
from receiver.inbox.commits import SEGMENT_BYTES, SEGMENT_SECONDS
from receiver.inbox.frames import Frame
from receiver.inbox.rolling import Request, last_request
from receiver.inbox.segment import (
    SUFFIX,
    OpenSegment,
    RewrittenTail,
    create_as,
    header_of,
    marker_of,
    place_in_host,
    sync_directory,
)
from receiver.inbox.stamps import Stamps
from receiver.shipping.parcel import Parcel

log = logging.getLogger(__name__)

HEADER_BYTES = 1024

Reached = dict[str, int]
"""Per segment of another host, by its marker: the offset up to which it is taken."""


@dataclass(slots=True)
class _OpenFile:
    segment: OpenSegment
    request: Request


class TakenFiles:
    """Written by one process at a time. `archived`: how far the archive has segments of this inbox,
    asked once, after the inbox was looked at."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._stamps = Stamps(inbox)
        self._reached: Reached = {}
        self._open: dict[str, _OpenFile] = {}
        self._last_order = 0

    def begin(self, reached: Mapping[str, int]) -> None:
        self._reached = dict(reached)

    def lacks(self, parcel: Parcel) -> bool:
        return self._reached_of(parcel) < parcel.last

    def is_gap_before(self, parcel: Parcel) -> bool:
        """What came before it in its segment is not here."""
        return self._reached_of(parcel) < parcel.first

    def append(self, parcel: Parcel) -> None:
        """What is lacking of it, on the disk when this returns. After an `OSError` it may be taken
        in part: `begin` again."""
        key = _key(parcel.segment)
        after = max(self._reached_of(parcel), parcel.first)
        file = self._open.get(key) or self._begin_file(parcel.segment, after)
        segment = file.segment
        with segment.in_flight():
            data = parcel.restamped(after, self._next_order())
            try:
                segment.append(data)
            except OSError as error:
                log.error("inbox: %s failed at %d: %s", segment.name, segment.size, error)
                self._open.pop(key)
                self._append_again(parcel.segment, after, data, segment)
        self._reached[key] = parcel.last
        self._open[key].segment.is_empty = False

    def rotate(self) -> None:
        """Finish files as their writers do: large or old ones, or when somebody asks for it."""
        now, request = time.monotonic(), last_request(self._inbox)
        for key, file in list(self._open.items()):
            is_old = now - file.segment.opened > SEGMENT_SECONDS
            if is_old or file.segment.size >= SEGMENT_BYTES or file.request != request:
                self._open.pop(key).segment.finish()

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].segment.finish()

    def _append_again(self, name: str, after: int, data: bytes, failed: OpenSegment) -> None:
        """Into a new file, which says from where on the failed one is void."""
        try:
            cut = RewrittenTail(failed.name, failed.size)
            self._begin_file(name, after, cut).segment.append(data)
        finally:
            failed.close()

    def _begin_file(self, name: str, first: int, cut: RewrittenTail | None = None) -> _OpenFile:
        self._inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_directory(self._inbox.parent)
        start, marker = name.removesuffix(SUFFIX).rsplit("-", 1)
        path = self._inbox / f"{time.time_ns():020d}-{start}.{first}-{marker}{SUFFIX}"
        request = last_request(self._inbox)
        header = header_of(bytes.fromhex(marker), HEADER_BYTES, cut)
        self._open[marker] = _OpenFile(create_as(path, header, cut), request)
        return self._open[marker]

    def _next_order(self) -> int:
        """Each parcel after the last: so they are digested in the order in which they are taken."""
        order_ns, _ = self._stamps.next()
        self._last_order = max(order_ns, self._last_order + 1)
        return self._last_order

    def _reached_of(self, parcel: Parcel) -> int:
        return self._reached.get(_key(parcel.segment), 0)


def reached_in(inbox: Path) -> Reached:
    """By the files that are there. Nobody may be writing them."""
    reached: Reached = {}
    for path in sorted(inbox.glob(f"*{SUFFIX}")):
        if (place := place_in_host(path.name)) is not None:
            _reach(reached, *place, _end_of(path))
    return reached


def names_in(inbox: Path) -> frozenset[str]:
    """Of which segments of other hosts there are files."""
    places = (place_in_host(path.name) for path in inbox.glob(f"*{SUFFIX}"))
    return frozenset(place[0] for place in places if place is not None)


def reach_of(positions: Mapping[str, int]) -> Reached:
    """By whoever reads this inbox, and knows how far: the manifest of the archive, or flows."""
    reached: Reached = {}
    for name, position in positions.items():
        if (place := place_in_host(name)) is not None:
            _reach(reached, *place, position)
    return reached


def furthest(*known: Reached) -> Reached:
    return {key: max(one.get(key, 0) for one in known) for key in {k for one in known for k in one}}


def _reach(reached: Reached, key: str, first: int, position: int) -> None:
    reached[key] = max(reached.get(key, 0), first + max(position - HEADER_BYTES, 0))


def _end_of(path: Path) -> int:
    """After the last whole frame; none is torn but the last."""
    with path.open("rb") as file:
        fd = file.fileno()
        return max((frame.end for frame in _frames(fd, path.name)), default=HEADER_BYTES)


def _frames(fd: int, name: str) -> Iterator[Frame]:
    size = Path(f"/proc/self/fd/{fd}").stat().st_size
    items = frames.read(fd, marker_of(name), 0, size)
    return (item for item in items if isinstance(item, Frame))


def _key(segment: str) -> str:
    return marker_of(segment).hex()
