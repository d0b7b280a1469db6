"""The overview's card of the latest day against usual."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.dashboards.conftest import SETTINGS, Get, Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, figures
from tests.dashboards.pages.asking import card, leads_behind, rows_of, table_of


def test_the_day_adds_up_over_the_band_of_the_weeks_before(get: Get, busy_place: Place) -> None:
    html = get("/?period=7d")
    client = busy_place.client()
    rows = rows_of(client, "usual_day", "from=2026-09-25&to=2026-11-20")
    low, high, middle, now = figures(html)["latest-day"]["data"]
    for name, trace in (
        ("usual_p10", low),
        ("usual_p90", high),
        ("usual_p50", middle),
        ("leads", now),
    ):
        assert trace["y"] == [row[name] for row in rows]
    # It is 14:32: the hour that is not over would be held against whole ones.
    assert now["y"][13] is not None
    assert now["y"][14:] == [None] * 10
    assert "20 ноября 2026, пятница" in card(html, "today").text
    days = "13 ноя, 6 ноя, 30 окт, 23 окт, 16 окт, 9 окт, 2 окт, 25 сен"
    assert f"как в эти дни: {days}; полоса" in card(html, "today").text
    assert [row[1] for row in table_of(card(html, "today"))][14:] == ["—"] * 10


def test_a_period_that_is_over_shows_its_last_day_and_its_hours_lead_to_what_they_count(
    get: Get, busy_place: Place
) -> None:
    html = get("/?from=2026-11-01&to=2026-11-17")
    assert "17 ноября 2026, вторник" in card(html, "today").text
    figure = figures(html)["latest-day"]
    counts = figure["data"][3]["y"]
    assert None not in counts
    client = busy_place.client()
    links = figure["links"][3]
    half = next(hour for hour in range(24) if counts[hour] >= counts[23] / 2)
    assert 0 < counts[half] < counts[23]
    assert [leads_behind(client, links[hour]) for hour in (half, 23)] == [counts[half], counts[23]]


def test_without_weeks_before_there_is_no_usual_day(place: Place) -> None:
    place.add([Delivered(NOW, call(1, NOW)), Delivered(NOW, call(2, NOW - timedelta(days=3)))])
    html = place.client().get("/").get_data(as_text=True)
    assert "Сравнить не с чем" in card(html, "today").text
    assert "latest-day" not in figures(html)


def day_with(place: Place, leads: int) -> Element:
    """The card at 14:32, with so many leads today and eight Fridays of ten, nine or eleven."""
    days = [NOW - timedelta(days=7 * week) for week in range(9)]
    counts = [leads, *(9 + week % 3 for week in range(8))]
    times = [day for day, count in zip(days, counts, strict=True) for _ in range(count)]
    place.add(
        [
            Delivered(at - timedelta(hours=3), call(number, at - timedelta(hours=3)))
            for number, at in enumerate(times, 1)
        ]
    )
    return card(place.client().get("/?lang=en&period=7d").get_data(as_text=True), "today")


@pytest.mark.parametrize(
    ("leads", "verdict"), [(5, "fewer than usual"), (10, "as usual"), (15, "more than usual")]
)
def test_in_words_it_is_usual_or_not_and_leads_to_what_makes_the_difference(
    place: Place, leads: int, verdict: str
) -> None:
    shown = day_with(place, leads).one("p", class_="notice")
    said = f"By 14:00: {leads} leads, usually 10 (9 to 11): {verdict}."
    assert shown.text == f"{said} What changed since 13 Nov?"
    html = place.client().get(f"{shown.one('a').attributes['href']}&lang=en")
    split = card(html.get_data(as_text=True), "split")
    assert table_of(split)[0][:3] == ["Total", "9", f"{leads}"]
    assert "13 November 2026, the last day until 14:32" in split.text


def test_before_the_first_hour_is_over_nothing_is_said(place: Place) -> None:
    midnight = NOW.replace(hour=21, minute=20)
    at = [midnight - timedelta(days=7 * week) for week in range(3)]
    place.add([Delivered(day, call(number, day)) for number, day in enumerate(at, 1)])
    client = place.client(replace(SETTINGS, clock=lambda: midnight))
    html = client.get("/?period=7d").get_data(as_text=True)
    assert card(html, "today").all("p", class_="notice") == []
