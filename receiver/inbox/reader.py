"""What digest and rebuild read: all deliveries of all segments, in one final order.

The order is (order stamp, segment, position). `InboxReader.look` takes a snapshot to which nothing
can be added below its watermark, so any two readers see the same order.
"""

import heapq
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from receiver.inbox import frames
from receiver.inbox.delivery import Delivery, StampedDelivery, order_of, unpack
from receiver.inbox.frames import Damage, Frame, FrameKind
from receiver.inbox.segment import (
    SUFFIX,
    cut_in,
    is_alive,
    marker_of,
    wait_until_nothing_in_flight,
)
from receiver.inbox.watermark import Watermark

_NEVER = 1 << 62

Positions = Mapping[str, int]
"""Per segment, the offset after the last delivery that was digested."""

Passing = Callable[[Delivery], Delivery]
"""What a delivery is read as."""


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A delivery and its place: `position` is the offset after its frame."""

    segment: str
    position: int
    received: StampedDelivery

    @property
    def key(self) -> tuple[int, str, int]:
        return (self.received.order_ns, self.segment, self.position)


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as a snapshot saw it: `limit` is how far it may be read."""

    name: str
    fd: int
    marker: bytes
    limit: int
    alive: bool


def as_it_came(delivery: Delivery) -> Delivery:
    return delivery


class InboxReader:
    """Reads an inbox while it is being written. Keeps the segment files open. `passing`: what each
    delivery is read as; whoever gives ids and whoever archives must see the same."""

    def __init__(self, directory: Path, passing: Passing = as_it_came) -> None:
        self._directory = directory
        self._passing = passing
        self._fds: dict[str, int] = {}
        self._headers_read: set[str] = set()
        self._cuts: dict[str, int] = {}
        self._synced: set[str] = set()
        self._last_look = Snapshot(0, [])

    def look(self, watermark: Watermark | None = None) -> "Snapshot":
        """What can be read now.

        With digest's watermark the snapshot is final: nothing more will appear below it. Without
        one (another process that only looks) it holds what is synced at this moment.
        """
        self._forget_removed()
        horizon = self._raise(watermark) if watermark else _NEVER
        seen = {}
        for name, fd in self._open_all():
            size = wait_until_nothing_in_flight(fd)
            # In this order: what a writer had in flight when it died may not be synced.
            seen[name] = size, is_alive(fd)
        # A newer segment may say that the tail of one of these was rewritten.
        for name, fd in self._open_all():
            self._note_cut(name, fd)
        segments = [self._segment(name, *size_and_life) for name, size_and_life in seen.items()]
        self._last_look = Snapshot(horizon, segments, self._passing)
        return self._last_look

    def delete(self, name: str) -> None:
        """Remove a segment whose deliveries are all in the archive."""
        (self._directory / name).unlink(missing_ok=True)
        self._forget(name)

    def _forget(self, name: str) -> None:
        self._cuts.pop(name, None)
        self._headers_read.discard(name)
        self._synced.discard(name)
        fd = self._fds.pop(name, None)
        if fd is not None:
            os.close(fd)

    def is_cut(self, name: str) -> bool:
        """Whether another segment says from which offset on this one is void."""
        return name in self._cuts

    def close(self) -> None:
        for fd in self._fds.values():
            os.close(fd)
        self._fds.clear()

    def _raise(self, watermark: Watermark) -> int:
        """The new watermark: now, but always past the old one and past stamps made while the clock
        was ahead."""
        horizon = max(time.time_ns(), watermark.read() + 1, self._last_look.ahead)
        watermark.raise_to(horizon)
        return horizon

    def _open_all(self) -> list[tuple[str, int]]:
        return [(name, fd) for name in self.names() if (fd := self._open(name)) is not None]

    def _forget_removed(self) -> None:
        """Forget segments of writers that ended without writing anything."""
        for name in self._fds.keys() - set(self.names()):
            self._forget(name)

    def names(self) -> list[str]:
        """The existing segments, oldest first."""
        if not self._directory.exists():
            return []
        return sorted(entry.name for entry in self._directory.glob(f"*{SUFFIX}"))

    def _open(self, name: str) -> int | None:
        """Its descriptor; None if it was archived and deleted a moment ago."""
        if name not in self._fds:
            try:
                self._fds[name] = os.open(self._directory / name, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return None
        return self._fds[name]

    def _note_cut(self, name: str, fd: int) -> None:
        if name in self._headers_read:
            return
        first = next(frames.read(fd, marker_of(name), 0, os.fstat(fd).st_size), None)
        if isinstance(first, Frame) and first.kind == FrameKind.HEADER:
            self._headers_read.add(name)
            if (cut := cut_in(first.payload)) is not None:
                self._cuts[cut.segment] = cut.position

    def _segment(self, name: str, size: int, alive: bool) -> Segment:
        fd = self._fds[name]
        if not alive:
            # The writer may have appended after its size was read, and then died.
            size = os.fstat(fd).st_size
        limit = min(size, self._cuts.get(name, _NEVER))
        if not alive and name not in self._synced:
            # Its writer may have died between write and sync.
            os.fdatasync(fd)
            self._synced.add(name)
        return Segment(name, fd, marker_of(name), limit, alive)


@dataclass(frozen=True, slots=True)
class DamagedBytes:
    """Bytes of a segment that are not a frame, or a frame that is not a delivery."""

    segment: str
    start: int
    end: int
    tail: bool
    fd: int

    def read(self) -> bytes:
        return os.pread(self.fd, self.end - self.start, self.start)


class Snapshot:
    """Segments up to where they were synced when the snapshot was taken.

    `ahead`: the highest order stamp above the watermark seen while reading; 0 if none. Such
    deliveries are left to the next look.
    """

    def __init__(
        self, horizon: int, segments: list[Segment], passing: Passing = as_it_came
    ) -> None:
        self.segments = segments
        self.ahead = 0
        self._passing = passing
        self._horizon = horizon

    @property
    def limits(self) -> dict[str, int]:
        return {segment.name: segment.limit for segment in self.segments}

    def holds_delivery(self, name: str, start: int) -> bool:
        """Whether a segment holds a delivery past an offset."""
        return any(s.name == name and _holds_delivery(s, start) for s in self.segments)

    def finished(self, archived: Positions) -> list[str]:
        """Segments that are no longer written and hold no delivery past `archived`."""
        return [
            segment.name
            for segment in self.segments
            if not segment.alive and not _holds_delivery(segment, archived.get(segment.name, 0))
        ]

    def entries(
        self, positions: Positions, until: Positions | None = None
    ) -> Iterator[InboxEntry | DamagedBytes]:
        """All deliveries past `positions`, up to `until` (None: to the end), in order, with the
        damage between them."""
        streams = [
            self._keyed(segment, start, end)
            for segment in self.segments
            if (start := positions.get(segment.name, 0)) < (end := _end(segment, until))
        ]
        for _, entry in heapq.merge(*streams, key=lambda keyed: keyed[0]):
            yield entry

    def _keyed(
        self, segment: Segment, start: int, end: int
    ) -> Iterator[tuple[tuple[int, str, int], InboxEntry | DamagedBytes]]:
        order = 0
        for item in frames.read(segment.fd, segment.marker, start, end):
            if isinstance(item, Damage):
                damaged = DamagedBytes(segment.name, item.start, item.end, item.tail, segment.fd)
                yield (order, segment.name, item.end), damaged
            elif item.kind == FrameKind.DELIVERY:
                order = order_of(item.payload)
                if order > self._horizon:
                    self.ahead = max(self.ahead, order)
                    return
                yield (order, segment.name, item.end), self._entry(segment.name, item)

    def _entry(self, segment: str, frame: Frame) -> InboxEntry:
        received = unpack(frame.payload)
        passed = self._passing(received.delivery)
        if passed is not received.delivery:
            received = replace(received, delivery=passed)
        return InboxEntry(segment, frame.end, received)


def _end(segment: Segment, until: Positions | None) -> int:
    return segment.limit if until is None else min(segment.limit, until.get(segment.name, 0))


def _holds_delivery(segment: Segment, start: int) -> bool:
    items = frames.read(segment.fd, segment.marker, start, segment.limit)
    return any(isinstance(item, Frame) and item.kind == FrameKind.DELIVERY for item in items)
