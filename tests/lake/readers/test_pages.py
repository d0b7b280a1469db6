"""Every page and every kind of answer of the API is the same over a lake."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.earlier_file import attach_completed
from analytics.published_file import Published, PublishedSource
from calltouch.flow_pages.operations import StoredDesk
from dashboards.access.gate import Gate
from dashboards.access.sign_in.sessions import COOKIE
from dashboards.access.state import AccessStore
from dashboards.app import create_dashboards
from dashboards.pages.operations.desk import attach_desk
from dashboards.pages.register import PAGES
from receiver.data_dir import DataDir
from tests.dashboards.access.signing_in import session_cookie
from tests.dashboards.conftest import SETTINGS
from tests.lake.readers.conftest import THEN, Twins

Clients = tuple[FlaskClient, FlaskClient]
PLAIN = [page.path for page in PAGES if "<" not in page.path]
# What says where the file is.
ABOUT_THE_FILE = "/data"
OF_THE_API = (
    "/api/reports/leads_over_time",
    "/api/reports/journal?limit=50",
    "/api/reports/journal?format=parquet",
    "/api/reports/journal?format=csv&source=google",
    f"/api/reports/leads_over_time?as_of={THEN:%Y-%m-%dT%H:%M:%SZ}",
    "/api/why_changed?before=2026-11-01T00:00Z",
    "/api/figures/leads_over_time",
    "/export/overview.csv",
)


@pytest.fixture(scope="module")
def clients(twins: Twins) -> Clients:
    """Of one session, so that forms have the same tokens."""
    access = AccessStore(twins.directory / "state.sqlite")
    cookie = session_cookie(access)
    file, lake = (_app(one, access, twins).test_client() for one in twins.sources)
    for client in (file, lake):
        client.set_cookie(COOKIE, cookie, httponly=True)
    return file, lake


def _app(source: PublishedSource, access: AccessStore, twins: Twins) -> Flask:
    published = Published(source, attaches=attach_completed)
    app = create_dashboards(published, SETTINGS, Gate(access))
    attach_desk(app, StoredDesk(DataDir(twins.directory)))
    app.testing = True
    return app


@pytest.mark.parametrize("path", [path for path in PLAIN if path != ABOUT_THE_FILE])
def test_a_page_says_the_same(clients: Clients, path: str) -> None:
    file, lake = (client.get(f"{path}?period=90d&lang=en") for client in clients)
    assert (lake.status_code, file.status_code) == (200, 200)
    assert lake.text == file.text
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
        assert lake.text == file.text


def test_the_page_about_data_names_tables_and_says_no_size(clients: Clients) -> None:
    page = clients[1].get("/data?lang=en")
    assert page.status_code == 200
    assert "incident" not in page.text
    assert "File size" not in page.text


def test_a_lake_is_no_file_to_be_given(clients: Clients) -> None:
    found = [client.get("/files/calltouch.duckdb").status_code for client in clients]
    assert found == [307, 404]


def _leads(client: FlaskClient) -> Iterator[str]:
    rows = json.loads(client.get("/api/reports/journal?limit=3").data)["rows"]
    for lead in rows:
        yield f"/leads/{lead['lead_type']}/{lead['lead_id']}"
