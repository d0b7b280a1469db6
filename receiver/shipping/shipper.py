"""The shipper: hands over what the inboxes of this host hold, each stretch once, then deletes it.

How far each segment is handed over is known in PostgreSQL alone, and changes in the transaction
that adds the parcel: a shipper that was killed, or whose commit had no answer, asks and goes on
from there.
"""

import logging
import time
import uuid
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.inbox.reader import InboxReader, Segment, Snapshot
from receiver.shipping.addresses import AddressCopy
from receiver.shipping.ledger import ParcelsRefused, Session, hold_lock, statement
from receiver.shipping.parcel import Parcel, ParcelInbox, cut_parcels, inboxes_of
from receiver.whole_file import replace_file

log = logging.getLogger(__name__)

TAKE_OVER_SECONDS = 120.0
"""How long another inbox under the same name must have been silent."""

_AT_ONCE_BYTES = 16 << 20


Snapshots = dict[ParcelInbox, Snapshot]


class Shipper:
    """Of the inboxes of one host. The caller holds the digest lock: nobody else empties them."""

    def __init__(self, place: DataDir, host: str) -> None:
        self.host = host
        self.waiting_bytes = 0
        self.waiting_since: float | None = None
        self._installation = installation_of(place)
        self.addresses = AddressCopy(place)
        self._readers = {inbox: InboxReader(path) for inbox, path in inboxes_of(place).items()}
        self._shipped: dict[str, int] = {}

    def begin(self, db: Session, *, takes_over: bool = False) -> None:
        """Become the shipper of this host's name in this session. `takes_over`: from another inbox
        under that name, however lately it was heard of. Raises `ParcelsRefused`."""
        if not hold_lock(db, f"calltouch ships {self.host}"):
            raise ParcelsRefused(
                f"another process ships as {self.host}: is this a copy of that machine? Every host "
                "needs a CALLTOUCH_HOST_NAME of its own"
            )
        with db.transaction():
            self._sign_on(db, takes_over)
        self._shipped.clear()

    def ship(self, db: Session) -> int:
        """Hand over what is synced now. Returns how many parcels that were; raises
        `ParcelsRefused`."""
        snapshots = self._look()
        self._learn_positions(db, snapshots)
        count = sum(
            self._ship_segment(db, inbox, segment)
            for inbox, snapshot in snapshots.items()
            for segment in snapshot.segments
        )
        self._note_waiting(snapshots)
        self._delete_shipped(snapshots)
        return count

    def look(self) -> None:
        """See how much waits, without PostgreSQL."""
        self._note_waiting(self._look())

    def tell(self, db: Session) -> None:
        """That this host lives, and hear of flows."""
        self.addresses.refresh(db)
        bound = {
            "host": self.host,
            "installation": self._installation,
            "waiting_bytes": self.waiting_bytes,
            "waiting_since": self.waiting_since,
            "addresses": self.addresses.version or None,
        }
        db.execute(statement("heartbeat"), bound)

    def close(self) -> None:
        for reader in self._readers.values():
            reader.close()

    def _look(self) -> Snapshots:
        return {inbox: reader.look() for inbox, reader in self._readers.items()}

    def _ship_segment(self, db: Session, inbox: ParcelInbox, segment: Segment) -> int:
        count, group, size = 0, list[Parcel](), 0
        for parcel in cut_parcels(segment, self._shipped[segment.name]):
            group.append(parcel)
            size += len(parcel.content)
            if size >= _AT_ONCE_BYTES:
                self._hand_over(db, inbox, group)
                count, group, size = count + len(group), [], 0
        if group:
            self._hand_over(db, inbox, group)
        return count + len(group)

    def _sign_on(self, db: Session, takes_over: bool) -> None:
        bound = {"host": self.host, "installation": self._installation}
        known = db.execute(statement("host"), bound).fetchone()
        if known is None:
            db.execute(statement("new_host"), bound)
            return
        if known[0] == self._installation:
            return
        replaced = db.execute(statement("replaced_at"), bound).fetchone()
        if replaced is not None:
            raise ParcelsRefused(
                f"another inbox ships as {self.host} since {replaced[0]}: give this host a "
                "CALLTOUCH_HOST_NAME of its own, and what waits here is handed over"
            )
        silent = float(str(known[1]))
        if silent < TAKE_OVER_SECONDS and not takes_over:
            raise ParcelsRefused(
                f"another inbox shipped as {self.host} {silent:.0f} s ago: a copied machine needs "
                "a CALLTOUCH_HOST_NAME of its own. If that inbox is gone for good, this one takes "
                f"its place after {TAKE_OVER_SECONDS:.0f} s of silence, or at once by `calltouch "
                "ship --take-over`"
            )
        db.execute(statement("note_replaced"), bound)
        db.execute(statement("replace"), bound)
        log.error("the inbox that shipped as %s before is replaced by this one", self.host)

    def _learn_positions(self, db: Session, snapshots: Snapshots) -> None:
        names = (name for snapshot in snapshots.values() for name in snapshot.limits)
        unknown = [name for name in names if name not in self._shipped]
        if not unknown:
            return
        self._shipped |= dict.fromkeys(unknown, 0)
        for name, shipped in db.execute(statement("positions"), {"segments": unknown}):
            self._shipped[str(name)] = int(str(shipped))

    def _hand_over(self, db: Session, inbox: ParcelInbox, parcels: list[Parcel]) -> None:
        """All of them of one segment, one after the other, or none."""
        with db.transaction():
            last = self._last_number(db) + len(parcels)
            for number, parcel in enumerate(parcels, last - len(parcels) + 1):
                self._add(db, number, inbox, parcel)
            db.execute(statement("shipped"), {"host": self.host, "number": last})
            db.execute(statement("notify"))
        self._shipped[parcels[-1].segment] = parcels[-1].last

    def _last_number(self, db: Session) -> int:
        """Locks the row of the host, whose installation must be this one still."""
        row = db.execute(statement("host"), {"host": self.host}).fetchone()
        if row is None or row[0] != self._installation:
            raise ParcelsRefused(f"another inbox ships as {self.host} now")
        return int(str(row[2]))

    def _add(self, db: Session, number: int, inbox: ParcelInbox, parcel: Parcel) -> None:
        bound = {
            "host": self.host,
            "number": number,
            "segment": parcel.segment,
            "first": parcel.first,
            "last": parcel.last,
        }
        if db.execute(statement("reach"), bound).fetchone() is None:
            self._shipped.clear()
            raise ParcelsRefused(f"{parcel.segment} was handed over by somebody else meanwhile")
        db.execute(statement("ship"), {**bound, "inbox": inbox, "content": parcel.content})

    def _delete_shipped(self, snapshots: Snapshots) -> None:
        for inbox, snapshot in snapshots.items():
            for name in snapshot.finished(self._shipped):
                self._readers[inbox].delete(name)
                self._shipped.pop(name)

    def _note_waiting(self, snapshots: Snapshots) -> None:
        waiting = [
            limit - self._shipped.get(name, 0)
            for snapshot in snapshots.values()
            for name, limit in snapshot.limits.items()
            if snapshot.holds_delivery(name, self._shipped.get(name, 0))
        ]
        self.waiting_bytes = sum(waiting)
        if not waiting:
            self.waiting_since = None
        elif self.waiting_since is None:
            self.waiting_since = time.time()


def installation_of(place: DataDir) -> str:
    """What tells this inbox from others; made when it is first needed."""
    path: Path = place.installation
    if not path.exists():
        replace_file(path, f"{uuid.uuid4()}\n")
    return path.read_text(encoding="utf-8").strip()
