"""The overview: its period, its languages, and what it says when there is little to show."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.dashboards.conftest import SETTINGS, Get, Place
from tests.dashboards.leads import NOW, Delivered, call, request, some_months
from tests.dashboards.page_text import Element, changes_in, figures, read_page, rows, tile
from tests.dashboards.pages.asking import leads_behind


def heading(html: str) -> str:
    return read_page(html).one("p", class_="days").text


def names_of(figure: dict[str, Any]) -> list[str]:
    return [trace["name"] for trace in figure["data"]]


def presets(html: str) -> list[Element]:
    return read_page(html).one("div", class_="preset-groups").all("a")


def test_the_last_thirty_days_are_shown_by_default(get: Get) -> None:
    page = get("/")
    assert heading(page) == "22 октября – 20 ноября 2026"
    assert [link.text for link in presets(page) if "aria-current" in link.attributes] == ["30 дней"]


def test_a_period_comes_from_the_url_and_stays_in_the_form(get: Get) -> None:
    page = get("/?from=2026-11-02&to=2026-11-03")
    assert heading(page) == "2–3 ноября 2026"
    inputs = {one.attributes.get("name"): one for one in read_page(page).all("input")}
    assert inputs["from"].attributes["value"] == "2026-11-02"
    assert inputs["to"].attributes["value"] == "2026-11-03"


def test_presets_lead_to_periods_by_their_names(get: Get) -> None:
    links = {link.text: link.attributes["href"] for link in presets(get("/?lang=en"))}
    assert links["7 days"] == "?period=7d"
    assert heading(get(f"/{links['7 days']}")) == "14–20 November 2026"
    assert heading(get(f"/{links['Last month']}")) == "1–31 October 2026"
    assert tile(get(f"/{links['All time']}&lang=en"), "leads").startswith("Leads 600 ")


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "to=2026-02-30", "from=20.11.2026", "from=2026-11-5", "from=20261105"],
)
def test_a_day_that_is_none_is_answered_400_and_what_is_expected(get: Get, query: str) -> None:
    name, _, value = query.partition("=")
    page = get(f"/?{query}", status=400)
    text = read_page(page).one("main").text
    assert f"«{value}» в параметре {name} — не дата." in text
    assert "ГГГГ-ММ-ДД" in text


def test_a_period_that_ends_before_it_begins_is_answered_400(get: Get) -> None:
    page = get("/?from=2026-11-03&to=2026-11-02&lang=en", status=400)
    assert "starts (2026-11-03) after it ends (2026-11-02)" in read_page(page).one("main").text


@pytest.mark.parametrize(
    "query", ["from=0001-01-01&to=0001-01-05", "from=0001-01-01&to=9999-12-31"]
)
def test_the_ends_of_the_calendar_can_be_asked_for(get: Get, query: str) -> None:
    assert tile(get(f"/?{query}"), "leads").startswith("Лиды")


def test_an_empty_period_says_so_and_leads_to_one_that_has_leads(get: Get) -> None:
    page = get("/?from=2025-03-01&to=2025-03-07")
    said = read_page(page).one("section", id="totals")
    assert "По выбранным условиям лидов нет." in said.text
    assert tile(page, "leads") == "Лиды 0 0 звонков, 0 заявок"
    # Of no leads nothing is said, but of calls that there are none.
    assert tile(page, "target") == "Целевые лиды 0"
    assert tile(page, "missed") == "Пропущенные звонки 0 звонков нет"
    (link,) = [one for one in said.all("a") if one.text.startswith("Период, за который лиды есть")]
    assert link.attributes["href"] == "?from=2026-09-06&to=2026-11-20"
    assert figures(get(f"/{link.attributes['href']}"))


def test_an_empty_choice_says_which_filter_to_take_out(get: Get) -> None:
    """Of two filters, the one without which there are leads."""
    page = get("/?source=nobody&lead_type=call&period=all")
    links = read_page(page).one("section", id="totals").all("a")
    (link,) = [one for one in links if one.text.startswith("Без фильтра")]
    assert link.text.startswith("Без фильтра «Источник: nobody»: ")
    assert link.attributes["href"] == "?period=all&f.lead_type=call"
    shown = tile(get(f"/{link.attributes['href']}"), "leads")
    assert shown.split()[1] == link.text.split()[-2]


def test_deliveries_without_a_lead_are_said_to_be_normal(place: Place) -> None:
    place.add([Delivered(NOW, {}, is_empty=True)])
    page = place.client().get("/").get_data(as_text=True)
    assert "Доставки идут, но лидов в них пока нет." in read_page(page).one("main").text
    assert tile(page, "deliveries").startswith("Доставки 1 все, по дню приёма ")


def test_of_few_leads_there_are_numbers_instead_of_percentages(get: Get) -> None:
    page = get("/?from=2026-11-19&to=2026-11-19")
    unique = tile(page, "unique")
    assert unique.startswith("Уникальные лиды 10 +4 (было 6)")
    (row,) = json.loads(get("/api/reports/overview?from=2026-11-19&to=2026-11-19"))["rows"]
    assert (row["unique_leads"], 0 < row["uniqueness_known"] < 20) == (10, True)
    assert unique.endswith(f"10 из {row['uniqueness_known']} лидов с известным признаком")
    notes = read_page(page).one("section", id="totals").text
    assert "%" not in notes.partition("Данные")[0]
    assert "—" not in unique


def test_a_flag_that_no_lead_has_yet_is_no_zero_percent(place: Place) -> None:
    place.add([Delivered(NOW, call(1, NOW, callphase="callconnected"))])
    page = place.client().get("/?lang=en").get_data(as_text=True)
    assert tile(page, "target") == "Target leads 0 flag not known for any lead yet"
    assert tile(page, "missed") == "Missed calls 0 no ended calls"
    assert tile(page, "leads").endswith("1 call, 0 requests unfinished calls: 1")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        # Leads begin on 6 September: of the 40 days before 12 October four are missing, a tenth.
        (
            "from=2026-10-14",
            "6 сентября – 13 октября 2026, последний день до 14:32; рабочих дней 28 против 27",
        ),
        (
            "from=2026-10-12",
            "2 сентября – 11 октября 2026, последний день до 14:32"
            " (данные только с 6 сентября 2026); рабочих дней 30 против 28",
        ),
        ("from=2026-11-01&to=2026-11-19", "13–31 октября 2026"),
        # Of a period that goes on tomorrow, as many days as there have been.
        ("from=2026-11-01&to=2026-11-21", "11–30 октября 2026, последний день до 14:32"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/spam"])
def test_what_changes_are_against_is_said(get: Get, path: str, query: str, said: str) -> None:
    totals = read_page(get(f"{path}?{query}")).one("section", id="totals")
    whole = f"Изменения — к периоду {said} Что изменилось?"
    assert whole in [one.text for one in totals.all("p")]


@pytest.mark.parametrize("path", ["/", "/spam"])
@pytest.mark.parametrize("query", ["from=2026-10-11", "compare=year"])
def test_days_before_the_first_lead_are_not_compared_with(get: Get, path: str, query: str) -> None:
    """Of 41 days before 11 October six are missing."""
    totals = read_page(get(f"{path}?{query}")).one("section", id="totals")
    assert len(totals.all("article", class_="tile")) > 1
    assert not changes_in(totals)
    assert "период сравнения — " in totals.text
    assert "а данные только с 6 сентября 2026" in totals.text
    assert "Изменения — к" not in totals.text
    assert "значений меньше" not in totals.text


def test_the_line_compared_with_begins_where_leads_do(get: Get, busy_place: Place) -> None:
    (*_, dotted) = figures(get("/?from=2026-10-12"))["leads-over-time"]["data"]
    # The last day counts as far as today has come.
    query = "from=2026-09-06&to=2026-10-11&until=2026-10-11T14:32&unit=day"
    rows = busy_place.client().get(f"/api/reports/leads_over_time?{query}").get_json()["rows"]
    assert dotted["name"] == "Для сравнения"
    assert dotted["y"] == [None] * 4 + [row["leads"] for row in rows]
    assert "Для сравнения" not in names_of(figures(get("/?compare=year"))["leads-over-time"])


@pytest.mark.parametrize("path", ["/", "/spam"])
def test_all_time_is_compared_with_nothing(get: Get, path: str) -> None:
    page = get(f"{path}?period=all&compare=year")
    totals = read_page(page).one("section", id="totals")
    assert "Изменений нет: до этого периода данных нет" in totals.text
    assert not changes_in(totals)


@pytest.mark.parametrize("path", ["/", "/quality", "/attribution", "/journal", "/deliveries"])
def test_what_to_compare_with_is_chosen_on_every_page(get: Get, path: str) -> None:
    form = read_page(get(f"{path}?compare=year")).one("form", id="slice-bar")
    options = form.all("input", name="compare")
    assert {one.attributes["type"] for one in options} == {"radio"}
    chosen = [one.attributes["value"] for one in options if "checked" in one.attributes]
    assert chosen == ["year"]
    assert len(options) > 4


def test_without_a_comparison_there_are_no_changes(get: Get) -> None:
    page = get("/?compare=none")
    assert "Изменения" not in read_page(page).one("section", id="totals").text
    assert not changes_in(read_page(page))
    names = names_of(figures(page)["leads-over-time"])
    assert names[:3] == ["Всего", "Звонки", "Заявки"]
    assert "Для сравнения" not in names


@pytest.mark.parametrize(
    ("days", "unit", "marks"), [(91, "Day", 92), (92, "Week of", 14), (740, "Month", 25)]
)
def test_long_periods_are_drawn_in_weeks_and_months(
    place: Place, days: int, unit: str, marks: int
) -> None:
    first = NOW - timedelta(days=days)
    place.add([Delivered(first, call(1, first)), Delivered(NOW, call(2, NOW))])
    page = place.client().get(f"/?from={first:%Y-%m-%d}&lang=en").get_data(as_text=True)
    total, _, _, _, running, *_ = figures(page)["leads-over-time"]["data"]
    assert (len(total["x"]), total["y"][0], total["y"][-1]) == (marks, 1, None)
    # The last one goes on, so it has a mark of its own.
    assert (running["name"], running["x"]) == ("Total, still running", total["x"][-1:])
    assert sum(total["y"][:-1]) + sum(running["y"]) == 2
    assert len(rows(page, 0)) == marks
    assert read_page(page).all("thead")[0].one("th", class_="text").text == unit


def test_days_before_the_first_lead_are_no_zeros_of_a_long_chart(get: Get) -> None:
    drawn = figures(get("/?from=2020-01-01&to=2026-11-20"))["leads-over-time"]["data"][0]
    assert drawn["x"][0] == "2026-09-06"


def test_a_lead_of_the_year_10000_is_of_the_day_of_its_receipt(place: Place) -> None:
    far = call(1, NOW) | {"timestamp": "253402300799"}
    place.add([Delivered(NOW, far), Delivered(NOW, call(2, NOW))])
    client = place.client()
    assert tile(client.get("/").get_data(as_text=True), "leads").startswith("Лиды 2 ")
    assert tile(client.get("/?period=all").get_data(as_text=True), "leads").startswith("Лиды 2 ")


def test_the_header_names_the_zone_and_how_fresh_the_data_is(place: Place) -> None:
    received = NOW - timedelta(hours=14)
    place.add([Delivered(received, call(1, received))])
    header = (
        read_page(place.client().get("/").get_data(as_text=True)).one("header", class_="site").text
    )
    assert "Часовой пояс: Europe/Moscow, UTC+3" in header
    assert "Данные до 20 ноября 2026, 00:32" in header
    assert "опубликовано " in header


@pytest.mark.parametrize(
    ("hours", "notice"),
    [(23, None), (24, "Новых доставок нет уже 1 день."), (50, "Новых доставок нет уже 2 дня.")],
)
def test_a_day_without_deliveries_is_noticed(place: Place, hours: int, notice: str | None) -> None:
    place.add([Delivered(NOW, call(1, NOW))])
    later = replace(SETTINGS, clock=lambda: NOW + timedelta(hours=hours))
    page = read_page(place.client(later).get("/").get_data(as_text=True))
    notices = [
        one.one("strong").text for one in page.all("p", class_="notice") if one.all("strong")
    ]
    assert notices == ([notice] if notice else [])


def test_a_day_begins_at_midnight_of_the_configured_zone(place: Place) -> None:
    """One lead a second before midnight in Vladivostok, one at midnight, one undated."""
    zone = "Asia/Vladivostok"
    midnight = NOW.replace(hour=14, minute=0)
    before, at = midnight - timedelta(seconds=1), midnight
    undated = request(3, NOW) | {"requestDate": "null"}
    leads = [call(1, before), call(2, at), undated]
    place.add([Delivered(midnight, params) for params in leads], zone)
    client = place.client(replace(SETTINGS, timezone=zone))
    counts = [
        tile(client.get(f"/?lang=en&from={day}&to={day}").get_data(as_text=True), "leads")
        for day in ("2026-11-20", "2026-11-21")
    ]
    assert [shown.split()[1] for shown in counts] == ["1", "2"]


def test_a_newer_file_is_shown_as_soon_as_it_has_taken_the_place(place: Place) -> None:
    place.add([Delivered(NOW, call(1, NOW))])
    client = place.client()
    assert tile(client.get("/").get_data(as_text=True), "leads").startswith("Лиды 1 ")
    place.add([Delivered(NOW, call(2, NOW)), Delivered(NOW, call(3, NOW))])
    assert tile(client.get("/").get_data(as_text=True), "leads").startswith("Лиды 3 ")


def test_each_line_and_cell_leads_to_what_it_counts(get: Get, busy_place: Place) -> None:
    """Calls to calls, requests to requests, the dotted line to the day compared with."""
    page, client = get("/?period=7d"), busy_place.client()
    shown = figures(page)
    lines = shown["leads-over-time"]
    drawn = [(trace["y"][5], links[5]) for trace, links in zip_traces(lines) if len(links) == 7]
    hollow = [(trace["y"][0], links[0]) for trace, links in zip_traces(lines) if len(links) == 1]
    assert (len(drawn), len(hollow)) == (4, 3)
    drawn += hollow
    first = read_page(page).one("section", id="by_source").one("tbody").all("tr")[0].all("td")
    drawn += [(int(cell.one("a").text), cell.one("a").attributes["href"]) for cell in first[1:3]]
    assert len(drawn) == 9
    assert [leads_behind(client, link) for _, link in drawn] == [count for count, _ in drawn]
    assert "from=2026-11-12&to=2026-11-12" in lines["links"][-1][5]
    assert "from=2026-11-13&to=2026-11-13&until=2026-11-13T14%3A32" in lines["links"][-1][6]
    day = shown["latest-day"]
    assert day["links"][:3] == [[], [], []]


def test_with_hours_chosen_the_hours_of_a_day_still_lead_to_their_leads(
    get: Get, busy_place: Place
) -> None:
    hours = "&".join(f"hour={hour}" for hour in range(0, 24, 2))
    day = figures(get(f"/?from=2026-11-01&to=2026-11-17&{hours}"))["latest-day"]
    counts, links = day["data"][3]["y"], day["links"][3]
    client = busy_place.client()
    assert counts[23] > 0
    assert all(leads_behind(client, links[at]) == counts[at] for at in range(24) if counts[at])


def zip_traces(figure: dict[str, Any]) -> "zip[tuple[Any, list[str]]]":
    return zip(figure["data"], figure["links"], strict=True)


def test_a_figure_is_small(get: Get) -> None:
    """Those of a quarter stay within the budget of 60 KB each."""
    page = get("/?from=2026-08-21&to=2026-11-20")
    scripts = read_page(page).all("script", class_="chart-data")
    assert len(scripts) >= 2
    assert all(len(script.text) < 60_000 for script in scripts)


def test_many_leads_are_written_as_the_language_writes_them(place: Place) -> None:
    place.add(some_months(leads=1300, days=20))
    client = place.client()
    assert tile(client.get("/").get_data(as_text=True), "leads").startswith("Лиды 1 300 ")
    assert tile(client.get("/?lang=en").get_data(as_text=True), "leads").startswith("Leads 1,300 ")


def test_the_line_of_other_leads_says_whose_it_is(get: Get) -> None:
    query = "/?period=7d&f.source=yandex&lang=en"
    earlier = figures(get(query))["leads-over-time"]["data"][-1]
    assert earlier["name"] == "Compared with"
    other = figures(get(f"{query}&compare=slice&vs.source=%3Cb%3Evk"))["leads-over-time"]["data"][
        -1
    ]
    assert other["name"] == "Source: &lt;b&gt;vk"
