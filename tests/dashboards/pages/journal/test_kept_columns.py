"""The columns of the journal are chosen once, and kept for the user who has chosen them."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.published_file import Published, PublishedFile
from dashboards.access.gate import Gate
from dashboards.access.people import remove_user
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.app import create_dashboards
from dashboards.pages.journal.columns import DEFAULT
from dashboards.pages.journal.kept_columns import find_columns
from tests.dashboards.access.signing_in import bearer, sign_in
from tests.dashboards.conftest import SETTINGS, Place
from tests.dashboards.page_text import read_page


@pytest.fixture
def access(tmp_path: Path) -> AccessStore:
    return AccessStore(tmp_path / "state.sqlite")


@pytest.fixture
def app(busy_place: Place, access: AccessStore) -> Flask:
    return create_dashboards(Published(PublishedFile(busy_place.published)), SETTINGS, Gate(access))


@pytest.fixture
def client(app: Flask, access: AccessStore) -> FlaskClient:
    return sign_in(app.test_client(), access)


def headings(client: FlaskClient, url: str = "/journal") -> list[str]:
    table = read_page(client.get(url).get_data(as_text=True)).one("table", id="journal")
    return [one.text for one in table.one("thead").all("th")]


def choose(client: FlaskClient, url: str, *columns: str) -> str:
    """Where the form at this journal leads when these are ticked."""
    page = read_page(client.get(url).get_data(as_text=True))
    form = page.all("form", action="/journal/columns")[0]
    fields = {
        one.attributes["name"]: [one.attributes["value"]]
        for one in form.all("input", type="hidden")
    }
    answer = client.post("/journal/columns", data={**fields, "columns": list(columns)})
    assert answer.status_code == 303
    return str(answer.location)


def test_they_are_kept_and_a_link_that_names_others_wins(client: FlaskClient) -> None:
    usual = headings(client)
    assert choose(client, "/journal?period=7d&f.source=yandex", "tags", "lead_id") == (
        "/journal?period=7d&f.source=yandex"
    )
    assert headings(client) == headings(client, "/journal?period=90d") == ["Когда", "ID", "Теги"]
    assert headings(client, f"/journal?columns={','.join(DEFAULT)}") == usual
    assert headings(client, "/journal?columns=manager") == ["Когда", "Менеджер"]
    assert headings(client) == ["Когда", "ID", "Теги"]


def test_none_are_the_usual_ones_and_others_see_their_own(
    app: Flask, access: AccessStore, client: FlaskClient
) -> None:
    usual = headings(client)
    choose(client, "/journal?columns=duration", "tags")
    assert headings(sign_in(app.test_client(), access, Role.VIEWER)) == usual
    assert choose(client, "/journal?sort=-duration&columns=tags") == (
        "/journal?period=30d&sort=-duration"
    )
    assert headings(client) == usual


def test_they_go_with_the_user_and_programs_keep_none(
    app: Flask, access: AccessStore, client: FlaskClient
) -> None:
    choose(client, "/journal", "tags", "no such column")
    with access.changing() as db:
        assert find_columns(db, "admin") == ("tags",)
        remove_user(db, "admin", force=True)
        assert find_columns(db, "admin") == DEFAULT
    token = bearer(access, Role.ADMIN)
    assert app.test_client().post("/journal/columns", headers=token).status_code == 403
