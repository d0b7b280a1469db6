"""The quality page: Calltouch's working hours beside the account's own."""

from datetime import timedelta

import pytest

from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, read_page, tile
from tests.dashboards.pages.asking import card, leads_behind, table_of

HOURS = """
[hours]
thu = "09:00-18:00"
fri = "09:00-12:00"
[days]
"2026-11-18" = "off"
"""
THURSDAY, WEDNESDAY = NOW - timedelta(days=1), NOW - timedelta(days=2)
"""14:32 in Moscow. The calendar has the one open and the other closed."""


def calls(worktime: str = "worktime", other: str = "non-worktime") -> list[Delivered]:
    """On Thursday 3 in working hours for both and 2 for the calendar alone, one of them missed; on
    Wednesday 4 for Calltouch alone, all missed, and 1 for nobody."""
    made = [
        *((THURSDAY, worktime, "successful"),) * 3,
        (THURSDAY, other, "unsuccessful"),
        (THURSDAY, other, "successful"),
        *((WEDNESDAY, worktime, "unsuccessful"),) * 4,
        (WEDNESDAY, other, "unsuccessful"),
    ]
    return [
        Delivered(at, call(number, at, status=status, worktime=flag))
        for number, (at, flag, status) in enumerate(made, 1)
    ]


def links_of(element: Element) -> list[str]:
    return [link.attributes["href"] for link in element.one("table").all("a")]


@pytest.mark.parametrize(
    ("language", "said", "rows"),
    [
        (
            "ru",
            "Расходятся: 6 из 10 звонков",
            [
                ["Calltouch — рабочее, календарь — нет", "4", "4"],
                ["Календарь — рабочее, Calltouch — нет", "2", "1"],
            ],
        ),
        (
            "en",
            "They differ about 6 of 10 calls",
            [
                ["Calltouch: working hours; the calendar: not", "4", "4"],
                ["The calendar: working hours; Calltouch: not", "2", "1"],
            ],
        ),
    ],
)
def test_both_are_counted_and_lead_to_the_calls_they_differ_about(
    place: Place, language: str, said: str, rows: list[list[str]]
) -> None:
    place.add(calls())
    place.add_calendar(HOURS)
    client = place.client()
    html = client.get(f"/quality?lang={language}").get_data(as_text=True)
    shown = card(html, "own_hours")
    assert said in shown.text
    assert table_of(shown) == rows
    assert [leads_behind(client, link) for link in links_of(shown)] == [4, 4, 2, 1]
    links = read_page(html).one("article", data_tile="missed_worktime").all("a")
    assert [leads_behind(client, link.attributes["href"]) for link in links] == [4, 4, 1]
    assert [link.text[-3:] for link in links[1:]] == [": 4", ": 1"]


def test_without_hours_of_their_own_it_is_said_where_to_set_them(place: Place) -> None:
    place.add(calls())
    place.add_calendar()
    html = place.client().get("/quality").get_data(as_text=True)
    shown = card(html, "own_hours")
    assert "Свой график не задан" in shown.text
    assert "/calendar" in [link.attributes["href"] for link in shown.all("a")]
    links = read_page(html).one("article", data_tile="missed_worktime").all("a")
    assert not any("own_hours" in link.attributes["href"] for link in links)


def test_without_the_flag_there_are_own_hours_alone(place: Place) -> None:
    place.add(calls("", ""))
    place.add_calendar(HOURS)
    html = place.client().get("/quality?lang=en").get_data(as_text=True)
    assert not read_page(html).all("section", id="own_hours")
    assert "Missed in your own hours 1" in tile(html, "missed_own_hours")


def test_where_both_agree_no_table_is_made(place: Place) -> None:
    place.add(calls("worktime", "worktime")[:5])
    place.add_calendar(HOURS)
    shown = card(place.client().get("/quality?lang=en").get_data(as_text=True), "own_hours")
    assert "No difference among 5 calls" in shown.text
    assert not shown.all("table")
