"""A line over a band: current values against the usual range."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import Figure

_NOW, _USUAL = 1, 9


@dataclass(frozen=True, slots=True)
class Line:
    """`name` is trusted text; None values are not drawn."""

    name: str
    values: Sequence[float | None]


def line_over_band(
    labels: Sequence[str],
    now: Line,
    low: Line,
    middle: Line,
    high: Line,
    band: str,
    ticks: Sequence[str],
    links: Sequence[str | None] = (),
) -> Figure:
    """One position on the axis per label, with a tick at every third; `ticks` are as many as
    `labels`. `band`: name of the area between `low` and `high`. `links`: of the marks of `now`."""
    lower = _line(low) | {"line": {"width": 0}, "showlegend": False}
    upper = _line(high) | {"line": {"width": 0}, "fill": "tonexty", "name": band}
    usual = _line(middle) | {"line": {"dash": "dot", "width": 1.5}}
    marked = _line(now) | {"mode": "lines+markers"}
    marked["hovertemplate"] = f"{now.name}: %{{y:,d}}<extra></extra>"
    layout = {
        "hovermode": "x unified",
        "xaxis": {
            "tickvals": list(range(0, len(labels), 3)),
            "ticktext": list(ticks[::3]),
            "range": [-0.3, len(labels) - 0.7],
            "unifiedhovertitle": {"text": "%{customdata}"},
        },
        "yaxis": {"rangemode": "tozero", "nticks": 6, "tickformat": ",d"},
    }
    traces = [lower, upper, usual, marked]
    for trace in traces:
        trace["customdata"] = list(labels)
    return {
        "data": traces,
        "layout": layout,
        "links": [[], [], [], list(links)],
        "colours": [_USUAL, _USUAL, _USUAL, _NOW],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": line.name,
        "x": list(range(len(line.values))),
        "y": list(line.values),
        "hovertemplate": f"{line.name}: %{{y:,.1f}}<extra></extra>",
    }
