"""Leads that changed become operations, in one transaction with the cursor.

Each newly published file is asked for the deliveries behind the cursor; conditions are asked of the
newest published state, not of each delivery. Backfill starts nothing: only webhooks count, and
nothing older than `max_age`.
"""

import json
import sqlite3
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from analytics.published_file import NotPublished
from flows.book import FlowBook
from flows.contacts import ContactHashes
from flows.definition.flow import Flow, LeadSource
from flows.hours import next_opening
from flows.sources.lead_fields import lead_fields, published_sql
from flows.sources.published_leads import PublishedLeads, holds
from flows.store import attempts, operations
from flows.store.callbacks import was_made, was_ordered
from flows.store.definitions import StoredFlow
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter

_CURSOR = "leads"
_LEADS_AT_ONCE = 500
MOST_OF_A_LEAD = 20


@dataclass(frozen=True, slots=True)
class LeadCursor:
    """How far deliveries are read: the id and the receipt time of the last one."""

    delivery_id: int
    received_at: str

    def written(self) -> str:
        return json.dumps([self.delivery_id, self.received_at])


class LeadIntake:
    """Used by one thread of the one runner. Opens the published file while there are flows that
    ask for leads, and only when it is another one."""

    def __init__(
        self,
        leads: PublishedLeads,
        store: StoreWriter,
        book: FlowBook,
        zone: ZoneInfo,
        contacts: ContactHashes,
    ) -> None:
        self._leads = leads
        self._store = store
        self._db = store.reader()
        self._book = book
        self._zone = zone
        self._contacts = contacts
        self._seen: Hashable = None

    def take(self, now: float) -> int:
        """How many operations were made."""
        flows = self._lead_flows()
        if not flows:
            return 0
        try:
            version = self._leads.published.source.version()
            if version == self._seen:
                return 0
            with self._leads.reading() as published:
                made, is_all = self._take(published, flows, now)
        except NotPublished:
            return 0
        if is_all:
            self._seen = version
        return made

    def close(self) -> None:
        self._db.close()

    def _lead_flows(self) -> list[Flow]:
        flows = (
            self._book.flow(self._db, stored.name, stored.version)
            for stored in self._book.current.values()
        )
        return [flow for flow in flows if flow and isinstance(flow.source, LeadSource)]

    def _take(
        self, published: DuckDBPyConnection, flows: list[Flow], now: float
    ) -> tuple[int, bool]:
        """How many were made, and whether all that is published has been read."""
        cursor, last = self._place(published)
        if cursor is None:
            self._store.write(lambda db: _save(db, last))
            return 0, True
        span = {"after": cursor.delivery_id, "until": last.delivery_id}
        rows = published.execute(published_sql("touched"), span).fetchall()
        taken, is_all = rows[:_LEADS_AT_ONCE], len(rows) <= _LEADS_AT_ONCE
        upto = last if is_all else LeadCursor(taken[-1][2], taken[-1][3])
        found = [
            (flow, row, fields)
            for row in taken
            for flow in flows
            if (fields := fields_for(published, flow, row, cursor.delivery_id)) is not None
            and _age(fields, now) <= _source(flow).max_age
        ]

        def add(db: sqlite3.Connection) -> int:
            made = 0
            for flow, row, fields in found:
                due_at = next_opening(now + _source(flow).wait, _source(flow).hours, self._zone)
                stored = self._book.current[flow.name]
                contact_hash = self._contacts.of(fields)
                started = StartedLead(flow, stored, row, fields, contact_hash)
                made += add_lead(db, started, now, due_at)
            _save(db, upto)
            return made

        return self._store.write(add), is_all

    def _place(self, published: DuckDBPyConnection) -> tuple[LeadCursor | None, LeadCursor]:
        """The cursor, fitted to this store, and its end."""
        cursor = stored_cursor(self._db)
        at = cursor.delivery_id if cursor else 0
        place = published.execute(published_sql("place"), {"at": at}).fetchone()
        assert place is not None
        last_id, last_received, received = place
        if cursor and at and received != cursor.received_at:
            when = {"received_at": cursor.received_at}
            moved = published.execute(published_sql("place_by_time"), when).fetchone()
            assert moved is not None
            cursor = LeadCursor(moved[0], cursor.received_at)
        return cursor, LeadCursor(last_id, last_received or "")


@dataclass(frozen=True, slots=True)
class StartedLead:
    """`row`: type, id and newest delivery of a lead that a flow is for; `fields`: as it is now.
    `contact_hash`: of whom it is about."""

    flow: Flow
    stored: StoredFlow
    row: tuple[Any, ...]
    fields: dict[str, Any]
    contact_hash: str


def fields_for(
    published: DuckDBPyConnection, flow: Flow, row: tuple[Any, ...], after: int
) -> dict[str, Any] | None:
    """None where the lead is not for this flow. Changes are those behind the delivery `after`."""
    source = _source(flow)
    lead_type, lead_id, delivery_id = row[:3]
    if source.lead_type not in ("any", lead_type):
        return None
    fields = lead_fields(
        published, lead_type, lead_id, source.model, after, recordings=source.recordings
    )
    if fields is None or (source.sites and fields.get("site_id") not in source.sites):
        return None
    if not _has_changed(source, fields):
        return None
    fields["delivery_id"] = delivery_id
    return fields if holds(source.when, fields) else None


def add_lead(db: sqlite3.Connection, started: StartedLead, now: float, due_at: float) -> bool:
    """Whether an operation was made: not of what is our own doing, nor twice of one lead."""
    flow, fields, source = started.flow, started.fields, _source(started.flow)
    lead_type, lead_id, delivery_id = started.row[:3]
    if not source.own and _is_ours(db, fields):
        return False
    if source.fire == "once" and not _is_first(db, flow.name, f"{lead_type} {lead_id}", now):
        return False
    moment = datetime.fromtimestamp(now, ZoneInfo("UTC")).isoformat()
    new = NewOperation(
        flow.name, started.stored.version, "lead", moment, f"{lead_type} {lead_id}", lead_type,
        lead_id, delivery_id, contact_hash=started.contact_hash,
    )  # fmt: skip
    state, reason = ("waiting", "") if started.stored.is_running else ("held", "flow-stopped")
    holds_back = started.stored.is_running and source.after_failure == "hold"
    if holds_back and operations.is_held_back(db, flow.name, new.order_key):
        state = "behind"
    if _is_loop(db, new):
        state, reason = "held", "loop-suspected"
    operation_id = operations.add_operation(db, new, state, due_at, reason)
    attempts.save_input(db, operation_id, fields)
    if source.latest_only:
        operations.replace_behind(db, new, operation_id, moment)
    return True


def _source(flow: Flow) -> LeadSource:
    assert isinstance(flow.source, LeadSource)
    return flow.source


def stored_cursor(db: sqlite3.Connection) -> LeadCursor | None:
    row = db.execute("select value from cursors where name = ?", (_CURSOR,)).fetchone()
    return LeadCursor(*json.loads(row[0])) if row else None


def skip_to_end(db: sqlite3.Connection, published: DuckDBPyConnection) -> None:
    """Whatever is published by now starts nothing any more."""
    last_id, last_received, _ = published.execute(published_sql("place"), {"at": 0}).fetchall()[0]
    _save(db, LeadCursor(last_id, last_received or ""))


def _has_changed(source: LeadSource, fields: dict[str, Any]) -> bool:
    """Of `fire = "changes"`: whether one of the fields that it asks for has changed."""
    if source.fire == "once":
        return True
    changed = {change["field"] for change in fields["changes"]}
    return bool(changed & set(source.fields)) if source.fields else True


def _age(fields: dict[str, Any], now: float) -> float:
    """Seconds since the lead happened; none where nobody knows when."""
    happened = fields.get("happened_at")
    return now - datetime.fromisoformat(happened).timestamp() if happened else 0.0


def _is_ours(db: sqlite3.Connection, fields: dict[str, Any]) -> bool:
    """A request that one of our operations created, or a call that a callback of ours caused."""
    number, callback = fields.get("request_number"), fields.get("callback_request_id")
    if number is not None and was_made(db, str(number)):
        return True
    return callback is not None and was_ordered(db, str(callback))


def _is_first(db: sqlite3.Connection, flow: str, lead: str, now: float) -> bool:
    """Once per lead: neither a crash nor a rebuild nor a late delivery fires it twice."""
    moment = datetime.fromtimestamp(now, ZoneInfo("UTC")).isoformat()
    cursor = db.execute(
        "insert into seen_keys values (?, ?, 0, ?, ?, 1) on conflict do nothing",
        (flow, f"lead {lead}", moment, moment),
    )
    return cursor.rowcount > 0


def _is_loop(db: sqlite3.Connection, new: NewOperation) -> bool:
    """So many operations of one flow for one lead in a day that something answers itself."""
    row = db.execute(
        "select count(*) from operations where lead_type = ? and lead_id = ? and flow = ? "
        "and received_at > ?",
        (new.lead_type, new.lead_id, new.flow, _a_day_before(new.received_at)),
    ).fetchone()
    return int(row[0]) >= MOST_OF_A_LEAD


def _a_day_before(moment: str) -> str:
    return (datetime.fromisoformat(moment) - timedelta(1)).isoformat()


def _save(db: sqlite3.Connection, cursor: LeadCursor) -> None:
    db.execute("insert or replace into cursors values (?, ?)", (_CURSOR, cursor.written()))
