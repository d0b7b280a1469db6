"""Russia's calendar as the library has it, against the decrees of the Government.

The days off on weekdays and the working Saturdays of the production calendar for five days a week:
resolutions of the Government of Russia № 1335 of 4 October 2024 (for 2025) and № 1466 of
24 September 2025 (for 2026), with holidays and their observed days by article 112 of the Labour
Code; of 2027, that year's resolution as ConsultantPlus has it (LAW_544706).
"""

from datetime import date, timedelta

import pytest

from analytics.calendar.days import calendar_days
from analytics.calendar.definition import WorkCalendar
from analytics.calendar.official import is_official, official_days

OFF = {
    2025: """01-01 01-02 01-03 01-06 01-07 01-08 05-01 05-02 05-08 05-09 06-12 06-13 11-03 11-04
        12-31""",
    2026: """01-01 01-02 01-05 01-06 01-07 01-08 01-09 02-23 03-09 05-01 05-11 06-12 11-04 12-31""",
    2027: """01-01 01-04 01-05 01-06 01-07 01-08 02-22 02-23 03-08 05-03 05-10 06-14 11-04 11-05
        12-31""",
}
WORKED = {2025: "11-01", 2026: "", 2027: "02-20"}
WORKING_DAYS = {2025: 247, 2026: 247, 2027: 247}
"""As the production calendar counts them."""


def named(year: int, days: str) -> set[date]:
    return {date.fromisoformat(f"{year}-{day}") for day in days.split()}


@pytest.mark.parametrize("year", OFF)
def test_every_day_is_that_of_the_production_calendar(year: int) -> None:
    days = {one.day: one for one in calendar_days(WorkCalendar(), year, year)}
    off = {day for day, one in days.items() if not one.is_working and day.weekday() < 5}
    worked = {day for day, one in days.items() if one.is_working and day.weekday() >= 5}
    assert off == named(year, OFF[year])
    assert worked == named(year, WORKED[year])
    assert sum(one.is_working for one in days.values()) == WORKING_DAYS[year]
    assert list(days) == [date(year, 1, 1) + timedelta(n) for n in range(365)]
    assert all(one.is_official for one in days.values())


def test_moved_days_know_what_they_were_swapped_with_and_holidays_their_names() -> None:
    days = official_days("RU", 2025)
    assert (days[date(2025, 5, 8)].kind, days[date(2025, 5, 9)].kind) == ("moved", "holiday")
    assert days[date(2025, 5, 8)].swapped_with == date(2025, 2, 23)
    saturday = days[date(2025, 11, 1)]
    assert (saturday.is_working, saturday.swapped_with) == (True, date(2025, 11, 3))
    assert days[date(2025, 5, 9)].name == ("День Победы", "Victory Day")
    # Observed on Monday, as the day itself was a Sunday.
    observed = official_days("RU", 2026)[date(2026, 3, 9)]
    assert (observed.kind, observed.swapped_with) == ("moved", None)
    assert observed.name == ("Международный женский день", "International Women's Day")


def test_a_year_without_a_decree_is_not_official() -> None:
    assert [is_official("RU", year) for year in (2015, 2027, 2040)] == [True, True, False]
    (new_year, *_) = calendar_days(WorkCalendar(), 2040, 2040)
    assert (new_year.kind, new_year.is_official) == ("holiday", False)


def test_without_a_country_there_are_weekends_only() -> None:
    days = list(calendar_days(WorkCalendar(country="none"), 2026, 2026))
    assert {one.kind for one in days} == {"working", "day_off"}
    assert all(one.is_working == (one.day.weekday() < 5) for one in days)
    assert all(one.is_official for one in days)
