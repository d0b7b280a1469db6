"""The days of a calendar: the official ones, the account's hours, and its exceptions. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from analytics.calendar.definition import WorkCalendar, WorkingHours
from analytics.calendar.official import OfficialDay, is_official, official_days

_SATURDAY = 5
CLOSED = WorkingHours(0, 0)
"""A day off of an account that has told its hours."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """`kind`: working or day_off as its weekday is, else holiday, moved, own. `hours`: None where
    they are not known; empty on a day off of an account that has told its hours."""

    day: date
    is_working: bool
    kind: str
    hours: WorkingHours | None
    is_official: bool
    name: tuple[str, str] | None = None
    swapped_with: date | None = None

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From when until when, by the wall clock."""
        if self.hours is None:
            return None
        midnight = datetime.combine(self.day, time())
        return (
            midnight + timedelta(minutes=self.hours.begins),
            midnight + timedelta(minutes=self.hours.ends),
        )


def calendar_days(calendar: WorkCalendar, first: int, last: int) -> Iterator[CalendarDay]:
    """All days of these years, both included."""
    for year in range(first, last + 1):
        official, known = official_days(calendar.country, year), is_official(calendar.country, year)
        day = date(year, 1, 1)
        while day.year == year:
            yield _day(day, calendar, official.get(day), known)
            day += timedelta(days=1)


def _day(
    day: date, calendar: WorkCalendar, official: OfficialDay | None, known: bool
) -> CalendarDay:
    name = official.name if official else None
    swapped = official.swapped_with if official else None
    if day in calendar.days:
        own = calendar.days[day]
        return CalendarDay(day, own is not None, "own", own or CLOSED, known, name, swapped)
    if official is None:
        is_working, hours = _as_weekday(day.weekday(), calendar)
        return CalendarDay(day, is_working, "working" if is_working else "day_off", hours, known)
    is_working, hours = False, CLOSED if calendar.hours else None
    if official.is_working:
        is_working, hours = _moved(day, official, calendar)
    return CalendarDay(day, is_working, official.kind, hours, known, name, swapped)


def _as_weekday(weekday: int, calendar: WorkCalendar) -> tuple[bool, WorkingHours | None]:
    """Whether one works on such a day, and when."""
    if not calendar.hours:
        return weekday < _SATURDAY, None
    hours = calendar.hours.get(weekday, CLOSED)
    return hours != CLOSED, hours


def _moved(
    day: date, official: OfficialDay, calendar: WorkCalendar
) -> tuple[bool, WorkingHours | None]:
    """A working weekend has its own hours, or those of the day off that it was swapped for."""
    if not calendar.hours:
        return True, None
    swapped = official.swapped_with or day
    weekday = day.weekday() if day.weekday() in calendar.hours else swapped.weekday()
    return _as_weekday(weekday, calendar)
