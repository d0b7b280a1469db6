"""Like with like: the days that a period is compared with.

A period that is still running is held against the same span up to the same minute, calendar months
against calendar months, and whole weeks are moved where weekdays are to match. Times are those on
the wall, so a day of 23 or 25 hours is what it is.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dashboards.slice.period import Period

_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
"""Presets of calendar months that are still running, and how many months each has."""
_A_YEAR = 12
_WEEK, _A_WEEK = "week", 7


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """Days, and until which moment of the last one; None: all of it."""

    days: Period
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunningPeriod:
    """A period as far as it has come by `now`, a local moment. `name`: of its preset."""

    period: Period
    name: str | None
    now: datetime

    @property
    def is_running(self) -> bool:
        return self.period.first <= self.now.date() <= self.period.last

    @property
    def last(self) -> date:
        """The last day that there is something of."""
        return self.now.date() if self.is_running else self.period.last

    @property
    def clock(self) -> time | None:
        return self.now.time() if self.is_running else None

    @property
    def months(self) -> int:
        """How many calendar months it is, whole or as far as they have come; 0: it is not."""
        if self.name in _MONTHS_OF:
            return _MONTHS_OF[self.name]
        first, last = self.period.first, self.period.last
        if first.day != 1 or last.day != last_of_month(last).day:
            return 0
        return (last.year - first.year) * 12 + last.month - first.month + 1


def previous(running: RunningPeriod) -> ComparedDays | None:
    """The period of the same length, the week or the calendar months before; None before the
    calendar."""
    if running.months:
        return _months_before(running, running.months)
    return _days_before(running, _A_WEEK if running.name == _WEEK else running.period.days)


def same_weekdays(running: RunningPeriod) -> ComparedDays | None:
    """As few whole weeks before as the period does not reach into."""
    return _days_before(running, -(-running.period.days // 7) * 7)


def year_before(running: RunningPeriod) -> ComparedDays | None:
    """The same days of the year before; 29 February becomes the 28th."""
    return _months_before(running, _A_YEAR)


def own_days(running: RunningPeriod, chosen: Period) -> ComparedDays:
    """Days of one's own; those of a running period no further than it has come."""
    if not running.is_running:
        return ComparedDays(chosen)
    passed = running.last - running.period.first
    if passed > chosen.last - chosen.first:
        return ComparedDays(chosen)
    return _until(chosen.first, chosen.first + passed, running.clock)


def same_days(running: RunningPeriod) -> ComparedDays:
    """The same days, for other leads."""
    return ComparedDays(running.period)


def _days_before(running: RunningPeriod, days: int) -> ComparedDays | None:
    if (running.period.first - date.min).days < days:
        return None
    shift = timedelta(days)
    return _until(running.period.first - shift, running.last - shift, running.clock)


def _months_before(running: RunningPeriod, months: int) -> ComparedDays | None:
    first = moved(running.period.first, months)
    if first is None:
        return None
    last = moved(running.last, months) or first
    if running.clock is None:
        # A whole month stays one, however many days it has.
        return ComparedDays(Period(first, last_of_month(last) if running.months else last))
    # The 30th of March is later than all of February.
    reached = last.day == running.last.day
    return _until(first, last, running.clock if reached else None)


def _until(first: date, last: date, clock: time | None) -> ComparedDays:
    until = None if clock is None else datetime.combine(last, clock)
    return ComparedDays(Period(first, last), until)


def moved(day: date, months: int) -> date | None:
    """So many months before, or after where negative; the last day of a month without that day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
