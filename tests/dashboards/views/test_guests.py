"""Guest links: one page with its filters, masked, until they end."""

from datetime import datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.access.audit import Action, read_audit
from dashboards.access.grants import Grant
from dashboards.access.people import remove_user, set_grant
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.views.addresses import VIEWED
from dashboards.views.guest_links import list_links
from dashboards.views.guests import guest_page
from tests.dashboards.access.conftest import Clock
from tests.dashboards.access.signing_in import bearer, sign_in
from tests.dashboards.leads import NOW
from tests.dashboards.page_text import read_page
from tests.dashboards.views.forms import token_of

QUERY = "period=7d&f.source=yandex"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def access(access: AccessStore, clock: Clock) -> AccessStore:
    access.clock = clock
    return access


@pytest.fixture
def guest(app: Flask) -> FlaskClient:
    return app.test_client()


def make(
    client: FlaskClient, page: str = "callback", query: str = QUERY, **given: str
) -> TestResponse:
    fields = {"form_token": token_of(client), "page": page, "query": query}
    return client.post("/views/guests", data=fields | given)


def link(client: FlaskClient, page: str = "callback", query: str = QUERY, **given: str) -> str:
    """The path of a new one."""
    answer = make(client, page, query, **given)
    assert answer.status_code == 201
    (code,) = read_page(answer.text).all("code", id="guest-link")
    return code.text.removeprefix("http://localhost")


def noted(access: AccessStore) -> list[tuple[str, str, str]]:
    with access.reading() as db:
        records = read_audit(db, None, 50)
    ours = (Action.GUEST_LINK_MADE, Action.GUEST_LINK_REVOKED, Action.GUEST_OPENED)
    entries = [one.entry for one in records if one.entry.action in ours]
    return [(entry.reader, entry.action, entry.report) for entry in entries]


def test_a_guest_sees_the_page_with_its_filters_and_nothing_else(
    client: FlaskClient, guest: FlaskClient
) -> None:
    answer = guest.get(link(client, "journal"))
    assert answer.status_code == 200
    page = read_page(answer.text)
    assert [chip.text for chip in page.all("div", class_="chosen")[0].all("bdi")] == ["yandex"]
    assert len(page.all("tbody")[0].all("tr")) > 10
    inside = [one.attributes["href"] for one in page.all("a") if "href" in one.attributes]
    assert {href for href in inside if not href.startswith(("?lang=", "#"))} == set()
    assert page.all("form") == []
    assert "<pre" not in answer.text
    assert answer.headers["X-Robots-Tag"].startswith("noindex, nofollow")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    for other in ("/", "/journal", "/views", "/access"):
        assert guest.get(other).status_code == 302
    assert guest.get("/api/reports/overview").status_code == 401
    assert guest.get("/leads/call/1").status_code == 302


def test_only_pages_about_leads_are_for_guests(client: FlaskClient) -> None:
    shared = {page.name for page in VIEWED.values() if guest_page(page)}
    assert {"overview", "journal", "rescue"} <= shared
    for name in ("data", "deliveries", "flows", "operations", "work_calendar"):
        assert name not in shared
        assert make(client, name).status_code == 400


def test_a_guest_cannot_widen_what_the_link_shows(client: FlaskClient, guest: FlaskClient) -> None:
    path = link(client, query="from=2026-10-01&to=2026-10-07&f.source=yandex")
    for widened in ("?period=all", "?f.source=google", "?from=2026-01-01", "?as_of=2026-10-03"):
        page = read_page(guest.get(path + widened).text)
        assert page.all("p", class_="days")[0].text.startswith("1")
        assert [one.text for one in page.all("div", class_="chosen")[0].all("bdi")] == ["yandex"]
    free = link(client, query="from=2026-10-01&to=2026-10-07&f.source=yandex", allows_period="1")
    page = read_page(guest.get(free + "?from=2026-09-02&to=2026-09-05&f.source=google").text)
    assert page.all("p", class_="days")[0].text.startswith("2")
    assert [one.text for one in page.all("div", class_="chosen")[0].all("bdi")] == ["yandex"]
    assert guest.get(free + "?period=sometimes").status_code == 404


def test_a_file_is_had_only_where_that_is_allowed(client: FlaskClient, guest: FlaskClient) -> None:
    assert guest.get(link(client) + "/page.xlsx").status_code == 404
    answer = guest.get(link(client, "journal", allows_files="yes") + "/page.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data))
    cells = [f"{cell.value}" for sheet in book for row in sheet for cell in row]
    assert any("yandex" in cell for cell in cells)
    assert not any(cell.hyperlink for sheet in book for row in sheet for cell in row)


def test_a_link_ends(client: FlaskClient, guest: FlaskClient, clock: Clock) -> None:
    path = link(client, ends=f"{NOW.date() + timedelta(2)}")
    clock.now = datetime.combine(NOW.date() + timedelta(2), NOW.timetz())
    assert guest.get(path).status_code == 200
    clock.turn(days=1)
    answer = guest.get(path)
    assert answer.status_code == 404
    assert "срок истёк" in answer.text
    never = guest.get("/guest/never-was")
    assert never.text == answer.text.replace(path, "/guest/never-was")
    for ends in (f"{NOW.date()}", "2030-01-01", "soon"):
        assert make(client, ends=ends).status_code == 400


def test_a_link_is_revoked_by_its_maker_or_an_admin(
    app: Flask, client: FlaskClient, guest: FlaskClient, access: AccessStore
) -> None:
    analyst = sign_in(app.test_client(), access, Role.ANALYST)
    mine, theirs = link(client), link(analyst)
    token = {"form_token": token_of(analyst)}
    assert analyst.post("/views/guests/1/revoke", data=token).status_code == 404
    assert "для Пети" not in analyst.get("/views").text
    for number in (1, 2):
        fields = {"form_token": token_of(client)}
        assert client.post(f"/views/guests/{number}/revoke", data=fields).status_code == 303
    assert {guest.get(path).status_code for path in (mine, theirs)} == {404}
    assert noted(access)[:2] == [
        ("admin", Action.GUEST_LINK_REVOKED, "2"),
        ("admin", Action.GUEST_LINK_REVOKED, "1"),
    ]


def test_who_may_no_longer_share_shares_no_longer(
    app: Flask, guest: FlaskClient, access: AccessStore
) -> None:
    analyst = sign_in(app.test_client(), access, Role.ANALYST)
    path = link(analyst)
    with access.changing() as db:
        set_grant(db, "analyst", Grant(Role.VIEWER))
    assert guest.get(path).status_code == 404
    with access.changing() as db:
        set_grant(db, "analyst", Grant(Role.ADMIN))
    assert guest.get(path).status_code == 404
    later = link(sign_in(app.test_client(), access, Role.ANALYST))
    with access.changing() as db:
        remove_user(db, "analyst", force=True)
        assert {one.ended_by for one in list_links(db)} == {"maker"}
    assert guest.get(later).status_code == 404


def test_viewers_and_programs_make_no_links(app: Flask, access: AccessStore) -> None:
    viewer = sign_in(app.test_client(), access, Role.VIEWER)
    assert make(viewer).status_code == 403
    assert viewer.get("/views/share?page=callback").status_code == 403
    headers = bearer(access, Role.ADMIN)
    fields = {"page": "callback", "query": QUERY}
    assert app.test_client().post("/views/guests", data=fields, headers=headers).status_code == 403


def test_a_page_about_a_person_is_not_shared(client: FlaskClient) -> None:
    for query in ("f.search=79161234567", "f.utm_term=%2B79161234567"):
        assert make(client, "journal", query).status_code == 400
        assert (
            client.get("/views/share", query_string={"page": "journal", "query": query}).status_code
            == 400
        )


def test_openings_are_counted_and_noted_once_a_session(
    client: FlaskClient, guest: FlaskClient, access: AccessStore, app: Flask
) -> None:
    path = link(client, note="для Пети")
    assert guest.head(path).status_code == 204
    for browser in (guest, guest, app.test_client()):
        assert browser.get(path).status_code == 200
    with access.reading() as db:
        (made,) = list_links(db)
        assert path.encode() not in b"".join(f"{row}".encode() for row in db.iterdump())
    assert (made.openings, made.last_opened_at, made.note) == (3, NOW, "для Пети")
    assert noted(access) == [
        ("guest 1", Action.GUEST_OPENED, "callback"),
        ("guest 1", Action.GUEST_OPENED, "callback"),
        ("admin", Action.GUEST_LINK_MADE, "1 callback"),
    ]
    assert "для Пети" in client.get("/views").text
    assert (
        path.removeprefix("/guest/") not in client.get("/views").text + client.get("/access").text
    )


def test_guessing_is_slowed_down(client: FlaskClient, guest: FlaskClient, clock: Clock) -> None:
    path = link(client)
    for number in range(20):
        assert guest.get(f"/guest/guess-{number}").status_code == 404
    answer = guest.get("/guest/guess-20")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    clock.turn(minutes=16)
    for _ in range(7):
        assert guest.get(path).status_code == 200
