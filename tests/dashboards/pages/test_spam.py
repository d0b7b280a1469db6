"""The spam page: what is junk, where it comes from, and what is left."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dashboards.access.roles import Role
from tests.dashboards.conftest import Get, Place
from tests.dashboards.figures.test_figures import assert_valid
from tests.dashboards.leads import NOW, Delivered, request
from tests.dashboards.page_text import figures, read_page, tile
from tests.dashboards.pages.asking import card, leads_behind, rows_of, table_of
from tests.dashboards.pages.test_quality import ended

AT = NOW - timedelta(days=2)
TAG = "Фрод<script>"


def leads() -> list[Delivered]:
    """50 calls: of yandex 30, 3 of them spam and 2 tagged, one of which is spam; of vk 20, one
    tagged, three of one phone. And 5 requests, of which no mark is known."""
    calls = []
    for number in range(50):
        params = {"spam": "true" if number < 3 else "false"}
        params |= {"tags_auto_af": TAG} if number in (2, 3, 40) else {}
        params |= {"source": "yandex" if number < 30 else "vk"}
        params |= {"callerphone": "79991112233"} if number in (38, 39, 40) else {}
        calls.append(ended(number, AT, "successful", 5, **params))
    local = AT + timedelta(hours=3)
    requests = [Delivered(AT, request(number, local, source="vk")) for number in range(5)]
    return [*calls, *requests]


@pytest.fixture(scope="module")
def spam_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("spam"))
    place.add(leads())
    return place


@pytest.fixture(scope="module")
def client(spam_place: Place) -> FlaskClient:
    return spam_place.client()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get("/spam?lang=en").get_data(as_text=True)


def test_tiles_count_junk_once_and_lead_to_as_many_leads(page: str, client: FlaskClient) -> None:
    counts = {"leads": 55, "junk": 5, "spam": 3, "antifraud": 3, "clean": 50}
    (row,) = rows_of(client, "spam_totals")
    assert {name: row[name] for name in counts} == counts
    for name, number in counts.items():
        assert f" {number} " in tile(page, name) + " "
        link = read_page(page).one("article", data_tile=name).one("a").attributes["href"]
        assert link == "#by_tag" or leads_behind(client, link) == number
    # Requests have no mark: the share is of the 50 calls.
    assert "10.0% of 50 leads with a known mark" in tile(page, "junk")


def test_sources_are_the_report_and_lead_to_their_junk(page: str, client: FlaskClient) -> None:
    assert table_of(card(page, "by_source")) == [
        ["yandex / cpc", "30", "3", "2", "4", "13.3%"],
        ["vk / cpc", "20", "0", "1", "1", "5.0%"],
    ]
    (most, _) = card(page, "by_source").all("tbody")
    links = [row.all("td")[3].one("a") for row in most.all("tr")]
    assert [leads_behind(client, link.attributes["href"]) for link in links] == [4, 1]


def test_the_share_over_time_leads_to_the_junk_of_the_day(page: str, client: FlaskClient) -> None:
    figure = figures(page)["spam-over-time"]
    junk, spam = figure["data"]
    known = [place for place, value in enumerate(junk["y"]) if value is not None]
    assert [junk["y"][place] for place in known] == [0.1]
    assert [spam["y"][place] for place in known] == [0.06]
    behind = [leads_behind(client, links[known[0]]) for links in figure["links"]]
    assert behind == [5, 3]


def test_tags_stand_by_source_and_mean_themselves(page: str, client: FlaskClient) -> None:
    figure = figures(page)["spam-tags"]
    (trace,) = figure["data"]
    assert trace["z"] == [[2], [1]]
    assert trace["customdata"][0] == ["yandex<br>Фрод&lt;script&gt;: 2\N{NO-BREAK SPACE}leads"]
    assert [leads_behind(client, row[0]) for row in figure["links"][0]] == [2, 1]


def test_repeat_numbers_lead_to_their_leads_but_for_viewers(
    page: str, client: FlaskClient, spam_place: Place
) -> None:
    (row,) = rows_of(client, "repeat_numbers")
    assert (row["caller_phone"], row["leads"]) == ("79991112233", 3)
    (link,) = card(page, "repeat_numbers").one("tbody").all("a")
    assert leads_behind(client, link.attributes["href"]) == 3
    seen = spam_place.client(role=Role.VIEWER).get("/spam").get_data(as_text=True)
    assert "7999•••••33" in card(seen, "repeat_numbers").text
    assert not card(seen, "repeat_numbers").one("tbody").all("a")
    assert "79991112233" not in seen


def test_of_clean_leads_it_is_said_that_there_is_no_junk(client: FlaskClient) -> None:
    totals = card(client.get("/spam?f.clean=yes&lang=en").get_data(as_text=True), "totals")
    notice = totals.one("p", class_="notice")
    assert "Only clean leads are selected" in notice.text
    assert notice.one("a").attributes["href"] == "?period=30d"
    assert totals.one("article", data_tile="spam").text.startswith("Spam 0 ")


def test_where_the_mark_never_comes_it_is_said_how_to_have_it(get: Get) -> None:
    page = get("/spam")
    assert "Calltouch не присылает отметку «Спам»" in card(page, "totals").text
    assert "tags_auto_af" in card(page, "by_tag").one("p", class_="empty").text
    assert not figures(page)


def test_its_figures_are_what_plotly_takes(page: str) -> None:
    for figure in figures(page).values():
        assert_valid(figure)
