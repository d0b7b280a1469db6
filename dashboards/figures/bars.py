"""Bars, over time and by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis, day_width, time_axis, weekends
from dashboards.figures.compared import compared_line, compared_marks
from dashboards.figures.names import full_names, names_axis
from dashboards.wording.texts import Texts


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one colour. `name` is trusted text."""

    name: str
    values: Sequence[int]


Compared = tuple[Sequence[int], str] | None
"""Numbers, and what they are called; None where nothing is compared."""


def bars_over_time(
    starts: Sequence[date],
    series: Sequence[Series],
    unit: str,
    texts: Texts,
    totals: Sequence[int] = (),
    links: Sequence[Sequence[str | None]] = (),
    before: Sequence[int | None] = (),
) -> Figure:
    """Stacked bars, one per day, week, month or year; `starts` are their first days.

    The hover text lists them all and, last, `totals` or else their sum, carried by an invisible
    line. `links`: per series, then of the totals. `before`: the totals that they are compared
    with, dotted.
    """
    totals = totals or [
        sum(values) for values in zip(*(bars.values for bars in series), strict=True)
    ]
    total = Series(texts("site.total"), totals)
    width = {"width": day_width(len(starts))} if unit == "day" else {}
    traces = [_bar(bars, x=list(starts), y=list(bars.values)) | width for bars in series]
    traces.append(_invisible_line(total, starts))
    if before:
        traces.append(compared_line(starts, before, texts))
    layout = {
        "barmode": "stack",
        "hovermode": "x unified",
        "xaxis": time_axis(starts, unit, texts),
        "yaxis": counts_axis([*totals, *(count or 0 for count in before)]),
        "shapes": weekends(starts) if unit == "day" else [],
    }
    with_links = {"links": [list(row) for row in links]} if links else {}
    return {"data": traces, "layout": layout} | with_links


def bars_by_name(
    names: Sequence[str],
    series: Sequence[Series],
    links: Sequence[Sequence[str | None]] = (),
    before: Compared = None,
) -> Figure:
    """Stacked horizontal bars, the first name on top. Names may be anything, even duplicates.
    `links`: per series and bar. `before`: the sums that they are compared with, an upright mark.

    Bars are placed at numbers, so that plotly does not read names as dates or merge equal ones.
    """
    places = list(range(len(names)))
    totals = [sum(values) for values in zip(*(bars.values for bars in series), strict=True)]
    full = full_names(names)
    traces = [
        _bar(bars, x=list(bars.values), y=places)
        | {
            "orientation": "h",
            "customdata": full,
            "hovertemplate": f"%{{customdata}}<br>{hover(bars, 'x')}",
        }
        for bars in series
    ]
    layout = {
        "barmode": "stack",
        "hovermode": "closest",
        "xaxis": counts_axis([*totals, *((before or ((), ""))[0])]) | {"showgrid": True},
        "yaxis": names_axis(names),
    }
    if before:
        traces.append(compared_marks(*before))
    with_links = {"links": [list(row) for row in links]} if links else {}
    return {"data": traces, "layout": layout} | with_links


def _bar(series: Series, x: list[Any], y: list[Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": series.name,
        "x": x,
        "y": y,
        "hovertemplate": hover(series, "y"),
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
        "hovertemplate": hover(series, "y"),
    }


def hover(series: Series, axis: str) -> str:
    """Звонки: 1 234. The empty <extra> keeps plotly from repeating the trace name."""
    return f"{series.name}: %{{{axis}:,}}<extra></extra>"
