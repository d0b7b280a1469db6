"""Durations over time: from a second to days, on a logarithmic axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import time_axis, weekends
from dashboards.wording.texts import Texts

_TICKS = (1, 10, 60, 600, 3600, 6 * 3600, 86_400, 10 * 86_400)
_LEAST = 1
_MANY = 92


@dataclass(frozen=True, slots=True)
class Durations:
    """A line. `values` in seconds, None if unknown; `hovers`: per value. Name and hovers are
    trusted texts."""

    name: str
    values: Sequence[float | None]
    hovers: Sequence[str]


def durations_over_time(
    starts: Sequence[date],
    shown: Sequence[Durations],
    unit: str,
    texts: Texts,
    links: Sequence[str | None] = (),
) -> Figure:
    """One line per series, with gaps at None; `starts` are the units' first days. Less than a
    second is drawn as one."""
    layout = {
        "hovermode": "x unified",
        "xaxis": time_axis(starts, unit, texts),
        "yaxis": _axis(
            [value for line in shown for value in line.values if value is not None], texts
        ),
        "shapes": weekends(starts) if unit == "day" else [],
    }
    traces = [_line(line, starts) for line in shown]
    with_links = {"links": [list(links)] * len(traces)} if links else {}
    return {"data": traces, "layout": layout} | with_links


def _axis(values: Sequence[float], texts: Texts) -> dict[str, Any]:
    """From one second to the tick above the maximum."""
    longest = max(values, default=_LEAST)
    above = next((tick for tick in _TICKS if tick > longest), longest * 1.5)
    names = texts("durations.ticks").split("|")
    return {
        "type": "log",
        "range": [_power(_LEAST) - 0.08, _power(above)],
        "tickvals": list(_TICKS),
        "ticktext": names,
        "zeroline": False,
    }


def _power(seconds: float) -> float:
    """The exponent: ranges of logarithmic axes are given as exponents."""
    return math.log10(seconds)


def _line(shown: Durations, starts: Sequence[date]) -> dict[str, Any]:
    return {
        "type": "scatter",
        # A unit between two without deliveries would not show as a line.
        "mode": "lines+markers" if len(starts) <= _MANY else "lines",
        "name": shown.name,
        "x": list(starts),
        "y": [None if value is None else max(value, _LEAST) for value in shown.values],
        "customdata": list(shown.hovers),
        "hovertemplate": f"{shown.name}: %{{customdata}}<extra></extra>",
    }
