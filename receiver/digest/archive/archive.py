"""The archive: digested deliveries, byte for byte, in one Parquet file per day (UTC).

The archive is always a prefix of the one order of all deliveries, so its files hold ids 1, 2, 3 …
without a gap. A day's file is replaced by rename; once it has grown large, later deliveries of that
day go into further files `<date>.<n>.parquet`. The manifest next to them says what must be there; a
file that differs from it is not read.
"""

import logging
import os
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq

from receiver.digest.archive.faults import (
    DAMAGED,
    MISSING,
    OTHER_SIZE,
    UNREADABLE,
    DamagedFile,
)
from receiver.digest.archive.files import entry_of, sha256_of, written
from receiver.digest.archive.listing import DirectoryListing
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.manifest.log import Signature, signature_of
from receiver.digest.archive.manifest.manifest import Manifest
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.rows import (
    ROWS_AT_ONCE,
    SCHEMA,
    FileContent,
    day_of,
    numbered_of,
    rows_of,
)
from receiver.inbox.segment import sync_directory

log = logging.getLogger(__name__)

MANIFEST = "manifest.jsonl"
MERGE_BELOW_BYTES = 64 << 20


class UnknownFiles(Exception):
    """Some files are not in the manifest yet, so nothing may be added."""


class Archive:
    """The files under `archive/deliveries`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.manifest = Manifest(directory / MANIFEST)
        self._proven: dict[str, tuple[Signature, str]] = {}
        self._listing = DirectoryListing(directory, "*.parquet")
        self._unknown: tuple[object, list[Path]] | None = None

    def entries(self) -> list[FileEntry]:
        """The files that must be there, oldest first."""
        contents = self.manifest.contents()
        pending = contents.pending
        files = contents.in_order()
        if pending is None or not self._is_in_place(pending):
            return files
        replaced = {pending.name, *pending.supersedes}
        kept = [entry for entry in files if entry.name not in replaced]
        return sorted([*kept, pending], key=lambda entry: entry.first_id)

    def files(self) -> list[Path]:
        return [self.path(entry) for entry in self.entries()]

    def path(self, entry: FileEntry) -> Path:
        return self.directory / entry.name

    def signature(self) -> object:
        """Changes whenever a file does."""
        paths = sorted(self.directory.glob("*.parquet"))
        return self.manifest.contents().last_id(), [
            (path.name, signature_of(path)) for path in paths
        ]

    def names(self) -> frozenset[str]:
        """Of the Parquet files that are there."""
        return self._listing.names()

    def unknown_files(self) -> list[Path]:
        """Parquet files that the manifest neither lists nor has replaced."""
        state = (self.names(), self.manifest.signature())
        if self._unknown is None or self._unknown[0] != state:
            contents = self.manifest.contents()
            pending = {contents.pending.name} if contents.pending else set()
            unknown = self.names() - contents.names() - pending
            self._unknown = state, sorted(self.directory / name for name in unknown)
        return self._unknown[1]

    def last_id(self) -> int:
        """The id of the last delivery that was archived, whether it is still there or not."""
        ends = [entry.last_id for entry in self.entries()]
        return max([self.manifest.contents().last_id(), *ends])

    def positions(self, segments: list[str]) -> dict[str, int]:
        """The offset up to which each of these segments is archived, where any of it is."""
        contents = self.manifest.contents()
        archived = dict(contents.positions)
        if contents.pending and self._is_in_place(contents.pending):
            archived |= contents.pending.segments
        return {name: archived[name] for name in segments if name in archived}

    def count_saved(self) -> int:
        """How many deliveries, at most, no file holds as they came."""
        entries = self.entries()
        originals = [entry for entry in entries if not entry.is_substitute]
        return sum(
            min(entry.saved, entry.count - sum(map(entry.count_common, originals)))
            for entry in entries
            if entry.saved
        )

    def read(self, after_id: int = 0, without: Container[str] = ()) -> Iterator[NumberedDelivery]:
        """All archived deliveries with a higher id, in order, except from the files named in
        `without`. Files with lower ids only are not read. Raises `DamagedFile`."""
        entries = self.entries()
        while (next_file := _next_of(entries, after_id, without)) is not None:
            entry, until = next_file
            try:
                file = self.open_whole(entry)
            except DamagedFile:
                entries = self.entries()
                if _next_of(entries, after_id, without) == next_file:
                    raise
                # Digest has put a longer one in its place.
                continue
            with file:
                for batch in pq.ParquetFile(file).iter_batches(batch_size=ROWS_AT_ONCE):
                    if batch.column(0)[-1].as_py() > after_id:
                        for numbered in map(numbered_of, rows_of(batch)):
                            if after_id < numbered.delivery_id <= until:
                                yield numbered
            after_id = until

    def open_whole(self, entry: FileEntry) -> BinaryIO:
        """Open the file if it is what the manifest says. Raises `DamagedFile`."""
        self.look_at(entry)
        try:
            file = self.path(entry).open("rb")
        except OSError as error:
            raise DamagedFile(entry, UNREADABLE) from error
        try:
            if self._sha256(entry.name, file) != entry.sha256:
                raise DamagedFile(entry, DAMAGED)
            file.seek(0)
        except BaseException as error:
            file.close()
            if isinstance(error, OSError):
                raise DamagedFile(entry, UNREADABLE) from error
            raise
        return file

    def look_at(self, entry: FileEntry) -> None:
        """Check that it exists and has its size. Raises `DamagedFile`."""
        signature = signature_of(self.path(entry))
        if signature is None:
            raise DamagedFile(entry, MISSING)
        if signature[1] != entry.bytes:
            raise DamagedFile(entry, OTHER_SIZE)
        damage = self.manifest.contents().damage.get(entry.name)
        if damage is not None and damage[0] == signature:
            raise DamagedFile(entry, damage[1])

    def prove(self, entry: FileEntry) -> None:
        """Read all of it. Raises `DamagedFile`."""
        self.open_whole(entry).close()

    def _sha256(self, name: str, file: BinaryIO) -> str:
        status = os.fstat(file.fileno())
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        proven = self._proven.get(name)
        if proven is None or proven[0] != signature:
            proven = self._proven[name] = (signature, sha256_of(file))
        return proven[1]

    def forget_proofs(self) -> None:
        """Read everything again: a file may change without a new name or time."""
        self._proven.clear()

    def _is_in_place(self, pending: FileEntry) -> bool:
        try:
            self.prove(pending)
        except DamagedFile:
            return False
        return True

    def append(self, deliveries: Iterable[NumberedDelivery]) -> None:
        """Add the deliveries that follow the last one; durable when this returns.

        Raises `UnknownFiles` when there are files without a manifest.
        """
        with self.manifest.changing():
            for above in (self.directory.parent, self.directory.parent.parent):
                sync_directory(above)
            self._settle_pending()
            if self.manifest.bad_lines or self.unknown_files():
                raise UnknownFiles(f"{self.manifest.path} does not list all the files next to it")
            for date, of_day in groupby(deliveries, key=_date):
                self._append_day(date, of_day)
                log.info("archived the deliveries of %s", date)
            self.manifest.shorten()

    def _append_day(self, date: str, deliveries: Iterator[NumberedDelivery]) -> None:
        first = next(deliveries)
        before = self._to_grow(date, first.delivery_id)
        opened = None
        if before is not None:
            try:
                opened = self.open_whole(before)
            except DamagedFile as fault:
                # It is in the list of faults already.
                log.info("archive: %s; it is left as it is", fault)
                before = None
        name = before.name if before else self._new_name(date, first.delivery_id)
        rows = chain([first], deliveries)
        self.put_in_place(name, lambda writer: written(writer, opened, rows), before)

    def put_in_place(
        self,
        name: str,
        write: Callable[[pq.ParquetWriter], FileContent],
        before: FileEntry | None = None,
        described: Callable[[FileEntry], FileEntry] = lambda entry: entry,
    ) -> None:
        """Write a new file, note it in the manifest, and rename it into place. `before`: the file
        it replaces, whose rows it starts with. Call inside `manifest.changing`."""
        target = self.directory / name
        unfinished = target.with_suffix(".unfinished")
        try:
            with pq.ParquetWriter(unfinished, SCHEMA, compression="zstd") as writer:
                content = write(writer)
            entry = described(entry_of(name, unfinished, content, before))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        self.manifest.note_file(entry)
        unfinished.rename(target)
        sync_directory(self.directory)
        self.manifest.note_placed(entry)

    def settle(self) -> None:
        """Complete or undo what a kill interrupted."""
        if self.manifest.contents().pending is not None:
            with self.manifest.changing():
                self._settle_pending()

    def _settle_pending(self) -> None:
        pending = self.manifest.contents().pending
        if pending is None:
            return
        if self._is_in_place(pending):
            self.manifest.note_placed(pending)
        else:
            self.manifest.note_undone(pending)

    def _to_grow(self, date: str, next_id: int) -> FileEntry | None:
        """The last file, if it is of this day, not large, and ends just before `next_id`."""
        last = max(self.entries(), key=lambda entry: entry.last_id, default=None)
        if last is None or last.name.split(".")[0] != date or last.last_id != next_id - 1:
            return None
        return last if last.bytes < MERGE_BELOW_BYTES and not last.is_substitute else None

    def _new_name(self, date: str, first_id: int) -> str:
        used = self.manifest.contents().names()
        if self.last_id() != first_id - 1:
            # The names of lost files are unknown; a file that comes back must not collide.
            return f"{date}.{first_id}.parquet"
        names = chain([f"{date}.parquet"], (f"{date}.{n}.parquet" for n in range(2, 1 << 30)))
        return next(n for n in names if n not in used and not (self.directory / n).exists())


def _date(numbered: NumberedDelivery) -> str:
    return day_of(numbered.entry.received.order_ns).isoformat()


def _next_of(
    entries: list[FileEntry], after_id: int, without: Container[str]
) -> tuple[FileEntry, int] | None:
    """The file with the next deliveries, and up to which id to read it: a substitute only up to the
    next original."""
    later = [e for e in entries if e.last_id > after_id and e.name not in without]
    if not later:
        return None
    next_id = max(after_id + 1, min(entry.first_id for entry in later))
    candidates = [entry for entry in later if entry.first_id <= next_id]
    entry = min(candidates, key=lambda candidate: candidate.is_substitute)
    originals = [e.first_id for e in later if e.first_id > next_id and not e.is_substitute]
    until = min(originals, default=entry.last_id + 1) - 1 if entry.is_substitute else entry.last_id
    return entry, min(until, entry.last_id)
