"""The taker: parcels of all hosts into one inbox, and those of flows into theirs, in one order.

A parcel gets its place in the order, in PostgreSQL, before anything of it is written here. A taker
that was killed in between, and one whose data directory was put back from a backup, takes what it
lacks in that same order, so deliveries get the same ids again.
"""

import logging
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from receiver.data_dir import DataDir
from receiver.digest.archive.archive import MANIFEST
from receiver.digest.archive.manifest.manifest import Manifest
from receiver.digest.disk_room import DiskRoom
from receiver.digest.erasing.tombstones import ErasedLeads
from receiver.flow_positions import flow_positions
from receiver.shipping.journal import TakenJournal
from receiver.shipping.ledger import ParcelsRefused, Session, hold_lock, ledger_id, statement
from receiver.shipping.parcel import Parcel, ParcelInbox, inboxes_of
from receiver.shipping.taken_files import TakenFiles, furthest, reach_of, reached_in

log = logging.getLogger(__name__)

_PLACES_AT_ONCE, _AT_ONCE = 50, 20


@dataclass(frozen=True, slots=True)
class PlacedParcel:
    host: str
    number: int
    inbox: ParcelInbox
    place: int
    parcel: Parcel


class Taker:
    """The caller holds the lock of shipping in this data directory."""

    def __init__(self, place: DataDir, erased: ErasedLeads) -> None:
        self.journal = TakenJournal(place.taken_parcels)
        self.manifest = Manifest(place.archive / MANIFEST)
        self.inbox = place.inbox
        self._erased = erased
        self._files = {inbox: TakenFiles(path) for inbox, path in inboxes_of(place).items()}
        self._place = place
        self._room = DiskRoom(place.root)

    def begin(self, db: Session) -> None:
        """Become the one that takes, in this session. Raises `ParcelsRefused`."""
        if not hold_lock(db, "calltouch takes parcels"):
            raise ParcelsRefused(
                "another host takes these parcels: set CALLTOUCH_PARCELS_ROLE=ship on all but one"
            )
        self.close()
        if self.journal.begin(ledger_id(db)).numbers is None:
            taken = db.execute(statement("taken_numbers")).fetchall()
            self.journal.begin_numbers({str(host): int(str(number)) for host, number in taken})
        # The inboxes first: what leaves them is in the manifest, or in the store of flows, by then.
        here = {inbox: reached_in(path) for inbox, path in inboxes_of(self._place).items()}
        passed_on = {
            ParcelInbox.WEBHOOKS: self.manifest.contents().positions,
            ParcelInbox.FLOWS: self._flow_positions(),
        }
        for inbox, files in self._files.items():
            files.begin(furthest(here[inbox], reach_of(passed_on[inbox])))
        db.execute(statement("listen"))

    def _flow_positions(self) -> dict[str, int]:
        """Raises `ParcelsRefused`: without them operations might run twice."""
        store = self._place.flows_store
        try:
            return flow_positions(store)
        except sqlite3.Error as error:
            raise ParcelsRefused(f"{store} cannot be read: {error}") from error

    def take(self, db: Session) -> int:
        """What is there now, some at a time. Returns how many parcels got here; raises `OSError`,
        after which it must `begin` again."""
        for files in self._files.values():
            files.rotate()
        if not self._room.is_there():
            return 0
        through = self.journal.known.through
        db.execute(statement("give_places"), {"through": through, "at_most": _PLACES_AT_ONCE})
        taken = self._take_placed(db, through)
        if taken:
            numbers = {one.host: one.number for one in taken}
            self.journal.note_taken(taken[-1].place, numbers)
        return len(taken)

    def close(self) -> None:
        for files in self._files.values():
            files.close()

    def _take_placed(self, db: Session, through: int) -> list[PlacedParcel]:
        bound = {"through": through, "at_most": _AT_ONCE}
        rows = db.execute(statement("in_order"), bound).fetchall()
        placed = [_placed(row) for row in rows]
        missing: Counter[str] = Counter()
        numbers = dict(self.journal.known.numbers or {})
        for one in placed:
            lacking = max(one.number - numbers.get(one.host, 0) - 1, 0)
            numbers[one.host] = one.number
            if self._files[one.inbox].lacks(one.parcel):
                lacking = max(lacking, self._append(db, one))
            if lacking:
                missing[one.host] += lacking
                log.error(
                    "%d parcels before parcel %d of %s are not here, and no longer kept there",
                    *(lacking, one.number, one.host),
                )
        if placed:
            self._note_taken(db, placed, missing)
        return placed

    def _append(self, db: Session, placed: PlacedParcel) -> int:
        """After what its segment held before it. Returns how many gaps are before these."""
        files, parcels = self._files[placed.inbox], [placed.parcel]
        if files.is_gap_before(placed.parcel):
            segment, first = placed.parcel.segment, placed.parcel.first
            bound = {"place": placed.place, "segment": segment, "first": first}
            rows = db.execute(statement("before"), bound).fetchall()
            parcels = [*map(_parcel, rows), placed.parcel]
        gaps = 0
        for parcel in filter(files.lacks, parcels):
            gaps += files.is_gap_before(parcel)
            files.append(parcel)
        return gaps

    def _note_taken(self, db: Session, placed: list[PlacedParcel], missing: Counter[str]) -> None:
        by_host: dict[str, list[PlacedParcel]] = defaultdict(list)
        for one in placed:
            by_host[one.host].append(one)
        self._erased.refresh()
        with db.transaction():
            for host, parcels in by_host.items():
                numbers = [one.number for one in parcels]
                erased = [one.number for one in parcels if self._is_of_erased(one)]
                bound = {"host": host, "numbers": numbers, "erased": erased}
                db.execute(statement("note_taken"), bound)
                last = {"host": host, "number": max(numbers), "missing": missing[host]}
                db.execute(statement("note_host"), last)

    def _is_of_erased(self, placed: PlacedParcel) -> bool:
        """Whether anything of it is ended when it is read; of flows nothing is."""
        if placed.inbox == ParcelInbox.FLOWS:
            return False
        return any(self._erased.passing(one) is not one for one in placed.parcel.deliveries())


def _placed(row: tuple[object, ...]) -> PlacedParcel:
    host, number, inbox, place, *of_parcel = row
    assert isinstance(number, int) and isinstance(place, int)
    return PlacedParcel(str(host), number, ParcelInbox(str(inbox)), place, _parcel(of_parcel))


def _parcel(row: Sequence[object]) -> Parcel:
    segment, first, last, content = row
    assert isinstance(first, int) and isinstance(last, int) and isinstance(content, bytes)
    return Parcel(str(segment), first, last, content)
