"""Distributions of times: share that took at most this long, as a rising line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import seconds_axis, share_axis
from dashboards.figures.compared import compared_curve
from dashboards.wording.formats import Formats

_ROOM = 1.04
"""The last label is not drawn where it would cross the edge."""


@dataclass(frozen=True, slots=True)
class Curve:
    """`shares`, 0 to 1, took at most that many `seconds`, in ascending order. `hovers`: trusted
    texts per point. `colour`: number in the colorway. `links`: per point. `is_compared`: what
    another one is compared with, dotted."""

    name: str
    seconds: Sequence[float]
    shares: Sequence[float]
    hovers: Sequence[str]
    colour: int
    links: Sequence[str | None] = ()
    is_compared: bool = False


def ecdf(curves: Sequence[Curve], marks: Sequence[float], formats: Formats) -> Figure:
    """`marks`: seconds marked with a vertical line."""
    highest = max((curve.seconds[-1] for curve in curves if curve.seconds), default=0)
    layout = {
        "hovermode": "closest",
        "showlegend": len(curves) > 1,
        "margin": {"t": 40 if len(curves) > 1 else 8},
        "xaxis": seconds_axis(highest, formats)
        | {"range": [0, _ROOM * (highest or 1)], "showgrid": True},
        "yaxis": share_axis() | {"range": [0, _ROOM]},
        "shapes": [_upright(seconds) for seconds in marks if seconds <= highest],
    }
    return {
        "data": [_line(curve) for curve in curves],
        "layout": layout,
        "links": [list(curve.links) for curve in curves],
        "colours": [curve.colour for curve in curves],
    }


def _line(curve: Curve) -> dict[str, Any]:
    """Nothing is known to happen between two points, so the line steps at each."""
    if curve.is_compared:
        return compared_curve(curve.seconds, curve.shares, curve.name, curve.hovers)
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"shape": "hv"},
        "name": curve.name,
        "x": list(curve.seconds),
        "y": list(curve.shares),
        "customdata": list(curve.hovers),
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _upright(seconds: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": seconds,
        "x1": seconds,
        "y0": 0,
        "y1": 1,
        "line": {"width": 1, "dash": "dot"},
    }
