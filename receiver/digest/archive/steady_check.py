"""Every file of the archive is read whole again within a month of the last time, the one that waits
longest first, while digest has nothing else to do.

Which were read stands in the manifest: a restart goes on where the last process was. A file that
does not agree with the store is read again after each start, until it does.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import check_file
from receiver.digest.archive.faults import ArchiveFault
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.reference import Reference

CHECK_EVERY_DAYS = 30
_NOTE_EVERY_SECONDS = 60.0

Progress = Callable[[int], None]
"""Called with a number of bytes whenever some were checked; may raise to give up."""


class SteadyCheck:
    """`archive`: nobody else's. `faults`: what a glance cannot see."""

    def __init__(self, archive: Archive) -> None:
        self.faults: tuple[ArchiveFault, ...] = ()
        self._archive = archive
        self._seen: object = None
        self._next_due = ""

    def begin(self) -> None:
        """With another store, which may agree."""
        self.faults = ()

    def is_due(self) -> bool:
        """Whether a file is; quick while nobody writes to the manifest."""
        signature = self._archive.manifest.signature()
        if signature != self._seen:
            contents = self._archive.manifest.contents()
            self._next_due = min(map(contents.last_check, contents.files), default="")
            self._seen = signature
        return bool(self._next_due) and self._next_due < _long_ago() and bool(self._due())

    def run(self, store: Reference, progress: Progress) -> None:
        """Read what is due. `progress` may raise to give up; what was read counts."""
        whole: dict[str, str] = {}
        next_note = time.monotonic() + _NOTE_EVERY_SECONDS
        self._archive.forget_proofs()
        try:
            for entry in self._due():
                fault = check_file(self._archive, entry, store, progress)
                if fault is None or fault.problem not in ("lacking", "disagrees"):
                    whole[entry.name] = _text(datetime.now(UTC))
                else:
                    self.faults = (*self.faults, fault)
                if time.monotonic() >= next_note:
                    self._note(whole)
                    next_note = time.monotonic() + _NOTE_EVERY_SECONDS
        finally:
            self._note(whole)

    def _due(self) -> Iterable[FileEntry]:
        contents, before = self._archive.manifest.contents(), _long_ago()
        known = {fault.file for fault in self.faults}
        due = [
            entry
            for entry in contents.files.values()
            if entry.name not in known and contents.last_check(entry.name) < before
        ]
        return sorted(due, key=lambda entry: contents.last_check(entry.name))

    def _note(self, whole: dict[str, str]) -> None:
        if whole:
            with self._archive.manifest.changing() as contents:
                # Digest may have put a longer one in its place, which was read by that.
                there = {name: at for name, at in whole.items() if name in contents.files}
                self._archive.manifest.note_checked(there)
            whole.clear()


def _long_ago() -> str:
    return _text(datetime.now(UTC) - timedelta(days=CHECK_EVERY_DAYS))


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
