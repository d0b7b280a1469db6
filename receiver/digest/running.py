"""Digest: the one place where inbox and store meet, in a process of its own.

Deliveries are read in their final order, decoded, folded into the store in one transaction per
batch together with the position in the inbox, published, archived, and only then deleted from the
inbox. Killing digest anywhere and starting it again does not change the result.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain

from duckdb import DuckDBPyConnection

from analytics.store import (
    archived_id,
    give_back_memory,
    last_delivery_id,
    outcomes_after,
    positions,
)
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import MERGE_BELOW_BYTES, Archive
from receiver.digest.archive.faults import TODO, DamagedFile
from receiver.digest.archive.keeper import ArchiveKeeper
from receiver.digest.archive.numbered import NumberedDelivery, number
from receiver.digest.batch import batches
from receiver.digest.by_batches import fold_batch
from receiver.digest.clearing import ClearingWork
from receiver.digest.damage import keep_damaged
from receiver.digest.decode_ahead import decoded_ahead
from receiver.digest.disk_room import DiskRoom
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.digest.publishing import StorePublication
from receiver.digest.rebuild import missing
from receiver.digest.store_keeper import DigestStopped, NoRoom, NoStore, StoreKeeper
from receiver.digest.stores.digest_store import DigestStore
from receiver.digest.stores.makers import store_of
from receiver.ending import interruptible, raise_if_interrupted
from receiver.inbox.reader import DamagedBytes, InboxReader
from receiver.inbox.watermark import Watermark
from receiver.ops.metrics import DigestMetrics
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
ARCHIVE_EVERY_SECONDS = 60.0
FINISH_SECONDS = 4.0
REST_AFTER_SECONDS = 5.0


class Digest:
    """The running digest. The caller holds the digest lock."""

    def __init__(
        self,
        settings: Settings,
        stop: threading.Event | None = None,
        store: DigestStore | None = None,
    ) -> None:
        self._stop = stop or threading.Event()
        self._place = DataDir(settings.data_dir)
        self._place.inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        erased = ErasedLeads.of(settings)
        self._reader = InboxReader(self._place.inbox, erased.passing)
        self._watermark = Watermark(self._place.inbox)
        self._metrics = DigestMetrics(settings.data_dir)
        self._room = DiskRoom(self._place.root)
        self._next_archive = time.monotonic() + ARCHIVE_EVERY_SECONDS
        self._rest_at: float | None = None
        self._stopped_at: float | None = None
        self._archive = Archive(self._place.archive)
        self._kept_in = store or store_of(settings)
        about = (self._archive, self._reader, self._metrics.count_recovery, self._check)
        self._keeper = StoreKeeper(self._kept_in, settings, *about)
        self._kept = ArchiveKeeper(
            self._place, self._archive, self._reader, self._metrics, lambda: self._rest_at is None
        )
        self._clearing = ClearingWork(settings, self._archive, erased, self._kept_in, self._check)
        self._kept.when_taken_in = self._clearing.order_again
        publisher = self._kept_in.publisher
        self._publication = StorePublication(settings, publisher, self._kept, self._metrics)
        self.waits_for: str | None = None
        self._is_caught_up = False
        self._store: DuckDBPyConnection | None = None
        self._open(self._keeper.open)

    @property
    def _db(self) -> DuckDBPyConnection:
        assert self._store is not None, self.waits_for
        return self._store

    @property
    def _is_waiting(self) -> bool:
        return self._store is None or bool(self._keeper.waits_for and not self._kept.has_gaps)

    def run(self) -> None:
        """Run until asked to stop; then digest and publish what has been accepted so far."""
        while not self._stop.is_set():
            self._replace_store()
            is_idle = not self._room.is_there() or not self.step()
            # While deliveries keep coming there is no idle moment, and the inbox must not grow.
            self._publish_if_due()
            self._archive_if_due()
            self._look_if_due()
            self._erase_if_due()
            self._kept_in.keep_in_shape(self._store)
            if is_idle:
                self._rest_if_due()
                self._stop.wait(POLL_SECONDS)
        if self._room.is_there():
            self.finish(FINISH_SECONDS)

    def step(self, give_up_at: float = float("inf")) -> int:
        """Digest what is in the inbox now, until a monotonic time at most. 0: nothing is left."""
        if self._store is None:
            return 0
        if not self._is_caught_up:
            self._catch_up()
        snapshot = self._reader.look(self._watermark)
        digested = positions(self._db)
        pending = sum(limit - digested.get(n, 0) for n, limit in snapshot.limits.items())
        self._metrics.pending_bytes.set(pending)
        entries = snapshot.entries(digested)
        if (first := next(entries, None)) is None:
            return snapshot.ahead
        # The last one given, whether its delivery is in the store or lost.
        last_id = max(last_delivery_id(self._db), archived_id(self._db))
        numbered = number(chain([first], entries), last_id)
        return self._digest(numbered, give_up_at) or snapshot.ahead

    def finish(self, seconds: float = float("inf")) -> None:
        """Digest, publish and archive everything, then close the store. When asked to stop,
        publish what could be digested within `FINISH_SECONDS`."""
        give_up_at = time.monotonic() + seconds
        if seconds == float("inf") and self._store is not None:
            self._kept.wait(self._store, self._keeper.faults())
            self._replace_store()
        while not self._is_out_of_time() and self.step(give_up_at):
            if time.monotonic() > give_up_at:
                break
        if self._store is not None:
            is_wanted = self._publication.is_wanted(self._unpublished)
            if is_wanted and self._room.is_there(self._publication.needed_bytes()):
                self._publish()
            if not self._unpublished and self._room.is_there(MERGE_BELOW_BYTES):
                self.archive()
            if seconds == float("inf"):
                self._erase_if_due()
        self._publication.close()
        self._close()
        self._kept_in.close()
        self._reader.close()

    def archive(self) -> None:
        """Copy digested deliveries into the archive, then delete segments no longer needed."""
        if self._store is not None:
            self._kept.fill(self._db)

    def _open(self, opening: Callable[[], DuckDBPyConnection]) -> None:
        """Get a store and catch up with the archive; without one digest waits."""
        try:
            self._store = interruptible(opening())
            self.waits_for = None
        except NoStore as why:
            log.error("digest waits: %s. %s", why, TODO)
            self._store, self.waits_for = None, str(why)
        self._metrics.note_waiting(bool(self.waits_for or self._keeper.waits_for))
        if self._store is None:
            return
        self._is_caught_up = False
        self._unpublished = not self._publication.begin(self._store)
        if self._room.is_there():
            self._catch_up()
        self._kept.begin(self._store, self._keeper.faults())

    def _close(self) -> None:
        self._kept.stop()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _catch_up(self) -> None:
        """Fold what the archive has and the store lacks; damaged files are skipped and stay in the
        list of faults."""
        without: set[str] = set()
        while True:
            snapshot = self._reader.look(self._watermark)
            try:
                self._digest(missing(self._db, snapshot, self._archive, without))
            except DamagedFile as fault:
                log.error("archive: %s; digest continues without it", fault)
                without.add(fault.entry.name)
                continue
            self._is_caught_up = True
            return

    def _replace_store(self) -> None:
        """Use the store that `calltouch rebuild` put next to the old one, or rebuild it now that
        the archive is complete."""
        if self._kept_in.has_new():
            log.info("taking over the rebuilt store")
            self._reopen(self._keeper.open)
        elif self._kept.wants_rebuild:
            self._kept.wants_rebuild = False
            self._reopen(lambda: self._keeper.renew("the archive has deliveries that it lacks"))
        elif self._is_waiting and self._keeper.has_news():
            self._reopen(self._keeper.open)

    def _reopen(self, opening: Callable[[], DuckDBPyConnection]) -> None:
        self._close()
        self._open(opening)

    def _erase_if_due(self) -> None:
        """Carry out orders to erase a person, once nothing older waits in the inbox."""
        if self._store is None or self._unpublished or not self._clearing.is_wanted():
            return
        self._kept.give_way()
        self.archive()
        if self._clearing.is_due():
            self._clearing.carry_out(self._db, self._kept.obstacle(), self._renew_all)

    def _renew_all(self, anew: bool) -> DuckDBPyConnection | None:
        """Make the store again of an archive that was rewritten, publish it, and keep no copy of
        what was published before. None where that has to wait."""
        if anew:
            self._reopen(lambda: self._keeper.renew("the archive was rewritten"))
        if self._store is not None:
            self._publish()
            self._publication.keep_no_copy()
        return self._store

    def _check(self, count: int) -> None:
        """Called between two batches of a rebuild."""
        if self._stop.is_set():
            raise DigestStopped
        if not self._room.is_there():
            raise NoRoom(
                "the disk is too full to rebuild the store; digest retries once there is room"
            )

    def _digest(
        self, stream: Iterator[NumberedDelivery | DamagedBytes], give_up_at: float = float("inf")
    ) -> int:
        done = 0
        for batch, ahead in decoded_ahead(batches(stream), self._keeper.settings):
            keep_damaged(self._place, batch.damaged, self._metrics.damaged.inc)
            self._watermark.sync()
            fold_batch(self._db, batch, self._keeper.settings, ahead, raise_if_interrupted)
            self._kept_in.note_success()
            self._metrics.count_outcomes(outcomes_after(self._db, batch.first_id))
            done += len(batch.deliveries)
            self._unpublished = True
            self._rest_at = time.monotonic() + REST_AFTER_SECONDS
            self._publish_if_due()
            if time.monotonic() > give_up_at or self._is_out_of_time():
                break
        return done

    def _is_out_of_time(self) -> bool:
        """Whether digest was asked to stop a while ago."""
        if not self._stop.is_set():
            return False
        self._stopped_at = self._stopped_at or time.monotonic()
        return time.monotonic() > self._stopped_at + FINISH_SECONDS

    def _publish_if_due(self) -> None:
        is_due = self._store is not None and self._publication.is_due(self._unpublished)
        if is_due and self._room.is_there(self._publication.needed_bytes()):
            self._publish()

    def _publish(self) -> None:
        if not self._keeper.may_be_published(self._db):
            self._reopen(self._keeper.fall_back)
            if self._store is None:
                return
        self._publication.publish(self._db)
        self._keeper.note_published()
        self._unpublished = False

    def _archive_if_due(self) -> None:
        if self._store is None or self._unpublished or time.monotonic() < self._next_archive:
            return
        self._next_archive = time.monotonic() + ARCHIVE_EVERY_SECONDS
        has_ended = any(not segment.alive for segment in self._reader.look().segments)
        if has_ended and self._room.is_there(MERGE_BELOW_BYTES):
            self.archive()

    def _look_if_due(self) -> None:
        if self._store is not None:
            self._kept.look_if_due(self._store, self._keeper.faults())

    def _rest_if_due(self) -> None:
        """When nothing has arrived for a while."""
        if self._rest_at is not None and time.monotonic() > self._rest_at:
            self._rest_at = None
            if self._store is not None:
                give_back_memory(self._store)
