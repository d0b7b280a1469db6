"""What browsers are told, and the files that pages load."""

import gzip
import re

import pytest

from tests.dashboards.conftest import Place
from tests.dashboards.page_text import read_page

EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; media-src 'self'; font-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize("path", ["/", "/?from=x", "/nowhere", "/static/nothing.js", "/?lang=en"])
def test_every_page_carries_the_strict_headers(busy_place: Place, path: str) -> None:
    headers = busy_place.client().get(path).headers
    assert {name: headers.get(name) for name in EXPECTED} == EXPECTED


def test_pages_before_the_first_delivery_and_of_failures_carry_them_too(place: Place) -> None:
    for content in (None, b"no database"):
        if content is not None:
            place.published.write_bytes(content)
        headers = place.client().get("/").headers
        assert {name: headers.get(name) for name in EXPECTED} == EXPECTED


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/?from=2020-01-01", "/?from=x"])
def test_pages_hold_no_script_or_style_of_their_own(busy_place: Place, path: str) -> None:
    text = busy_place.client().get(path).get_data(as_text=True)
    page = read_page(text)
    assert not page.all("style")
    assert not re.search(r"\s(style|on\w+)=", re.sub(r"<script.*?</script>", "", text, flags=re.S))
    for script in page.all("script"):
        assert script.attributes.get("type") == "application/json" or not script.text


def test_pages_load_nothing_from_elsewhere(busy_place: Place) -> None:
    page = read_page(busy_place.client().get("/").get_data(as_text=True))
    loaded = [one.attributes["href"] for one in page.all("link")]
    loaded += [one.attributes["src"] for one in page.all("script") if "src" in one.attributes]
    loaded += [one.attributes["src"] for one in page.all("img")]
    assert len(loaded) > 5
    assert all(url.startswith("/static/") and "?v=" in url for url in loaded)


def test_scripts_do_not_hold_up_the_first_paint(busy_place: Place) -> None:
    page = read_page(busy_place.client().get("/").get_data(as_text=True))
    scripts = [one for one in page.all("script") if "src" in one.attributes]
    assert scripts
    assert all("defer" in one.attributes for one in scripts)


def test_files_with_their_version_may_be_kept_for_good(busy_place: Place) -> None:
    client = busy_place.client()
    page = read_page(client.get("/").get_data(as_text=True))
    url = page.one("link", id="plotly.js-style-global").attributes["href"]
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "text/css"
    other = client.get(url.partition("?")[0] + "?v=older")
    assert other.headers["Cache-Control"] == "no-cache"
    assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_files_are_packed_for_browsers_that_can_unpack(busy_place: Place) -> None:
    client = busy_place.client()
    url = "/static/vendor/plotly-cartesian.min.js"
    bare = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert "Content-Encoding" not in bare.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == bare.data
    assert len(packed.data) < len(bare.data) / 2
    assert packed.headers["ETag"] != bare.headers["ETag"]
    assert packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2fapp.py", "vendor/VENDORED.md", "vendor/", "x.js"]
)
def test_nothing_else_is_served(busy_place: Place, name: str) -> None:
    assert busy_place.client().get(f"/static/{name}").status_code == 404
