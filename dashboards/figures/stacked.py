"""Stacked bars over time, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis, day_width, time_axis, weekends
from dashboards.figures.compared import compared_line
from dashboards.figures.text import plain, shorten
from dashboards.wording.texts import Texts

_LONGEST_NAME = 22
_GREY = 9


@dataclass(frozen=True, slots=True)
class Band:
    """`name` may be untrusted text. `links`: per bar. `is_rest`: sum of everything without its own
    band."""

    name: str
    values: Sequence[int]
    links: Sequence[str | None]
    is_rest: bool = False


def stacked_over_time(
    starts: Sequence[date],
    bands: Sequence[Band],
    unit: str,
    texts: Texts,
    before: Sequence[int] = (),
) -> Figure:
    """One bar per day, week, month or year, the first band at the bottom; `starts` are first days.
    `before`: the sums of what it is compared with, as a dotted line.

    The hover text lists all values and their sum, carried by an invisible line.
    """
    totals = [sum(values) for values in zip(*(band.values for band in bands), strict=True)]
    width = {"width": day_width(len(starts))} if unit == "day" else {}
    traces = [_bars(band, starts) | width for band in bands]
    layout = {
        "barmode": "stack",
        "hovermode": "x unified",
        "showlegend": True,
        "xaxis": time_axis(starts, unit, texts),
        "yaxis": counts_axis([*totals, *before]),
        "shapes": weekends(starts) if unit == "day" else [],
    }
    colours = [_GREY if band.is_rest else number for number, band in enumerate(bands, 1)]
    compared = [compared_line(starts, before, texts)] if before else []
    return {
        "data": [*traces, _sums(totals, starts, texts), *compared],
        "layout": layout,
        "links": [list(band.links) for band in bands],
        "colours": [*colours, _GREY, *(_GREY for _ in compared)],
    }


def _bars(band: Band, starts: Sequence[date]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": plain(shorten(band.name, _LONGEST_NAME)),
        "x": list(starts),
        # None instead of 0 keeps a source without leads out of the day's hover text.
        "y": [value or None for value in band.values],
        "hovertemplate": "%{fullData.name}: %{y:,}<extra></extra>",
    }


def _sums(totals: Sequence[int], starts: Sequence[date], texts: Texts) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0},
        "showlegend": False,
        "name": texts("site.total"),
        "x": list(starts),
        "y": list(totals),
        "hovertemplate": "%{fullData.name}: %{y:,}<extra></extra>",
    }
