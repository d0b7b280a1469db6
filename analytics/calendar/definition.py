"""`calendar.toml`: the account's own working hours and days, read and written. Pure."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNTRIES = ("RU", "none")
OFF = "off"
_KEYS = {"country", "hours", "days"}
_HOURS = re.compile(
    r"([01]\d|2[0-3]):([0-5]\d)\s*[-\N{EN DASH}]\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)"
)
_A_DAY = 24 * 60


class CalendarFault(StrEnum):
    """What is wrong with a calendar; the key of the text that says it."""

    NO_TOML = "work_calendar.no_toml"
    UNKNOWN_KEY = "work_calendar.unknown_key"
    COUNTRY = "work_calendar.bad_country"
    NO_TABLE = "work_calendar.no_table"
    WEEKDAY = "work_calendar.bad_weekday"
    DAY = "work_calendar.bad_day"
    HOURS = "work_calendar.bad_hours"
    OVERNIGHT = "work_calendar.overnight"
    NO_HOURS = "work_calendar.no_hours"


_ENGLISH = {
    CalendarFault.NO_TOML: "it is not TOML: {value}",
    CalendarFault.UNKNOWN_KEY: "{place}: there is no such key; use country, [hours] and [days]",
    CalendarFault.COUNTRY: "country = {value}: use RU or none",
    CalendarFault.NO_TABLE: "{place} is a table: [{place}]",
    CalendarFault.WEEKDAY: "[hours] {place}: use mon, tue, wed, thu, fri, sat, sun",
    CalendarFault.DAY: "[days] {place}: a day is written 2026-12-31",
    CalendarFault.HOURS: "{place} = {value}: write 09:00-18:00 or off",
    CalendarFault.OVERNIGHT: (
        "{place} = {value}: hours end on the day they begin; write 24:00 for midnight"
    ),
    CalendarFault.NO_HOURS: "[hours] has no working day",
}


class InvalidCalendar(Exception):
    """`place`: the key; `value`: as it was written. The text says what is wrong, in English."""

    def __init__(self, fault: CalendarFault, place: str = "", value: object = "") -> None:
        super().__init__(_ENGLISH[fault].format(place=place, value=value))
        self.fault = fault
        self.place = place
        self.value = f"{value}"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Minutes of the wall clock from midnight: from the one, up to but not at the other."""

    begins: int
    ends: int

    def __str__(self) -> str:
        return f"{_clock(self.begins)}-{_clock(self.ends)}"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`country`: whose holidays. `hours`: by weekday, 0 is Monday; a weekday without is a day off;
    empty: the country's weekends, and hours that nobody knows. `days`: exceptions, None is a day
    off."""

    country: str = "RU"
    hours: Mapping[int, WorkingHours] = field(default_factory=dict)
    days: Mapping[date, WorkingHours | None] = field(default_factory=dict)


def read_calendar(text: str) -> WorkCalendar:
    """Raises `InvalidCalendar`."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidCalendar(CalendarFault.NO_TOML, value=error) from error
    for key in written:
        if key not in _KEYS:
            raise InvalidCalendar(CalendarFault.UNKNOWN_KEY, key)
    return calendar_of(
        written.get("country", "RU"), _table(written, "hours"), _table(written, "days")
    )


def calendar_of(
    country: object, hours: Mapping[str, object], days: Mapping[str, object]
) -> WorkCalendar:
    """Of values as the file and the page write them. Raises `InvalidCalendar`."""
    if country not in COUNTRIES:
        raise InvalidCalendar(CalendarFault.COUNTRY, value=country)
    by_weekday = {_weekday(key): read_hours(key, value) for key, value in hours.items()}
    known = {weekday: hours for weekday, hours in by_weekday.items() if hours is not None}
    if by_weekday and not known:
        raise InvalidCalendar(CalendarFault.NO_HOURS)
    exceptions = {_day(key): read_hours(key, value) for key, value in days.items()}
    return WorkCalendar(f"{country}", known, exceptions)


def read_hours(place: str, value: object) -> WorkingHours | None:
    """None of a day off. Raises `InvalidCalendar`."""
    text = value.strip() if isinstance(value, str) else ""
    if text == OFF:
        return None
    match = _HOURS.fullmatch(text)
    if match is None:
        raise InvalidCalendar(CalendarFault.HOURS, place, value)
    begins = int(match[1]) * 60 + int(match[2])
    ends = _A_DAY if match[3] is None else int(match[3]) * 60 + int(match[4])
    if ends <= begins:
        raise InvalidCalendar(CalendarFault.OVERNIGHT, place, value)
    return WorkingHours(begins, ends)


def write_calendar(calendar: WorkCalendar) -> str:
    """A file that says the same."""
    lines = [f'country = "{calendar.country}"']
    if calendar.hours:
        lines += ["", "[hours]"]
        lines += [f'{WEEKDAYS[day]} = "{hours}"' for day, hours in sorted(calendar.hours.items())]
    if calendar.days:
        lines += ["", "[days]"]
        lines += [f'"{day}" = "{hours or OFF}"' for day, hours in sorted(calendar.days.items())]
    return "\n".join(lines) + "\n"


def _table(written: Mapping[str, Any], name: str) -> Mapping[str, object]:
    table = written.get(name, {})
    if not isinstance(table, dict):
        raise InvalidCalendar(CalendarFault.NO_TABLE, name)
    return table


def _weekday(key: str) -> int:
    if key not in WEEKDAYS:
        raise InvalidCalendar(CalendarFault.WEEKDAY, key)
    return WEEKDAYS.index(key)


def _day(key: str) -> date:
    try:
        day = date.fromisoformat(key)
    except ValueError:
        raise InvalidCalendar(CalendarFault.DAY, key) from None
    if f"{day}" != key:
        raise InvalidCalendar(CalendarFault.DAY, key)
    return day


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
