"""The store as a lake: what digest commits, readers have.

A store that is made anew is another lake. It is ready when it is whole, and current once it has
been compared with the one that readers have.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import Event

import duckdb
from duckdb import DuckDBPyConnection

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.catalog import LakeCatalog, LakeInUse, LakeState
from analytics.lake.fence import raise_fence
from analytics.lake.store import open_lake
from analytics.lake.upkeep import UpkeepStep, carry_out, upkeep_steps
from analytics.statements import statement
from analytics.store import (
    SCHEMA_VERSION,
    StoreFingerprint,
    fingerprint_of,
    last_delivery_id,
    transaction,
)
from receiver import __version__
from receiver.digest.archive.reference import Reference, reading_lake, reading_place
from receiver.digest.recovery import Count, FingerprintChanged, NeedsRebuild
from receiver.digest.stores.digest_store import StoreInUse
from receiver.digest.stores.new_lake import NewLake, drop_lake
from receiver.process_lock import DigestRunning

log = logging.getLogger(__name__)

STANDBY_SECONDS = 0.5
# Readers may still be asking one that has been replaced.
OLD_SECONDS = 600.0
# After an erasure they have no more than this.
READERS_SECONDS = 5.0
UPKEEP_EVERY_SECONDS = 3600.0
_LOOK_EVERY_SECONDS = 1.0
_CLEAR_EVERY_SECONDS = 60.0


class LakePublisher:
    """Publishing is the commit: here it is only said when that was."""

    def __init__(self, store: "LakeStore") -> None:
        self._store = store
        self._published: tuple[int, int, int] | None = None

    def is_there(self) -> bool:
        return self._store.is_current

    def is_disturbed(self) -> bool:
        return False

    def needed_bytes(self) -> int:
        return 0

    def forget(self) -> None:
        self._published = None

    def take_up(self) -> bool:
        return self._store.is_current

    def publish(self, db: DuckDBPyConnection) -> None:
        """Raises `LakeUnreachable` when the lock is lost."""
        self._store.check_lock()
        last = last_delivery_id(db)
        with transaction(db):
            db.execute("delete from freshness")
            values = {"app": __version__, "schema": SCHEMA_VERSION, "last": last}
            db.execute(statement("publish/freshness"), values)
        self._store.make_current()

    def signature(self) -> tuple[object, ...]:
        return (self._store.number,)

    def size(self) -> int:
        return self._store.size()

    def close(self) -> None:
        """There is no copy."""


class LakeStore:
    """Holds a session of PostgreSQL, and with it the lock, from `wait` or `open` to `close`."""

    def __init__(self, address: LakeAddress, wanted: Path) -> None:
        """`wanted`: is there while somebody waits for upkeep."""
        self._address = address
        self._wanted = wanted
        self._steps: Iterator[UpkeepStep] | None = None
        self._next_upkeep = time.monotonic() + UPKEEP_EVERY_SECONDS
        self._catalog: LakeCatalog | None = None
        self._db: DuckDBPyConnection | None = None
        self._place: LakePlace | None = None
        self._ready: LakePlace | None = None
        self._has_lock = False
        self._next_look = 0.0
        self._next_clearing = 0.0
        self.is_current = False
        self.publisher = LakePublisher(self)

    @property
    def number(self) -> int:
        return 0 if self._place is None else self._place.number

    def wait(self, stop: Event) -> bool:
        """Says once who digests meanwhile."""
        who = None
        while not stop.is_set():
            if self._take_lock():
                log.info("this digest has the lake now")
                return True
            if who != (who := self._session.digesting()):
                log.warning("standby: the lake is being digested by %s", who)
            stop.wait(STANDBY_SECONDS)
        self.close()
        return False

    def check_lock(self) -> None:
        """Raises `LakeUnreachable`: the session has ended, and somebody else may have it."""
        self._session.check()

    def is_there(self) -> bool:
        return self._found() is not None

    def open(self, fingerprint: StoreFingerprint, count: Count) -> DuckDBPyConnection:
        """Raises `LakeUnreachable`: then nothing is made anew, for all is still there."""
        db = self.open_as_it_is(fingerprint)
        made_with, wanted = fingerprint_of(db), dict(fingerprint.rows())
        if differing := [name for name in wanted if made_with.get(name) != wanted[name]]:
            db.close()
            raise FingerprintChanged(differing)
        return db

    def open_as_it_is(self, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
        if not self._take_lock():
            raise DigestRunning(f"the lake is being digested by {self._session.digesting()}")
        place = self._found()
        if place is None:
            first = NewLake(self._address)
            first.open(fingerprint).close()
            first.finish()
            place = self._session.first(LakeState.READY)
            assert place is not None
        self._place = place
        self.is_current = place == self._session.first(LakeState.CURRENT)
        self._db = open_lake(self._address, place, fingerprint)
        raise_fence(self._db)
        return self._db

    def make_current(self) -> None:
        if not self.is_current and self._place is not None:
            self._session.note(self._place, LakeState.CURRENT)
            self.is_current = True

    def reading(self) -> AbstractContextManager[Reference | None]:
        return reading_place(self._address, self._found())

    def reading_published(self) -> AbstractContextManager[Reference | None]:
        return reading_lake(self._address)

    def new(self, *, by_command: bool = False) -> NewLake:
        return NewLake(self._address)

    def has_new(self) -> bool:
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_EVERY_SECONDS
            self._ready = self._session.first(LakeState.READY)
        return self._ready is not None and self._ready != self._place

    def take_new(self) -> None:
        """`open` takes the one that is ready."""

    def adopt_published(self) -> None:
        raise NeedsRebuild("what readers have is the store itself")

    def drop_previous(self) -> None:
        """And what somebody began to make and did not finish."""
        if time.monotonic() < self._next_clearing:
            return
        self._next_clearing = time.monotonic() + _CLEAR_EVERY_SECONDS
        old = self._session.all(LakeState.OLD, OLD_SECONDS)
        for place in (*old, *self._session.abandoned()):
            with suppress(LakeInUse):
                drop_lake(self._session, place)

    def anew_bytes(self) -> int:
        return 0 if self._address.is_in_bucket else self.size()

    def drop_others(self) -> None:
        """At once, but for the time that a page takes which began to read the one before."""
        if self._session.all(LakeState.OLD):
            time.sleep(READERS_SECONDS)
        ready = [one for one in self._session.all(LakeState.READY) if one != self._place]
        try:
            for place in (*ready, *self._session.all(LakeState.OLD), *self._session.abandoned()):
                drop_lake(self._session, place)
        except LakeInUse:
            raise StoreInUse("somebody reads the lake that was there before") from None
        if self._session.all(LakeState.MAKING):
            raise StoreInUse("another lake is being made: `calltouch rebuild` runs")

    def fall_back(self) -> None:
        if not self.is_current and self._place is not None:
            log.error("lake %d is given up", self._place.number)
            self._session.note(self._place, LakeState.OLD)
            self._place = None

    def note_success(self) -> None:
        """A lake is never condemned: what fails may be the network."""

    def keep_in_shape(self, db: DuckDBPyConnection | None) -> None:
        """A table at a time, so that deliveries wait for no more than that. What fails is tried
        again an hour later."""
        if db is None:
            return
        if self._steps is None:
            if time.monotonic() < self._next_upkeep and not self._wanted.exists():
                return
            self._steps = iter([*upkeep_steps(db)])
        step = next(self._steps, None)
        if step is None:
            self._steps = None
            self._next_upkeep = time.monotonic() + UPKEEP_EVERY_SECONDS
            self._wanted.unlink(missing_ok=True)
            return
        try:
            carry_out(db, step)
        except duckdb.Error as error:
            said = self._address.redacted(str(error)).splitlines()[0]
            log.warning("upkeep: %s %s %s: %s", step.kind, step.schema, step.table, said)

    def size(self) -> int:
        """Of its files; without the rows that still lie in the catalogue."""
        if self._db is None:
            return 0
        with self._db.cursor() as db:
            ((size,),) = db.execute(statement("lake/size")).fetchall()
        return int(size)

    def close(self) -> None:
        if self._catalog is not None:
            self._catalog.close()
        self._catalog, self._has_lock = None, False

    @property
    def _session(self) -> LakeCatalog:
        if self._catalog is None:
            self._catalog = LakeCatalog(self._address)
        return self._catalog

    def _take_lock(self) -> bool:
        self._has_lock = self._has_lock or self._session.take_digest_lock()
        return self._has_lock

    def _found(self) -> LakePlace | None:
        """What is to be opened."""
        return self._session.first(LakeState.READY) or self._session.first(LakeState.CURRENT)
