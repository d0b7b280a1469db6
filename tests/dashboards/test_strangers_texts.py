"""Sources and mediums come from whoever writes a link: anyone may put anything into them."""

import json
from typing import Any

import pytest

from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import figures, read_page, rows

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "{{7*7}}",
    "{% raw %}",
    "%{customdata}",
    "<a href='javascript:alert(1)'>yandex</a>",
    "&lt;b&gt;",
    "line\u2028separator\u2029paragraph",
    "\u202eright to left",
    "тире — и «кавычки»",
)


@pytest.fixture
def nasty_page(place: Place) -> str:
    calls = [call(number, NOW, source=text) for number, text in enumerate(NASTY, 1)]
    place.add([Delivered(NOW, params) for params in calls])
    return place.client().get("/").get_data(as_text=True)


@pytest.fixture
def nasty_mix(place: Place, nasty_page: str) -> dict[str, Any]:
    """The chart of sources over time of the same leads."""
    return figures(place.client().get("/attribution").get_data(as_text=True))["source-mix"]


def test_a_source_with_markup_stays_a_text_on_the_page(nasty_page: str) -> None:
    page = read_page(nasty_page)
    named = {row[0] for row in rows(nasty_page, 1)}
    assert named == {" ".join(text.split()) for text in NASTY}
    assert all(image.attributes["src"].startswith("/static/icon") for image in page.all("img"))
    assert all("onerror" not in one.attributes for one in page.all("img"))
    inline = [one for one in page.all("script") if "src" not in one.attributes]
    assert {one.attributes["type"] for one in inline} == {"application/json"}
    assert "alert(1)" not in "".join(one.text for one in page.all("script", defer=""))


def test_the_json_of_a_figure_cannot_end_its_script_element(nasty_page: str) -> None:
    for script in read_page(nasty_page).all("script", type="application/json"):
        assert not set(script.text) & set("<>&\u2028\u2029")
        assert json.loads(script.text)


def test_plotly_gets_markup_of_strangers_as_entities(nasty_mix: dict[str, Any]) -> None:
    names = [trace["name"] for trace in nasty_mix["data"]]
    assert "&lt;!--&lt;script&gt;" in names
    assert "&amp;lt;b&amp;gt;" in names
    assert not any("<" in text or ">" in text for text in names)


def test_a_source_of_ten_thousand_characters_is_cut(place: Place) -> None:
    place.add([Delivered(NOW, call(1, NOW, source="длинный" * 1500, medium="cpc"))])
    page = place.client().get("/").get_data(as_text=True)
    assert len(rows(page, 1)[0][0]) <= 120
    mix = figures(place.client().get("/attribution").get_data(as_text=True))["source-mix"]
    name = mix["data"][0]["name"]
    assert len(name) <= 40
    assert name.endswith("…")


def test_sources_that_look_alike_keep_rows_and_bars_of_their_own(place: Place) -> None:
    """Also ones that plotly would take for a number, a date or one another."""
    sources = ("2026-11-20", "2026-11-20T00:00", "1", "1.0", "a" * 100 + "b", "a" * 100 + "c")
    calls = [call(number, NOW, source=text) for number, text in enumerate(sources, 1)]
    place.add([Delivered(NOW, params) for params in calls])
    client = place.client()
    overview = rows(client.get("/").get_data(as_text=True), 1)
    assert [row[1] for row in overview] == ["1"] * 6
    mix = figures(client.get("/attribution").get_data(as_text=True))["source-mix"]
    assert [sum(count or 0 for count in band["y"]) for band in mix["data"][:6]] == [1] * 6


@pytest.mark.parametrize("text", [NASTY[0], NASTY[1], "{{7*7}}", "x" * 10_000])
@pytest.mark.parametrize("name", ["from", "to", "lang", "other"])
def test_what_stands_in_the_url_stays_a_text(place: Place, name: str, text: str) -> None:
    place.add([Delivered(NOW, call(1, NOW))])
    answer = place.client().get("/", query_string={name: text})
    page = answer.get_data(as_text=True)
    assert read_page(page).one("html")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert answer.status_code == (200 if name in ("lang", "other") else 400)


def test_empty_and_missing_sources_are_named(place: Place) -> None:
    leads = [
        call(1, NOW),
        call(2, NOW, source="<не указано>", medium="null"),
        call(3, NOW, medium="cpc"),
        call(4, NOW, source="yandex"),
        call(5, NOW, source="<не заполнено>", medium="<не заполнено>"),
    ]
    place.add([Delivered(NOW, params) for params in leads])
    page = place.client().get("/").get_data(as_text=True)
    assert {row[0]: row[1] for row in rows(page, 1)} == {
        "не указано": "2",
        "не указано / cpc": "1",
        "yandex": "1",
        "(пусто)": "1",
    }
