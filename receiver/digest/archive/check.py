"""Checks of the archive: at a glance (is every file there, as long as it was?) and in full
(SHA-256, the checksum of every row, ids 1, 2, 3 …, the store's counts per day).

A damaged file is noted in the manifest, with the signature of what was read: it counts as damaged
until another file is in its place.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.checksum import checksum_of
from receiver.digest.archive.faults import DAMAGED, ArchiveFault, DamagedFile, fault_of, file_fault
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.manifest.log import signature_of
from receiver.digest.archive.reference import Range, Reference
from receiver.digest.archive.rows import ROWS_AT_ONCE, checksums_of, rows_of

Progress = Callable[[int], None]
"""Called with a number of bytes whenever some were checked; may raise to give up."""

_ROWS = "has rows that are not what was archived"


def glance(archive: Archive, reference: Reference | None, archived_id: int) -> list[ArchiveFault]:
    """Reads only names and sizes, and any file that has replaced a bad one.

    `archived_id`: the last delivery that must be in the archive, whatever the manifest says.
    """
    faults = [fault for entry in archive.entries() if (fault := looked_at(archive, entry))]
    return [*faults, *gaps(archive, reference, archived_id), *bad_lines(archive)]


def full_check(
    archive: Archive,
    reference: Reference | None,
    archived_id: int,
    progress: Progress = lambda count: None,
    *,
    rows: bool = True,
) -> list[ArchiveFault]:
    """Check everything. Without `rows`, the checksum of a file stands for those of its rows."""
    archive.forget_proofs()
    faults = []
    for entry in archive.entries():
        fault = check_file(archive, entry, reference, progress if rows else None)
        if not rows:
            progress(entry.bytes)
        faults += [fault] if fault else []
    return [*faults, *gaps(archive, reference, archived_id), *bad_lines(archive)]


def check_file(
    archive: Archive,
    entry: FileEntry,
    reference: Reference | None,
    progress: Progress | None,
) -> ArchiveFault | None:
    """All of one file; its rows with `progress` alone."""
    fault = _proved(archive, entry, progress)
    if fault is None and reference is not None:
        fault = disagreement(entry, reference)
    return fault


def lacks(entry: FileEntry, reference: Reference) -> bool:
    """Whether the store lacks deliveries of a file."""
    return sum(reference.days((entry.first_id, entry.last_id)).values()) < entry.count


def disagreement(entry: FileEntry, reference: Reference) -> ArchiveFault | None:
    known = reference.days((entry.first_id, entry.last_id))
    if known == entry.days:
        return None
    known_count = sum(known.values())
    if known_count < entry.count and all(n <= entry.days.get(d, 0) for d, n in known.items()):
        if reference.last_id() < entry.last_id:
            # The store has not caught up yet.
            return None
        missing = entry.count - known_count
        explanation = f"holds {missing} deliveries that the store lacks: run `calltouch rebuild`"
        return file_fault("lacking", explanation, entry)
    explanation = "does not agree with the store on how many deliveries came on which day"
    return file_fault("disagrees", explanation, entry)


def gaps(archive: Archive, reference: Reference | None, archived_id: int) -> list[ArchiveFault]:
    """Ids that no file should hold, though nobody gave them up."""
    return [
        ArchiveFault(
            "gap", "no file holds deliveries that were archived", None, *ids, _days(ids, reference)
        )
        for ids in missing_ids(archive, archived_id)
    ]


def missing_ids(
    archive: Archive, archived_id: int, without: frozenset[str] = frozenset()
) -> list[Range]:
    """Counted from 1, less what was given up. `without`: files to ignore."""
    held = [(e.first_id, e.last_id) for e in archive.entries() if e.name not in without]
    held += [(lost.first_id, lost.last_id) for lost in archive.manifest.contents().lost]
    missing, next_id = [], 1
    for first, last in [*sorted(held), (max(archived_id, archive.last_id()) + 1, 0)]:
        if first > next_id:
            missing.append((next_id, first - 1))
        next_id = max(next_id, last + 1)
    return missing


def _days(ids: Range, reference: Reference | None) -> tuple[tuple[str, int], ...]:
    return tuple(reference.days(ids).items()) if reference is not None else ()


def bad_lines(archive: Archive) -> list[ArchiveFault]:
    lines = archive.manifest.bad_lines
    if not lines:
        return []
    which = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
    what = f"is damaged (line {which}); a running digest makes it anew from the files"
    return [ArchiveFault("manifest", what, archive.manifest.path.name)]


def looked_at(archive: Archive, entry: FileEntry) -> ArchiveFault | None:
    """One file at a glance."""
    noted = archive.manifest.contents().damage.get(entry.name)
    try:
        archive.look_at(entry)
        if noted is not None:
            archive.prove(entry)
    except DamagedFile as fault:
        if noted is not None and fault.problem == DAMAGED:
            _note_damage(archive, entry, fault.problem)
        return fault_of(fault)
    if noted is not None:
        with archive.manifest.changing():
            archive.manifest.note_whole(entry.name)
    return None


def _proved(archive: Archive, entry: FileEntry, progress: Progress | None) -> ArchiveFault | None:
    try:
        with ExitStack() as stack:
            file = stack.enter_context(archive.open_whole(entry))
            if progress is not None:
                for done, is_right in checked_rows(file, entry):
                    if not is_right:
                        raise DamagedFile(entry, DAMAGED)
                    progress(done)
    except (pa.ArrowException, OSError, DamagedFile) as error:
        fault = error if isinstance(error, DamagedFile) else DamagedFile(entry, DAMAGED)
        if archive.manifest.contents().files.get(entry.name) not in (entry, None):
            # Meanwhile digest has replaced it by a longer one.
            newer = archive.manifest.contents().files[entry.name]
            return _proved(archive, newer, progress)
        if fault.problem == DAMAGED:
            _note_damage(archive, entry, fault.problem)
        return fault_of(fault)
    return None


def checked_rows(file: BinaryIO, entry: FileEntry) -> Iterator[tuple[int, bool]]:
    """For each batch of rows: its share of the file's bytes, and whether all rows are as they were
    archived, under consecutive ids."""
    next_id = entry.first_id
    for batch in pq.ParquetFile(file).iter_batches(batch_size=ROWS_AT_ONCE):
        rows = rows_of(batch)
        is_right = all(
            row[0] == number and noted in (None, checksum_of(row))
            for number, (row, noted) in enumerate(
                zip(rows, checksums_of(batch), strict=True), next_id
            )
        )
        next_id += len(rows)
        yield entry.bytes * len(rows) // entry.count, is_right
    if next_id != entry.last_id + 1:
        yield 0, False


def _note_damage(archive: Archive, entry: FileEntry, problem: str) -> None:
    signature = signature_of(archive.path(entry))
    noted = archive.manifest.contents().damage.get(entry.name)
    if signature is not None and noted != (signature, problem):
        with archive.manifest.changing():
            archive.manifest.note_damage(entry.name, signature, problem)
