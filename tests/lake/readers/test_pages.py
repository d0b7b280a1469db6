"""Every page and every kind of answer of the API is the same over a lake."""

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.earlier_file import attach_completed
from analytics.published_file import Published
from calltouch.flow_pages.operations import StoredDesk
from dashboards.access.gate import Gate
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.app import create_dashboards
from dashboards.pages.operations.desk import attach_desk
from dashboards.pages.register import PAGES
from receiver.data_dir import DataDir
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import SETTINGS
from tests.lake.readers.conftest import THEN, Twins

Clients = tuple[FlaskClient, FlaskClient]
PLAIN = [page.path for page in PAGES if "<" not in page.path]
# What says where the file is.
ABOUT_THE_FILE = "/data"
OF_THE_API = (
    "/api/reports/leads_by_day",
    "/api/reports/journal?limit=50",
    "/api/reports/journal?format=parquet",
    "/api/reports/journal?format=csv&q=7916",
    f"/api/reports/leads_by_day?as_of={THEN:%Y-%m-%dT%H:%M:%SZ}",
    "/api/why_changed?before=2026-11-01T00:00Z",
    "/api/figures/overview",
    "/export/overview.csv",
)


@pytest.fixture(scope="module")
def clients(twins: Twins) -> Clients:
    file, lake = (
        _client(_app(Published(one, attaches=attach_completed), twins), twins)
        for one in twins.sources
    )
    return file, lake


def _app(published: Published, twins: Twins) -> Flask:
    access = AccessStore(twins.directory / "state.sqlite")
    app = create_dashboards(published, SETTINGS, Gate(access))
    attach_desk(app, StoredDesk(DataDir(twins.directory)))
    app.testing = True
    return app


def _client(app: Flask, twins: Twins) -> FlaskClient:
    return sign_in(app.test_client(), AccessStore(twins.directory / "state.sqlite"), Role.ADMIN)


@pytest.mark.parametrize("path", [path for path in PLAIN if path != ABOUT_THE_FILE])
def test_a_page_says_the_same(clients: Clients, path: str) -> None:
    file, lake = (client.get(f"{path}?period=90d&lang=en") for client in clients)
    assert (lake.status_code, file.status_code) == (200, 200)
    assert _settled(lake.text) == _settled(file.text)
    assert "incident" not in lake.text


@pytest.mark.parametrize("path", OF_THE_API)
def test_the_api_says_the_same(clients: Clients, path: str) -> None:
    file, lake = (client.get(path) for client in clients)
    assert lake.status_code == file.status_code == 200, lake.text
    assert lake.data == file.data


def test_a_leads_card_says_the_same(clients: Clients) -> None:
    for path in _leads(clients[0]):
        file, lake = (client.get(path) for client in clients)
        assert lake.status_code == 200
        assert _settled(lake.text) == _settled(file.text)


def test_the_page_about_data_names_tables_and_says_no_size(clients: Clients) -> None:
    page = clients[1].get("/data?lang=en")
    assert page.status_code == 200
    assert "incident" not in page.text
    assert "File size" not in page.text


def _leads(client: FlaskClient) -> Iterator[str]:
    rows = json.loads(client.get("/api/reports/journal?limit=3").data)["rows"]
    for lead in rows:
        yield f"/leads/{lead['lead_type']}/{lead['lead_id']}"


def _settled(page: str) -> str:
    """Without what is another one each time."""
    return re.sub(r'(nonce|name="token" value)="[^"]*"', r"\1", page)
