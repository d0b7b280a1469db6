"""The run of a night: some files of the archive are rewritten, then the store is made again of it.

Killed anywhere, the next run goes on: what has ended stays as it is when it ends again.
"""

import logging
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

import pyarrow as pa
from duckdb import DuckDBPyConnection

from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.faults import DamagedFile
from receiver.digest.archive.rewriting import RewritingRefused, forget_replaced, rewrite
from receiver.digest.erasing.carrying_out import Renew
from receiver.digest.erasing.leftovers import remove_aside
from receiver.digest.erasing.places import Check
from receiver.digest.erasing.sqlite_files import FileInUse
from receiver.digest.pruning.access_log import end_old_lines
from receiver.digest.pruning.plan import PruneRules
from receiver.digest.pruning.progress import PruningProgress
from receiver.digest.stores.digest_store import DigestStore, StoreInUse
from receiver.digest.workers.raw_delivery import WebhookDialect
from receiver.erasing.retention import Retention
from receiver.person_key import InvalidPersonKey, contact_hash, person_key
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

FILES_A_NIGHT = 31
"""An archive of years takes some nights."""
_AGAIN_SECONDS = 900.0
_LOOK_SECONDS = 5.0
_OBSTACLES = (
    *(StoreInUse, FileInUse, DamagedFile, RewritingRefused, InvalidPersonKey),
    *(OSError, sqlite3.Error, pa.ArrowException),
)


class PruningWork:
    """What a running digest does about it. `check`: may raise to give up."""

    def __init__(self, settings: Settings, archive: Archive, check: Check) -> None:
        self._settings = settings
        self._place = DataDir(settings.data_dir)
        self._archive = archive
        self._check = check
        self._retention = Retention.of(settings)
        self._next = 0.0

    def is_due(self) -> bool:
        """Quick enough to ask all the time."""
        if self._place.prune_wanted.exists():
            return True
        if not self._is_on or time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + _LOOK_SECONDS
        progress, now = PruningProgress.read(self._place.pruned), self._local_now()
        has_come = now.time() >= self._settings.prune_at
        return progress.is_open or (has_come and progress.day < now.date().isoformat())

    def carry_out(
        self, db: DuckDBPyConnection, obstacle: str, renew: Renew, store: DigestStore
    ) -> None:
        """`obstacle`: what is wrong with the archive."""
        try:
            if obstacle:
                log.error("pruning waits: %s", obstacle)
            else:
                self._run(db, renew, store)
        except _OBSTACLES as why:
            obstacle = f"{type(why).__name__}: {why}"
            log.error("pruning waits: %s", obstacle)
        if obstacle:
            self._next = time.monotonic() + _AGAIN_SECONDS
        self._place.prune_wanted.unlink(missing_ok=True)

    @property
    def _is_on(self) -> bool:
        return bool(self._retention.days or self._settings.keep_audit_days)

    def _run(self, db: DuckDBPyConnection, renew: Renew, store: DigestStore) -> None:
        progress = PruningProgress.read(self._place.pruned)
        if self._retention.days:
            rewritten = self._rewrite(db, progress)
            forget_replaced(self._archive)
            if rewritten or progress.is_open:
                if renew(True) is None:
                    return
                store.drop_others()
            remove_aside(self._place, self._settings.lake is not None)
        if self._settings.keep_audit_days:
            before = datetime.now(UTC) - timedelta(days=self._settings.keep_audit_days)
            if ended := end_old_lines(self._place.state, before):
                log.info("pruned: %d lines of the access log", ended)
        progress = PruningProgress.read(self._place.pruned).of_files(self._archive.entries())
        today = self._local_now().date().isoformat()
        replace(progress, day=today, is_open=False).keep(self._place.pruned)

    def _rewrite(self, db: DuckDBPyConnection, progress: PruningProgress) -> int:
        """Returns how many files were rewritten."""
        key = person_key(self._place.person_key)
        renames = WebhookDialect.of(self._settings).renames
        rules = PruneRules(self._retention, datetime.now(UTC), key, renames)
        wanted = frozenset(self._retention.days)
        most = inf if self._place.prune_wanted.exists() else FILES_A_NIGHT
        rewritten = 0
        for entry in filter(rules.may_be_due, self._archive.entries()):
            if progress.is_done(entry, wanted):
                continue
            due = rules.due_in(db, entry)
            is_open = progress.is_open
            replace(progress, is_open=True).keep(self._place.pruned)
            files = rewrite(
                *(self._archive, due.change(rules.ending()), {entry.name}, "kept long enough"),
                *(lambda checksum: contact_hash(key, "file", checksum), self._check),
            )
            new = [one.sha256 for one in files]
            progress = replace(progress, is_open=is_open or bool(new))
            sha256 = new[0] if new else entry.sha256
            progress = progress.with_done(sha256, due.all_due)
            progress.keep(self._place.pruned)
            rewritten += len(new)
            if rewritten >= most:
                break
        if rewritten:
            log.info("pruned: %d files of the archive", rewritten)
        return rewritten

    def _local_now(self) -> datetime:
        return datetime.now(ZoneInfo(self._settings.timezone))
