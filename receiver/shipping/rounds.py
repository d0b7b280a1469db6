"""Shipping and taking, again and again: a session with PostgreSQL, pauses while it is away, and a
word on how it goes for whoever asks (`receiver/ops/shipping_state.py`)."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from psycopg.rows import class_row

from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.ops.shipping_state import HostState, ShippingState, write_state
from receiver.settings.settings import Settings
from receiver.shipping.addresses import AddressPublisher
from receiver.shipping.keeping import ParcelKeeping
from receiver.shipping.ledger import (
    ParcelsAway,
    ParcelsRefused,
    Session,
    keeps_its_word,
    name_of_host,
    session,
    statement,
)
from receiver.shipping.shipper import Shipper
from receiver.shipping.taker import Taker

log = logging.getLogger(__name__)

POLL_SECONDS, TELL_SECONDS, TIDY_SECONDS = 0.1, 2.0, 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
_UNSYNCED = "PostgreSQL runs with fsync or full_page_writes off: a power cut loses parcels there"


class ShipperRounds:
    """Of a host that ships. The caller holds the digest lock and that of shipping."""

    def __init__(self, settings: Settings, *, takes_over: bool = False) -> None:
        self._settings = settings
        self._place = DataDir(settings.data_dir)
        self._takes_over = takes_over
        self._shipper = Shipper(self._place, name_of_host(settings))
        self._word = StateWord(self._place, "ship", self._shipper.host)

    def run(self, stop: threading.Event) -> None:
        """Until asked to stop; then hand over what was accepted last, if that is quick."""
        keep_trying(self._session, self._tell_trouble, stop)
        self._shipper.close()

    def ship_all(self) -> int:
        """What is there now. Raises `ParcelsAway` and `ParcelsRefused`."""
        with session(self._settings, f"calltouch ship {self._shipper.host}") as db:
            self._begin(db)
            count = self._shipper.ship(db)
            self._shipper.tell(db)
        self._tell(None)
        return count

    def _session(self, stop: threading.Event) -> None:
        with session(self._settings, f"calltouch ship {self._shipper.host}") as db:
            self._begin(db)
            trouble = None if keeps_its_word(db) else _UNSYNCED
            tell_at = 0.0
            is_stopping = False
            while not is_stopping:
                is_stopping = stop.is_set()
                shipped = self._shipper.ship(db)
                if time.monotonic() >= tell_at or is_stopping:
                    tell_at = time.monotonic() + TELL_SECONDS
                    self._shipper.tell(db)
                    self._tell(trouble)
                if not shipped:
                    stop.wait(POLL_SECONDS)

    def _begin(self, db: Session) -> None:
        self._shipper.begin(db, takes_over=self._takes_over)
        self._takes_over = False

    def _tell(self, trouble: str | None) -> None:
        self._word.tell(
            trouble,
            waiting_bytes=self._shipper.waiting_bytes,
            waiting_since=self._shipper.waiting_since,
            addresses_at=self._shipper.addresses.heard_at,
        )

    def _tell_trouble(self, trouble: str) -> None:
        self._shipper.look()
        self._tell(trouble)


class TakerRounds:
    """Of the host that takes. The caller holds the lock of shipping."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._place = DataDir(settings.data_dir)
        self._taker = Taker(self._place, ErasedLeads.of(settings))
        self._addresses = AddressPublisher(self._place)
        self._keeping = ParcelKeeping(settings, ErasureLog(self._place.erasures))
        self._word = StateWord(self._place, "take", settings.host_name or "")

    def run(self, stop: threading.Event) -> None:
        keep_trying(self._session, self._word.tell, stop)
        self._taker.close()

    def take_all(self) -> int:
        """What is there now. Raises `ParcelsAway`, `ParcelsRefused` and `OSError`."""
        count = 0
        with session(self._settings, "calltouch take") as db:
            self._begin(db)
            self._addresses.publish(db)
            while taken := self._taker.take(db):
                count += taken
            self._tell(db, None)
        self._taker.close()
        return count

    def _session(self, stop: threading.Event) -> None:
        with session(self._settings, "calltouch take") as db:
            self._begin(db)
            trouble = None if keeps_its_word(db) else _UNSYNCED
            tell_at = tidy_at = 0.0
            while not stop.is_set():
                self._addresses.publish(db)
                taken = self._taker.take(db)
                now = time.monotonic()
                if now >= tidy_at:
                    tidy_at = now + TIDY_SECONDS
                    self._keeping.tidy(db, self._taker)
                if now >= tell_at:
                    tell_at = now + TELL_SECONDS
                    self._tell(db, trouble)
                if not taken:
                    # Whoever hands something over says so.
                    next(db.notifies(timeout=POLL_SECONDS * 5, stop_after=1), None)

    def _begin(self, db: Session) -> None:
        self._taker.begin(db)
        self._addresses.begin()

    def _tell(self, db: Session, trouble: str | None) -> None:
        self._word.tell(trouble, hosts=host_states(db))


class StateWord:
    """What is written down for others; `trouble` with the time since when it is so."""

    def __init__(self, place: DataDir, role: str, host: str) -> None:
        self._path = place.shipping
        self._last = ShippingState(role, host, 0.0)

    def tell(
        self,
        trouble: str | None,
        waiting_bytes: int | None = None,
        waiting_since: float | None = None,
        hosts: tuple[HostState, ...] | None = None,
        addresses_at: float | None = None,
    ) -> None:
        now, last = time.time(), self._last
        since = None if trouble is None else last.trouble_since or now
        self._last = replace(
            last, at=now, trouble=trouble, trouble_since=since, addresses_at=addresses_at
        )
        if waiting_bytes is not None:
            self._last = replace(
                self._last, waiting_bytes=waiting_bytes, waiting_since=waiting_since
            )
        if hosts is not None:
            self._last = replace(self._last, hosts=hosts)
        write_state(self._path, self._last)


def keep_trying(
    work: Callable[[threading.Event], None], tell: Callable[[str], None], stop: threading.Event
) -> None:
    """`work` returns when asked to stop; what keeps it from working is told, and tried again."""
    pause = FIRST_PAUSE
    told: str | None = None
    while not stop.is_set():
        began = time.monotonic()
        try:
            work(stop)
            return
        except (ParcelsAway, ParcelsRefused, OSError) as error:
            text = str(error)
        if time.monotonic() - began > LONGEST_PAUSE:
            pause, told = FIRST_PAUSE, None
        if text != told:
            log.error("parcels wait: %s; trying again", text)
            told = text
        tell(text)
        stop.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def forget_host(db: Session, host: str) -> bool:
    """What was lost with it is known; if it lives, it is heard of again. False: there is none."""
    with db.transaction():
        db.execute(statement("forget_replaced"), {"host": host})
        return db.execute(statement("forget_host"), {"host": host}).fetchone() is not None


def host_states(db: Session) -> tuple[HostState, ...]:
    with db.cursor(row_factory=class_row(HostState)) as cursor:
        return tuple(cursor.execute(statement("states")).fetchall())
