"""Periods: days of a URL, and the unit of a chart."""

from datetime import date

import pytest

from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import PRESETS, Period, read_period, unit_for

TODAY = date(2026, 11, 20)
EVERYTHING = Period(date(2025, 2, 3), date(2026, 11, 18))


def read(query: dict[str, str]) -> tuple[Period, str | None]:
    return read_period(query, TODAY, lambda: EVERYTHING)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, "2026-10-22", "2026-11-20"),
        ({"from": "", "to": ""}, "2026-10-22", "2026-11-20"),
        ({"from": "2026-11-01"}, "2026-11-01", "2026-11-20"),
        ({"to": "2026-03-01"}, "2026-01-31", "2026-03-01"),
        ({"from": "2026-11-20", "to": "2026-11-20"}, "2026-11-20", "2026-11-20"),
        ({"to": "0001-01-05"}, "0001-01-01", "0001-01-05"),
    ],
)
def test_a_query_names_a_period(query: dict[str, str], first: str, last: str) -> None:
    period, name = read(query)
    assert period == Period(date.fromisoformat(first), date.fromisoformat(last))
    assert (name == "30d") == (not any(query.values()))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-20", "2026-11-20"),
        ("yesterday", "2026-11-19", "2026-11-19"),
        ("7d", "2026-11-14", "2026-11-20"),
        ("week", "2026-11-16", "2026-11-20"),
        ("last_week", "2026-11-09", "2026-11-15"),
        ("7d_full", "2026-11-13", "2026-11-19"),
        ("30d_full", "2026-10-21", "2026-11-19"),
        ("month", "2026-11-01", "2026-11-20"),
        ("quarter", "2026-10-01", "2026-11-20"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("year", "2026-01-01", "2026-11-20"),
        ("all", "2025-02-03", "2026-11-18"),
    ],
)
def test_a_period_can_be_named(name: str, first: str, last: str) -> None:
    period, found = read({"period": name})
    assert (period, found) == (Period(date.fromisoformat(first), date.fromisoformat(last)), name)


def test_days_count_for_more_than_a_name_unless_they_are_its_own() -> None:
    own = {"period": "7d", "from": "2026-11-14", "to": "2026-11-20"}
    assert read(own)[1] == "7d"
    assert read(own | {"from": "2026-11-13"}) == (Period(date(2026, 11, 13), TODAY), None)


def test_a_name_that_no_period_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadQuery) as raised:
        read({"period": "14d"})
    assert set(raised.value.expected) == {*PRESETS, "all"}
    assert raised.value.key == "bad_query.value"
    assert raised.value.values == {"name": "period", "value": "14d"}


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(BadQuery) as raised:
        read({"from": "2026-11-20", "to": "2026-11-19"})
    assert raised.value.key == "bad_query.backwards"
    assert raised.value.values == {"first": "2026-11-20", "last": "2026-11-19"}


def test_of_the_whole_calendar_only_what_can_have_data_is_asked_for() -> None:
    possible = Period(date(2008, 1, 1), date(2027, 11, 21))
    assert read({"from": "0001-01-01", "to": "9999-12-31"})[0] == possible
    endless = Period(date(2025, 1, 1), date.max)
    assert read_period({"period": "all"}, TODAY, lambda: endless)[0] == Period(
        date(2025, 1, 1), possible.last
    )
    just_ten_years = read({"from": "2000-01-01", "to": "2010-01-07"})[0]
    assert (just_ten_years.first, just_ten_years.days) == (date(2000, 1, 1), 3660)
    assert read_period({"period": "all"}, TODAY, lambda: None)[0] == Period.ending(TODAY, 30)
    nowhere = read({"from": "0001-01-01", "to": "2007-12-31"})[0]
    assert (nowhere.last, nowhere.days) == (date(2007, 12, 31), 3660)


@pytest.mark.parametrize(
    "written", ["x", "2026-13-01", "2026-11-31", "20261101", "2026-W01-1", "٢٠٢٦-١١-٠١"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(BadQuery) as raised:
        read({"from": written})
    assert raised.value.key == "bad_query.not_a_day"
    assert raised.value.values == {"name": "from", "value": written}


def test_within_is_what_two_periods_share() -> None:
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert Period(date(2026, 1, 1), TODAY).within(november) == Period(date(2026, 11, 1), TODAY)
    until_then = Period(date(2026, 1, 1), november.first)
    assert until_then.within(november) == Period(november.first, november.first)
    apart = Period(date(2026, 1, 1), date(2026, 1, 2))
    assert apart.within(november) == apart


@pytest.mark.parametrize(
    ("days", "unit"),
    [
        (1, "hour"),
        (2, "day"),
        (92, "day"),
        (93, "week"),
        (732, "week"),
        (733, "month"),
        (3_652_059, "year"),
    ],
)
def test_longer_periods_have_coarser_units(days: int, unit: str) -> None:
    assert unit_for(days) == unit
