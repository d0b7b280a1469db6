"""Periods: days of a URL, the period before, the unit of a chart."""

from datetime import date

import pytest

from dashboards.period import BadPeriod, Period, unit_for

TODAY = date(2026, 11, 20)


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
    period = Period.from_query(query, TODAY)
    assert period == Period(date.fromisoformat(first), date.fromisoformat(last))
    assert Period.from_query(period.query, TODAY) == period


@pytest.mark.parametrize(
    "written", ["x", "2026-13-01", "2026-11-31", "20261101", "2026-W01-1", "٢٠٢٦-١١-٠١"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(BadPeriod) as raised:
        Period.from_query({"from": written}, TODAY)
    assert raised.value.values["value"] == written


def test_the_period_before_has_the_same_length_and_ends_the_day_before() -> None:
    period = Period(date(2026, 11, 1), date(2026, 11, 20))
    before = period.before()
    assert before == Period(date(2026, 10, 12), date(2026, 10, 31))
    assert before.days == period.days == 20


@pytest.mark.parametrize(
    ("first", "last", "exists"),
    [("0001-01-06", "0001-01-10", True), ("0001-01-05", "0001-01-09", False)],
)
def test_nothing_is_before_the_calendar(first: str, last: str, exists: bool) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert (period.before() is not None) == exists


def test_within_is_what_two_periods_share() -> None:
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert Period(date(2026, 1, 1), TODAY).within(november) == Period(date(2026, 11, 1), TODAY)
    apart = Period(date(2026, 1, 1), date(2026, 1, 2))
    assert apart.within(november) == apart


@pytest.mark.parametrize(
    ("days", "unit"),
    [(1, "day"), (92, "day"), (93, "week"), (732, "week"), (733, "month"), (3_652_059, "year")],
)
def test_longer_periods_have_coarser_units(days: int, unit: str) -> None:
    assert unit_for(days) == unit
