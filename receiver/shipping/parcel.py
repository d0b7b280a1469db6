"""A parcel: a stretch of one segment, byte for byte, with its offsets there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.inbox import frames
from receiver.inbox.delivery import Delivery, receipt_of, stamp, unpack
from receiver.inbox.frames import Damage, Frame, FrameKind
from receiver.inbox.reader import Segment
from receiver.inbox.segment import marker_of, write_all

PARCEL_BYTES = 1 << 20
"""About; a delivery that is larger is a parcel of its own."""


class ParcelInbox(StrEnum):
    """Of which inbox of its host a parcel is, and into which one it is taken."""

    WEBHOOKS = "webhooks"
    FLOWS = "flows"


def inboxes_of(place: DataDir) -> dict[ParcelInbox, Path]:
    """Flows first: they are few, and somebody waits for them."""
    return {ParcelInbox.FLOWS: place.flows_inbox, ParcelInbox.WEBHOOKS: place.inbox}


@dataclass(frozen=True, slots=True)
class Parcel:
    """The bytes from `first` to `last` of a segment."""

    segment: str
    first: int
    last: int
    content: bytes

    def restamped(self, after: int, order_ns: int) -> bytes:
        """What lies past an offset of the segment, in the order of whoever takes it. As long as it
        was: offsets stay."""
        marker = marker_of(self.segment)
        parts = []
        for item in self._items():
            if self.first + item.end <= after:
                continue
            if isinstance(item, Frame) and item.kind == FrameKind.DELIVERY:
                payload = stamp(item.payload, order_ns, receipt_of(item.payload))
                parts.append(frames.encode(marker, FrameKind.DELIVERY, payload))
            else:
                parts.append(self.content[max(item.start, after - self.first) : item.end])
        return b"".join(parts)

    def deliveries(self) -> Iterator[Delivery]:
        for item in self._items():
            if isinstance(item, Frame) and item.kind == FrameKind.DELIVERY:
                yield unpack(item.payload).delivery

    def _items(self) -> Iterator[Frame | Damage]:
        fd = os.memfd_create("parcel")
        try:
            write_all(fd, self.content)
            yield from frames.read(fd, marker_of(self.segment), 0, len(self.content))
        finally:
            os.close(fd)


def cut_parcels(segment: Segment, first: int) -> Iterator[Parcel]:
    """All that lies past an offset, but for frames that mean nothing at its end. Damage goes along:
    whoever takes it keeps it."""
    start, end = first, first
    for item in frames.read(segment.fd, segment.marker, first, segment.limit):
        if isinstance(item, Frame) and item.kind != FrameKind.DELIVERY:
            continue
        end = item.end
        if end - start >= PARCEL_BYTES:
            yield _cut(segment, start, end)
            start = end
    if end > start:
        yield _cut(segment, start, end)


def _cut(segment: Segment, first: int, last: int) -> Parcel:
    parts, offset = [], first
    while offset < last and (part := os.pread(segment.fd, last - offset, offset)):
        parts.append(part)
        offset += len(part)
    return Parcel(segment.name, first, offset, b"".join(parts))
