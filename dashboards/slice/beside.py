"""The periods before and after one, for going through time."""

from datetime import timedelta

from dashboards.slice.earlier import RunningPeriod, last_of_month, moved
from dashboards.slice.period import PRESETS, Period


def period_beside(running: RunningPeriod, step: int) -> tuple[Period, str | None] | None:
    """The one `step` periods later, and the preset that it is; None outside of the calendar and
    where all of it is still to come. Calendar months stay such, and weeks stay whole."""
    found = _shifted(running, step)
    today = running.now.date()
    if found is None or found.first > today:
        return None
    passed = Period(found.first, min(found.last, today))
    names = (name for name, preset in PRESETS.items() if preset(today) == passed)
    return passed, next(names, None)


def _shifted(running: RunningPeriod, step: int) -> Period | None:
    first = running.period.first
    if running.months:
        begins = moved(first, -step * running.months)
        ends = None if begins is None else moved(begins, 1 - running.months)
        return None if begins is None or ends is None else Period(begins, last_of_month(ends))
    days = 7 if running.name == "week" else running.period.days
    try:
        begins = first + timedelta(step * days)
        return Period(begins, begins + timedelta(days - 1))
    except OverflowError:
        return None
