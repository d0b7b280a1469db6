"""`/attribution`: the tree and the rows below its rows, volume against rate, the mix over time."""

from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests.dashboards.browsing import Site, opened
from tests.dashboards.conftest import Get, Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, figures, read_page
from tests.dashboards.pages.asking import plain

QUARTER = "from=2026-08-23&to=2026-11-20"
Json = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def client(busy_place: Place) -> FlaskClient:
    return busy_place.client()


@pytest.fixture(scope="module")
def asked(client: FlaskClient) -> Json:
    def rows(url: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.get(f"/api/reports/{url}").get_json()["rows"]
        return found

    return rows


def cells(row: Element) -> list[Element]:
    return [one for one in row.children if isinstance(one, Element)]


def tree(html: str) -> list[list[Element]]:
    return [cells(row) for row in read_page(html).one("table", id="tree").one("tbody").all("tr")]


def link(cell: Element, attribute: str = "href") -> str:
    return unescape(cell.one("a").attributes[attribute])


def test_rows_are_those_of_the_report_and_small_rates_are_numbers(get: Get, asked: Json) -> None:
    shown = [[cell.text for cell in row] for row in tree(get(f"/attribution?{QUARTER}&lang=en"))]
    names = ("leads", "calls", "requests", "unique_leads", "target_leads", "unique_target_leads")
    rows = asked(f"attribution?{QUARTER}")
    assert len(shown) == len(rows) > 10
    whole = sum(row["leads"] for row in rows)
    for row, (name, leads, part, *others, rate, unique_target) in zip(rows, shown, strict=True):
        assert name == (row["source"] or "not set")
        assert part == f"{100 * row['leads'] / whole:.1f}%"
        assert [leads, *others, unique_target] == [str(row[one]) for one in names]
        assert rate == (
            f"{100 * row['target_rate']:.1f}%"
            if row["target_known"] >= 20
            else f"{row['target_leads']} of {row['target_known']}"
        )
    assert [row for row in rows if 0 < row["target_known"] < 20]


@pytest.mark.parametrize(
    ("group", "title", "first"),
    [("source", "by source", "Source"), ("utm_campaign", "by campaign", "Campaign (utm_campaign)")],
)
def test_titles_say_by_what_it_is_grouped(get: Get, group: str, title: str, first: str) -> None:
    page = read_page(get(f"/attribution?{QUARTER}&lang=en&group_by={group}"))
    titles = [one.text for one in page.all("h2")]
    assert titles[:2] == [f"Leads {title}", f"Volume and target rate {title}"]
    assert page.one("table", id="tree").all("th")[0].text == first


def test_the_total_is_that_of_all_groups_and_leads_to_all_leads(get: Get, asked: Json) -> None:
    head = read_page(get(f"/attribution?{QUARTER}&group_by=week")).one("table", id="tree")
    total = cells(head.one("tr", class_="total"))
    (row,) = asked(f"overview?{QUARTER}")
    names = ("calls", "requests", "unique_leads", "target_leads")
    shown = [cell.text for cell in total]
    assert shown[:3] == ["Всего", str(row["leads"]), "100,0 %"]
    assert shown[3:7] == [str(row[name]) for name in names]
    assert asked(f"journal_count?{urlsplit(link(total[1])).query}")[0]["leads"] == row["leads"]


def test_every_number_leads_to_as_many_leads(get: Get, asked: Json) -> None:
    followed = 0
    for url in (f"/attribution?{QUARTER}", f"/attribution?{QUARTER}&group_by=week&unique=yes"):
        for row in tree(get(url))[:4]:
            for cell in (row[1], *row[3:7], row[8]):
                if cell.all("a"):
                    query = plain(urlsplit(link(cell)).query)
                    assert asked(f"journal_count?{query}")[0]["leads"] == int(cell.text)
                    followed += 1
    assert followed > 30


def test_a_row_opens_the_rows_below_it(client: FlaskClient, get: Get, asked: Json) -> None:
    first = tree(get(f"/attribution?{QUARTER}"))[0]
    below = client.get(link(first[0], "data-rows")).get_data(as_text=True)
    rows = [cells(row) for row in read_page(below).all("tr", data_level="1")]
    expected = asked(f"attribution?{QUARTER}&source=yandex&group_by=medium")
    assert [[row[0].text, row[1].text] for row in rows] == [
        [one["medium"], str(one["leads"])] for one in expected
    ]
    # No lead has a utm label: below the medium there is nothing, and it is said once.
    bottom = client.get(link(rows[0][0], "data-rows")).get_data(as_text=True)
    (said,) = read_page(bottom).all("tr", data_level="2")
    assert "дальше разбивки нет" in said.text


def test_without_scripts_a_row_leads_to_the_page_of_its_group(get: Get) -> None:
    narrowed = get(link(tree(get(f"/attribution?{QUARTER}"))[0][0]))
    assert {row[0].text for row in tree(narrowed)} == {"cpc", "organic"}
    assert read_page(narrowed).one("option", selected="", value="medium")


@pytest.mark.parametrize(
    ("url", "status"),
    [("/attribution?group_by=colour", 400), ("/attribution/rows?level=x", 400)],
)
def test_what_is_no_group_or_level_is_refused(get: Get, url: str, status: int) -> None:
    get(url, status)


def test_bubbles_are_the_groups_that_are_large_enough(get: Get, asked: Json) -> None:
    figure = figures(get(f"/attribution?{QUARTER}"))["volume-and-rate"]
    rows = asked(f"attribution_rates?{QUARTER}&group_by=source,medium")
    *kinds, mean = figure["data"]
    shown = {point for kind in kinds for point in zip(kind["x"], kind["y"], strict=True)}
    assert shown == {(row["leads"], row["target_rate"]) for row in rows}
    assert mean["y"] == [rows[0]["overall_rate"]] * 2
    assert all(row["target_known"] >= 20 for row in rows)
    # No lead has the flag of unique target leads: bubbles of size 0 would not be drawn.
    assert all(size >= 1 for kind in kinds for size in kind["marker"]["size"])


def test_the_bands_of_the_mix_add_up_and_lead_to_their_leads(get: Get, asked: Json) -> None:
    figure = figures(get(f"/attribution?{QUARTER}&compare=none"))["source-mix"]
    *bands, sums = figure["data"]
    assert len(bands) == 9
    assert sum(value or 0 for band in bands for value in band["y"]) == sum(sums["y"])
    assert sum(sums["y"]) == asked(f"overview?{QUARTER}")[0]["leads"]
    day = next(place for place, value in enumerate(bands[0]["y"]) if value)
    query = plain(urlsplit(figure["links"][0][day]).query)
    assert asked(f"journal_count?{query}")[0]["leads"] == bands[0]["y"][day]


def test_the_mix_has_a_dotted_line_of_all_leads_compared_with(get: Get, asked: Json) -> None:
    days = "from=2026-11-12&to=2026-11-18"
    *_, sums, before = figures(get(f"/attribution?{days}&compare=previous"))["source-mix"]["data"]
    assert before["line"]["dash"] == "dot"
    assert before["x"] == sums["x"]
    (was,) = asked("overview?from=2026-11-05&to=2026-11-11")
    assert sum(before["y"]) == was["leads"]


def test_the_model_in_force_and_those_that_lack_it_are_named(get: Get) -> None:
    def said(query: str) -> str:
        return (
            read_page(get(f"/attribution?{QUARTER}&lang=en{query}"))
            .one("section", id="coverage")
            .text
        )

    leads = "600"
    assert f"last non-direct — {leads}, last interaction — 0" in said("")
    assert f"Missing for {leads} leads (100.0%)" in said("&model=0")
    assert f"Without UTM parameters: {leads} leads (100.0%)" in said("")


def test_where_there_are_no_leads_one_is_led_to_some(get: Get) -> None:
    page = read_page(get("/attribution?from=2020-01-01&to=2020-01-02&lang=en"))
    assert "No leads match." in page.one("section", id="tree").text


def test_strangers_names_mean_themselves(place: Place) -> None:
    evil = "<script>x</script>%{x}"
    place.add([Delivered(NOW, call(number, NOW, source=evil)) for number in range(1, 22)])
    client = place.client()
    html = client.get("/attribution").get_data(as_text=True)
    row = tree(html)[0]
    assert row[0].text == evil
    assert figures(html)["source-mix"]["data"][0]["name"].startswith("&lt;script&gt;")
    assert client.get(link(row[0], "data-rows")).status_code == 200
    assert read_page(html).all("script", src="") == []


def test_in_a_browser_rows_open_close_and_keep_together_when_sorted(
    browser: Browser, site: Site
) -> None:
    with opened(browser, signed_in=site) as seen:
        page = seen.page
        page.goto(f"{site.url}/attribution?{QUARTER}&lang=en")
        rows = page.locator("#tree tbody tr")
        before = rows.count()
        name = page.get_by_role("link", name="yandex", exact=True)
        name.click()
        page.locator("#tree tr[data-level]").nth(1).wait_for()
        assert rows.count() == before + 2
        for _ in range(2):
            page.locator("#tree th").nth(1).click()
        texts = [text.split()[0] for text in rows.all_inner_texts()]
        assert texts[-3:] == ["yandex", *sorted(texts[-2:], key=["organic", "cpc"].index)]
        assert set(texts[-2:]) == {"cpc", "organic"}
        name.click()
        assert rows.count() == before
        assert name.get_attribute("aria-expanded") == "false"
        seen.assert_clean(site.url)


def test_with_one_click_all_columns_are_of_calls_or_of_requests(get: Get) -> None:
    html = get(f"/attribution?{QUARTER}&f.source=yandex&group_by=medium")
    both, calls, requests = switched(html)
    assert (both.text, calls.text, requests.text) == ("Все лиды", "Звонки", "Заявки")
    (cpc, *_), (_, whole, *_) = tree(html)[0], cells(read_page(html).one("tr", class_="total"))
    for chosen, place in ((calls, 3), (requests, 4)):
        narrowed = get(f"/attribution{link(chosen).partition('#')[0]}")
        row = next(row for row in tree(narrowed) if row[0].text == cpc.text)
        was = next(row for row in tree(html) if row[0].text == cpc.text)
        assert row[1].text.split()[0] == row[place].text.split()[0] == was[place].text.split()[0]
        again = get(f"/attribution{link(switched(narrowed)[0]).partition('#')[0]}")
        (_, all_leads, *_) = cells(read_page(again).one("tr", class_="total"))
        assert all_leads.text == whole.text


def switched(html: str) -> list[Element]:
    """The positions of the switch of calls and requests."""
    (switch,) = read_page(html).one("section", id="tree").all("nav", class_="switch")
    return switch.all("li")


def test_sites_have_their_names(place: Place) -> None:
    named = {"siteId": "5", "siteName": "окна.example"}
    sites = (*(named for _ in range(25)), {"siteId": "6"})
    place.add([Delivered(NOW, call(number, NOW, **site)) for number, site in enumerate(sites, 1)])
    html = place.client().get("/attribution?group_by=site&period=today").get_data(as_text=True)
    assert [row[0].text for row in tree(html)] == ["окна.example", "6"]
    assert "f.site=5" in link(tree(html)[0][1])
    changed = place.client().get("/changes?by=site&period=7d&compare=slice&vs.site=6")
    rows = read_page(changed.get_data(as_text=True)).one("section", id="split").one("tbody")
    names = [cells(row)[0].text for row in rows.all("tr")]
    assert names == ["Всего", "окна.example", "6"]
