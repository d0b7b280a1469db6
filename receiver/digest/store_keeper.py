"""How digest gets a store: the existing one, a rebuilt one, or a copy of the published file.

All this happens without anybody's consent, so it must never lose a delivery. A store is rebuilt
only if the archive can provide everything that was accepted. If it cannot:

- after a change of the time zone or the webhooks, digest continues with the existing store;
- without a store, the published file becomes the store, if this version made it;
- otherwise digest waits: deliveries stay in the inbox, and the published file stays as it is.

A store that replaced another is published only if, for every day, it holds as many deliveries as
the published file, less those that a person gave up (`rebuild --accept-loss`).
"""

import logging
import time

from duckdb import DuckDBPyConnection

from analytics.store import (
    SCHEMA_VERSION,
    archived_id,
    archived_positions,
    fingerprint_of,
    save_archived,
)
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.coverage import archived_end, archived_places
from receiver.digest.archive.faults import ArchiveFault, DamagedFile
from receiver.digest.archive.reference import Reference
from receiver.digest.archive.state import blocking_faults
from receiver.digest.rebuild import (
    Progress,
    RebuildIncomplete,
    fingerprint_for,
    rebuild,
    settings_of,
)
from receiver.digest.recovery import Count, FingerprintChanged, NeedsRebuild
from receiver.digest.stores.digest_store import DigestStore
from receiver.inbox.reader import InboxReader
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

TRY_EVERY_SECONDS = 5.0


class DigestStopped(Exception):
    """Digest was asked to stop while rebuilding the store."""


class NoRoom(Exception):
    """The store cannot be rebuilt: too little disk space is free."""


class NoStore(Exception):
    """There is no store to work with; the text says why, and what to do."""


class StoreKeeper:
    """`settings`: those the open store was made with. `waits_for`: what prevents a rebuild with the
    configured ones; None when they are the same."""

    def __init__(
        self,
        store: DigestStore,
        configured: Settings,
        archive: Archive,
        reader: InboxReader,
        count: Count,
        check: Progress,
    ) -> None:
        self.settings = configured
        self.waits_for: str | None = None
        self._configured = configured
        self._store = store
        self._archive = archive
        self._reader = reader
        self._count = count
        self._check = check
        self._is_compared = False
        self._may_rebuild = True
        self._tried: object = None
        self._next_try = 0.0

    def open(self) -> DuckDBPyConnection:
        """Raises `NoStore`, and what `check` raises during a rebuild."""
        self.settings, self.waits_for = self._configured, None
        self._is_compared = False
        self._next_try = time.monotonic() + TRY_EVERY_SECONDS
        self._archive.settle()
        self._store.take_new()
        db = self._opened()
        self._note_archived(db)
        return db

    def faults(self) -> list[ArchiveFault]:
        """What is to be shown beside those of the archive."""
        return [ArchiveFault("waits", self.waits_for)] if self.waits_for else []

    def has_news(self) -> bool:
        """Whether the archive has changed since the rebuild was postponed. Looks now and then."""
        if time.monotonic() < self._next_try:
            return False
        tried, self._tried = self._tried, self._archive.signature()
        return tried != self._tried

    def renew(self, reason: str) -> DuckDBPyConnection:
        """Rebuild the closed store, if the archive can provide everything, and open it."""
        with self._store.reading() as store:
            faults = self._faults(store)
        self._rebuilds(reason, faults)
        return self.open()

    def _opened(self) -> DuckDBPyConnection:
        if not self._store.is_there() and self._was_there():
            return self._without_store("there is none")
        try:
            return self._open_or_recover()
        except FingerprintChanged as other:
            return self._with_another_fingerprint(other)
        except NeedsRebuild as reason:
            return self._without_store(str(reason))

    def _open_or_recover(self) -> DuckDBPyConnection:
        return self._store.open(fingerprint_for(self._configured), self._count)

    def _was_there(self) -> bool:
        """Whether anything was archived or published before."""
        if self._archive.last_id() or self._archive.unknown_files():
            return True
        with self._store.reading_published() as published:
            return published is not None and published.last_id() > 0

    def _with_another_fingerprint(self, other: FingerprintChanged) -> DuckDBPyConnection:
        with self._store.reading() as store:
            faults = self._faults(store)
        if self._rebuilds(str(other), faults):
            return self._open_or_recover()
        if "schema_version" in other.names:
            raise NoStore(_waiting(f"the store must be rebuilt, as {other}", faults))
        return self._as_it_is(f"the store is to be rebuilt, as {other}", faults)

    def _as_it_is(self, why: str, faults: list[ArchiveFault]) -> DuckDBPyConnection:
        """Open the store with the settings that it was made with."""
        db = self._store.open_as_it_is(fingerprint_for(self._configured))
        try:
            self.settings = settings_of(fingerprint_of(db), self._configured)
        except ValueError as error:
            db.close()
            raise NoStore(_waiting(f"{why}; {error}", faults)) from error
        self.waits_for = _waiting(why, faults)
        log.error("%s; until then digest continues with the previous settings", self.waits_for)
        return db

    def _without_store(self, reason: str) -> DuckDBPyConnection:
        with self._store.reading_published() as published:
            faults = self._faults(published)
            version = published.fingerprint().get("schema_version") if published else None
        if self._rebuilds(reason, faults):
            return self._open_or_recover()
        if version != str(SCHEMA_VERSION):
            raise NoStore(_waiting(f"the store must be rebuilt, as {reason}", faults))
        self._adopt_published(reason)
        try:
            return self._open_or_recover()
        except FingerprintChanged as other:
            return self._as_it_is(f"the store is to be rebuilt, as {other}", faults)

    def _faults(self, reference: Reference | None) -> list[ArchiveFault]:
        return blocking_faults(self._archive, self._reader.look(), reference, self._check)[0]

    def _rebuilds(self, reason: str, faults: list[ArchiveFault]) -> bool:
        """Rebuild if allowed; returns whether it was done."""
        if faults or not self._may_rebuild:
            return False
        try:
            self._rebuild(reason)
        except (DamagedFile, RebuildIncomplete) as error:
            log.error("the store is not rebuilt: %s", error)
            return False
        self._store.take_new()
        return True

    def _rebuild(self, reason: str) -> None:
        """Into a new one: meanwhile what is published stays as it is."""
        log.warning("rebuilding the store: %s", reason)
        self._count("rebuilt")
        new = self._store.new()
        try:
            rebuild(self._configured, new, progress=self._check)
        except BaseException:
            new.give_up()
            raise
        new.finish()

    def _adopt_published(self, reason: str) -> None:
        log.error(
            "the published file becomes the store, as %s and the archive is not whole", reason
        )
        self._count("published file taken")
        self._store.adopt_published()

    def _note_archived(self, db: DuckDBPyConnection) -> None:
        """Record in the store what the archive holds, in case the archive loses it."""
        snapshot, store = self._reader.look(), Reference(db)
        end = archived_end(self._archive, snapshot, store)
        moved = archived_places(self._archive, snapshot, store)
        if end != archived_id(db) or moved.items() - archived_positions(db).items():
            save_archived(db, end, moved)

    def may_be_published(self, db: DuckDBPyConnection) -> bool:
        """Whether it holds everything that the published file holds; checked once per store."""
        if not self._is_compared:
            with self._store.reading_published() as published:
                fewer = self._fewer(Reference(db), published) if published else []
            if fewer:
                log.error("the store lacks published deliveries of %s", ", ".join(fewer))
                return False
            self._is_compared = True
        return True

    def _fewer(self, store: Reference, published: Reference) -> list[str]:
        """Days for which the store has fewer deliveries, less those given up on purpose."""
        if _is_copied(published, store):
            return []
        everything = (1, published.last_id())
        before, now = published.days(everything), store.days(everything)
        for lost in self._archive.manifest.contents().lost:
            for day, count in published.days((lost.first_id, lost.last_id)).items():
                before[day] -= count
            for day, count in store.days((lost.first_id, lost.last_id)).items():
                now[day] -= count
        return [day for day, count in before.items() if now.get(day, 0) < count]

    def note_published(self) -> None:
        """The replaced store is no longer needed."""
        self._store.drop_previous()

    def fall_back(self) -> DuckDBPyConnection:
        """Replace the store, which holds too little and is closed, by the previous one or by the
        published file. Raises `NoStore`."""
        self._may_rebuild = False
        self._store.fall_back()
        return self.open()


def _is_copied(published: Reference, store: Reference) -> bool:
    """Whether a published file was made of this very store, which has all of its deliveries still:
    then their number is enough."""
    if not published.published_us() or published.published_us() not in store.publications():
        return False
    last_id = published.last_id()
    return store.count_until(last_id) >= published.count_until(last_id)


def _waiting(why: str, faults: list[ArchiveFault]) -> str:
    named = "; ".join(map(str, faults[:5])) + ("; …" if len(faults) > 5 else "")
    return f"{why}, and this waits for the archive: {named or 'it could not be read whole'}"
