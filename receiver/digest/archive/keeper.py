"""What a running digest does for the archive: fill it, check it, keep the list of its faults.

Nothing here stops digest. A fault is logged when it appears and when it is gone, counted in the
metrics and published with the data, so that every page can show it.
"""

import logging
import threading
import time
from collections.abc import Callable
from hashlib import sha256

from duckdb import DuckDBPyConnection

from analytics.noted import forget, note, noted
from analytics.run_tables import replace_archive_notes
from analytics.store import archived_id, forget_positions, last_delivery_id, save_archived
from receiver.data_dir import DataDir
from receiver.digest.archive.adoption import Adoption
from receiver.digest.archive.archive import Archive, UnknownFiles
from receiver.digest.archive.completeness import StoreCompleteness
from receiver.digest.archive.coverage import archived_places, are_the_same, digested, received_of
from receiver.digest.archive.faults import ArchiveFault, fault_table, lost_table
from receiver.digest.archive.glances import ArchiveGlances
from receiver.digest.archive.numbered import number_all
from receiver.digest.archive.reference import Reference
from receiver.digest.archive.steady_check import SteadyCheck
from receiver.inbox.reader import InboxReader, Snapshot
from receiver.inbox.segment import sync_directory
from receiver.ops.metrics import DigestMetrics

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0
_NOTED = "notes of the archive"
# Of a full check while digest is idle; reading a row costs more than reading its bytes.
CHECK_BYTES_PER_SECOND = 1 << 20


class StopRequested(Exception):
    """A thread was asked to stop."""


class ArchiveKeeper:
    def __init__(
        self,
        place: DataDir,
        archive: Archive,
        reader: InboxReader,
        metrics: DigestMetrics,
        is_idle: Callable[[], bool],
    ) -> None:
        self.archive = archive
        self.faults: list[ArchiveFault] = []
        self.wants_rebuild = False
        self.when_taken_in: Callable[[], None] = lambda: None
        self._place = place
        self._reader = reader
        self._metrics = metrics
        self._is_idle = is_idle
        self._next_look = 0.0
        self._mismatch: list[ArchiveFault] = []
        self._published: tuple[object, ...] | None = None
        self._noted: str | None = None
        self._completeness = StoreCompleteness(archive)
        self._is_first_look = True
        self._glances = ArchiveGlances(archive)
        self._steady = SteadyCheck(Archive(place.archive))
        self._adoption = Adoption(Archive(place.archive))
        self._thread: threading.Thread | None = None
        self._is_adopting = False
        self._is_over = threading.Event()

    # Its faults

    def look_if_due(self, db: DuckDBPyConnection, also: list[ArchiveFault]) -> None:
        """A glance about every minute. `also`: faults found elsewhere."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
            self.look(db, also)

    def look(self, db: DuckDBPyConnection, also: list[ArchiveFault]) -> None:
        store = Reference(db)
        if not self._is_reading:
            self._adoption.restore()
        seen = self._glances.look(store, archived_id(db))
        if not self._is_reading:
            self._adoption.suspects = {fault.file for fault in seen}
        faults = [*seen, *self._steady.faults]
        faults += [*self._adoption.faults(), *self._mismatch, *also]
        if faults != self.faults or self._adoption.has_changed_something or self._is_first_look:
            self._note_changes(faults)
            has_news = self._adoption.has_changed_something
            self.wants_rebuild = not self._completeness.is_whole(db, faults, has_news)
        if self._adoption.has_changed_something:
            self.when_taken_in()
        self._is_first_look = self._adoption.has_changed_something = False
        self._begin_what_is_due(db)

    @property
    def _is_reading(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _note_changes(self, faults: list[ArchiveFault]) -> None:
        for fault in faults:
            if fault not in self.faults:
                log.error("archive: %s", fault)
        for fault in self.faults:
            if fault not in faults:
                log.warning("archive: resolved: %s", fault)
        self.faults = faults
        gone = sum(ids.count for ids in self.archive.manifest.contents().lost)
        self._metrics.note_archive(len(faults), gone)

    @property
    def has_gaps(self) -> bool:
        """Whether a rebuild from the archive would now lose something."""
        return any(fault.blocks_rebuild for fault in self.faults)

    def have_notes_changed(self) -> bool:
        notes = self._notes()
        if self._published is None and _digest_of(notes) == self._noted:
            self._published = notes
        return notes != self._published

    def begin(self, db: DuckDBPyConnection, also: list[ArchiveFault]) -> None:
        """Start with a store that has just been opened."""
        self._published = None
        self._noted = noted(db, _NOTED)
        self._completeness.begin(db)
        self._is_first_look = True
        self._steady.begin()
        self._is_over.clear()
        self.look(db, also)

    def write_notes(self, db: DuckDBPyConnection) -> None:
        """Write faults and losses into the store, to be published."""
        lost = self.archive.manifest.contents().lost
        forget(db, _NOTED)
        replace_archive_notes(db, fault_table(self.faults), lost_table(lost))
        self._published = self._notes()
        note(db, _NOTED, _digest_of(self._published))

    def _notes(self) -> tuple[object, ...]:
        return (*self.faults, *self.archive.manifest.contents().lost)

    # Filling it

    def fill(self, db: DuckDBPyConnection) -> None:
        """Copy digested deliveries into the archive, then delete segments no longer needed."""
        snapshot, store = self._reader.look(), Reference(db)
        if not self._append(db, snapshot, store):
            return
        places = archived_places(self.archive, snapshot, store)
        for name in snapshot.finished(places):
            self._reader.delete(name)
        # A segment that came back after its position was forgotten would be digested twice.
        sync_directory(self._place.inbox)
        forget_positions(db, but=self._reader.names())

    def _append(self, db: DuckDBPyConnection, snapshot: Snapshot, store: Reference) -> bool:
        """Archive what is digested; returns whether all of it is. Ids come from counting, so first
        make sure that the store has the same deliveries under the same ids."""
        if self._is_reading or self._adoption.is_needed():
            return False
        places, read = archived_places(self.archive, snapshot, store), store.positions()
        received = received_of(digested(snapshot, places, read))
        last = max(last_delivery_id(db), archived_id(db))
        first = last - len(received)
        if first < self.archive.last_id() or not are_the_same(received, first + 1, store):
            self._report_mismatch(first + 1, last)
            return False
        self._mismatch = []
        if received:
            # What lies before was archived in files that are lost.
            save_archived(db, first, {})
            try:
                self.archive.append(number_all(digested(snapshot, places, read), first))
            except UnknownFiles as error:
                log.error("nothing is archived yet: %s", error)
                return False
        save_archived(
            db, last, archived_places(self.archive, snapshot, store) | _reached(snapshot, read)
        )
        return True

    def _report_mismatch(self, first: int, last: int) -> None:
        explanation = (
            "the store does not hold each delivery of the inbox exactly once, so nothing is "
            "archived: `calltouch rebuild` makes a store that does, and loses nothing"
        )
        fault = ArchiveFault("disagrees", explanation, None, max(first, 1), last)
        if [fault] != self._mismatch:
            log.error("archive: %s", fault)
        self._mismatch = [fault]

    # Longer work, in a thread

    def wait(self, db: DuckDBPyConnection, also: list[ArchiveFault]) -> None:
        """Wait until files that no manifest names have been read."""
        if self._thread is not None and self._is_adopting:
            self._thread.join()
            self.look(db, also)

    def give_way(self) -> None:
        """End a check that may take long; it goes on later."""
        if self._thread is not None and not self._is_adopting:
            self.stop()
            self._is_over.clear()

    def obstacle(self) -> str:
        """What keeps the archive from being rewritten; empty when nothing does."""
        if self._is_reading or self._adoption.is_needed():
            return "the archive is being read"
        return "; ".join(str(fault) for fault in self.faults if fault.blocks_rebuild)

    def stop(self) -> None:
        """Stop the thread; `begin` resumes its work. Call before closing the store."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _begin_what_is_due(self, db: DuckDBPyConnection) -> None:
        if self._is_reading:
            return
        self._is_adopting = self._adoption.is_needed()
        if self._is_adopting:
            self._begin(lambda: self._adopt(Reference(db)))
        elif self._is_idle() and self._steady.is_due():
            self._begin(lambda: self._check(Reference(db)))

    def _begin(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            except StopRequested:
                log.info("reading the archive resumes at the next start")
            except Exception:
                log.exception("the archive could not be read completely")
            self._next_look = 0.0

        self._thread = threading.Thread(target=run, name="reading the archive", daemon=True)
        self._thread.start()

    def _adopt(self, store: Reference) -> None:
        if self._adoption.is_needed():
            log.warning("reading files of the archive that differ from its manifest")
            self._adoption.adopt(store, self._raise_if_stopped)

    def _check(self, store: Reference) -> None:
        log.info("reading files of the archive that were not read for a month")
        self._steady.run(store, self._slowly)
        log.info(
            "files of the archive that do not agree with the store: %d", len(self._steady.faults)
        )

    def _slowly(self, count: int) -> None:
        """Work only while digest is idle."""
        self._raise_if_stopped(count)
        self._is_over.wait(count / CHECK_BYTES_PER_SECOND)
        while not self._is_idle() and not self._is_over.is_set():
            self._is_over.wait(1.0)
        self._raise_if_stopped(count)

    def _raise_if_stopped(self, count: int) -> None:
        if self._is_over.is_set():
            raise StopRequested


def _reached(snapshot: Snapshot, read: dict[str, int]) -> dict[str, int]:
    return {name: position for name, position in read.items() if name in snapshot.limits}


def _digest_of(what: tuple[object, ...]) -> str:
    return sha256(repr(what).encode()).hexdigest()
