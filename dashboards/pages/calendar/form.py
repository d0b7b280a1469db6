"""The calendar as the fields of a form. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.calendar.definition import OFF, WEEKDAYS, WorkCalendar, calendar_of
from dashboards.wording.texts import LANGUAGES, Texts

_RUSSIAN_DAY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
OFF_WORD = "work_calendar.off"


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """`hours`: of each weekday, empty on a day off; all empty: not set. `days`: exceptions, one a
    line."""

    country: str
    hours: tuple[str, ...]
    days: str

    @classmethod
    def of(cls, calendar: WorkCalendar, texts: Texts) -> "CalendarForm":
        hours = tuple(str(calendar.hours.get(number, "")) for number in range(len(WEEKDAYS)))
        days = [f"{day} {own or texts(OFF_WORD)}" for day, own in sorted(calendar.days.items())]
        return cls(calendar.country, hours, "\n".join(days))

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "CalendarForm":
        hours = tuple(form.get(name, "").strip() for name in WEEKDAYS)
        return cls(form.get("country", ""), hours, form.get("days", "").replace("\r\n", "\n"))

    def calendar(self) -> WorkCalendar:
        """Raises `InvalidCalendar`."""
        hours = {name: hours for name, hours in zip(WEEKDAYS, self.hours, strict=True) if hours}
        lines = (line.strip().partition(" ") for line in self.days.splitlines() if line.strip())
        days = {_day(day): _hours(rest) for day, _, rest in lines}
        return calendar_of(self.country, hours, days)


def _day(written: str) -> str:
    match = _RUSSIAN_DAY.fullmatch(written)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else written


def _hours(written: str) -> str:
    """A day alone is a day off."""
    word = written.strip()
    words = {"", OFF, *(Texts(language)(OFF_WORD) for language in LANGUAGES)}
    return OFF if word.lower() in words else word
