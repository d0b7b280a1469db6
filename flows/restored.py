"""Flows that were put back from a backup: nothing runs until a person has looked.

The backup knows nothing of what was done after it was made. So all flows are stopped, whatever had
not ended is held, and leads count as read up to the last delivery there is: nobody is called, or
written to, a second time.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from flows.addresses import write_addresses
from flows.book import FlowBook
from flows.contacts import ContactHashes
from flows.filling.filters import FilterSettings
from flows.sources.deliveries import RESTORED, DeliveryIntake, note_restore
from flows.sources.leads import skip_to_end
from flows.store import attempts, operations
from flows.store.attempts import AttemptEnd
from flows.store.definitions import set_running, stored_flows
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir

_END = AttemptEnd("", "unknown", RESTORED)


@dataclass(frozen=True, slots=True)
class HeldFlows:
    """`stopped`: flows that were running. `held`: operations."""

    stopped: int
    held: int


def hold_restored(
    place: DataDir, published: DuckDBPyConnection, filters: FilterSettings, now: datetime
) -> HeldFlows:
    """Nobody else uses the directory yet."""
    with closing(StoreWriter(place.flows_store)) as store:
        stopped = store.write(lambda db: _stop_all(db, now))
        store.write(lambda db: note_restore(db, now))
        _take_in(place, store, filters)
        held = store.write(lambda db: _hold_unfinished(db, now))
        store.write(lambda db: skip_to_end(db, published))
        store.write(lambda db: write_addresses(db, place.flow_addresses, now))
    return HeldFlows(stopped, held)


def _stop_all(db: sqlite3.Connection, now: datetime) -> int:
    running = [flow.name for flow in stored_flows(db) if flow.is_running]
    for name in running:
        set_running(db, name, False, now, "calltouch restore")
    return len(running)


def _take_in(place: DataDir, store: StoreWriter, filters: FilterSettings) -> None:
    """What had come and was no operation yet: it may be done by now as well as the others."""
    book = FlowBook()
    with closing(store.reader()) as db:
        book.refresh(db)
    intake = DeliveryIntake(
        place.flows_inbox, store, book, filters, ContactHashes(place.person_key)
    )
    with closing(intake):
        while intake.take():
            pass


def _hold_unfinished(db: sqlite3.Connection, now: datetime) -> int:
    rows = db.execute(
        "select operation_id from operations "
        "where state in ('behind', 'waiting', 'running', 'held')"
    ).fetchall()
    for (operation_id,) in rows:
        begun = attempts.begun_and_not_ended(db, operation_id)
        if begun is not None:
            moment = now.isoformat()
            attempts.end_attempt(db, operation_id, begun.step, begun.attempt, moment, _END)
        operations.hold(db, operation_id, RESTORED)
    return len(rows)
