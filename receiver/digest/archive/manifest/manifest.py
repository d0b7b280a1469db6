"""The manifest: what the archive must hold, whether or not it is there.

A `file` line says what is about to be put in place and is synced before the rename, a `placed` line
follows it: after a kill in between the file on disk is the new one or the one that it `replaces`,
and either is right. An entry that `supersedes` others takes their place: substitutes for a file
that is lost, or the file that came back for its substitutes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from receiver.digest.archive.manifest.contents import FileEntry, LostRange, ManifestContents, apply
from receiver.digest.archive.manifest.log import LogContents, ManifestLog, Record, Signature

LINES_TO_SPARE = 2_000
_SEGMENTS_KEPT = 1_000


class Manifest:
    """Read again when another process has written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = ManifestLog(path)
        self._seen: Signature | None = None
        self._contents = ManifestContents()
        self._reading = LogContents()

    def signature(self) -> Signature | None:
        """Another one: somebody has written."""
        return self._log.signature()

    @property
    def exists(self) -> bool:
        """Whether there is one with at least a line."""
        return bool(self.contents().begun_at)

    @property
    def bad_lines(self) -> list[int]:
        self.contents()
        return self._reading.bad_lines

    def contents(self) -> ManifestContents:
        signature = self._log.signature()
        if signature != self._seen:
            self._reading = self._log.read()
            self._contents = ManifestContents()
            for record in self._reading.records:
                apply(self._contents, record)
            self._seen = signature
        return self._contents

    @contextmanager
    def changing(self) -> Iterator[ManifestContents]:
        """Nobody else writes meanwhile."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._log.changing():
            contents = self.contents()
            self._log.cut_torn_end(self._reading)
            self._reading.is_torn = False
            self._seen = self._log.signature()
            yield contents

    def shorten(self) -> None:
        """Lines of files that have been replaced since are needed no more. Inside `changing`."""
        needed = len(self._contents.files) + len(self._contents.lost)
        if self._log.length > needed + LINES_TO_SPARE and not self.bad_lines:
            self.begin_anew([])

    def begin_anew(self, entries: list[FileEntry]) -> None:
        """A new log of what is known and of these, which takes the place of the old one when it is
        whole. Inside `changing`."""
        known, old, is_damaged = self.contents(), self._log, bool(self.bad_lines)
        unfinished = self.path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        self._log, self._contents = ManifestLog(unfinished), ManifestContents()
        for kind, values in _written_anew(known, entries):
            self._log.append(kind, values, synced=False)
        if self._log.length:
            self._log.take_place_of(old, keep=is_damaged)
        self._log, self._seen = ManifestLog(self.path), None
        self.contents()

    def note_file(self, entry: FileEntry) -> None:
        self._write("file", asdict(entry))

    def note_placed(self, entry: FileEntry) -> None:
        self._write("placed", {"name": entry.name, "sha256": entry.sha256})

    def note_undone(self, entry: FileEntry) -> None:
        self._write("undone", {"name": entry.name, "sha256": entry.sha256})

    def note_lost(self, lost: LostRange) -> None:
        self._write("lost", asdict(lost))

    def note_given_up(self, name: str) -> None:
        """The file is no longer expected to be there."""
        self._write("given_up", {"name": name})

    def note_damage(self, name: str, signature: Signature, problem: str) -> None:
        self._write("damaged", {"name": name, "signature": signature, "problem": problem})

    def note_whole(self, name: str) -> None:
        self._write("whole", {"name": name})

    def note_checked(self, files: Mapping[str, str]) -> None:
        """By name, when each was read and found to be what it was."""
        self._write("checked", {"files": dict(files)})

    def _write(self, kind: str, values: Record) -> None:
        apply(self._contents, self._log.append(kind, values))
        self._seen = self._log.signature()


def _written_anew(
    known: ManifestContents, entries: list[FileEntry]
) -> Iterator[tuple[str, Record]]:
    for entry in [*known.files.values(), *entries]:
        yield "kept", asdict(entry)
    for lost in known.lost:
        yield "lost", asdict(lost)
    for entry in known.awaited.values():
        yield "awaited", asdict(entry)
    for name, (signature, problem) in known.damage.items():
        yield "damaged", {"name": name, "signature": signature, "problem": problem}
    # The names of segments begin with the time at which they were made.
    newest = sorted(known.positions)[-_SEGMENTS_KEPT:]
    yield "positions", {"segments": {name: known.positions[name] for name in newest}}
    yield "checked", {"files": {name: known.last_check(name) for name in known.files}}
