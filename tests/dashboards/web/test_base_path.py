"""Below a path of somebody else's host: no link, redirect, cookie or file leads out of it."""

import io
import re
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from dashboards.access.roles import Role
from dashboards.access.sign_in.sessions import COOKIE
from dashboards.pages.register import PAGES
from receiver.behind_proxy import BehindProxy
from receiver.settings.settings import Settings
from tests.dashboards.access.signing_in import session_cookie
from tests.dashboards.conftest import Place
from tests.dashboards.crawling import CrawledAnswer, crawl, links_in

BASE = "/calltouch"
PROXY = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def app(busy_place: Place) -> Flask:
    given = {"CALLTOUCH_BASE_PATH": BASE, "CALLTOUCH_TRUSTED_PROXIES": "127.0.0.1"}
    app = busy_place.app()
    app.wsgi_app = BehindProxy(app.wsgi_app, Settings.load(given))  # type: ignore[method-assign]
    return app


@pytest.fixture
def client(app: Flask, busy_place: Place) -> FlaskClient:
    """Of an admin; its cookie is sent as a browser would, below the base path only."""
    client = app.test_client()
    client.set_cookie(COOKIE, session_cookie(busy_place.access), path=BASE)
    return client


def crawled(answer: TestResponse) -> CrawledAnswer:
    location = answer.headers.get("Location", "")
    return CrawledAnswer(answer.status_code, answer.content_type or "", answer.text, location)


def is_page(path: str) -> bool:
    """Files are many, and asked for through real proxies."""
    return not re.search("/export/|/api/|/recordings/|/static/", path)


def test_no_link_of_any_page_leaves_the_base_path(client: FlaskClient) -> None:
    found = crawl(lambda url: crawled(client.get(url)), BASE, is_page)
    assert found.outside == []
    assert found.broken == []
    opened = {url.partition("?")[0].rstrip("/") for url in found.pages()}
    listed = {f"{BASE}{page.path}".rstrip("/") for page in PAGES if page.is_listed}
    assert listed <= opened
    assert any("/leads/" in url for url in opened)


def test_links_of_scripts_are_found() -> None:
    page = (
        '<a href="x"><b data-rows="/rows"><script type="application/json">["/chart", "no"]</script>'
    )
    assert links_in(page) == ["x", "/rows", "/chart"]


def test_whoever_is_not_signed_in_is_led_there_and_back(app: Flask) -> None:
    answer = app.test_client().get(f"{BASE}/journal?period=7d")
    assert answer.headers["Location"] == f"{BASE}/sign-in?next={BASE}/journal?period%3D7d"


@pytest.mark.parametrize("wanted", ["/elsewhere", "/calltouch-other/", f"//evil.example{BASE}/"])
def test_signing_in_leads_nowhere_else(client: FlaskClient, wanted: str) -> None:
    answer = client.get(f"{BASE}/sign-in", query_string={"next": wanted})
    assert answer.headers["Location"] == f"{BASE}/"


def test_cookies_are_secure_and_for_the_base_path(app: Flask, busy_place: Place) -> None:
    """Of a user of its own: signing out ends all of their sessions, those of other tests too."""
    client = app.test_client()
    client.set_cookie(COOKIE, session_cookie(busy_place.access, Role.ANALYST), path=BASE)
    form_token = re.search(r'name="form_token" value="([^"]+)"', client.get(f"{BASE}/").text)
    language = client.get(f"{BASE}/?lang=en", headers=PROXY).headers["Set-Cookie"]
    assert form_token
    signed_out = client.post(
        f"{BASE}/sign-out", data={"form_token": form_token[1]}, headers=PROXY
    ).headers
    assert signed_out["Location"] == f"{BASE}/sign-in"
    for sent in (language, signed_out["Set-Cookie"]):
        (cookie,) = SimpleCookie(sent).values()
        assert (cookie["path"], bool(cookie["secure"])) == (BASE, True)


def test_only_a_trusted_proxy_says_that_it_was_asked_by_tls(client: FlaskClient) -> None:
    asked = {"headers": PROXY, "environ_base": {"REMOTE_ADDR": "192.0.2.1"}}
    assert "Secure" not in client.get(f"{BASE}/?lang=en", **asked).headers["Set-Cookie"]


def test_past_the_proxy_nobody_needs_the_path(client: FlaskClient) -> None:
    asked = (BASE, f"{BASE}/calendar", "/calendar", f"{BASE}x")
    found = [crawled(client.get(path)) for path in asked]
    assert [answer.status for answer in found] == [200, 200, 302, 404]
    assert found[2].location == f"{BASE}/sign-in?next={BASE}/calendar"


def test_links_in_files_are_below_it(client: FlaskClient) -> None:
    answer = client.get(f"{BASE}/export/journal.xlsx?period=90d", headers=PROXY)
    book = load_workbook(io.BytesIO(answer.data))
    cells = [cell for row in book.worksheets[0] for cell in row]
    links = [cell.hyperlink.target or "" for cell in cells if cell.hyperlink]
    assert links
    about = [str(cell.value) for row in book.worksheets[-1] for cell in row]
    links += [text for text in about if text.startswith("https://")]
    assert [link for link in links if not link.startswith(f"https://localhost{BASE}/")] == []


def test_programs_are_told_where_the_api_is(client: FlaskClient) -> None:
    document = client.get(f"{BASE}/api/openapi.json").get_json()
    assert document["servers"] == [{"url": BASE}]
    page = client.get(f"{BASE}/api/reports/journal?period=90d&limit=1").get_json()
    assert page["next"].startswith(f"{BASE}/api/reports/journal?")
    snippets = client.get(f"{BASE}/data").text
    assert re.search(rf"<span data-origin>http://localhost{BASE}</span>/api/reports/", snippets)
