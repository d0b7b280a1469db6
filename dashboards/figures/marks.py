"""Marks on charts over time: what was wrong then, and what people noted about it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.text import plain, shorten

AXIS = "y9"
"""Of the marks alone, from the bottom of the chart to its top; charts.js knows it."""
_COLOUR = 9
_LONGEST, _MOST_LINES = 90, 6
_SPANS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """`at`: by the local clock. `text`: may be a stranger's."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class MarkWords:
    """`name`: of all marks in the legend, where a click hides them. `more`: of those that have no
    line any more, with {count}."""

    name: str
    more: str


def is_over_time(figure: Figure) -> bool:
    axis = figure["layout"].get("xaxis", {})
    return isinstance(axis, dict) and axis.get("type") == "date"


def marked(figure: Figure, marks: Sequence[TimelineMark], unit: str, words: MarkWords) -> Figure:
    """The same with a dotted line at each unit that something is noted of."""
    starts = sorted({_moment(x) for trace in figure["data"] for x in trace.get("x", ())})
    by_start: dict[datetime, list[str]] = {}
    for mark in marks:
        place = bisect_right(starts, mark.at) - 1
        if place >= 0 and mark.at < starts[place] + _SPANS[unit]:
            by_start.setdefault(starts[place], []).append(mark.text)
    if not by_start:
        return figure
    data, layout = list(figure["data"]), dict(figure["layout"])
    if layout.get("showlegend") is False:
        data = [trace | {"showlegend": False} for trace in data]
    layout |= {
        "showlegend": True,
        "yaxis9": {"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
    }
    colours = figure.get("colours") or list(range(1, len(data) + 1))
    return figure | {
        "data": [*data, _lines(by_start, unit, words)],
        "layout": layout,
        "colours": [*colours, _COLOUR],
    }


def _lines(by_start: dict[datetime, list[str]], unit: str, words: MarkWords) -> dict[str, Any]:
    """One trace, so that one click hides all; a line from bottom to top, and a gap."""
    x: list[date | None] = []
    text: list[str | None] = []
    for start, said in sorted(by_start.items()):
        at = start if unit == "hour" else start.date()
        shown = _shown(said, words)
        x += [at, at, None]
        text += [shown, shown, None]
    count = len(by_start)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": words.name,
        "x": x,
        "y": [0, 1, None] * count,
        "yaxis": AXIS,
        "text": text,
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"width": 1, "dash": "dot"},
        "marker": {"symbol": "triangle-down", "size": [0, 9, 0] * count},
        "cliponaxis": False,
    }


def _shown(said: Sequence[str], words: MarkWords) -> str:
    lines = [plain(shorten(text, _LONGEST)) for text in said[:_MOST_LINES]]
    if len(said) > _MOST_LINES:
        lines.append(words.more.format(count=len(said) - _MOST_LINES))
    return "<br>".join(lines)


def _moment(at: date) -> datetime:
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)
