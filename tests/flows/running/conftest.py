"""A runner over real files and a real target; its clock and its chance are the test's."""

import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analytics.published_file import PublishedFile
from flows.deciding import decide
from flows.filling.filters import FilterSettings
from flows.retrying import PAUSES
from flows.running.calltouch_account import CalltouchAccount
from flows.running.hosts import Hosts
from flows.running.mail_outlet import MailOutlet
from flows.running.progress import Tools
from flows.running.runner import Runner
from flows.sources.published_leads import PublishedLeads
from flows.store import attempts, operations
from flows.store.definitions import apply_definition, set_running
from flows.store.operations import NewOperation, Operation
from flows.store.writer import StoreWriter
from outgoing.guard import GuardSettings
from outgoing.sending import WebAnswer, WebRequest, send
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from tests.outgoing.misbehaving import Misbehaving, misbehaving

FORM = "application/x-www-form-urlencoded"


@dataclass
class Flows:
    """`ahead`: seconds that the runner's clock is ahead of ours."""

    place: DataDir
    target: Misbehaving
    ahead: float = 0.0
    secrets: dict[str, str] = field(default_factory=dict)
    calltouch: CalltouchAccount | None = None
    mail: MailOutlet | None = None
    ports: tuple[int, ...] = ()
    pauses: tuple[int, ...] = PAUSES

    def apply(self, name: str, definition: str, *, running: bool = True) -> None:
        """`{url}` in it is the target's address."""
        now = datetime.now(UTC)
        text = definition.replace("{url}", self.target.url("").rstrip("/"))
        store = StoreWriter(self.place.flows_store)
        with closing(store):
            store.write(lambda db: apply_definition(db, name, text, now, "test"))
            store.write(lambda db: set_running(db, name, running, now, "test"))

    def deliver(
        self, name: str, *bodies: str, query: str = "", headers: str = "user-agent: test"
    ) -> None:
        writer = InboxWriter(self.place.flows_inbox)
        for body in bodies:
            writer.put(
                Delivery(
                    name, "POST", "/flow", query.encode(), body.encode(), FORM, "192.0.2.1",
                    headers=headers.encode(),
                )
            )  # fmt: skip
        writer.close()

    def run(self, threads: int = 4) -> None:
        """Until nothing is due."""
        store = StoreWriter(self.place.flows_store)
        with closing(store):
            lock = self.place.flows_lock
            Runner(
                self.tools(store), self.place.flows_inbox, threads, lock if lock.exists() else None
            ).run(threading.Event(), once=True)

    def tools(self, store: StoreWriter) -> Tools:
        return Tools(
            store,
            self.send,
            Hosts(),
            self.secrets,
            FilterSettings(ZoneInfo("Europe/Moscow")),
            lambda name: False,
            PublishedLeads(PublishedFile(self.place.published)),
            self.place.person_key,
            self.calltouch,
            self.mail,
            clock=lambda: datetime.now(UTC).timestamp() + self.ahead,
            chance=lambda: 0.5,
            pauses=self.pauses,
        )

    def send(self, request: WebRequest) -> WebAnswer:
        ports = (self.target.port, *self.ports)
        guard = GuardSettings(ports=ports, networks=(ip_network("127.0.0.1/32"),))
        return send(request, guard)

    def add_lead(self, name: str, lead_id: int, **fields: object) -> None:
        """An operation as the lead source makes it."""
        received_at = datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.ahead, UTC)
        new = NewOperation(
            name, 1, "lead", received_at.isoformat(), lead_type="call", lead_id=lead_id
        )
        store = StoreWriter(self.place.flows_store)

        def add(db: sqlite3.Connection) -> None:
            operation_id = operations.add_operation(db, new, "waiting", 0.0)
            known = {"lead_type": "call", "lead_id": lead_id}
            attempts.save_input(db, operation_id, {**known, **fields})

        with closing(store):
            store.write(add)

    def decide(self, operation_id: int, decision: str) -> None:
        store = StoreWriter(self.place.flows_store)
        with closing(store):
            store.write(lambda db: decide(db, operation_id, decision, "2026", 0.0, "anna"))

    def reasons(self) -> list[tuple[object, ...]]:
        """Of all attempts: method, outcome and reason."""
        return self.query("select method, outcome, reason from attempts order by rowid")

    def stored(self, part: str, operation_id: int = 1) -> list[str]:
        store = StoreWriter(self.place.flows_store)
        with closing(store), closing(store.reader()) as db:
            rows = db.execute(
                "select body from bodies where part = ? and operation_id = ? "
                "order by step, attempt",
                (part, operation_id),
            )
            return [zlib.decompress(row[0]).decode() for row in rows]

    def operations(self) -> list[Operation]:
        store = StoreWriter(self.place.flows_store)
        with closing(store), closing(store.reader()) as db:
            rows = db.execute("select * from operations order by operation_id")
            return [Operation.from_row(row) for row in rows]

    def states(self) -> list[tuple[str, str]]:
        return [(operation.state, operation.reason) for operation in self.operations()]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        store = StoreWriter(self.place.flows_store)
        with closing(store), closing(store.reader()) as db:
            return [tuple(row) for row in db.execute(sql)]


@pytest.fixture(scope="session")
def target() -> Iterator[Misbehaving]:
    with misbehaving() as target:
        yield target


@pytest.fixture
def flows(tmp_path: Path, target: Misbehaving) -> Flows:
    target.seen.clear()
    return Flows(DataDir(tmp_path), target)


Bodies = Callable[[str], list[str]]


@pytest.fixture
def sent(target: Misbehaving) -> Bodies:
    """The bodies that the target was sent at a path."""

    def bodies(path: str) -> list[str]:
        return [seen.decode().partition("\r\n\r\n")[2] for seen in target.seen.get(path, [])]

    return bodies
