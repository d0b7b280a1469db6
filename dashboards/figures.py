"""Figures: rows in, a plotly figure out, as a plain dict. Colours and fonts are static/charts.js's.

A figure names neither, because one and the same has to be drawn light, dark and on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from markupsafe import Markup

from dashboards.texts import Texts

Figure = dict[str, Any]
"""What `Plotly.newPlot` takes: `data`, a list of traces, and `layout`."""

_A_DAY_MS = 86_400_000
_A_MONDAY = "2000-01-03"
_FEW = 8
_SATURDAY = 5
_LONGEST_LABEL = 26
_LEAST_ROWS = 4

# What the JSON of a <script> element must not contain: its own end, and what HTML reads otherwise.
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Series:
    """The bars of one colour. `name` is a text of ours."""

    name: str
    values: Sequence[int]


def bars_over_time(
    starts: Sequence[date], series: Sequence[Series], unit: str, texts: Texts
) -> Figure:
    """Stacked bars, one per day, week, month or year; `starts` are their first days.

    The hover text names them all and, last, their sum: an invisible line carries it.
    """
    totals = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    total = Series(texts("overview.total"), totals)
    width = {"width": _day_width(len(starts))} if unit == "day" else {}
    traces = [_bar(one, x=list(starts), y=list(one.values)) | width for one in series]
    traces.append(_invisible_line(total, starts))
    layout = {
        "barmode": "stack",
        "hovermode": "x unified",
        "xaxis": _time_axis(starts, unit, texts),
        "yaxis": _counts_axis(totals),
        "shapes": _weekends(starts) if unit == "day" else [],
    }
    return {"data": traces, "layout": layout}


def bars_by_name(names: Sequence[str], series: Sequence[Series]) -> Figure:
    """Stacked horizontal bars, the first name on top. Names may be anything, also twice the same.

    They stand at numbers, so that plotly takes none for a date and none for another one's.
    """
    places = list(range(len(names)))
    totals = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    full = [plain(shorten(name, 80)) for name in names]
    traces = [
        _bar(one, x=list(one.values), y=places)
        | {
            "orientation": "h",
            "customdata": full,
            "hovertemplate": f"%{{customdata}}<br>{_hover(one, 'x')}",
        }
        for one in series
    ]
    layout = {
        "barmode": "stack",
        "hovermode": "closest",
        "xaxis": _counts_axis(totals) | {"showgrid": True},
        "yaxis": {
            "showgrid": False,
            "zeroline": False,
            "tickvals": places,
            "ticktext": [plain(shorten(name, _LONGEST_LABEL)) for name in names],
            # A few bars keep the height that they would have among many.
            "range": [max(len(names), _LEAST_ROWS) - 0.5, -0.5],
        },
    }
    return {"data": traces, "layout": layout}


def plain(text: str) -> str:
    """A stranger's text, to mean itself: plotly reads `<b>`, `<a href>` and entities in every text.

    https://plotly.com/chart-studio-help/adding-HTML-and-links-to-charts/
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, longest: int) -> str:
    """On one line, cut to so many characters, the last of them then an ellipsis."""
    one_line = " ".join(text[: 4 * longest].split())
    return one_line if len(one_line) <= longest else f"{one_line[: longest - 1]}…"


def island(value: object) -> Markup:
    """JSON to stand inside a <script type="application/json"> element."""
    return Markup(orjson.dumps(value).decode().translate(_UNSAFE))


def _bar(series: Series, x: list[Any], y: list[Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": series.name,
        "x": x,
        "y": y,
        "hovertemplate": _hover(series, "y"),
    }


def _invisible_line(series: Series, starts: Sequence[date]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0},
        "showlegend": False,
        "name": series.name,
        "x": list(starts),
        "y": list(series.values),
        "hovertemplate": _hover(series, "y"),
    }


def _hover(series: Series, axis: str) -> str:
    """Звонки: 1 234. The empty <extra> keeps plotly from naming the trace once more."""
    return f"{series.name}: %{{{axis}:,}}<extra></extra>"


def _counts_axis(totals: Sequence[int]) -> dict[str, Any]:
    """From zero, at whole numbers: plotly would put half a lead on the axis of a quiet week."""
    highest = max(totals, default=0)
    axis: dict[str, Any] = {"rangemode": "tozero", "tickformat": ",d", "nticks": 6}
    if highest <= _FEW:
        axis["dtick"] = 1 if highest <= _FEW // 2 else 2
    return axis


def _time_axis(starts: Sequence[date], unit: str, texts: Texts) -> dict[str, Any]:
    """A date axis. The names of days and months come with the page, see charts.js.

    A bar stands in the middle of its date, so a day reaches from the noon before to its own.
    """
    axis = {"type": "date"} | _TIME_FORMATS[unit]
    if unit == "week":
        week_of = texts("overview.week")
        axis["unifiedhovertitle"] = {
            "text": f"{week_of} %{{x|{_TIME_FORMATS[unit]['hoverformat']}}}"
        }
    if unit == "day" and starts:
        axis["range"] = [_noon_before(starts[0]), _noon_of(starts[-1])]
        axis |= {"tick0": _A_MONDAY, "dtick": _A_DAY_MS * _days_per_label(len(starts))}
    return axis


def _days_per_label(days: int) -> int:
    """So that the labels fit a telephone; whole weeks begin on Monday."""
    return next((step for longest, step in ((8, 1), (15, 2), (45, 7)) if days <= longest), 14)


def _day_width(days: int) -> float:
    """Milliseconds. Given at all, because plotly draws nothing for a day that stands alone; less
    than a whole day's room, because a few bars are not to grow into walls."""
    return _A_DAY_MS * 0.72 * min(days / _FEW, 1)


_TIME_FORMATS: dict[str, dict[str, Any]] = {
    "day": {"tickformat": "%-d %b\n%Y", "hoverformat": "%A, %-d %B %Y"},
    "week": {"tickformat": "%-d %b\n%Y", "hoverformat": "%-d %B %Y"},
    "month": {"tickformat": "%b\n%Y", "hoverformat": "%B %Y"},
    "year": {"tickformat": "%Y", "hoverformat": "%Y"},
}


def _weekends(days: Sequence[date]) -> list[dict[str, Any]]:
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": _noon_before(day),
            "x1": _noon_of(day),
            "y0": 0,
            "y1": 1,
        }
        for day in days
        if day.weekday() >= _SATURDAY
    ]


def _noon_of(day: date) -> str:
    return f"{day} 12:00"


def _noon_before(day: date) -> str:
    return _noon_of(day - timedelta(1)) if day > date.min else f"{day}"
