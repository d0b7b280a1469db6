"""Saved views: a user's own, kept without what was searched for."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.published_file import Published
from dashboards.access.gate import Gate
from dashboards.access.people import remove_user
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.app import create_dashboards
from dashboards.pages.journal.saved_views import list_views
from tests.dashboards.access.signing_in import bearer, sign_in
from tests.dashboards.conftest import SETTINGS, Place
from tests.dashboards.leads import NOW
from tests.dashboards.page_text import Element, read_page

QUERY = "period=7d&f.source=yandex&f.search=79161234567&columns=lead_id,tags"
KEPT = "period=7d&f.source=yandex&columns=lead_id%2Ctags"


@pytest.fixture
def access(tmp_path: Path) -> AccessStore:
    """Nobody has saved anything yet."""
    return AccessStore(tmp_path / "state.sqlite")


@pytest.fixture
def app(busy_place: Place, access: AccessStore) -> Flask:
    return create_dashboards(Published(busy_place.published), SETTINGS, Gate(access))


@pytest.fixture
def client(app: Flask, access: AccessStore) -> FlaskClient:
    return sign_in(app.test_client(), access)


def form_at(client: FlaskClient, url: str, action: str) -> dict[str, str]:
    """The fields of a form of the page, as a browser would send it."""
    page = read_page(client.get(url).get_data(as_text=True))
    inputs = page.all("form", action=action)[0].all("input")
    return {one.attributes["name"]: one.attributes.get("value", "") for one in inputs}


def views(client: FlaskClient, url: str = "/journal") -> list[Element]:
    lists = read_page(client.get(url).get_data(as_text=True)).all("ul", class_="views")
    return [link for one in lists for link in one.all("a")]


def test_a_view_is_saved_opened_and_deleted(client: FlaskClient) -> None:
    fields = form_at(client, f"/journal?{QUERY}", "/journal/views") | {"name": " Мои  <b>лиды "}
    answer = client.post("/journal/views", data=fields)
    assert (answer.status_code, answer.location) == (303, f"/journal?{KEPT}")
    (link,) = views(client, answer.location)
    assert link.text == "Мои <b>лиды"
    assert link.attributes["href"] == f"/journal?{KEPT}"
    assert link.attributes["aria-current"] == "true"
    assert "aria-current" not in views(client)[0].attributes
    fields = form_at(client, "/journal", "/journal/views/delete")
    assert client.post("/journal/views/delete", data=fields).status_code == 303
    assert views(client) == []


def test_the_same_name_is_the_same_view(client: FlaskClient) -> None:
    for query in ("period=7d", "period=90d"):
        fields = form_at(client, f"/journal?{query}", "/journal/views") | {"name": "Мои"}
        client.post("/journal/views", data=fields)
    assert [link.attributes["href"] for link in views(client)] == ["/journal?period=90d"]


def test_views_are_their_users_alone_and_go_with_them(
    app: Flask, access: AccessStore, client: FlaskClient
) -> None:
    fields = form_at(client, "/journal", "/journal/views") | {"name": "Мои"}
    client.post("/journal/views", data=fields)
    assert views(sign_in(app.test_client(), access, Role.VIEWER)) == []
    with access.changing() as db:
        assert [one.name for one in list_views(db, "admin")] == ["Мои"]
        remove_user(db, "admin", force=True)
        assert list_views(db, "admin") == []


def test_what_is_no_view_is_refused(app: Flask, access: AccessStore, client: FlaskClient) -> None:
    fields = form_at(client, "/journal", "/journal/views")
    assert client.post("/journal/views", data=fields | {"name": " "}).status_code == 400
    assert client.post("/journal/views", data=fields | {"name": "x" * 61}).status_code == 400
    long = fields | {"name": "x", "query": "source=" + "x" * 5000}
    assert client.post("/journal/views", data=long).status_code == 400
    assert client.post("/journal/views", data={"name": "x", "query": ""}).status_code == 400
    token = bearer(access, Role.ADMIN)
    answer = app.test_client().post("/journal/views", data={"name": "x"}, headers=token)
    assert answer.status_code == 403
    strange = fields | {"name": "x", "query": "after_id=5&<script>=1&source=a b"}
    assert client.post("/journal/views", data=strange).location == "/journal?f.source=a+b"
    assert [link.text for link in views(client)] == ["x"]


def test_there_are_not_too_many(access: AccessStore, client: FlaskClient) -> None:
    with access.changing() as db:
        for number in range(100):
            later = (NOW + timedelta(seconds=number)).isoformat()
            db.execute(
                "insert into saved_views values ('admin', ?, 'period=7d', ?)", [f"{number}", later]
            )
    fields = form_at(client, "/journal", "/journal/views")
    assert client.post("/journal/views", data=fields | {"name": "one more"}).status_code == 400
    assert client.post("/journal/views", data=fields | {"name": "99"}).status_code == 303
