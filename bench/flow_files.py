"""Flows for the benches: definitions put in force, deliveries and operations that wait."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flows.addresses import write_addresses
from flows.fields import FlowDelivery
from flows.running.inputs import delivery_input
from flows.store import attempts, operations
from flows.store.definitions import apply_definition, keys_of, set_running
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir, prepare
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter

FLOW = "measured"
_FORM = "application/x-www-form-urlencoded"
_SOURCE = '[source]\nkind = "http"\nper_minute = 1_000_000\n'
_FILTER = '[[steps]]\nkind = "filter"\nwhen = [{field = "id", present = true}]\n'
_AT_ONCE = 500


def begin_flow(data_dir: Path, source: str = "", step: str = _FILTER) -> str:
    """A flow that runs; the path of its address."""
    prepare(data_dir)
    place, now = DataDir(data_dir), datetime.now(UTC)

    def begin(db: sqlite3.Connection) -> str:
        apply_definition(db, FLOW, f"{_SOURCE}{source}\n{step}", now, "bench")
        set_running(db, FLOW, True, now, "bench")
        write_addresses(db, place.flow_addresses, now)
        return keys_of(db, FLOW, now)[0]

    with store_of(data_dir) as store:
        return f"/flow/{FLOW}/{store.write(begin)}"


@contextmanager
def store_of(data_dir: Path) -> Iterator[StoreWriter]:
    store = StoreWriter(DataDir(data_dir).flows_store)
    with closing(store):
        yield store


def deliver(data_dir: Path, count: int) -> None:
    """Forms as a site sends them, of some 300 bytes, with keys of their own."""
    inbox = InboxWriter(DataDir(data_dir).flows_inbox)
    inbox.put_all(_delivery(number) for number in range(count))
    inbox.close()


def _delivery(number: int) -> Delivery:
    phone = 79000000000 + number % 1_000_000
    body = (
        f"id={number}&Phone=%2B{phone}&Name=%D0%98%D0%B2%D0%B0%D0%BD&Email=a{number}%40site.example"
        f"&formname=%D0%97%D0%B0%D1%8F%D0%B2%D0%BA%D0%B0&utm_source=yandex&utm_medium=cpc"
        f"&utm_campaign=brand&Comments=%D0%9F%D0%B5%D1%80%D0%B5%D0%B7%D0%B2%D0%BE%D0%BD%D0%B8"
    )
    headers = b"@delivery: 1\nuser-agent: Tilda\naccept: */*"
    return Delivery(
        FLOW, "POST", f"/flow/{FLOW}", b"", body.encode(), _FORM, "192.0.2.1", headers=headers
    )


def let_wait(data_dir: Path, count: int, due_at: float) -> None:
    """Operations that wait for that moment."""
    received_at = datetime.now(UTC).isoformat()
    new = NewOperation(FLOW, 1, "http", received_at)
    delivery = FlowDelivery("POST", b"", b"id=1", _FORM, {}, "192.0.2.1", received_at)
    entered = delivery_input(delivery)

    def add(db: sqlite3.Connection) -> None:
        for _ in range(_AT_ONCE):
            operation_id = operations.add_operation(db, new, "waiting", due_at)
            attempts.save_input(db, operation_id, entered)

    with store_of(data_dir) as store:
        for _ in range(count // _AT_ONCE):
            store.write(add)
