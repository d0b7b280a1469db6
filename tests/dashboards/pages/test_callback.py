"""The callback page: chains of attempts, from the request to a target call."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.dashboards.conftest import Get, Place
from tests.dashboards.figures.test_figures import assert_valid
from tests.dashboards.leads import NOW, Delivered
from tests.dashboards.page_text import figures
from tests.dashboards.pages.asking import card, leads_behind, rows_of, table_of
from tests.dashboards.pages.test_quality import ended

START = NOW - timedelta(days=2)


def attempt(number: int, chain: int, after: int, is_answered: bool, **params: str) -> Delivered:
    status = "successful" if is_answered else "unsuccessful"
    chained = {"callback": "callback", "callback_request_id": str(chain)}
    return ended(number, START + timedelta(minutes=after), status, 5, **chained, **params)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """20 chains: 15 reached at once (5 not target), 3 ten minutes later, 2 never in two."""
    place = Place(tmp_path_factory.mktemp("callback"))
    once = [
        attempt(chain, chain, 0, True, targetcall="target" if chain < 10 else "non-target")
        for chain in range(15)
    ]
    again = [
        attempt(20 * (one + 1) + chain, chain, 10 * one, one == 1 and chain < 18)
        for chain in range(15, 20)
        for one in range(2)
    ]
    place.add([*once, *again, ended(90, START, "successful", 5)])
    return place.client()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get("/callback?lang=en").get_data(as_text=True)


def test_the_funnel_is_the_report_with_its_shares(page: str, client: FlaskClient) -> None:
    rows = rows_of(client, "callback")
    assert figures(page)["callback-funnel"]["data"][0]["x"] == [row["chains"] for row in rows]
    assert table_of(card(page, "funnel")) == [
        ["Callback requests", "20", "100.0%", "—"],
        ["Attempted", "20", "100.0%", "100.0%"],
        ["Reached", "18", "90.0%", "90.0%"],
        # 18 are too few to make a percentage of.
        ["Target call", "13", "65.0%", "13 of 18"],
    ]
    assert "outside Calltouch" in card(page, "funnel").text


def test_one_link_leads_to_the_calls_and_no_mark_does_for_it_counts_requests(
    page: str, client: FlaskClient
) -> None:
    """Of 20 requests there are 25 calls, and one call more that belongs to none."""
    links = card(page, "funnel").all("a")
    (link,) = [one for one in links if one.text.startswith("All selected calls for these")]
    assert leads_behind(client, link.attributes["href"]) == 25
    assert not any("links" in figure for figure in figures(page).values())


def test_attempts_are_counted_with_those_that_reached(page: str) -> None:
    figure = figures(page)["callback-attempts"]
    assert [trace["y"] for trace in figure["data"]] == [[15, 5], [15, 3]]
    assert table_of(card(page, "attempts"))[0] == ["1", "15", "15", "15 of 15", "0"]


def test_few_that_were_reached_make_no_distribution(page: str) -> None:
    assert "time-to-connect" not in figures(page)
    assert "fewer than 20" in card(page, "time_to_connect").text


def test_the_time_to_connect_rises_to_all_that_were_reached(place: Place) -> None:
    chains = [
        attempt(2 * chain + one, chain, 5 * one * (chain % 2), one == 1)
        for chain in range(22)
        for one in range(2)
    ]
    place.add(chains)
    page = place.client().get("/callback?lang=en").get_data(as_text=True)
    (curve,) = figures(page)["time-to-connect"]["data"]
    assert (curve["x"], curve["y"]) == ([0, 300], [0.5, 1])
    times = table_of(card(page, "time_to_connect"))
    assert times == [
        ["25%", "0:00"],
        ["50%", "0:00"],
        *[[p, "5:00"] for p in ("75%", "90%", "100%")],
    ]


def test_without_callbacks_it_is_said_what_to_switch_on(get: Get) -> None:
    page = get("/callback")
    assert "callback_request_id" in card(page, "funnel").one("p", class_="empty").text
    assert not figures(page)


def test_its_figures_are_what_plotly_takes(page: str) -> None:
    for figure in figures(page).values():
        assert_valid(figure)
