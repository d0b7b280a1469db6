"""Real published files in temporary directories, and the pages over them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright

from analytics.calendar.definition import read_calendar
from analytics.calendar.table import replace_calendar
from analytics.earlier_file import attach_completed
from analytics.fold import DECODED, fold
from analytics.publish.publisher import publish
from analytics.published_file import Published, PublishedFile
from analytics.store import StoreFingerprint, last_delivery_id, open_store, transaction
from calltouch.alerts.desk import StoredAlerts
from calltouch.calendar_file import StoredCalendar
from calltouch.flow_pages.operations import StoredDesk
from dashboards.access.gate import Gate
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.app import PageSettings, create_dashboards
from dashboards.pages.alerts.desk import attach_alerts
from dashboards.pages.calendar.desk import attach_calendar
from dashboards.pages.operations.desk import attach_desk
from receiver.data_dir import DataDir
from receiver.digest.run_tables import RunNotes
from receiver.settings.settings import Settings
from tests.analytics.reports.flow_history import add_history
from tests.dashboards.access.signing_in import session_cookie, sign_in
from tests.dashboards.browsing import Site, launch, serving
from tests.dashboards.leads import NOW, Delivered, row, some_months
from tests.made_once import made_once

ZONE = "Europe/Moscow"
SETTINGS = PageSettings(ZONE, "https://leads.example", has_secret=False, clock=lambda: NOW)


@dataclass(frozen=True, slots=True)
class Place:
    """A store and its published file, in a directory of their own."""

    directory: Path
    alert_settings: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def published(self) -> Path:
        return self.directory / "calltouch.duckdb"

    def add(self, deliveries: Sequence[Delivered], zone: str = ZONE) -> None:
        """Fold the deliveries into the store and publish it."""
        store = self.directory / "store.duckdb"
        db = open_store(store, StoreFingerprint(zone, "tests"))
        last = last_delivery_id(db)
        rows = [
            row(last + number, delivered) | {"params": json.dumps(delivered.params)}
            for number, delivered in enumerate(deliveries, 1)
        ]
        with transaction(db):
            fold(db, pa.Table.from_pylist(rows, schema=DECODED))
        publish(db, store, self.published, "test")
        db.close()

    def add_history(
        self, operations: Sequence[dict[str, Any]], attempts: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Put in what flows did, and publish it."""
        store = self.directory / "store.duckdb"
        db = open_store(store, StoreFingerprint(ZONE, "tests"))
        add_history(db, operations, attempts)
        publish(db, store, self.published, "test")
        db.close()

    def add_run_notes(self) -> None:
        """Copy what `state.sqlite` has noted for the published file, and publish it."""
        store = self.directory / "store.duckdb"
        db = open_store(store, StoreFingerprint(ZONE, "tests"))
        noted = RunNotes(self.directory / "state.sqlite")
        noted.write(db)
        noted.close()
        publish(db, store, self.published, "test")
        db.close()

    def add_calendar(self, text: str = "") -> None:
        """Put in the days of a calendar.toml, and publish it."""
        store = self.directory / "store.duckdb"
        db = open_store(store, StoreFingerprint(ZONE, "tests"))
        replace_calendar(db, read_calendar(text), NOW.year)
        publish(db, store, self.published, "test")
        db.close()

    @property
    def access(self) -> AccessStore:
        """Who may look; opened anew each time, over the same file."""
        return AccessStore(self.directory / "state.sqlite")

    def app(self, settings: PageSettings = SETTINGS) -> Flask:
        published = Published(PublishedFile(self.published), attaches=attach_completed)
        app = create_dashboards(published, settings, Gate(self.access))
        place = DataDir(self.directory)
        attach_desk(app, StoredDesk(place))
        attach_calendar(app, StoredCalendar(place.calendar))
        environ = {"CALLTOUCH_DATA_DIR": str(self.directory), **self.alert_settings}
        attach_alerts(app, StoredAlerts(Settings.load(environ), published, settings.clock))
        app.testing = True
        return app

    def client(
        self, settings: PageSettings = SETTINGS, role: Role | None = Role.ADMIN
    ) -> FlaskClient:
        """The browser of a user of this role, or of nobody."""
        client = self.app(settings).test_client()
        return client if role is None else sign_in(client, self.access, role)


@contextmanager
def served(place: Place, settings: PageSettings = SETTINGS) -> Iterator[Site]:
    """The place at a URL of loopback, and an admin who has signed in there."""
    with serving(place.app(settings)) as url:
        yield Site(url, session_cookie(place.access))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Nothing in it yet."""
    return Place(tmp_path)


@pytest.fixture(scope="session")
def busy_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Some months of leads; tests only read it."""

    def make(directory: Path) -> None:
        Place(directory).add(some_months())

    return Place(made_once(tmp_path_factory, "busy", make))


Get = Callable[..., str]


@pytest.fixture
def get(busy_place: Place) -> Get:
    """The page of the busy place at a URL, in Russian unless told otherwise; at its new one, where
    filters have their plain names."""
    client = busy_place.client()

    def page(url: str = "/", status: int = 200, **headers: str) -> str:
        response = client.get(url, headers=headers, follow_redirects=True)
        assert response.status_code == status
        return response.get_data(as_text=True)

    return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(busy_place: Place) -> Iterator[Site]:
    """The busy place, served."""
    with served(busy_place) as site:
        yield site
