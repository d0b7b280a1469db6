"""What somebody shares whose rights are limited is limited as they are, whoever looks at it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.restricted.rights import WHOLE
from dashboards.access.roles import Audience, Role
from dashboards.pages.register import PAGES
from dashboards.standalone import NotMade, page_as_file_of
from dashboards.views.guest_links import recipient_of
from tests.dashboards.conftest import Place
from tests.dashboards.test_limited import place_of, reader_of
from tests.dashboards.two_sites import OF_ANNA, OF_OWN, foreign_in
from tests.dashboards.views.forms import act, save, token_of


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place_of(tmp_path_factory, "two-sites", WHOLE)


@pytest.fixture(scope="module")
def app(both: Place) -> Flask:
    return both.app()


@pytest.fixture
def limited(app: Flask, both: Place) -> FlaskClient:
    return reader_of(app, both, OF_OWN, Role.ANALYST)


def link(client: FlaskClient, page: str) -> str:
    query = f"period=all{'&columns=site,lead_id' if page == 'journal' else ''}"
    fields = {"form_token": token_of(client), "page": page, "query": query}
    answer = client.post("/views/guests", data=fields | {"allows_period": "yes"})
    found = re.search(r"</span>(/guest/[^<]+)<", answer.text)
    assert found is not None, page
    return found[1]


def test_a_guest_is_told_of_no_lead_of_another_site(
    app: Flask, both: Place, limited: FlaskClient
) -> None:
    guest, whole = app.test_client(), reader_of(app, both, WHOLE, Role.ANALYST)
    for page in ("overview", "journal", "attribution", "managers"):
        text = guest.get(link(limited, page)).text
        assert foreign_in(text) == set(), page
    assert foreign_in(guest.get(link(whole, "journal")).text)


def test_a_report_on_a_schedule_is_limited_as_its_maker_is(
    app: Flask, both: Place, limited: FlaskClient
) -> None:
    with both.access.reading() as db:
        (name,) = db.execute(
            "select name from every_user where name like 'analyst-%' and name <> 'analyst-all'"
        ).fetchone()
        reader = recipient_of(db, name, "#1")
    assert reader is not None
    assert (reader.sites, reader.role) == (OF_OWN.sites, Role.VIEWER)
    for page in ("overview", "attribution"):
        file = page_as_file_of(app, PAGES, page, "period=all", "ru", reader)
        assert foreign_in(file.html + file.summary) == set(), page
    with pytest.raises(NotMade, match="data"):
        page_as_file_of(app, PAGES, "data", "", "ru", reader)


def test_pages_that_one_may_not_see_are_neither_shared_nor_led_to(
    app: Flask, both: Place, limited: FlaskClient
) -> None:
    closed = [page.name for page in PAGES if page.is_listed and page.audience is Audience.WHOLE]
    assert "data" in closed
    for name in closed:
        fields = {"form_token": token_of(limited), "page": name, "query": ""}
        assert limited.post("/views/guests", data=fields).status_code == 403, name
        assert limited.get(f"/views/share?page={name}").status_code == 403, name


def test_managers_keep_views_and_share_none(app: Flask, both: Place) -> None:
    anna = reader_of(app, both, OF_ANNA, Role.MANAGER)
    assert save(anna, "journal", "Мои", "period=7d", is_pinned="yes").status_code == 303
    assert 'class="pinned-view" href="/journal?period=7d"' in anna.get("/views").text
    assert save(anna, "journal", "Наши", is_team="yes").status_code == 403
    fields = {"form_token": token_of(anna), "page": "journal", "query": ""}
    assert anna.post("/views/guests", data=fields).status_code == 403
    assert act(anna, 1, "start").status_code == 303
    assert save(anna, "spam", "Спам", is_pinned="yes").status_code == 303
    assert 'href="/spam' not in anna.get("/views").text
