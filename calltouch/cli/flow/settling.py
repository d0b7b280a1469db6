"""Wait until no operation of a flow is due: `calltouch settle --flows`."""

import sqlite3
import threading
import time
from contextlib import closing, suppress

from analytics.published_file import NotPublished, Published
from analytics.store import last_delivery_id
from calltouch.cli.flow.run import run_flows
from flows.book import FlowBook
from flows.definition.flow import LeadSource
from flows.sources.deliveries import positions
from flows.sources.leads import stored_cursor
from flows.store.writer import open_store
from receiver.data_dir import DataDir
from receiver.digest.settle import NotSettled, settle
from receiver.inbox.reader import InboxReader
from receiver.process_lock import LockHeld, holder
from receiver.published import published_source
from receiver.settings.settings import Settings

_POLL_SECONDS = 0.1


def settle_flows(settings: Settings, timeout: float) -> None:
    """Return once all that came in is passed on or waits for later, and that is published.

    If no runner is running, do its work here. Raises `NotSettled`.
    """
    place = DataDir(settings.data_dir)
    if not place.flows_store.exists():
        return
    give_up_at = time.monotonic() + timeout
    while why := _why_not(settings):
        if time.monotonic() > give_up_at:
            who = holder(place.flows_lock)
            raise NotSettled(f"not settled within {timeout:g} s: {why}{f'; {who}' if who else ''}")
        with suppress(LockHeld):
            run_flows(settings, threading.Event(), once=True)
        time.sleep(_POLL_SECONDS)
    with closing(open_store(place.flows_store, read_only=True)) as db:
        (change,) = db.execute("select coalesce(max(change), 0) from operations").fetchone()
    settle(settings, max(give_up_at - time.monotonic(), 0.0), change)


def _why_not(settings: Settings) -> str | None:
    """None once nothing is due."""
    place = DataDir(settings.data_dir)
    with closing(open_store(place.flows_store, read_only=True)) as db:
        if _has_untaken(place, db):
            return "deliveries are waiting to be taken in by flows"
        if _has_unread_leads(settings, db):
            return "changes of leads are waiting to be read by flows"
        (due,) = db.execute(
            "select count(*) from operations "
            "where state = 'running' or state = 'waiting' and due_at <= ?",
            (time.time(),),
        ).fetchone()
    return f"{due} operations of flows are due" if due else None


def _has_untaken(place: DataDir, db: sqlite3.Connection) -> bool:
    if not place.flows_inbox.exists():
        return False
    with closing(InboxReader(place.flows_inbox)) as reader:
        snapshot = reader.look()
        taken = positions(db, snapshot.limits)
        return any(snapshot.holds_delivery(name, taken.get(name, 0)) for name in snapshot.limits)


def _has_unread_leads(settings: Settings, db: sqlite3.Connection) -> bool:
    """Where no flow in force asks for leads, nobody reads them."""
    book = FlowBook()
    book.refresh(db)
    read = (book.flow(db, flow.name, flow.version) for flow in book.current.values())
    if not any(flow and isinstance(flow.source, LeadSource) for flow in read):
        return False
    try:
        with Published(published_source(settings)).reading() as published:
            last = last_delivery_id(published)
    except NotPublished:
        return False
    cursor = stored_cursor(db)
    return cursor is None or cursor.delivery_id < last
