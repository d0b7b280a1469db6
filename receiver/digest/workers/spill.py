"""Deliveries spilled to disk in the order of their leads, and read back share by share.

A share is a range of leads, small enough to be folded in memory; all deliveries of a lead are in
one. The file has no name and vanishes with the last process that has it open.
"""

import os
import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import zip_longest
from operator import attrgetter
from pathlib import Path
from typing import IO, NamedTuple

import pyarrow as pa

from analytics.fold import DecodedDelivery, Key

MOST_DELIVERIES = 5_000
MOST_BYTES = 12 << 20
# In memory it takes about five times as much.
_TOO_MANY_BYTES = 32 << 20
_CHUNK = 32
_LONG_CHUNK = 1 << 20
_CODEC = pa.Codec("zstd", compression_level=1)
_NAMES = [field.name for field in fields(DecodedDelivery)]
_values = attrgetter(*_NAMES)


class SpillTooLarge(Exception):
    """A share is too large for memory: the history of a lead is very long."""


class Chunk(NamedTuple):
    """Deliveries of neighbouring leads: from which lead to which, and where they are.

    `batch`: the lowest id of those that were spilled together. `size`: in bytes, before
    compression. `fd`: of the file, the same in every process.
    """

    first: Key
    last: Key
    batch: int
    deliveries: int
    size: int
    fd: int
    offset: int
    length: int


class Share(NamedTuple):
    """The leads from `first` up to, not including, `end` (None: no end). `chunks` hold their
    deliveries, and some of others."""

    first: Key
    end: Key | None
    chunks: list[Chunk]


def open_spill_file(directory: Path) -> IO[bytes]:
    """A file without a name, on the disk of that directory."""
    return tempfile.TemporaryFile(dir=directory, buffering=0)


def spill(fd: int, deliveries: list[DecodedDelivery]) -> list[Chunk]:
    """Append decoded deliveries to a spill file."""
    batch = min(map(_delivery_id, deliveries), default=0)
    deliveries.sort(key=_order)
    chunks, written, offset = [], [], os.lseek(fd, 0, os.SEEK_END)
    for start in range(0, len(deliveries), _CHUNK):
        these = deliveries[start : start + _CHUNK]
        plain = _plain(these)
        packed = _CODEC.compress(plain, asbytes=True)
        ends = _order(these[0])[0], _order(these[-1])[0]
        chunks.append(Chunk(*ends, batch, len(these), len(plain), fd, offset, len(packed)))
        written.append(packed)
        offset += len(packed)
    _write_whole(fd, b"".join(written))
    return chunks


def shares(chunks: Iterable[Chunk]) -> Iterator[Share]:
    """Everything spilled, in the order of the leads."""
    reaching: list[Chunk] = []
    groups = list(_groups(sorted(chunks)))
    ends = (group[0].first for group in groups[1:])
    for group, end in zip_longest(groups, ends):
        first = group[0].first
        reaching = [chunk for chunk in reaching if chunk.last >= first] + group
        yield Share(first, end, reaching)


def read_share(share: Share) -> list[DecodedDelivery]:
    """The deliveries of a share, in the order of their ids. Raises `SpillTooLarge`."""
    deliveries, size = [], 0
    for chunk in share.chunks:
        part = _read_chunk(chunk, share)
        size += _size(part, chunk)
        if size > _TOO_MANY_BYTES:
            raise SpillTooLarge
        deliveries += part
    deliveries.sort(key=_delivery_id)
    return deliveries


def in_portions(share: Share) -> Iterator[list[DecodedDelivery]]:
    """A share that is too large, in parts, each lead's deliveries in the order of their ids."""
    portion: list[DecodedDelivery] = []
    size = 0
    for chunk in sorted(share.chunks, key=_time):
        part = _read_chunk(chunk, share)
        portion += part
        size += _size(part, chunk)
        if len(portion) >= MOST_DELIVERIES or size >= MOST_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _read_chunk(chunk: Chunk, share: Share) -> list[DecodedDelivery]:
    packed = os.pread(chunk.fd, chunk.length, chunk.offset)
    plain = _CODEC.decompress(packed, chunk.size, asbytes=True)
    deliveries = [DecodedDelivery(*values) for values in pickle.loads(plain)]
    return [delivery for delivery in deliveries if _is_in(share, _order(delivery)[0])]


def _time(chunk: Chunk) -> tuple[int, int]:
    """Within a batch the order of writing, which is that of its leads and their ids."""
    return chunk.batch, chunk.offset


def _plain(deliveries: list[DecodedDelivery]) -> bytes:
    return pickle.dumps([_values(delivery) for delivery in deliveries], protocol=5)


def _size(part: list[DecodedDelivery], chunk: Chunk) -> int:
    """The bytes of a part of a chunk: exact where long texts may be spread unevenly."""
    if chunk.size > _LONG_CHUNK:
        return len(_plain(part))
    return chunk.size * len(part) // chunk.deliveries


def _order(delivery: DecodedDelivery) -> tuple[Key, int]:
    """A delivery of no lead stands alone, before all leads."""
    return delivery.key or ("", delivery.delivery_id), delivery.delivery_id


def _is_in(share: Share, key: Key) -> bool:
    return share.first <= key and (share.end is None or key < share.end)


def _groups(chunks: Sequence[Chunk]) -> Iterator[list[Chunk]]:
    """Chunks that begin in the same share. No lead begins two shares."""
    group: list[Chunk] = []
    count, size = 0, 0
    for chunk in chunks:
        is_full = count >= MOST_DELIVERIES or size >= MOST_BYTES
        if is_full and chunk.first > group[-1].first:
            yield group
            group, count, size = [], 0, 0
        group.append(chunk)
        count += chunk.deliveries
        size += chunk.size
    if group:
        yield group


def _write_whole(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


_delivery_id = attrgetter("delivery_id")
