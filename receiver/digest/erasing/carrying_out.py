"""Orders to erase a person, carried out by digest between two batches.

First all segments of the inbox that held anything when the order was seen are ended, archived and
deleted. Then, for each order:

1. The person and their leads are found in the store, what is to be erased is counted everywhere,
   and the order keeps both.
2. The leads are noted as erased: from now on whatever comes of them is ended when it is read.
3. Databases, files and the archive are rewritten.

At last the store is made again of the archive and published, what was put aside goes, the act is
noted, and the order removed. Each step may be done twice, so a digest that was killed anywhere
begins with the first one again.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.store import erasures_noted, note_erasures, open_store
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.faults import DamagedFile
from receiver.digest.archive.rewriting import RewritingRefused
from receiver.digest.disk_room import DiskRoom
from receiver.digest.erasing.audit import note_erased
from receiver.digest.erasing.erasures import LeadKey
from receiver.digest.erasing.files import CutSegment
from receiver.digest.erasing.leftovers import remove_aside
from receiver.digest.erasing.orders import ErasureFindings, ErasureOrder, ErasureOrders
from receiver.digest.erasing.places import (
    Check,
    PersonPlaces,
    own_deliveries,
    segments_with_deliveries,
)
from receiver.digest.erasing.sqlite_files import FileInUse
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.digest.rebuild import RebuildIncomplete, fingerprint_for, rebuild
from receiver.digest.store_files import remove_store
from receiver.digest.stores.digest_store import DigestStore, StoreInUse
from receiver.digest.workers.raw_delivery import WebhookDialect
from receiver.erasing.eraser import Eraser
from receiver.erasing.finding import FoundPerson, find
from receiver.erasing.person import Person
from receiver.erasing.stand_ins import number_of
from receiver.inbox.rolling import ask_to_roll
from receiver.person_key import InvalidPersonKey, person_key
from receiver.process_lock import LockHeld, holder
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0

Renew = Callable[[bool], DuckDBPyConnection | None]
"""Publishes the store, made again before if so wanted; None where that has to wait."""


class ErasureWaits(Exception):
    """Nothing more can be done at the moment; the text says why."""


_OBSTACLES = (
    *(ErasureWaits, FileInUse, CutSegment, DamagedFile, RewritingRefused, RebuildIncomplete),
    *(StoreInUse, LockHeld, InvalidPersonKey, OSError, sqlite3.Error, pa.ArrowException),
)


class ErasureWork:
    """What a running digest does about orders. `check`: may raise to give up."""

    def __init__(
        self, settings: Settings, archive: Archive, erased: ErasedLeads, check: Check
    ) -> None:
        self._settings = settings
        self._place = DataDir(settings.data_dir)
        self._renames = WebhookDialect.of(settings).renames
        self._orders = ErasureOrders(self._place.orders)
        self._archive = archive
        self._erased = erased
        self._check = check
        self._is_on_lake = settings.lake is not None
        self._room = DiskRoom(self._place.root)
        self._asked_for: set[int] = set()
        self._next = 0.0

    def is_ordered(self) -> bool:
        return self._orders.are_there()

    def order_again(self) -> None:
        """Files have come back into the archive, which may be older than an erasure."""
        known = self._erased.log
        if self._orders.place_again(known.erasures(), "digest", known.count()):
            log.warning("files came back into the archive: who was erased is erased again")

    def is_due(self) -> bool:
        """Whether there are orders, and nothing that came before them is in the inbox any more."""
        if not self._orders.are_there() or time.monotonic() < self._next:
            return False
        orders = [self._with_segments(order) for order in self._orders.all()]
        names = {name for order in orders for name in order.segments or ()}
        return not any((self._place.root / name).exists() for name in self._awaited(names))

    def _with_segments(self, order: ErasureOrder) -> ErasureOrder:
        """Have all end that hold anything now. Asked for once by each process: one that was killed
        may not have come to it."""
        inboxes = [one for one in (self._place.inbox, self._place.flows_inbox) if one.is_dir()]
        if order.segments is None:
            names = [one / name for one in inboxes for name in segments_with_deliveries(one)]
            listed = sorted(str(name.relative_to(self._place.root)) for name in names)
            order = replace(order, segments=tuple(listed))
            self._orders.keep(order)
        if order.act not in self._asked_for:
            self._asked_for.add(order.act)
            for inbox in inboxes:
                ask_to_roll(inbox)
        return order

    def _awaited(self, names: set[str]) -> set[str]:
        """Where nobody takes in the inbox of flows, its segments are rewritten where they are."""
        if holder(self._place.flows_lock):
            return names
        flows = str(self._place.flows_inbox.relative_to(self._place.root))
        return {name for name in names if not name.startswith(flows)}

    def carry_out(
        self, db: DuckDBPyConnection, obstacle: str, renew: Renew, store: DigestStore
    ) -> None:
        """All that are there; what keeps one waiting is noted in it. `obstacle`: what is wrong with
        the archive."""
        orders = self._orders.all()
        try:
            if obstacle or not self._room.is_there(self._needed_bytes(store)):
                raise ErasureWaits(obstacle or "too little disk space is free")
            known = [self._prepared(db, order) for order in orders]
            if not any(_is_anything(order) for order, _ in known):
                # A store that never held the person needs not be made again.
                note_erasures(db, self._erased.log.count())
            self._make_anew(db, any(rewritten for _, rewritten in known), renew)
            store.drop_others()
            for order, _ in known:
                self._end(order)
        except _OBSTACLES as why:
            self._next = time.monotonic() + AGAIN_SECONDS
            log.error("erasing waits: %s", why)
            for order in self._orders.all():
                self._orders.keep(replace(order, waits_for=_in_words(why)))

    def _needed_bytes(self, store: DigestStore) -> int:
        """The store made again, a copy of it to publish, and a file of the archive."""
        files = [entry.bytes for entry in self._archive.entries()]
        return store.anew_bytes() + max(files, default=0)

    def _prepared(self, db: DuckDBPyConnection, order: ErasureOrder) -> tuple[ErasureOrder, bool]:
        """Everything but the store. Whether any file of the archive was rewritten."""
        key = person_key(self._place.person_key)
        is_new = order.found is None
        if order.found is None:
            order = replace(order, found=self.look(db, order, key))
            self._orders.keep(order)
        assert order.found is not None
        person, leads = person_of(order.found), frozenset(order.found.leads)
        number = self._number_for(order, person, key)
        self._erased.log.begin(order.act, order.by, number, leads)
        self._erased.refresh()
        places = self._places(db, person, leads, key, number)
        places.erase()
        # Since a digest was killed, more may have come.
        names = order.found.files if is_new else places.counted_in_archive()
        rewritten = places.erase_in_archive(names, f"act {order.act}")
        places.forget_replaced()
        return order, rewritten > 0

    def _number_for(self, order: ErasureOrder, person: Person, key: bytes) -> int:
        """The same one when it is done again: what stands for a value stays the same, too."""
        known = None if order.repeats is None else self._erased.log.person_of(order.repeats)
        return number_of(key, person) if known is None else known

    def look(self, db: DuckDBPyConnection, order: ErasureOrder, key: bytes) -> ErasureFindings:
        """Find the person, and count; nothing is changed."""
        found = self._found(db, order)
        leads = frozenset(found.leads)
        places = self._places(db, found.person, leads, key)
        files = places.counted_in_archive()
        sealed = {one.name: places.seal(one.sha256) for one in self._archive.entries()}
        return ErasureFindings(
            {name: tuple(sorted(values)) for name, values in asdict(found.person).items()},
            tuple(sorted(leads)),
            len(places.own),
            {**{f"archive/{name}": count for name, count in files.items()}, **places.counted()},
            {name: sealed[name] for name in files},
        )

    def _found(self, db: DuckDBPyConnection, order: ErasureOrder) -> FoundPerson:
        """What came back into the archive the store need not know of, for it has the same leads."""
        found = find(db, **asdict(order.whom))
        person = found.person
        if order.repeats is None or person.phones or person.emails or person.caller_ids:
            return found
        aside = self._place.root / "store.again.duckdb"
        rebuild(self._settings, aside, progress=self._check)
        try:
            with closing(open_store(aside, fingerprint_for(self._settings))) as again:
                return find(again, **asdict(order.whom))
        finally:
            remove_store(aside)

    def _places(
        self,
        db: DuckDBPyConnection,
        person: Person,
        leads: frozenset[LeadKey],
        key: bytes,
        number: int | None = None,
    ) -> PersonPlaces:
        eraser = Eraser(key, person, self._renames, number)
        own = own_deliveries(db, leads)
        given = (self._archive, eraser, leads, own, key, self._is_on_lake, self._check)
        return PersonPlaces(self._place, *given)

    def _make_anew(self, db: DuckDBPyConnection, is_rewritten: bool, renew: Renew) -> None:
        wanted = self._erased.log.count()
        new = renew(is_rewritten or erasures_noted(db) != wanted)
        if new is None or erasures_noted(new) != wanted:
            raise ErasureWaits("the store could not be made again of the archive")
        remove_aside(self._place, self._is_on_lake)

    def _end(self, order: ErasureOrder) -> None:
        assert order.found is not None
        after = {entry.name: entry.sha256 for entry in self._archive.entries()}
        summary = {
            "ordered_at": order.ordered_at,
            "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "by": order.by,
            "leads": len(order.found.leads),
            "deliveries": order.found.deliveries,
            "places": dict(order.found.places),
            "files": [
                {"name": name, "was": was, "sha256": after.get(name)}
                for name, was in order.found.files.items()
            ],
        }
        self._erased.log.end(order.act, summary)
        note_erased(self._place.state, order.by, order.act, len(order.found.leads))
        self._orders.remove(order.act)
        log.info("erased: act %d, %d leads", order.act, len(order.found.leads))


def _is_anything(order: ErasureOrder) -> bool:
    found = order.found
    return found is None or bool(found.leads or found.places)


def person_of(found: ErasureFindings) -> Person:
    return Person(**{name: frozenset(values) for name, values in found.person.items()})


def _in_words(why: BaseException) -> str:
    return str(why) if not isinstance(why, OSError) else f"{why.strerror or why}"
