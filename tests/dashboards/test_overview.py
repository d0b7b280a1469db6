"""The overview: its period, its languages, and what it says when there is little to show."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.dashboards.conftest import SETTINGS, Get, Place
from tests.dashboards.leads import NOW, Delivered, call, request, some_months
from tests.dashboards.page_text import Element, figures, read_page, rows, tile


def heading(html: str) -> str:
    return read_page(html).one("p", class_="days").text


def presets(html: str) -> list[Element]:
    return read_page(html).one("ul", class_="presets").all("a")


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
    assert "begins (2026-11-03) after it ends (2026-11-02)" in read_page(page).one("main").text


@pytest.mark.parametrize(
    "query", ["from=0001-01-01&to=0001-01-05", "from=0001-01-01&to=9999-12-31"]
)
def test_the_ends_of_the_calendar_can_be_asked_for(get: Get, query: str) -> None:
    assert tile(get(f"/?{query}"), "leads").startswith("Лиды")


def test_an_empty_period_says_so_and_leads_to_one_that_has_leads(get: Get) -> None:
    page = get("/?from=2025-03-01&to=2025-03-07")
    said = read_page(page).one("section", id="totals")
    assert "По этому выбору лидов нет." in said.text
    assert tile(page, "leads").startswith("Лиды 0 —")
    (link,) = [one for one in said.all("a") if one.text.startswith("Период, в котором они есть")]
    assert link.attributes["href"] == "?from=2026-09-06&to=2026-11-20"
    assert figures(get(f"/{link.attributes['href']}"))


def test_an_empty_choice_says_which_filter_to_take_out(get: Get) -> None:
    """Of two filters, the one without which there are leads."""
    page = get("/?source=nobody&lead_type=call&period=all")
    links = read_page(page).one("section", id="totals").all("a")
    (link,) = [one for one in links if one.text.startswith("Без фильтра")]
    assert link.text.startswith("Без фильтра «Источник: nobody»: ")
    assert link.attributes["href"] == "?period=all&lead_type=call"
    shown = tile(get(f"/{link.attributes['href']}"), "leads")
    assert shown.split()[1] == link.text.split()[-2]


def test_deliveries_without_a_lead_are_said_to_be_normal(place: Place) -> None:
    place.add([Delivered(NOW, {}, is_empty=True)])
    page = place.client().get("/").get_data(as_text=True)
    assert "Доставки идут, но лидов в них пока нет." in read_page(page).one("main").text
    assert tile(page, "deliveries").startswith("Доставки 1 ")


def test_percentages_of_few_leads_are_hidden_and_the_reason_is_given(get: Get) -> None:
    page = get("/?from=2026-11-19&to=2026-11-19")
    assert tile(page, "unique").split()[2:6] == ["10", "—", "—", "от"]
    notes = read_page(page).one("section", id="totals").text
    assert "«—» вместо доли: значений меньше 20" in notes
    assert "%" not in notes.partition("Данные")[0]


def test_a_flag_that_no_lead_has_yet_is_no_zero_percent(place: Place) -> None:
    place.add([Delivered(NOW, call(1, NOW, callphase="callconnected"))])
    page = place.client().get("/?lang=en").get_data(as_text=True)
    assert tile(page, "target") == "Target leads 0 — the flag is not known of any yet"
    assert tile(page, "leads").endswith("1 call, 0 requests unfinished calls: 1")


@pytest.mark.parametrize(
    ("compare", "days"),
    [("previous", "22 сентября – 21 октября 2026"), ("year", "22 октября – 20 ноября 2025")],
)
def test_what_changes_are_against_is_said(get: Get, compare: str, days: str) -> None:
    said = read_page(get(f"/?compare={compare}")).one("section", id="totals").text
    assert f"Изменения — к периоду {days}" in said
    assert "данные только" not in said


def test_without_a_comparison_there_are_no_changes(get: Get) -> None:
    page = get("/?compare=none")
    assert "Изменения" not in read_page(page).one("section", id="totals").text
    assert not read_page(page).all("span", class_="change")
    assert len(figures(page)["leads-over-time"]["data"]) == 3


def test_a_period_before_that_is_not_all_recorded_is_said_to_be_so(get: Get) -> None:
    page = get("/?from=2026-10-01&to=2026-11-20")
    said = read_page(page).one("section", id="totals").text
    assert "(данные только с 6 сентября 2026)" in said


@pytest.mark.parametrize(
    ("days", "unit", "marks"), [(91, "Day", 92), (92, "Week of", 14), (740, "Month", 25)]
)
def test_long_periods_are_drawn_in_weeks_and_months(
    place: Place, days: int, unit: str, marks: int
) -> None:
    first = NOW - timedelta(days=days)
    place.add([Delivered(first, call(1, first)), Delivered(NOW, call(2, NOW))])
    page = place.client().get(f"/?from={first:%Y-%m-%d}&lang=en").get_data(as_text=True)
    drawn = figures(page)["leads-over-time"]["data"][0]
    assert (len(drawn["x"]), sum(drawn["y"])) == (marks, 2)
    assert len(rows(page, 0)) == marks
    assert read_page(page).all("thead")[0].one("th", class_="text").text == unit


def test_days_before_the_first_lead_are_no_zeros_of_a_long_chart(get: Get) -> None:
    drawn = figures(get("/?from=2020-01-01&to=2026-11-20"))["leads-over-time"]["data"][0]
    assert drawn["x"][0] == "2026-09-06"


def test_a_lead_of_the_year_10000_does_no_harm(place: Place) -> None:
    far = call(1, NOW) | {"timestamp": "253402300799"}
    place.add([Delivered(NOW, far), Delivered(NOW, call(2, NOW))])
    client = place.client()
    assert tile(client.get("/").get_data(as_text=True), "leads").startswith("Лиды 1 ")
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


def test_a_figure_is_small(get: Get) -> None:
    """Those of a quarter stay within the budget of 60 KB each."""
    page = get("/?from=2026-08-21&to=2026-11-20")
    scripts = read_page(page).all("script", type="application/json")
    assert len(scripts) >= 2
    assert all(len(script.text) < 60_000 for script in scripts)


def test_many_leads_are_written_as_the_language_writes_them(place: Place) -> None:
    place.add(some_months(leads=1300, days=20))
    client = place.client()
    assert tile(client.get("/").get_data(as_text=True), "leads").startswith("Лиды 1 300 ")
    assert tile(client.get("/?lang=en").get_data(as_text=True), "leads").startswith("Leads 1,300 ")
