"""A receiver with flows: what is sent to their addresses, and what their inbox holds."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calltouch.receiver_app import create_receiver
from flows.addresses import write_addresses
from flows.store.definitions import apply_definition, keys_of, set_running
from flows.store.writer import Change, StoreWriter, T
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.ingest.flow_receiver import FlowReceiver
from receiver.settings.settings import Settings

SENDER = {"REMOTE_ADDR": "203.0.113.9"}
STEP = '[[steps]]\nkind = "filter"\nwhen = [{field = "a", present = true}]\n'


class FlowPlace:
    """The files of flows in a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.place = DataDir(data_dir)

    def change(self, change: Change[T]) -> T:
        """And what the receiver knows of it."""
        now = datetime.now(UTC)

        def both(db: sqlite3.Connection) -> T:
            made = change(db)
            write_addresses(db, self.place.flow_addresses, now)
            return made

        store = StoreWriter(self.place.flows_store)
        with closing(store):
            return store.write(both)

    def apply(
        self, name: str = "tilda", source: str = "", answer: str = "", *, running: bool = True
    ) -> str:
        """The path of its address."""
        text = f'[source]\nkind = "http"\n{source}\n[source.answer]\n{answer}\n{STEP}'
        now = datetime.now(UTC)

        def begin(db: sqlite3.Connection) -> str:
            apply_definition(db, name, text, now, "test")
            set_running(db, name, running, now, "test")
            return keys_of(db, name, now)[0]

        return f"/flow/{name}/{self.change(begin)}"

    @property
    def kept(self) -> list[Delivery]:
        items = InboxReader(self.place.flows_inbox).look().entries({})
        return [item.received.delivery for item in items if isinstance(item, InboxEntry)]


class FlowWorld(FlowPlace):
    """With the application of the receiver over it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.data_dir)
        self.settings = settings
        self.client: FlaskClient = create_receiver(settings).test_client()

    @property
    def receiver(self) -> FlowReceiver:
        view: Any = self.client.application.view_functions["flow"]
        receiver: FlowReceiver = view.__self__
        return receiver

    def send(self, path: str, method: str = "POST", **options: Any) -> TestResponse:
        options.setdefault("environ_base", SENDER)
        return self.client.open(path, method=method, **options)
