"""A calendar: weeks from left to right, days from Monday down, a number per day shown as colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.heatmap import heatmap

_DAYS = 7
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Day:
    """`hover`: trusted text. `link`: opened by a click."""

    day: date
    value: int
    hover: str
    link: str | None


def calendar(days: Sequence[Day], weekdays: Sequence[str], months: Sequence[str]) -> Figure:
    """`days`: at least one; missing days stay empty. `weekdays`: names from Monday on. `months`:
    short names from January on. Days above zero show their number."""
    first = min(cell.day for cell in days)
    monday = first - timedelta(first.weekday())
    weeks = (max(cell.day for cell in days) - monday).days // _DAYS + 1
    values, hovers, links = (_grid(weeks, None) for _ in range(3))
    texts = _grid(weeks, "")
    for cell in days:
        week, weekday = divmod((cell.day - monday).days, _DAYS)
        for grid, value in (
            (values, cell.value),
            (hovers, cell.hover),
            (links, cell.link),
            (texts, f"{cell.value}" if cell.value else ""),
        ):
            grid[weekday][week] = value
    figure = heatmap(weekdays, _week_names(monday, weeks, months), values, hovers, links)
    (trace,) = figure["data"]
    highest = max(cell.value for cell in days)
    trace |= {
        "text": texts,
        "texttemplate": "%{text}",
        # One lost lead among few should not be as dark as a lost day.
        "zmax": max(highest, 4),
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }
    # Nothing is shown below a calendar.
    figure["layout"]["margin"] = {"b": 4, "t": 30}
    return figure


def _grid(weeks: int, empty: str | None) -> list[list[Any]]:
    return [[empty] * weeks for _ in range(_DAYS)]


def _week_names(monday: date, weeks: int, months: Sequence[str]) -> list[str]:
    """Only some weeks are labelled with their Monday, so that the labels fit on a phone."""
    step = -(-weeks // _MOST_LABELS)
    starts = [monday + timedelta(week * _DAYS) for week in range(weeks)]
    return [
        f"{start.day} {months[start.month - 1]}" if index % step == 0 else ""
        for index, start in enumerate(starts)
    ]
