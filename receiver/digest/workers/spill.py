"""Deliveries put aside on disk in the order of their leads, and taken again share by share.

A share is a range of leads, small enough to be folded in memory; all deliveries of a lead are in
one. The file has no name and goes with the last process that has it open.
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
# In memory it takes some five times that.
_TOO_MANY_BYTES = 32 << 20
_CHUNK = 32
_LONG_CHUNK = 1 << 20
_CODEC = pa.Codec("zstd", compression_level=1)
_NAMES = [field.name for field in fields(DecodedDelivery)]
_values = attrgetter(*_NAMES)


class SpillTooLarge(Exception):
    """A share is more than memory may be taken for: a lead's history is very long."""


class Chunk(NamedTuple):
    """Deliveries of neighbouring leads: from which lead to which, and where they lie.

    `batch`: the lowest id of those that were put aside together. `size`: in bytes, before
    compression. `fd`: of the file, in every process that has it.
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
    """The leads from `first` on that come before `end` (None: all). `chunks` hold what is theirs,
    and some of others."""

    first: Key
    end: Key | None
    chunks: list[Chunk]


def open_aside(directory: Path) -> IO[bytes]:
    """A file without a name, on the disk of that directory."""
    return tempfile.TemporaryFile(dir=directory, buffering=0)


def put_aside(fd: int, deliveries: list[DecodedDelivery]) -> list[Chunk]:
    """Append decoded deliveries to a file."""
    batch = min(map(_delivery_id, deliveries), default=0)
    deliveries.sort(key=_place)
    chunks, written, offset = [], [], os.lseek(fd, 0, os.SEEK_END)
    for start in range(0, len(deliveries), _CHUNK):
        these = deliveries[start : start + _CHUNK]
        plain = _plain(these)
        packed = _CODEC.compress(plain, asbytes=True)
        ends = _place(these[0])[0], _place(these[-1])[0]
        chunks.append(Chunk(*ends, batch, len(these), len(plain), fd, offset, len(packed)))
        written.append(packed)
        offset += len(packed)
    _write_whole(fd, b"".join(written))
    return chunks


def shares(chunks: Iterable[Chunk]) -> Iterator[Share]:
    """Everything put aside, in the order of the leads."""
    reaching: list[Chunk] = []
    groups = list(_groups(sorted(chunks)))
    ends = (group[0].first for group in groups[1:])
    for group, end in zip_longest(groups, ends):
        first = group[0].first
        reaching = [chunk for chunk in reaching if chunk.last >= first] + group
        yield Share(first, end, reaching)


def taken(share: Share) -> list[DecodedDelivery]:
    """The deliveries of a share, in the order of their ids. Raises `SpillTooLarge`."""
    found, size = [], 0
    for chunk in share.chunks:
        those = _taken_from(chunk, share)
        size += _size(those, chunk)
        if size > _TOO_MANY_BYTES:
            raise SpillTooLarge
        found += those
    found.sort(key=_delivery_id)
    return found


def in_portions(share: Share) -> Iterator[list[DecodedDelivery]]:
    """The same of a share that is too large: some at a time, those of a lead in the order of their
    ids."""
    portion: list[DecodedDelivery] = []
    size = 0
    for chunk in sorted(share.chunks, key=_time):
        those = _taken_from(chunk, share)
        portion += those
        size += _size(those, chunk)
        if len(portion) >= MOST_DELIVERIES or size >= MOST_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _taken_from(chunk: Chunk, share: Share) -> list[DecodedDelivery]:
    packed = os.pread(chunk.fd, chunk.length, chunk.offset)
    plain = _CODEC.decompress(packed, chunk.size, asbytes=True)
    deliveries = [DecodedDelivery(*values) for values in pickle.loads(plain)]
    return [one for one in deliveries if _is_in(share, _place(one)[0])]


def _time(chunk: Chunk) -> tuple[int, int]:
    """Of a batch in the order in which it was written, which is that of its leads and their ids."""
    return chunk.batch, chunk.offset


def _plain(deliveries: list[DecodedDelivery]) -> bytes:
    return pickle.dumps([_values(one) for one in deliveries], protocol=5)


def _size(those: list[DecodedDelivery], chunk: Chunk) -> int:
    """Of what was taken from a chunk; exactly, if long texts may lie unevenly in it."""
    if chunk.size > _LONG_CHUNK:
        return len(_plain(those))
    return chunk.size * len(those) // chunk.deliveries


def _place(one: DecodedDelivery) -> tuple[Key, int]:
    """What is of no lead stands alone, before all leads."""
    return one.key or ("", one.delivery_id), one.delivery_id


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
