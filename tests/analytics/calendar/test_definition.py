"""The account's own hours and days: what the file may say, and what days come of it."""

from datetime import date, datetime

import pytest

from analytics.calendar.days import CLOSED, CalendarDay, calendar_days
from analytics.calendar.definition import (
    InvalidCalendar,
    WorkCalendar,
    WorkingHours,
    read_calendar,
    write_calendar,
)
from dashboards.wording.texts import LANGUAGES, Texts

SHOP = """\
country = "RU"

[hours]
mon = "09:00-18:00"
tue = "09:00-18:00"
fri = "09:00-17:30"
sat = "10:00-24:00"

[days]
"2026-11-13" = "off"
"2026-12-27" = "10:00-16:00"
"""


def day_of(text: str, day: str) -> CalendarDay:
    wanted = date.fromisoformat(day)
    days = calendar_days(read_calendar(text), wanted.year, wanted.year)
    return next(one for one in days if one.day == wanted)


def test_a_file_is_written_as_it_is_read() -> None:
    assert write_calendar(read_calendar(SHOP)) == SHOP
    assert read_calendar("") == WorkCalendar()
    assert read_calendar('[hours]\nmon = "9:00-18:00"'.replace("9:", "09:")).hours == {
        0: WorkingHours(540, 1080)
    }


@pytest.mark.parametrize(
    ("day", "kind", "is_working", "hours"),
    [
        ("2026-11-16", "working", True, "09:00-18:00"),
        ("2026-11-21", "working", True, "10:00-24:00"),
        ("2026-11-18", "day_off", False, None),
        ("2026-11-13", "own", False, None),
        ("2026-12-27", "own", True, "10:00-16:00"),
        ("2026-11-04", "holiday", False, None),
        # Saturday has its own hours; where it has none, those of the day off it was swapped for.
        ("2025-11-01", "moved", True, "10:00-24:00"),
        ("2025-11-03", "moved", False, None),
    ],
)
def test_days_have_hours(day: str, kind: str, is_working: bool, hours: str | None) -> None:
    found = day_of(SHOP, day)
    assert (found.kind, found.is_working) == (kind, is_working)
    assert found.hours == CLOSED if hours is None else f"{found.hours}" == hours


def test_a_working_saturday_has_the_hours_of_the_day_off_it_was_swapped_for() -> None:
    only_mondays = '[hours]\nmon = "08:00-12:00"'
    assert f"{day_of(only_mondays, '2025-11-01').hours}" == "08:00-12:00"
    assert not day_of(only_mondays.replace("mon", "wed"), "2025-11-01").is_working


def test_hours_are_of_the_wall_clock_and_none_are_made_up() -> None:
    assert day_of(SHOP, "2026-11-21").span == (
        datetime(2026, 11, 21, 10),
        datetime(2026, 11, 22),
    )
    off = day_of(SHOP, "2026-11-18").span
    assert off is not None
    assert off[0] == off[1]
    untold = '[days]\n"2026-11-13" = "off"'
    assert day_of(untold, "2026-11-16").span is None
    assert day_of(untold, "2026-11-15").span is None
    assert day_of(untold, "2026-11-13").span is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("country = RU", "it is not TOML: Invalid value (at line 1, column 11)"),
        ('country = "FR"', "country = FR: use RU or none"),
        ('timezone = "UTC"', "timezone: there is no such key; use country, [hours] and [days]"),
        ('hours = "09:00-18:00"', "hours is a table: [hours]"),
        ('[hours]\nmonday = "off"', "[hours] monday: use mon, tue, wed, thu, fri, sat, sun"),
        ('[hours]\nmon = "9-18"', "mon = 9-18: write 09:00-18:00 or off"),
        ("[hours]\nmon = 9", "mon = 9: write 09:00-18:00 or off"),
        ('[hours]\nmon = "09:00-25:00"', "mon = 09:00-25:00: write 09:00-18:00 or off"),
        (
            '[hours]\nmon = "22:00-06:00"',
            "mon = 22:00-06:00: hours end on the day they begin; write 24:00 for midnight",
        ),
        (
            '[hours]\nmon = "09:00-09:00"',
            "mon = 09:00-09:00: hours end on the day they begin; write 24:00 for midnight",
        ),
        ('[hours]\nmon = "off"', "[hours] has no working day"),
        ('[days]\n"31.12.2026" = "off"', "[days] 31.12.2026: a day is written 2026-12-31"),
        ('[days]\n20261231 = "off"', "[days] 20261231: a day is written 2026-12-31"),
        ('[days]\n"2026-02-29" = "off"', "[days] 2026-02-29: a day is written 2026-12-31"),
        ('[days]\n"2026-12-31" = "closed"', "2026-12-31 = closed: write 09:00-18:00 or off"),
    ],
)
def test_a_bad_file_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidCalendar) as refused:
        read_calendar(text)
    assert str(refused.value) == said
    error = refused.value
    for language in LANGUAGES:
        assert Texts(language)(error.fault, place=error.place, value=error.value)
