"""What need not be kept in PostgreSQL any longer: parcels that were taken some days ago, or of whom
something was erased since. Only what the archive has is deleted; of flows, what is in their inbox
here, or was: they have no archive."""

from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple

from receiver.digest.erasing.erasures import ErasureLog
from receiver.inbox.segment import marker_of
from receiver.settings.settings import Settings
from receiver.shipping.ledger import Session, statement
from receiver.shipping.parcel import ParcelInbox
from receiver.shipping.taken_files import names_in, reach_of
from receiver.shipping.taker import Taker


class _TakenRow(NamedTuple):
    host: str
    number: int
    inbox: str
    segment: str
    last: int
    place: int


class ParcelKeeping:
    def __init__(self, settings: Settings, erasures: ErasureLog) -> None:
        self._days = {"days": kept_days(settings), "flow_days": kept_flow_days(settings)}
        self._erasures = erasures

    def tidy(self, db: Session, taker: Taker) -> int:
        """Returns how many parcels were deleted."""
        self._note_erasures(taker)
        known, count, left, after = taker.journal.known, 0, 0, 0
        places = ArchivedPlaces(taker)
        bound = {"through": known.through, "cleared": known.cleared, **self._days}
        ((aged,),) = db.execute(statement("aged"), bound).fetchall()
        while True:
            page = {**bound, "aged": aged, "after": after}
            found = db.execute(statement("to_delete"), page).fetchall()
            rows = [_TakenRow._make(row) for row in found]
            archived = [row for row in rows if places.have(row)]
            count += _delete(db, archived)
            left += sum(row.place <= known.cleared for row in {*rows} - {*archived})
            if not rows:
                break
            after = rows[-1].place
        if not left and known.gone != known.erasures:
            taker.journal.note(lambda known: replace(known, gone=known.erasures))
        return count

    def _note_erasures(self, taker: Taker) -> None:
        """An erasure that has ended leaves nothing of the person here either. What came of them
        afterwards is marked when it is taken."""
        ended = sum(one.ended_at is not None for one in self._erasures.erasures())
        if ended != taker.journal.known.erasures:
            taker.journal.note(lambda known: replace(known, erasures=ended, cleared=known.through))


def kept_days(settings: Settings) -> int:
    """Never longer than anything a person left is kept here."""
    limits = (
        settings.keep_raw_days,
        settings.keep_persons_days,
        settings.keep_transcripts_days,
        settings.keep_recordings_days,
        settings.keep_addresses_days,
    )
    return min([settings.parcels_kept, *(days for days in limits if days)])


def kept_flow_days(settings: Settings) -> int:
    """The same for deliveries to flows, which may be 0."""
    return min(kept_days(settings), settings.flow_body_days)


class ArchivedPlaces:
    """What the archive has of what was taken: also what has left the inbox, of which it has all but
    damaged bytes."""

    def __init__(self, taker: Taker) -> None:
        # The inbox first: what leaves it is in the manifest by then.
        self._waiting = names_in(taker.inbox)
        self._archived = reach_of(taker.manifest.contents().positions)

    def have(self, row: _TakenRow) -> bool:
        if row.inbox == ParcelInbox.FLOWS:
            return True
        key = marker_of(row.segment).hex()
        return key not in self._waiting or self._archived.get(key, 0) >= row.last


def _delete(db: Session, rows: list[_TakenRow]) -> int:
    by_host: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_host[row.host].append(row.number)
    for host, numbers in by_host.items():
        db.execute(statement("delete"), {"host": host, "numbers": numbers})
    return sum(map(len, by_host.values()))
