"""The overview's card of the latest day against usual."""

from datetime import timedelta

from tests.dashboards.conftest import Get, Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import figures
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
