"""What a slice is compared with: like with like."""

from datetime import date, datetime
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice

NOW = datetime(2026, 11, 20, 6, 40)
"""A Friday."""


def read(query: str) -> Slice:
    return read_at(query, NOW)


def read_at(query: str, now: datetime) -> Slice:
    everything = Period(date(2025, 1, 1), now.date())
    return Slice.from_query(MultiDict(parse_qsl(query)), now.date(), lambda: everything)


def compared(query: str) -> str:
    return written(read(query).against(NOW))


def written(about: Slice | None) -> str:
    """first..last, and until when the last day counts."""
    if about is None:
        return ""
    until = "" if about.until is None else f" {about.until:%d %H:%M}"
    return f"{about.first}..{about.last}{until}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("period=today", "2026-11-19..2026-11-19 19 06:40"),
        ("period=today&compare=weekdays", "2026-11-13..2026-11-13 13 06:40"),
        ("period=today&compare=year", "2025-11-20..2025-11-20 20 06:40"),
        ("period=yesterday", "2026-11-18..2026-11-18"),
        ("period=week", "2026-11-09..2026-11-13 13 06:40"),
        ("period=last_week", "2026-11-02..2026-11-08"),
        ("period=7d", "2026-11-07..2026-11-13 13 06:40"),
        ("period=7d_full", "2026-11-06..2026-11-12"),
        ("period=30d&compare=weekdays", "2026-09-17..2026-10-16 16 06:40"),
        ("period=month", "2026-10-01..2026-10-20 20 06:40"),
        ("period=month&compare=year", "2025-11-01..2025-11-20 20 06:40"),
        ("period=last_month", "2026-09-01..2026-09-30"),
        ("period=last_month&compare=year", "2025-10-01..2025-10-31"),
        ("period=quarter", "2026-07-01..2026-08-20 20 06:40"),
        ("period=last_quarter", "2026-04-01..2026-06-30"),
        ("period=year", "2025-01-01..2025-11-20 20 06:40"),
        ("period=last_year", "2024-01-01..2024-12-31"),
        ("from=2026-11-01&to=2026-11-10", "2026-10-22..2026-10-31"),
        ("from=2026-09-01&to=2026-10-31", "2026-07-01..2026-08-31"),
        # A month that has begun and is chosen whole.
        ("from=2026-11-01&to=2026-11-30", "2026-10-01..2026-10-20 20 06:40"),
        ("from=2026-11-18&to=2026-11-24", "2026-11-11..2026-11-13 13 06:40"),
        ("from=2026-12-01&to=2026-12-02", "2026-11-29..2026-11-30"),
        ("period=7d&compare=none", ""),
        ("period=all", ""),
        ("period=all&compare=year", ""),
        ("from=0001-01-06&to=0001-01-10", "0001-01-01..0001-01-05"),
        ("from=0001-01-05&to=0001-01-09", ""),
        ("from=0001-01-01&to=0001-01-31&compare=year", ""),
    ],
)
def test_a_period_is_held_against_the_same_span(query: str, expected: str) -> None:
    assert compared(query) == expected


@pytest.mark.parametrize(
    ("now", "query", "expected"),
    [
        ("2027-03-30 10:00", "period=month", "2027-02-01..2027-02-28"),
        ("2028-02-29 10:00", "period=month&compare=year", "2027-02-01..2027-02-28"),
        ("2027-03-28 10:00", "period=month", "2027-02-01..2027-02-28 28 10:00"),
        ("2027-05-01 00:05", "period=quarter", "2027-01-01..2027-02-01 01 00:05"),
        (
            "2027-03-15 00:00",
            "from=2025-02-01&to=2025-02-28&compare=year",
            "2024-02-01..2024-02-29",
        ),
    ],
)
def test_months_are_calendar_months(now: str, query: str, expected: str) -> None:
    moment = datetime.fromisoformat(now)
    assert written(read_at(query, moment).against(moment)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "period=yesterday&compare_from=2026-03-01&compare_to=2026-03-10",
            "2026-03-01..2026-03-10",
        ),
        (
            "period=week&compare=days&compare_from=2026-03-02&compare_to=2026-03-08",
            "2026-03-02..2026-03-06 06 06:40",
        ),
        (
            "period=30d&compare=days&compare_from=2026-03-02&compare_to=2026-03-08",
            "2026-03-02..2026-03-08",
        ),
    ],
)
def test_days_of_ones_own_go_no_further_than_a_running_period(query: str, expected: str) -> None:
    assert compared(query) == expected


def test_another_slice_has_the_same_days_and_filters_of_its_own() -> None:
    here = read("period=7d&clean=yes&source=vk&model=0&compare=slice&vs.site=2")
    about = here.against(NOW)
    assert about is not None
    assert (about.period, about.model, about.until) == (here.period, 0, None)
    assert about.chosen == {"site": ("2",)}
    everybody = read("period=7d&clean=yes&compare=slice").against(NOW)
    assert everybody is not None
    assert everybody.chosen == {}


@pytest.mark.parametrize(
    "query",
    [
        "period=30d&compare=weekdays",
        "period=7d&compare=days&compare_from=2026-03-01&compare_to=2026-03-07",
        "period=7d&compare=slice&vs.site=2&vs.source=vk",
        "from=2026-11-01&to=2026-11-19&until=2026-11-19T06:40:00",
    ],
)
def test_a_comparison_survives_its_own_url(query: str) -> None:
    assert [f"{name}={value}" for name, value in read(query).pairs] == query.split("&")


def test_other_leads_that_nothing_is_compared_with_are_forgotten() -> None:
    assert read("period=7d&compare=previous&vs.site=2").query == "period=7d"


@pytest.mark.parametrize(
    "query",
    [
        "compare=days",
        "compare=days&compare_from=2026-03-01",
        "compare_from=2026-03-09&compare_to=2026-03-01",
        "compare=slice&vs.hour=x",
        "compare=month",
        "to=2026-11-19&until=2026-11-20T06:40",
        "to=2026-11-19&until=2026-11-19",
        "to=2026-11-19&until=2026-11-19T06:40Z",
    ],
)
def test_what_cannot_be_compared_with_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        read(query)
