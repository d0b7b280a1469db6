"""Units of time on a chart: hours, days, weeks, months, years."""

import calendar
from datetime import date, datetime, timedelta

from dashboards.slice.period import Period
from dashboards.wording.formats import Formats


def unit_period(starts_on: date, unit: str, within: Period) -> Period:
    """The days of the unit starting then, limited to the period; of an hour, its day."""
    first = starts_on.date() if isinstance(starts_on, datetime) else starts_on
    return Period(first, _last_day(first, unit)).within(within)


def unit_start(day: date, unit: str) -> date:
    """The first day of the unit that has this one; a week's is Monday."""
    if unit == "week":
        return day - min(timedelta(day.weekday()), day - date.min)
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def unit_text(starts_on: date, unit: str, formats: Formats) -> str:
    if isinstance(starts_on, datetime):
        return f"{formats.day(starts_on)}, {starts_on:%H}:00\N{EN DASH}{starts_on:%H}:59"
    if unit == "day":
        return f"{formats.day(starts_on)}, {formats.weekday(starts_on)}"
    if unit == "month":
        return formats.month(starts_on)
    return f"{starts_on.year}" if unit == "year" else formats.day(starts_on)


def _last_day(starts_on: date, unit: str) -> date:
    if unit == "week":
        return starts_on + min(timedelta(6), date.max - starts_on)
    if unit == "month":
        return starts_on.replace(day=calendar.monthrange(starts_on.year, starts_on.month)[1])
    return starts_on.replace(month=12, day=31) if unit == "year" else starts_on
