"""Dashboards through each proxy, below a base path: TLS, cookies, links, streams, slow readers."""

import zlib
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests
from playwright.sync_api import sync_playwright

from dashboards.access.sign_in.sessions import COOKIE
from tests.dashboards.browsing import launch
from tests.dashboards.crawling import Crawl, CrawledAnswer, crawl
from tests.deploy.proxies.conftest import upstream_of
from tests.deploy.proxies.running import (
    BASE,
    HOST,
    Certificates,
    Proxy,
    ProxyKind,
    Upstream,
    running,
)
from tests.deploy.proxies.stand_in import HEAD, REST, StandIn, standing_in
from tests.road.server import Server, signed_in, wait_until

SAMPLES = Path(__file__).parents[2] / "samples"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def filled(server: Server) -> Server:
    """With leads, sent past the proxies, by the sender that is allowed."""
    address = server.receiver.removeprefix("http://")
    sender = HTTPConnection(address, timeout=30, source_address=("127.0.0.2", 0))
    for name in ("call_end.DERIVED", "request.DERIVED"):
        body = (SAMPLES / f"webhook_{name}.urlencoded.txt").read_bytes()
        sender.request("POST", "/webhook", body, FORM)
        assert sender.getresponse().read() == b"OK"
    sender.close()
    server.settle()
    return server


@pytest.fixture
def reader(
    based: Proxy, filled: Server, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> Iterator[requests.Session]:
    """The browser of an admin, signed in through the proxy."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    with signed_in(f"{based.url}{BASE}", filled.data_dir) as session:
        yield session


def test_cookies_are_secure_and_of_the_base_path(reader: requests.Session, based: Proxy) -> None:
    reader.get(f"{based.url}{BASE}/?lang=en", timeout=30)
    found = {cookie.name: cookie for cookie in reader.cookies}
    assert COOKIE in found
    assert "lang" in found
    assert {cookie.secure for cookie in found.values()} == {True}
    assert {cookie.path for cookie in found.values()} == {BASE, f"{BASE}/sign-in"}


def test_no_link_of_any_page_leaves_the_base_path(reader: requests.Session, based: Proxy) -> None:
    """Of all pages, files, recordings, scripts and of the API."""
    found = crawled(reader, based)
    assert found.outside == []
    assert [url for url in found.broken if "/recordings/" not in url] == []
    asked = " ".join(found.asked)
    paths = ("journal?", "access?", "leads/call/", "export/journal.xlsx", "api/reports/", "static/")
    assert [path for path in paths if f"{BASE}/{path}" not in asked] == []


def crawled(reader: requests.Session, proxy: Proxy) -> Crawl:
    def get(url: str) -> CrawledAnswer:
        answer = reader.get(f"{proxy.url}{url}", allow_redirects=False, timeout=60)
        location = answer.headers.get("Location", "").removeprefix(proxy.url)
        is_page = "text/html" in answer.headers.get("Content-Type", "")
        text = answer.text if is_page else ""
        return CrawledAnswer(
            answer.status_code, answer.headers.get("Content-Type", ""), text, location
        )

    # As many again as workbooks, and made by the same views.
    return crawl(get, BASE, lambda path: not path.endswith(".csv"))


def test_what_is_asked_without_the_last_slash_comes_home(
    reader: requests.Session, based: Proxy
) -> None:
    answer = reader.get(f"{based.url}{BASE}", timeout=30)
    assert answer.url.startswith(f"{based.url}{BASE}")
    assert 'data-tile="leads"' in answer.text


def test_metrics_are_not_for_strangers(proxy: Proxy) -> None:
    connection = proxy.connect()
    for path in ("/metrics", f"{BASE}/metrics"):
        connection.request("GET", path, headers={"X-Forwarded-For": "127.0.0.1"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (403, b"not in metrics_networks\n")
    connection.close()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_first_part_of_a_page_does_not_wait_for_the_rest(
    kind: ProxyKind, tmp_path: Path, server: Server, certificates: Certificates, encoding: str
) -> None:
    with standing_in() as stand_in:
        upstream = Upstream(upstream_of(server).receiver, stand_in.port)
        with running(kind, tmp_path, upstream, certificates) as proxy:
            assert page_in_parts(proxy, stand_in, encoding) == HEAD + REST


def page_in_parts(proxy: Proxy, stand_in: StandIn, encoding: str) -> bytes:
    """The rest is only sent when the beginning has been read."""
    connection = proxy.connect()
    connection.request("GET", "/", headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    packed = answer.getheader("Content-Encoding") == "gzip"
    read = b""
    while len(read) < len(HEAD):
        part = answer.read1()
        assert part, "the page ended"
        read += unpack.decompress(part) if packed else part
    stand_in.may_go_on.set()
    rest = answer.read()
    connection.close()
    return read + (unpack.decompress(rest) if packed else rest)


def test_readers_who_do_not_read_keep_nobody_waiting(
    reader: requests.Session, based: Proxy
) -> None:
    """More of them than the dashboards have threads."""
    url = f"{based.url}{BASE}/data"
    idle = [reader.get(url, stream=True, timeout=60) for _ in range(12)]
    assert reader.get(url, timeout=60).text.rstrip().endswith("</html>")
    for answer in idle:
        assert answer.text.rstrip().endswith("</html>")


def test_in_a_browser_scripts_keep_to_the_base_path(reader: requests.Session, based: Proxy) -> None:
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(ignore_https_errors=True)
        context.add_cookies(
            [
                {
                    "name": COOKIE,
                    "value": reader.cookies[COOKIE],
                    "domain": HOST,
                    "path": BASE,
                    "secure": True,
                }
            ]
        )
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{based.url}{BASE}/?period=90d")
        page.locator("form.slice .add > summary").click()
        page.locator("select[name='add.field']").select_option("source")
        page.locator("input[name='add.value']").first.focus()
        wait_until(lambda: any("filter_values" in url for url in asked), 20)
        page.goto(f"{based.url}{BASE}/data")
        snippet = page.locator("[data-origin]").first.text_content()
        browser.close()
    assert snippet == f"{based.url}{BASE}"
    assert [url for url in asked if not url.startswith(f"{based.url}{BASE}/")] == []
