"""The uniqueness page: Calltouch's flags beside our recount, and where its marks lead."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dashboards.access.roles import Role
from dashboards.pages.uniqueness.depths import DepthRow, most_agreeing
from tests.dashboards.conftest import Get, Place
from tests.dashboards.leads import NOW, Delivered, call, request
from tests.dashboards.page_text import figures, read_page, tile
from tests.dashboards.pages.asking import card, leads_behind, rows_of, table_of


def returning() -> list[Delivered]:
    """30 clients; every third calls again ten days later and is no longer unique. The client of
    call 101 is unique for Calltouch alone, and calls and leaves a request."""
    leads = []
    for number in range(30):
        first = NOW - timedelta(days=25, hours=number)
        phone = {"callerphone": f"7916000{number:04}"}
        leads.append((first, call(number + 1, first, unique="true", **phone)))
        if number % 3 == 0:
            again = first + timedelta(days=10)
            flag = "true" if number == 0 else "false"
            leads.append((again, call(number + 101, again, unique=flag, **phone)))
    at = NOW - timedelta(days=2)
    of_first = {"callerphone": "79160000000", "uniquerequest": "true"}
    leads.append((at, request(500, at + timedelta(hours=3), **of_first)))
    return [Delivered(at + timedelta(seconds=1), params) for at, params in leads]


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("returned"))
    place.add(returning())
    return place


@pytest.fixture(scope="module")
def client(returned: Place) -> FlaskClient:
    return returned.client()


def page(client: FlaskClient, query: str = "") -> str:
    response = client.get(f"/uniqueness?{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def tiles(html: str) -> dict[str, str]:
    shown = card(html, "totals").all("article", class_="tile")
    return {one.attributes["data-tile"]: one.one("strong").text for one in shown}


def test_tiles_say_what_the_flags_and_the_recount_say(client: FlaskClient) -> None:
    assert tiles(page(client)) == {
        "unique": "32",
        "repeat": "9",
        "recounted": "31",
        "people": "30",
        "agreement": "97,6 %",
        "only_calltouch_unique": "1",
        "only_ours_unique": "0",
    }
    links = [one.attributes["href"] for one in card(page(client), "totals").all("a")]
    assert [leads_behind(client, link) for link in links[:2]] == [32, 9]


def test_another_depth_and_both_types_together_change_the_recount(client: FlaskClient) -> None:
    short = page(client, "depth=9")
    assert tiles(short)["only_ours_unique"] == "9"
    assert tiles(short)["recounted"] == "41"
    assert "глубина: 9 дней" in tile(short, "recounted")
    assert (
        "Глубина пересчёта: 9 дней; звонки и заявки — отдельно."
        in card(short, "disagreements").text
    )
    crossed = page(client, "across=crossed")
    assert tiles(crossed)["only_calltouch_unique"] == "2"
    chosen = card(crossed, "totals").one("select", name="across").all("option", selected="")
    assert [one.attributes["value"] for one in chosen] == ["crossed"]


def test_a_disagreement_leads_to_the_lead_and_to_the_one_before(client: FlaskClient) -> None:
    shown = card(page(client), "disagreements")
    ((lead, _, phone, flag, ours, before, _),) = table_of(shown)
    assert (lead, phone, flag, ours) == (
        "звонок 101",
        "+7 916 000\u201100\u201100",
        "уникальный",
        "повторный",
    )
    assert before == "звонок 1"
    hrefs = [one.attributes["href"].partition("?")[0] for one in shown.one("tbody").all("a")]
    assert hrefs == ["/leads/call/101", "/leads/call/1"]
    assert all(client.get(href).status_code == 200 for href in hrefs)


def test_a_viewer_sees_no_phone(returned: Place) -> None:
    shown = page(returned.client(role=Role.VIEWER))
    assert "79160000000" not in shown
    assert "000\u201100\u201100" not in shown
    assert len(table_of(card(shown, "disagreements"))) == 1


def test_bars_lead_to_the_unique_and_the_repeat_leads_of_their_day(client: FlaskClient) -> None:
    figure = figures(page(client))["unique-over-time"]
    unique, repeat, total = figure["data"]
    days = rows_of(client, "uniqueness")
    for name, trace in (("unique_leads", unique), ("repeat_leads", repeat), ("leads", total)):
        assert trace["y"] == [day[name] for day in days]
    busiest = max(range(len(days)), key=lambda index: days[index]["repeat_leads"])
    for trace, links in zip((unique, repeat, total), figure["links"], strict=True):
        assert leads_behind(client, links[busiest]) == trace["y"][busiest]


def test_the_share_falls_with_the_depth_beside_calltouchs_own(client: FlaskClient) -> None:
    figure = figures(page(client))["unique-by-depth"]
    rows = [row for row in rows_of(client, "uniqueness_depth") if row["lead_type"] is None]
    # There are too few requests for a percentage, so calls and requests are not told apart.
    names = [trace["name"] for trace in figure["data"]]
    assert names == ["Всего", "Звонки", "по отметкам Calltouch", "по отметкам Calltouch"]
    assert figure["data"][0]["y"] == [row["share"] for row in rows]
    assert figure["data"][0]["y"][0] > figure["data"][0]["y"][1]
    assert set(figure["data"][2]["y"]) == {32 / 41}
    assert figure["colours"] == [1, 2, 1, 2]
    at_depth = client.get(figure["links"][0][0]).get_data(as_text=True)
    assert len(table_of(card(at_depth, "disagreements"))) == 9


def test_the_depth_is_unlimited_and_the_one_that_agrees_best_is_named(client: FlaskClient) -> None:
    html = page(client)
    chosen = card(html, "totals").one("select", name="depth").all("option", selected="")
    assert [one.text for one in chosen] == ["не ограничена (∞)"]
    assert figures(html)["unique-by-depth"]["layout"]["xaxis"]["ticktext"][-1] == "∞"
    told = "пересчёт с глубиной от 14 дней: совпадение 97,6 %, сравнили 41 лид."
    assert told in card(html, "depths").text


@pytest.mark.parametrize(
    ("agreeing", "told"),
    [
        ({7: 5, 30: 9, 365: 8, 0: 7}, ("best_depth", 30)),
        ({7: 5, 30: 9, 365: 9, 0: 7}, ("best_depth", 365)),
        ({7: 9, 30: 5, 365: 8, 0: 9}, ("best_unlimited", 0)),
        ({7: 5, 30: 9, 365: 9, 0: 9}, ("best_from", 30)),
    ],
)
def test_no_depth_is_preferred_where_the_deeper_ones_are_alike(
    agreeing: dict[int, int], told: tuple[str, int]
) -> None:
    rows = [
        DepthRow(None, depth, 10, 8, 0.8, 10, 8, 0.8, number, number / 10)
        for depth, number in agreeing.items()
    ]
    named, best = most_agreeing(rows)
    assert (named, best.depth) == told


def test_cohorts_of_a_very_long_time_are_those_of_its_last_three_years(client: FlaskClient) -> None:
    told = card(page(client, "from=2010-01-01&to=2026-11-20"), "cohorts").text
    assert "2010" not in told
    assert "1 декабря 2023" in told


def test_repeats_are_spread_over_spans_of_time(client: FlaskClient) -> None:
    html = page(client)
    (bars,) = figures(html)["time-to-repeat"]["data"]
    assert bars["y"] == [row["leads"] for row in rows_of(client, "repeat_times")]
    (rows,) = [row for row in table_of(card(html, "repeats")) if row[1] != "0"]
    # Ten repeats are too few for a percentage.
    assert rows == ["от 7 д до 14 д", "10", "10 из 10"]


def test_a_bar_leads_to_the_leads_of_its_span_and_to_the_ones_before(client: FlaskClient) -> None:
    html = page(client)
    assert 'id="repeated"' not in html
    (links,) = figures(html)["time-to-repeat"]["links"]
    (link,) = [link for link in links if link]
    assert link.endswith("#repeated")
    leads = table_of(card(client.get(link).get_data(as_text=True), "repeated"))
    assert [(row[0], row[3], row[5]) for row in leads] == [
        (f"звонок {number + 101}", f"звонок {number + 1}", "10 д 0 ч") for number in range(0, 30, 3)
    ]


def test_cohorts_look_back_a_year_however_short_the_period(client: FlaskClient) -> None:
    shown = card(page(client, "from=2026-11-18&to=2026-11-20"), "cohorts")
    assert "Первый лид: 1 декабря 2025 – 20 ноября 2026" in shown.text
    rows = rows_of(client, "cohorts", "from=2025-12-01&to=2026-11-20")
    assert [row[0] for row in table_of(shown)] == ["Октябрь 2026"] * len(rows)
    assert [int(row[3]) for row in table_of(shown)] == [row["people_returned"] for row in rows]


def test_leads_without_contacts_cannot_be_recounted(get: Get) -> None:
    html = get("/uniqueness")
    assert "ни у одного из выбранных лидов нет телефона или почты" in card(html, "depths").text
    assert tiles(html)["agreement"] == "—"


def test_no_leads_and_an_impossible_depth_are_said_to_be_so(client: FlaskClient) -> None:
    empty = read_page(page(client, "from=2025-01-01&to=2025-01-02")).one("main").text
    assert "По выбранным условиям лидов нет." in empty
    assert client.get("/uniqueness?depth=3651").status_code == 400
