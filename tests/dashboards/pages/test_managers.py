"""The managers page: who answers, for how long, and how sure one can be."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.dashboards.conftest import Get, Place
from tests.dashboards.figures.test_figures import assert_valid
from tests.dashboards.leads import NOW, Delivered
from tests.dashboards.page_text import figures, read_page
from tests.dashboards.pages.asking import card, leads_behind, rows_of, table_of
from tests.dashboards.pages.test_quality import ended

NAME = "<b>Анна</b>"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Анна: 25 calls, 20 answered. Пётр: 5, 4 answered. Nobody: 10, none answered."""
    place = Place(tmp_path_factory.mktemp("managers"))
    at = NOW - timedelta(days=2)
    named = [({"manager": NAME}, 25, 20), ({"manager": "Пётр"}, 5, 4), ({}, 10, 0)]
    calls: list[Delivered] = []
    for manager, count, answered in named:
        for place_in in range(count):
            status = "successful" if place_in < answered else "unsuccessful"
            number = len(calls)
            talk = {"duration": str(60 + number), "rating": "5" if number == 0 else "0"}
            calls.append(ended(number, at, status, 7, **talk, **manager))
    place.add(calls)
    return place.client()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get("/managers?lang=en").get_data(as_text=True)


def test_the_table_is_the_report_and_leads_to_as_many_leads(page: str, client: FlaskClient) -> None:
    everybody = card(page, "everybody")
    assert table_of(everybody) == [
        [NAME, "25", "25", "80.0%", "5", "0:07", "1:10", "100.0%", "5.0 (1)"],
        ["not set", "10", "10", "0 of 10", "10", "—", "—", "10 of 10", "—"],
        ["Пётр", "5", "5", "4 of 5", "1", "0:07", "1:26", "5 of 5", "—"],
    ]
    rows = rows_of(client, "managers")
    for row, shown in zip(rows, everybody.one("tbody").all("tr"), strict=True):
        names = [shown.one("th").one("a"), *(cell.one("a") for cell in shown.all("td")[3:4])]
        behind = [leads_behind(client, link.attributes["href"]) for link in names]
        assert behind == [row["leads"], row["missed"]]


def test_who_has_few_calls_is_greyed_and_said_to_be_so(page: str) -> None:
    faint = card(page, "everybody").all("tr", class_="faint")
    assert [row.one("th").text for row in faint] == ["not set", "Пётр"]
    assert "Grey: managers with fewer than 20 ended calls" in card(page, "everybody").text
    certain, few, mean = figures(page)["answer-rates"]["data"]
    assert (certain["x"], few["x"]) == ([0.8], [0.8, 0.0])
    assert few["name"] == "fewer than 20 calls"
    assert "80.0%" in certain["customdata"][0]
    assert all("%" not in text for text in few["customdata"])
    assert mean["name"] == "All calls: 60.0%"


def test_dots_have_the_interval_of_the_report(page: str, client: FlaskClient) -> None:
    figure = figures(page)["answer-rates"]
    dot, row = figure["data"][0], rows_of(client, "managers")[0]
    low = dot["x"][0] - dot["error_x"]["arrayminus"][0]
    high = dot["x"][0] + dot["error_x"]["array"][0]
    assert (low, high) == pytest.approx((row["answer_rate_low"], row["answer_rate_high"]))
    assert low == pytest.approx(0.6087, abs=1e-4)
    assert leads_behind(client, figure["links"][0][0]) == 25


def test_boxes_are_the_percentiles_of_the_report(page: str, client: FlaskClient) -> None:
    figure = figures(page)["talk-times"]
    box, points, *_ = figure["data"]
    row = rows_of(client, "managers")[0]
    assert [box["q1"][0], box["median"][0], box["q3"][0]] == [
        row[f"talk_{name}"] for name in ("p25", "p50", "p75")
    ]
    assert points["customdata"][0].startswith("&lt;b&gt;Анна&lt;/b&gt;<br>Median 1\xa0min 10\xa0s")
    assert figure["links"][0] == []
    assert leads_behind(client, figure["links"][1][0]) == 20


def test_without_managers_it_is_said_how_to_have_them(get: Get) -> None:
    page = get("/managers")
    assert "событие «Изменение менеджера»" in card(page, "everybody").text
    assert not figures(page)
    assert not read_page(page).all("table")


def test_its_figures_are_what_plotly_takes(page: str) -> None:
    for figure in figures(page).values():
        assert_valid(figure)
