"""Deliveries become operations, in one transaction with the position in the inbox.

Killed anywhere, each accepted delivery is exactly one operation, or counted on the one that had its
key before.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from flows.book import FlowBook
from flows.contacts import ContactHashes
from flows.definition.flow import Flow, HttpSource
from flows.fields import FlowDelivery, read_fields
from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings
from flows.filling.lookup import Fields
from flows.running.inputs import delivery_input, key_text
from flows.store import attempts, operations
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter
from receiver.inbox.delivery import StampedDelivery
from receiver.inbox.reader import DamagedBytes, InboxEntry, InboxReader
from receiver.inbox.segment import is_of_host
from receiver.inbox.watermark import Watermark

MOST_AT_ONCE = 500
RESTORED = "restored"
KEPT_DAYS = 400
"""Longer than parcels of other hosts can be kept."""


class DeliveryIntake:
    """Used by one thread of the one runner."""

    def __init__(
        self,
        directory: Path,
        store: StoreWriter,
        book: FlowBook,
        settings: FilterSettings,
        contacts: ContactHashes,
    ) -> None:
        self._reader = InboxReader(directory)
        self._watermark = Watermark(directory)
        self._directory = directory
        self._store = store
        self._db = store.reader()
        self._book = book
        self._settings = settings
        self._contacts = contacts
        self._restored_at: datetime | None = None

    def take(self) -> int:
        """Take in some of what waits; returns how many. Damaged bytes stay where they are."""
        if not self._directory.exists():
            return 0
        snapshot = self._reader.look(self._watermark)
        taken = positions(self._db, snapshot.limits)
        entries = list(islice(_whole(snapshot.entries(taken)), MOST_AT_ONCE))
        if entries:
            self._watermark.sync()
            self._store.write(lambda db: self._take(db, entries))
            taken = positions(self._db, snapshot.limits)
        finished = snapshot.finished(taken)
        for name in finished:
            self._reader.delete(name)
        if finished:
            self._store.write(lambda db: _forget_positions(db, finished, [*snapshot.limits]))
        return len(entries)

    def close(self) -> None:
        self._reader.close()
        self._db.close()

    def _take(self, db: sqlite3.Connection, entries: list[InboxEntry | DamagedBytes]) -> None:
        self._restored_at = restored_at(db)
        positions: dict[str, int] = {}
        for entry in entries:
            if isinstance(entry, InboxEntry):
                self._add(db, entry.received)
                positions[entry.segment] = entry.position
            else:
                positions[entry.segment] = entry.end
        db.executemany("insert or replace into positions values (?, ?)", positions.items())

    def _add(self, db: sqlite3.Connection, received: StampedDelivery) -> None:
        delivery, flow_name = flow_delivery(received), received.delivery.webhook
        stored = self._book.current.get(flow_name)
        flow = self._book.flow(db, flow_name, stored.version) if stored else None
        new = NewOperation(flow_name, stored.version if stored else 0, "http", delivery.received_at)
        operation_id: int | None
        if flow is None or not isinstance(flow.source, HttpSource):
            new = replace(new, contact_hash=self._contacts.of(read_fields(delivery).values))
            operation_id = operations.add_operation(db, new, "held", 0.0, "no-such-flow")
        else:
            operation_id = self._add_to(db, flow, flow.source, new, delivery)
        if operation_id:
            attempts.save_input(db, operation_id, delivery_input(delivery))

    def _add_to(
        self,
        db: sqlite3.Connection,
        flow: Flow,
        source: HttpSource,
        new: NewOperation,
        delivery: FlowDelivery,
    ) -> int | None:
        """None where the key was seen before."""
        read = read_fields(delivery, source.charset, source.unexpanded)
        filler = Filler(Fields(read.values, {}), self._settings)
        key, order_key = key_text(source.key, filler), key_text(source.order_by, filler)
        if key and _count_again(db, flow.name, key, source.key_days, new.received_at):
            return None
        is_running = self._book.is_running(flow.name)
        state, reason = ("waiting", "") if is_running else ("held", "flow-stopped")
        if self._may_be_done(new):
            state, reason = "held", RESTORED
        holds = state == "waiting" and order_key and source.after_failure == "hold"
        if holds and operations.is_held_back(db, flow.name, order_key):
            state = "behind"
        notes = read.notes if key or not source.key else (*read.notes, "no-key")
        due_at = datetime.fromisoformat(new.received_at).timestamp()
        operation_id = operations.add_operation(
            db,
            replace(
                new, order_key=order_key, notes=notes, contact_hash=self._contacts.of(read.values)
            ),
            state,
            due_at,
            reason,
        )
        if source.latest_only and order_key:
            behind = replace(new, order_key=order_key)
            operations.replace_behind(db, behind, operation_id, new.received_at)
        if key:
            db.execute(
                "insert or replace into seen_keys values (?, ?, ?, ?, ?, 1)",
                (flow.name, _hash(key), operation_id, new.received_at, new.received_at),
            )
        return operation_id

    def _may_be_done(self, new: NewOperation) -> bool:
        """What came before a restore may have been passed on since the backup was made."""
        received_at = datetime.fromisoformat(new.received_at)
        return self._restored_at is not None and received_at < self._restored_at


def flow_delivery(received: StampedDelivery) -> FlowDelivery:
    """As flows see a delivery of their inbox."""
    delivery = received.delivery
    lines = delivery.headers.decode("latin-1").split("\n") if delivery.headers else []
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    moment = datetime.fromtimestamp(received.received_ns / 1e9, UTC)
    return FlowDelivery(
        delivery.method,
        delivery.query,
        delivery.body,
        delivery.content_type,
        headers,
        delivery.source_ip,
        moment.isoformat(),
    )


def positions(db: sqlite3.Connection, segments: Iterable[str]) -> dict[str, int]:
    """Per segment of the inbox, the offset after the last delivery that was taken in."""
    rows = db.execute(
        "select segment, position from positions where segment in (select value from json_each(?))",
        (json.dumps([*segments]),),
    )
    return {row[0]: row[1] for row in rows}


def note_restore(db: sqlite3.Connection, now: datetime) -> None:
    """What was received before and comes in from now on is held."""
    db.execute("insert or replace into cursors values (?, ?)", (RESTORED, now.isoformat()))


def restored_at(db: sqlite3.Connection) -> datetime | None:
    """None where no backup was ever put back."""
    row = db.execute("select value from cursors where name = ?", (RESTORED,)).fetchone()
    return None if row is None else datetime.fromisoformat(row[0])


def _whole(entries: Iterable[InboxEntry | DamagedBytes]) -> Iterator[InboxEntry | DamagedBytes]:
    """A torn end counts for nothing: what another host received may come once more, whole."""
    return (one for one in entries if isinstance(one, InboxEntry) or not one.tail)


def _forget_positions(db: sqlite3.Connection, finished: list[str], present: list[str]) -> None:
    """Of other hosts' segments they are kept: they say what must not be taken once more."""
    own = [(name,) for name in finished if not is_of_host(name)]
    db.executemany("delete from positions where segment = ?", own)
    # Names begin with the time at which the file was made.
    oldest = time.time_ns() - KEPT_DAYS * 86_400 * 10**9
    db.execute(
        "delete from positions where segment < ? "
        "and segment not in (select value from json_each(?))",
        (f"{oldest:020d}", json.dumps(present)),
    )


def _count_again(db: sqlite3.Connection, flow: str, key: str, days: int, now: str) -> bool:
    """Whether the key was seen within its days; then it is counted there."""
    since = (datetime.fromisoformat(now) - timedelta(days)).isoformat()
    row = db.execute(
        "update seen_keys set times = times + 1, last_at = ? "
        "where flow = ? and key_hash = ? and first_at >= ? returning operation_id",
        (now, flow, _hash(key), since),
    ).fetchone()
    if row is None:
        return False
    operations.note_change(db, row["operation_id"])
    return True


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
