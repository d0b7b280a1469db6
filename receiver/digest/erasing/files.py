"""Files besides the archive and the databases: bytes that were no deliveries, operations of days,
and the inbox of flows while nobody takes it in."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from receiver.inbox import frames
from receiver.inbox.delivery import Delivery, stamp, unpack
from receiver.inbox.frames import Frame, FrameKind
from receiver.inbox.reader import InboxReader, Segment
from receiver.inbox.segment import is_of_host, sync_directory, write_durably

Bytes = Callable[[bytes], bytes]
Text = Callable[[str], str]
EraseDelivery = Callable[[Delivery], Delivery]

# Marker, kind, length, checksum.
_HEAD_BYTES = 17


class CutSegment(Exception):
    """What a segment holds may be void from some offset on, or its offsets are known elsewhere: it
    must keep its length."""


def changed_files(directory: Path, change: Bytes) -> Iterator[tuple[Path, bytes]]:
    """Small files, and what becomes of them."""
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        if path.is_file():
            before = path.read_bytes()
            if (after := change(before)) != before:
                yield path, after


def changed_tables(directory: Path, change: Text) -> Iterator[tuple[Path, pa.Table]]:
    """Parquet files, and what becomes of them: every text at any depth."""
    for path in sorted(directory.glob("*.parquet")):
        table = pq.read_table(path)
        rows = table.to_pylist()
        changed = [_changed(row, change) for row in rows]
        if changed != rows:
            yield path, pa.Table.from_pylist(changed, schema=table.schema)


def replace_bytes(path: Path, data: bytes) -> None:
    aside = path.with_suffix(".unfinished")
    write_durably(aside, data)
    aside.rename(path)
    sync_directory(path.parent)


def replace_table(path: Path, table: pa.Table) -> None:
    aside = path.with_suffix(".unfinished")
    pq.write_table(table, aside, compression="zstd")
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.rename(path)
    sync_directory(path.parent)


def changed_segments(
    inbox: Path, positions: Mapping[str, int], change: EraseDelivery
) -> Iterator[tuple[Path, bytes]]:
    """Segments that nobody writes any more, and what becomes of them: what was read of them is
    gone, and the rest is read on from the same place. Nobody may read the inbox meanwhile. Raises
    `CutSegment`."""
    with closing(InboxReader(inbox)) as reader:
        for segment in reader.look().segments:
            if segment.alive:
                continue
            before = os.pread(segment.fd, os.fstat(segment.fd).st_size, 0)
            after = _segment(segment, before, positions.get(segment.name, 0), change)
            if after != before and reader.is_cut(segment.name):
                raise CutSegment(f"{segment.name} cannot be rewritten: let flows take it in")
            if after != before:
                yield inbox / segment.name, after


def refuse_taken(path: Path) -> None:
    """By its length the taker knows how far it has a segment of another host. Raises
    `CutSegment`."""
    if is_of_host(path.name):
        raise CutSegment(f"{path.name} cannot be rewritten: let flows take it in")


def _segment(segment: Segment, data: bytes, taken: int, change: EraseDelivery) -> bytes:
    """What lies before `taken` keeps its length, as a frame that means nothing."""
    pieces: list[bytes] = []
    for item in frames.read(segment.fd, segment.marker, 0, segment.limit):
        if isinstance(item, Frame) and item.kind == FrameKind.HEADER:
            pieces.append(data[item.start : item.end])
            continue
        if item.end <= taken:
            continue
        pieces.append(_filling(segment.marker, sum(map(len, pieces)), taken))
        taken = 0
        if isinstance(item, Frame) and item.kind == FrameKind.DELIVERY:
            pieces.append(_frame(segment.marker, item, change) or data[item.start : item.end])
        else:
            pieces.append(_changed_bytes(data[item.start : item.end], change))
    pieces.append(_filling(segment.marker, sum(map(len, pieces)), taken))
    return b"".join(pieces)


def _changed_bytes(raw: bytes, change: EraseDelivery) -> bytes:
    return change(Delivery("", "POST", "", b"", raw, "", "")).body


def _filling(marker: bytes, start: int, end: int) -> bytes:
    if end <= start:
        return b""
    return frames.encode(marker, FrameKind.CHECK, bytes(end - start - _HEAD_BYTES))


def _frame(marker: bytes, frame: Frame, change: EraseDelivery) -> bytes | None:
    received = unpack(frame.payload)
    delivery = change(received.delivery)
    if delivery is received.delivery:
        return None
    packed = stamp(delivery.pack(), received.order_ns, received.received_ns)
    return frames.encode(marker, FrameKind.DELIVERY, packed)


def _changed(value: Any, change: Text) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_changed(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _changed(one, change) for name, one in value.items()}
    return value
