"""The days that a page is about, as its URL has them.

`?from=2026-11-01&to=2026-11-20`, or `?period=30d`: days that move on with time.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.slice.bad_query import BadQuery

DEFAULT = "30d"

_LONGEST_DAYS = 3660
# Before Calltouch.
_FIRST_DAY = date(2008, 1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The most days that a chart shows in bars of this unit; longer periods take the next one.
_LONGEST = (("hour", 1), ("day", 92), ("week", 2 * 366), ("month", 60 * 366))
# The most days that it can show in such bars, where somebody asks for them.
_MOST = {"hour": 14, "day": 400, "week": 8 * 366, "month": 60 * 366, "year": 10_000 * 366}
UNITS = tuple(_MOST)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the configured zone, first and last included."""

    first: date
    last: date

    @classmethod
    def ending(cls, last: date, days: int) -> "Period":
        """So many days up to `last`; fewer at the beginning of the calendar."""
        return cls(last - min(timedelta(days - 1), last - date.min), last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def within(self, other: "Period") -> "Period":
        """The days in both; this whole period if there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else self


def _yesterday(today: date) -> Period:
    return Period.ending(today - timedelta(1), 1)


def _week(today: date) -> Period:
    return Period(today - timedelta(today.weekday()), today)


def _last_week(today: date) -> Period:
    return Period.ending(_week(today).first - timedelta(1), 7)


def _month(today: date) -> Period:
    return Period(today.replace(day=1), today)


def _last_month(today: date) -> Period:
    return _month(_month(today).first - timedelta(1))


def _quarter(today: date) -> Period:
    return Period(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today)


def _last_quarter(today: date) -> Period:
    return _quarter(_quarter(today).first - timedelta(1))


def _year(today: date) -> Period:
    return Period(today.replace(month=1, day=1), today)


def _last_year(today: date) -> Period:
    return _year(_year(today).first - timedelta(1))


def _full(days: int) -> Callable[[date], Period]:
    """So many days that are over."""
    return lambda today: Period.ending(today - timedelta(1), days)


PRESETS: Mapping[str, Callable[[date], Period]] = {
    "today": lambda today: Period(today, today),
    "yesterday": _yesterday,
    "week": _week,
    "last_week": _last_week,
    "7d": lambda today: Period.ending(today, 7),
    "7d_full": _full(7),
    "month": _month,
    "last_month": _last_month,
    "30d": lambda today: Period.ending(today, 30),
    "30d_full": _full(30),
    "quarter": _quarter,
    "last_quarter": _last_quarter,
    "90d": lambda today: Period.ending(today, 90),
    "90d_full": _full(90),
    "year": _year,
    "last_year": _last_year,
}
"""Periods with a name. There is also `all`, which depends on the data."""
ALL = "all"


def read_period(
    query: Mapping[str, str], today: date, everything: Callable[[], Period | None]
) -> tuple[Period, str | None]:
    """The period, and its name where the URL names one rather than days.

    Days win over a name, unless they are the days that it means. Without `to` the period ends
    today, without `from` it has 30 days. Raises `BadQuery`.
    """
    first, last = _day(query, "from"), _day(query, "to")
    name = query.get("period") or DEFAULT
    named = _named(name, today, everything)
    if first is None and last is None:
        return named, name
    last = last or today
    first = first or PRESETS[DEFAULT](last).first
    if first > last:
        raise BadQuery("bad_query.backwards", (), "from", first=f"{first}", last=f"{last}")
    period = _bounded(Period(first, last), today)
    return period, name if query.get("period") and period == named else None


def read_days(query: Mapping[str, str], first_name: str, last_name: str) -> Period | None:
    """Days under other names; None where neither is given. Raises `BadQuery`."""
    first, last = _day(query, first_name), _day(query, last_name)
    if first is None or last is None:
        if first is last:
            return None
        raise BadQuery("bad_query.no_days", (first_name, last_name))
    if first > last:
        raise BadQuery("bad_query.backwards", first=f"{first}", last=f"{last}")
    return Period.ending(last, min((last - first).days + 1, _LONGEST_DAYS))


def _bounded(period: Period, today: date) -> Period:
    """The same period, or those days of a very long one that can have data: a row for every day of
    the calendar would keep everybody else waiting."""
    if period.days <= _LONGEST_DAYS:
        return period
    possible = Period(_FIRST_DAY, min(today, date.max - timedelta(366)) + timedelta(366))
    shorter = period.within(possible)
    return shorter if shorter.days < period.days else Period.ending(period.last, _LONGEST_DAYS)


def unit_for(days: int) -> str:
    """What one bar of a chart over so many days stands for: hour, day, week, month or year."""
    return next((unit for unit, longest in _LONGEST if days <= longest), "year")


def units_within(days: int) -> list[str]:
    """The units that a chart over so many days can be had in."""
    return [unit for unit, most in _MOST.items() if days <= most]


def _named(name: str, today: date, everything: Callable[[], Period | None]) -> Period:
    if name == ALL:
        return _bounded(everything() or PRESETS[DEFAULT](today), today)
    if name not in PRESETS:
        raise BadQuery("bad_query.value", (*PRESETS, ALL), name="period", value=name)
    return PRESETS[name](today)


def _day(query: Mapping[str, str], name: str) -> date | None:
    """None if it is not given, or empty, as an empty form sends it."""
    written = query.get(name, "")
    if not written:
        return None
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise BadQuery("bad_query.not_a_day", name=name, value=written)
