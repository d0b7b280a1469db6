"""Files that the manifest does not speak of, taken into it if they prove themselves.

That is every file of an archive from before there was a manifest, or whose manifest was deleted or
damaged; and a file that a backup gave back under a name nobody expects. A row proves itself by its
checksum. Rows from before there were checksums are trusted from now on, if the store, where there
is one, has the same deliveries under the same ids.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.checksum import checksum_of
from receiver.digest.archive.faults import ArchiveFault, DamagedFile
from receiver.digest.archive.files import sha256_of
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.manifest.log import Signature, signature_of
from receiver.digest.archive.reference import Reference
from receiver.digest.archive.rows import ROWS_AT_ONCE, FileContent, Row, checksums_of, rows_of

Progress = Callable[[int], None]

log = logging.getLogger(__name__)


class AdoptionRefused(Exception):
    """The file does not prove itself; the text says why."""


class Adoption:
    """Remembers what it refused, to look at it again only when it has changed.

    `suspects`: names of files that a glance has found not to be what the manifest says; one of them
    may have grown since.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.has_changed_something = False
        self.suspects: set[str | None] = set()
        self._refused: dict[Path, tuple[Signature | None, ArchiveFault]] = {}

    def is_needed(self) -> bool:
        return bool(self._archive.manifest.bad_lines or self._candidates())

    def faults(self) -> list[ArchiveFault]:
        """Of files that were refused and are still there."""
        there = set(self._archive.unknown_files())
        return [fault for path, (_, fault) in self._refused.items() if path in there]

    def adopt(self, reference: Reference | None, progress: Progress = lambda count: None) -> None:
        """Reads every file that is not known yet; writes what the manifest lacks. `progress` is
        called with the number of rows each time some were read; it may raise to give up."""
        found = []
        for path in self._candidates():
            signature = signature_of(path)
            try:
                found.append(self._proven(path, reference, progress))
            except AdoptionRefused as why:
                fault = ArchiveFault("unknown", f"is not in the manifest and {why}", path.name)
                self._refused[path] = (signature, fault)
        self._note(found)

    def _candidates(self) -> list[Path]:
        """Also what is longer than a manifest says that is not whole itself, or older."""
        paths = [*self._archive.unknown_files(), *self._grown()]
        return [
            path
            for path in paths
            if path not in self._refused or self._refused[path][0] != signature_of(path)
        ]

    def _grown(self) -> Iterator[Path]:
        if not self.suspects:
            return
        for entry in self._archive.entries():
            if entry.name not in self.suspects:
                continue
            path = self._archive.path(entry)
            signature = signature_of(path)
            if signature is not None and signature[1] != entry.bytes:
                yield path

    def _proven(self, path: Path, reference: Reference | None, progress: Progress) -> FileEntry:
        """Raises `AdoptionRefused`."""
        content = FileContent()
        try:
            with path.open("rb") as file:
                sha256 = sha256_of(file)
                file.seek(0)
                without_checksum = 0
                for rows, unchecked in _check(file, content, reference):
                    without_checksum += unchecked
                    progress(rows)
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise AdoptionRefused(f"cannot be read ({type(error).__name__})") from error
        entry = FileEntry(
            path.name,
            content.first_id,
            content.last_id,
            dict(content.days),
            path.stat().st_size,
            sha256,
            content.segments,
            trusted_since=datetime.now(UTC).date().isoformat() if without_checksum else None,
        )
        if entry.trusted_since and entry.name in self._archive.manifest.contents().files:
            raise AdoptionRefused("has rows without a checksum")
        return self._fitted(entry)

    def _fitted(self, entry: FileEntry) -> FileEntry:
        """Among the files that are known. Raises `AdoptionRefused`."""
        known = self._archive.manifest.contents().files
        before = known.get(entry.name)
        if before is not None and not (
            entry.first_id == before.first_id and entry.last_id > before.last_id
        ):
            raise AdoptionRefused("is not what the manifest says")
        for other in known.values():
            if other is before or other.is_substitute or not entry.count_common(other):
                continue
            is_within = entry.first_id <= other.first_id and other.last_id <= entry.last_id
            if not is_within or not self._is_bad(other):
                raise AdoptionRefused(f"holds deliveries that {other.name} holds")
        return replace(entry, replaces=before.sha256 if before else None)

    def _is_bad(self, entry: FileEntry) -> bool:
        signature = signature_of(self._archive.path(entry))
        damage = self._archive.manifest.contents().damage.get(entry.name)
        return signature is None or signature[1] != entry.bytes or damage is not None

    def restore(self) -> None:
        """Files that were given up and have come back, as they were, take the place of their
        substitutes."""
        for entry in list(self._archive.manifest.contents().awaited.values()):
            try:
                self._archive.prove(entry)
            except DamagedFile:
                continue
            with self._archive.manifest.changing():
                self._take(replace(entry, replaces=None, supersedes=[]))

    def _note(self, found: list[FileEntry]) -> None:
        manifest = self._archive.manifest
        if not found and not manifest.bad_lines:
            return
        found.sort(key=lambda entry: entry.first_id)
        apart = [
            entry for n, entry in enumerate(found) if not any(map(entry.count_common, found[:n]))
        ]
        with manifest.changing():
            if manifest.bad_lines or not manifest.exists:
                log.warning(
                    "the manifest of the archive is made anew; %d files join it", len(apart)
                )
                manifest.begin_anew(apart)
                self.has_changed_something = True
                return
            for entry in apart:
                self._take(entry)

    def _take(self, entry: FileEntry) -> None:
        manifest = self._archive.manifest
        replaced = self._replaced_by(entry)
        log.warning("%s joins the manifest of the archive", entry.name)
        manifest.note_file(replace(entry, supersedes=[other.name for other in replaced]))
        manifest.note_placed(entry)
        self.has_changed_something = True
        for other in replaced:
            if other.is_substitute:
                self._archive.path(other).unlink(missing_ok=True)

    def _replaced_by(self, entry: FileEntry) -> list[FileEntry]:
        """Bad files with the same deliveries, and substitutes that are needed no more."""
        known = [
            e for e in self._archive.manifest.contents().files.values() if e.name != entry.name
        ]
        originals = [entry, *(other for other in known if not other.is_substitute)]
        within = [e for e in known if entry.first_id <= e.first_id and e.last_id <= entry.last_id]
        covered = [e for e in known if e.is_substitute and _is_covered(e, originals)]
        return list({other.name: other for other in (*within, *covered)}.values())


def _check(
    file: BinaryIO, content: FileContent, reference: Reference | None
) -> Iterator[tuple[int, int]]:
    """Per portion: its rows, and how many of them have no checksum. Raises `AdoptionRefused`."""
    for batch in pq.ParquetFile(file).iter_batches(batch_size=ROWS_AT_ONCE):
        rows = list(content.noted(rows_of(batch)))
        checksums = checksums_of(batch)
        if any(n not in (None, checksum_of(row)) for row, n in zip(rows, checksums, strict=True)):
            raise AdoptionRefused("has rows that are damaged")
        if rows and reference is not None:
            _agree(rows, reference)
        yield len(rows), checksums.count(None)
    if not content.first_id or not content.is_without_gaps:
        raise AdoptionRefused("does not hold deliveries one after the other")


def _agree(rows: list[Row], reference: Reference) -> None:
    known = reference.received((rows[0][0], rows[-1][0]))
    if any(known.get(row[0], row[1]) != row[1] for row in rows):
        raise AdoptionRefused("does not agree with the store on which delivery came when")


def _is_covered(entry: FileEntry, by: list[FileEntry]) -> bool:
    next_id = entry.first_id
    for other in sorted(by, key=lambda one: one.first_id):
        if other.first_id <= next_id:
            next_id = max(next_id, other.last_id + 1)
    return next_id > entry.last_id
