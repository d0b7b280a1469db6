"""Digest: the one place where inbox and store meet, in a process of its own.

Deliveries are taken in their final order, decoded, folded into the store in one transaction per
batch together with the position in the inbox, published, archived, and only then deleted from the
inbox. Killing it anywhere and starting it again changes nothing in the result.
"""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.notes import replace_notes
from analytics.publish import Pace, Publisher
from analytics.store import (
    forget_positions,
    give_back_memory,
    last_delivery_id,
    outcomes_after,
    positions,
)
from receiver import __version__
from receiver.data_dir import DataDir
from receiver.digest.archive import MERGE_BELOW_BYTES, Archive
from receiver.digest.batch import Numbered, batches, number, number_all
from receiver.digest.by_batches import fold_batch
from receiver.digest.decoding_ahead import decoded_ahead
from receiver.digest.disk_room import DiskRoom
from receiver.digest.rebuild import (
    basis_for,
    missing,
    rebuild,
    remove_store,
    wal_of,
)
from receiver.digest.recovery import NeedsRebuild, note_failure, note_success, open_or_recover
from receiver.inbox.reader import Damaged, Entry, InboxReader, Snapshot
from receiver.inbox.segment import sync_directory, write_durably
from receiver.inbox.watermark import Watermark
from receiver.metrics import DigestMetrics
from receiver.run_notes import RunNotes
from receiver.settings import Settings

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
ARCHIVE_EVERY_SECONDS = 60.0
FINISH_SECONDS = 10.0
REST_AFTER_SECONDS = 5.0


class Stopped(Exception):
    """Digest was told to stop while it was rebuilding the store."""


class NoRoom(Exception):
    """The store cannot be rebuilt: too little of the disk is free."""


def note_digest_failure(data_dir: Path) -> None:
    """Suspect the store, unless it is the disk that is full."""
    if DiskRoom(data_dir).is_there():
        note_failure(DataDir(data_dir).store)


class Digest:
    """The running digest. The caller holds the digest lock."""

    def __init__(self, settings: Settings, stop: threading.Event | None = None) -> None:
        self._settings = settings
        self._stop = stop or threading.Event()
        self._place = DataDir(settings.data_dir)
        self._place.inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._reader = InboxReader(self._place.inbox)
        self._watermark = Watermark(self._place.inbox)
        self._archive = Archive(self._place.archive)
        self._metrics = DigestMetrics(settings.data_dir)
        self._notes = RunNotes(self._place.state)
        self._pace = Pace(settings.publish_seconds)
        self._publisher = Publisher(
            self._place.store,
            self._place.published,
            __version__,
            settings.published_mode,
            settings.published_group,
        )
        self._room = DiskRoom(self._place.root)
        self._next_archive = time.monotonic() + ARCHIVE_EVERY_SECONDS
        self._suspected = True
        self._rest_at: float | None = None
        self._db = self._open()

    def run(self) -> None:
        """Until told to stop; then what has been accepted so far is digested and published."""
        while not self._stop.is_set():
            self._adopt_rebuilt()
            if not self._room.is_there() or not self.step():
                self._publish_if_due()
                self._archive_if_due()
                self._rest_if_due()
                self._stop.wait(POLL_SECONDS)
        if self._room.is_there():
            self.finish(FINISH_SECONDS)

    def step(self, give_up_at: float = float("inf")) -> int:
        """Digest what is in the inbox now, until a monotonic time at most. 0: nothing was left."""
        snapshot = self._reader.look(self._watermark)
        digested = positions(self._db)
        pending = sum(limit - digested.get(n, 0) for n, limit in snapshot.limits.items())
        self._metrics.pending_bytes.set(pending)
        entries = snapshot.entries(digested)
        done = self._digest(number(entries, last_delivery_id(self._db)), give_up_at)
        return done or snapshot.ahead

    def finish(self, seconds: float = float("inf")) -> None:
        """Digest, publish and archive what there is, then close the store."""
        give_up_at = time.monotonic() + seconds
        while self.step(give_up_at) and time.monotonic() < give_up_at:
            pass
        if self._room.is_there(self._store_bytes()):
            self._publish()
        if self._room.is_there(MERGE_BELOW_BYTES):
            self.archive()
        self._publisher.close()
        self._db.close()
        self._reader.close()
        self._notes.close()

    def archive(self) -> None:
        """Copy what is digested into the archive, then delete the segments nobody needs more."""
        snapshot = self._reader.look()
        archived = self._archive.positions(list(snapshot.limits))
        if not self._append_to_archive(snapshot, archived):
            return
        for name in snapshot.finished(self._archive.positions(list(snapshot.limits))):
            self._reader.delete(name)
        # A segment that came back after its position was forgotten would be digested twice.
        sync_directory(self._place.inbox)
        forget_positions(self._db, but=self._reader.names())

    def _append_to_archive(self, snapshot: Snapshot, archived: dict[str, int]) -> bool:
        """Whether everything digested is now archived. The ids are given by counting, so the
        count has to be right before anything is written."""
        first, last = self._archive.last_id(), last_delivery_id(self._db)
        digested = positions(self._db)
        count = sum(1 for _ in _digested(snapshot, archived, digested))
        if first + count != last:
            log.error(
                "archive: %d deliveries after %d do not end at %d, so the store has not taken "
                "each once; nothing is archived until `calltouch rebuild` has been run",
                count,
                first,
                last,
            )
            return False
        if count:
            self._archive.append(number_all(_digested(snapshot, archived, digested), first))
        return True

    def _open(self) -> DuckDBPyConnection:
        """The store, caught up with the archive; rebuilt first if it is not what it must be."""
        if not self._place.store.exists() and self._archive.files():
            self._rebuild("there is none")
        self._put_rebuilt_in_place()
        basis = basis_for(self._settings)
        count = self._metrics.count_recovery
        try:
            self._db = open_or_recover(self._place.store, basis, count)
        except NeedsRebuild as reason:
            self._rebuild(str(reason))
            self._put_rebuilt_in_place()
            self._db = open_or_recover(self._place.store, basis, count)
        self._unpublished = True
        self._notes.forget()
        if self._room.is_there():
            self._digest(missing(self._db, self._reader.look(self._watermark), self._archive))
        return self._db

    def _rebuild(self, reason: str) -> None:
        """Into a file of its own: meanwhile the old published one stays as it is."""
        if self._place.rebuilt.exists():
            return
        log.warning("rebuilding the store: %s", reason)
        self._metrics.count_recovery("rebuilt")
        unfinished = self._place.rebuilt.with_suffix(".unfinished")
        try:
            rebuild(self._settings, unfinished, progress=self._check_rebuilding)
        except BaseException:
            remove_store(unfinished)
            raise
        unfinished.rename(self._place.rebuilt)

    def _put_rebuilt_in_place(self) -> None:
        if self._place.rebuilt.exists():
            wal_of(self._place.store).unlink(missing_ok=True)
            # A log that came back would be replayed on a store that it is not of.
            sync_directory(self._place.root)
            self._place.rebuilt.rename(self._place.store)

    def _adopt_rebuilt(self) -> None:
        """`calltouch rebuild` has laid a new store beside the old one: take it."""
        if self._place.rebuilt.exists():
            log.info("taking over the rebuilt store")
            self._db.close()
            self._db = self._open()

    def _check_rebuilding(self, count: int) -> None:
        """Between two batches."""
        if self._stop.is_set():
            raise Stopped
        if not self._room.is_there():
            raise NoRoom("the disk is too full to rebuild the store; make room, it tries again")

    def _digest(
        self, stream: Iterator[Numbered | Damaged], give_up_at: float = float("inf")
    ) -> int:
        done = 0
        for batch, ahead in decoded_ahead(batches(stream), self._settings):
            self._keep_damaged(batch.damaged)
            self._watermark.sync()
            fold_batch(self._db, batch, self._settings, ahead)
            self._note_success()
            self._metrics.count_outcomes(outcomes_after(self._db, batch.first_id))
            done += len(batch.deliveries)
            self._unpublished = True
            self._rest_at = time.monotonic() + REST_AFTER_SECONDS
            self._publish_if_due()
            if time.monotonic() > give_up_at:
                break
        return done

    def _note_success(self) -> None:
        if self._suspected:
            note_success(self._place.store)
            self._suspected = False

    def _publish_if_due(self) -> None:
        if not self._pace.is_due():
            return
        wanted = self._unpublished or self._notes.have_changed() or self._publisher.is_disturbed()
        # The copy lies beside the old one for a moment.
        if wanted and self._room.is_there(self._store_bytes()):
            self._publish()

    def _publish(self) -> None:
        started = time.monotonic()
        if self._notes.have_changed():
            replace_notes(self._db, self._notes.read())
        self._publisher.publish(self._db)
        seconds = time.monotonic() - started
        self._pace.took(seconds)
        self._unpublished = False
        size = self._store_bytes()
        self._metrics.note_publication(last_delivery_id(self._db), seconds, size)

    def _store_bytes(self) -> int:
        return self._place.store.stat().st_size

    def _archive_if_due(self) -> None:
        if self._unpublished or time.monotonic() < self._next_archive:
            return
        self._next_archive = time.monotonic() + ARCHIVE_EVERY_SECONDS
        dead = any(not segment.alive for segment in self._reader.look().segments)
        if dead and self._room.is_there(MERGE_BELOW_BYTES):
            self.archive()

    def _rest_if_due(self) -> None:
        """When nothing has come for a while."""
        if self._rest_at is not None and time.monotonic() > self._rest_at:
            self._rest_at = None
            give_back_memory(self._db)

    def _keep_damaged(self, damaged: list[Damaged]) -> None:
        for piece in damaged:
            self._place.damaged.mkdir(mode=0o700, exist_ok=True)
            name = f"{piece.segment}-{piece.start}-{piece.end}"
            write_durably(self._place.damaged / name, piece.read())
            self._metrics.damaged.inc(piece.end - piece.start)
            log.error(
                "inbox: %s holds no deliveries from %d to %d (%s); these bytes are kept as %s",
                piece.segment,
                piece.start,
                piece.end,
                "torn end, as after a power cut" if piece.tail else "damaged",
                name,
            )


def _digested(
    snapshot: Snapshot, archived: dict[str, int], digested: dict[str, int]
) -> Iterator[Entry]:
    """What is in the store, but not yet in the archive."""
    for item in snapshot.entries(archived):
        if isinstance(item, Entry) and item.position <= digested.get(item.segment, 0):
            yield item
