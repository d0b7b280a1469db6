"""Leads of a period started again on purpose, also for a flow that did not exist then.

Conditions are asked of the newest published state. A lead that has started the flow already does
not start it again, and nobody is rung: a flow that orders callbacks is refused.
"""

import sqlite3
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from flows.contacts import ContactHashes
from flows.definition.flow import Flow, LeadSource
from flows.definition.steps import CallbackStep
from flows.sources.lead_fields import published_sql
from flows.sources.leads import StartedLead, add_lead, fields_for
from flows.store.definitions import StoredFlow


class NotReplayable(Exception):
    """Why the leads of a period cannot start this flow."""


@dataclass(frozen=True, slots=True)
class PastLeads:
    """`in_period`: leads that changed in it; `started`: those that the flow is for."""

    in_period: int
    started: tuple[StartedLead, ...]


def past_leads(
    published: DuckDBPyConnection,
    flow: Flow,
    stored: StoredFlow,
    span: tuple[str, str],
    contacts: ContactHashes,
) -> PastLeads:
    """`span`: of receipt, in ISO 8601. Raises `NotReplayable`."""
    if not isinstance(flow.source, LeadSource):
        raise NotReplayable("its source is web requests, not leads")
    if any(isinstance(step, CallbackStep) for step in flow.steps):
        raise NotReplayable("it orders callbacks: clients of long ago would be rung")
    since, until = span
    values = {"since": since, "until": until}
    rows = published.execute(published_sql("touched_in"), values).fetchall()
    started = [
        StartedLead(flow, stored, row, fields, contacts.of(fields))
        for row in rows
        if (fields := fields_for(published, flow, row, row[3] - 1)) is not None
    ]
    return PastLeads(len(rows), tuple(started))


def start_past(db: sqlite3.Connection, leads: PastLeads, now: float, per_second: float) -> int:
    """How many operations were made; due one after another."""
    made = 0
    for started in leads.started:
        made += add_lead(db, started, now, now + made / per_second)
    return made


def count_startable(db: sqlite3.Connection, leads: PastLeads, now: float) -> int:
    """How many would be made. Nothing is kept of it."""
    db.execute("savepoint counted")
    try:
        return start_past(db, leads, now, 1.0)
    finally:
        db.execute("rollback to counted")
        db.execute("release counted")
