"""`rebuild --accept-loss`: what the archive lost is saved from the existing stores; what they lack
too is given up, and recorded.

In a damaged file, every row proven by its checksum keeps its bytes, unless a store knows another
delivery under its id. Substitutes replace the file; should it come back, it replaces them.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import missing_ids
from receiver.digest.archive.checksum import checksum_of
from receiver.digest.archive.faults import ArchiveFault, DamagedFile
from receiver.digest.archive.manifest.contents import FileEntry, LostRange
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.reference import Range, Reference
from receiver.digest.archive.rows import (
    ROWS_AT_ONCE,
    FileContent,
    Row,
    batches_of,
    checksums_of,
    row_of,
    rows_of,
)
from receiver.digest.archive.salvage import entry_of
from receiver.digest.archive.saved import SAVED

log = logging.getLogger(__name__)

_SAVED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LossSummary:
    """How many deliveries of what the archive lost: `proven` kept their bytes, `saved` are as the
    store knew them, `lost` are gone."""

    proven: int
    saved: int
    lost: int


def save_what_is_left(
    archive: Archive, faults: Sequence[ArchiveFault], stores: Sequence[Reference], archived_id: int
) -> LossSummary:
    """Write substitutes for what the faults name, and record what is lost for good."""
    counted: Counter[str] = Counter()
    with archive.manifest.changing():
        bad = [
            e
            for e in archive.entries()
            if any(f.file == e.name and f.blocks_rebuild for f in faults)
        ]
        names = frozenset(entry.name for entry in bad)
        pieces = [(entry.first_id, entry.last_id, entry) for entry in bad]
        alone = _outside(missing_ids(archive, archived_id, names), bad)
        for first, last, entry in [*pieces, *((*ids, None) for ids in alone)]:
            for ids in _inside(missing_ids(archive, archived_id, names), (first, last)):
                counted.update(_save(archive, ids, entry, stores))
            if entry is not None and entry.name in archive.manifest.contents().files:
                archive.manifest.note_given_up(entry.name)
    return LossSummary(counted["proven"], counted["saved"], counted["lost"])


def _save(
    archive: Archive, ids: Range, entry: FileEntry | None, stores: Sequence[Reference]
) -> Counter[str]:
    """Save the deliveries of a bad file, or of a gap."""
    proven = _rows_left(archive, entry, ids, stores) if entry else {}
    rest = _known_to(stores, ids, proven.keys())
    there = sorted(proven.keys() | rest.keys())
    given_up = entry.name if entry else None
    for run in _runs(there):
        _put(archive, run, _rows(run, proven, rest), given_up)
    lost = list(_lacking(there, ids))
    for first, last in lost:
        reason = f"{given_up or 'the file that held them'} is lost, and no store has them"
        archive.manifest.note_lost(LostRange(first, last, _day_of_loss(entry), reason))
    gone = sum(last - first + 1 for first, last in lost)
    return Counter(proven=len(proven), saved=len(there) - len(proven), lost=gone)


def _put(archive: Archive, run: Range, rows: Iterable[Row], given_up: str | None) -> None:
    content, saved = FileContent(), 0

    def write(writer: pq.ParquetWriter) -> FileContent:
        nonlocal saved
        for batch in batches_of(content.noted(rows)):
            saved += batch.column("segment").to_pylist().count(SAVED)
            writer.write_batch(batch)
        content.segments.clear()
        return content

    def described(entry: FileEntry) -> FileEntry:
        supersedes = [given_up] if given_up in archive.manifest.contents().files else []
        return replace(entry, is_substitute=True, saved=saved, supersedes=supersedes)

    archive.put_in_place(_name(archive, run), write, described=described)


def _name(archive: Archive, run: Range) -> str:
    stem = f"saved-{run[0]}-{run[1]}"
    used = archive.manifest.contents().names()
    numbers = (f"{stem}{'' if n == 1 else f'.{n}'}.parquet" for n in range(1, 1 << 30))
    return next(name for name in numbers if name not in used)


def _rows_left(
    archive: Archive, entry: FileEntry, ids: Range, stores: Sequence[Reference]
) -> dict[int, Row]:
    """The rows proven by their checksums. A file that differs from the archived one may belong to
    another archive: then the stores know other deliveries under these ids."""
    rows = _proven_rows(archive.path(entry), ids)
    try:
        archive.prove(entry)
    except DamagedFile:
        for store in stores if rows else ():
            received = store.received(ids)
            rows = {n: row for n, row in rows.items() if received.get(n, row[1]) == row[1]}
    return rows


def _proven_rows(path: Path, ids: Range) -> dict[int, Row]:
    """The rows with a correct checksum, row group by row group."""
    found: dict[int, Row] = {}
    try:
        file = pq.ParquetFile(path)
        groups = range(file.num_row_groups)
    except (pa.ArrowException, OSError, ValueError, MemoryError):
        return {}
    with file:
        for group in groups:
            try:
                for batch in file.iter_batches(ROWS_AT_ONCE, row_groups=[group]):
                    for row, noted in zip(rows_of(batch), checksums_of(batch), strict=True):
                        if ids[0] <= row[0] <= ids[1] and noted == checksum_of(row):
                            found[row[0]] = row
            except (pa.ArrowException, OSError, KeyError, ValueError, MemoryError):
                log.warning("%s: rows of group %d cannot be read", path.name, group)
    return found


def _known_to(stores: Sequence[Reference], ids: Range, but: Iterable[int]) -> dict[int, Reference]:
    """For each id still needed, the first store that has it."""
    needed = set(range(ids[0], ids[1] + 1)).difference(but)
    found: dict[int, Reference] = {}
    for store in stores:
        has = needed.intersection(store.received(ids)) if needed else set()
        found |= dict.fromkeys(has, store)
        needed -= has
    return found


def _rows(run: Range, proven: dict[int, Row], known: dict[int, Reference]) -> Iterator[Row]:
    """The rows of a run of ids, read from the stores in portions."""
    for first in range(run[0], run[1] + 1, _SAVED_AT_ONCE):
        ids = range(first, min(first + _SAVED_AT_ONCE, run[1] + 1))
        fetched: dict[int, Row] = {}
        for store in {id(known[n]): known[n] for n in ids if n in known}.values():
            for number, *row in store.rows((ids[0], ids[-1])):
                if known.get(number) is store:
                    fetched[number] = row_of(NumberedDelivery(number, entry_of(tuple(row))))
        yield from (proven.get(number) or fetched[number] for number in ids)


def _runs(numbers: list[int]) -> Iterator[Range]:
    """Runs of consecutive numbers."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        listed = [number for _, number in run]
        yield listed[0], listed[-1]


def _lacking(there: list[int], ids: Range) -> Iterator[Range]:
    next_id = ids[0]
    for first, last in [*_runs(there), (ids[1] + 1, ids[1] + 1)]:
        if first > next_id:
            yield next_id, first - 1
        next_id = last + 1


def _inside(ranges: Iterable[Range], limits: Range) -> list[Range]:
    cut = [(max(first, limits[0]), min(last, limits[1])) for first, last in ranges]
    return [(first, last) for first, last in cut if first <= last]


def _outside(ranges: list[Range], files: list[FileEntry]) -> list[Range]:
    """The parts of the ranges that none of these files should hold."""
    for entry in files:
        below, above = (1, entry.first_id - 1), (entry.last_id + 1, 1 << 62)
        ranges = [*_inside(ranges, below), *_inside(ranges, above)]
    return ranges


def _day_of_loss(entry: FileEntry | None) -> str | None:
    """Known if the file was of a single day."""
    return next(iter(entry.days)) if entry is not None and len(entry.days) == 1 else None
