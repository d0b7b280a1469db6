"""Glances at an archive, minute after minute, that cost the same however many files it has.

Names are compared whenever the directory or the manifest has changed, and what is wrong is looked
at every time; of the other files `AT_ONCE` in turn. So a file that is missing is seen by the next
glance, one that was shortened or replaced by another of its name within a glance for each `AT_ONCE`
files.
"""

import time
from collections.abc import Sequence
from itertools import chain

from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import bad_lines, gaps, looked_at
from receiver.digest.archive.faults import ArchiveFault
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.reference import Reference

AT_ONCE = 200


class ArchiveGlances:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._manifest: object = None
        self._entries: Sequence[FileEntry] = ()
        self._missing: Sequence[FileEntry] = ()
        self._gaps: Sequence[ArchiveFault] = ()
        self._state: tuple[object, ...] | None = None
        # Wherever the last process was: one that ends soon must not always see the same files.
        self._next = time.time_ns()
        self._suspects: frozenset[str] = frozenset()

    def look(self, reference: Reference, archived_id: int) -> list[ArchiveFault]:
        """As `check.glance`."""
        self._compare(reference, archived_id)
        wanted = {entry.name: entry for entry in chain(self._missing, self._in_turn())}
        if self._suspects:
            wanted |= {one.name: one for one in self._entries if one.name in self._suspects}
        ordered = sorted(wanted.values(), key=lambda entry: entry.first_id)
        found = [fault for entry in ordered if (fault := looked_at(self._archive, entry))]
        self._suspects = frozenset(fault.file for fault in found if fault.file)
        return [*found, *self._gaps, *bad_lines(self._archive)]

    def _compare(self, reference: Reference, archived_id: int) -> None:
        """Names with names, where something has changed."""
        names, manifest = self._archive.names(), self._archive.manifest.signature()
        if self._state == (names, manifest, archived_id):
            return
        self._entries = self._archive.entries()
        self._missing = [entry for entry in self._entries if entry.name not in names]
        self._suspects |= self._archive.manifest.contents().damage.keys()
        self._gaps = gaps(self._archive, reference, archived_id)
        self._state = (names, self._archive.manifest.signature(), archived_id)

    def _in_turn(self) -> Sequence[FileEntry]:
        count = len(self._entries)
        if count <= AT_ONCE:
            return self._entries
        first = self._next % count
        self._next = first + AT_ONCE
        return [*self._entries, *self._entries[:AT_ONCE]][first : first + AT_ONCE]
