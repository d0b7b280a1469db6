"""Which language a page is in, and that it is remembered."""

import pytest

from tests.dashboards.conftest import Get, Place
from tests.dashboards.page_text import read_page


def language(html: str) -> str:
    return read_page(html).one("html").attributes["lang"]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "ru"),
        ("*", "ru"),
        ("de-DE,de;q=0.9", "ru"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8", "ru"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("de,en;q=0.5", "en"),
        ("en;q=0.5,ru;q=0.9", "ru"),
    ],
)
def test_russian_unless_the_browser_prefers_english(get: Get, accepted: str, expected: str) -> None:
    assert language(get("/", **{"Accept-Language": accepted})) == expected


def test_a_chosen_language_is_kept_in_a_cookie(busy_place: Place) -> None:
    client = busy_place.client()
    assert language(client.get("/").get_data(as_text=True)) == "ru"
    chosen = client.get("/?lang=en")
    assert language(chosen.get_data(as_text=True)) == "en"
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    assert language(client.get("/").get_data(as_text=True)) == "en"
    assert "Set-Cookie" not in client.get("/").headers
    assert language(client.get("/?lang=ru").get_data(as_text=True)) == "ru"


def test_a_language_that_nobody_wrote_is_ignored(busy_place: Place) -> None:
    answer = busy_place.client().get("/?lang=xx")
    assert language(answer.get_data(as_text=True)) == "ru"
    assert "Set-Cookie" not in answer.headers


def test_the_switch_keeps_the_slice(get: Get) -> None:
    page = read_page(get("/?f.source=vk&f.source=dzen&lang=ru"))
    links = page.one("nav", class_="languages").all("a")
    assert [(link.text, link.attributes["href"]) for link in links] == [
        ("Русский", "?f.source=vk&f.source=dzen&lang=ru"),
        ("English", "?f.source=vk&f.source=dzen&lang=en"),
    ]


@pytest.mark.parametrize(
    "path", ["/nowhere?next=//evil.example", "/?_external=1&_scheme=javascript&endpoint=x"]
)
def test_the_switch_leads_nowhere_else(busy_place: Place, path: str) -> None:
    page = read_page(busy_place.client().get(path).get_data(as_text=True))
    links = page.one("nav", class_="languages").all("a")
    assert all(link.attributes["href"].startswith("?") for link in links)
