"""Dots: a share per name, with its confidence interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import share_axis
from dashboards.figures.names import full_names, names_axis

BLUE, ORANGE, GREY = 1, 2, 9
"""Numbers in the colorway."""


@dataclass(frozen=True, slots=True)
class Dot:
    """`value` with `low` and `high`, all 0 to 1. `name`: untrusted text, `hover`: trusted.
    `is_faint`: too little data to judge."""

    name: str
    value: float
    low: float
    high: float
    hover: str
    is_faint: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Mean:
    """The reference value, a vertical dotted line."""

    name: str
    value: float


def dots(shown: Sequence[Dot], faint: str, mean: Mean | None = None) -> Figure:
    """The first on top. `faint`: legend text for the faint ones."""
    names = full_names([dot.name for dot in shown])
    traces, links, colours = [], [], []
    for is_faint in (False, True):
        places = [row for row, dot in enumerate(shown) if dot.is_faint is is_faint]
        if places:
            traces.append(_dots(shown, names, places, faint if is_faint else ""))
            links.append([shown[row].link for row in places])
            colours.append(GREY if is_faint else BLUE)
    if mean is not None:
        traces.append(_line(mean, max(len(shown), 4)))
        links.append([])
        colours.append(ORANGE)
    layout = {
        "hovermode": "closest",
        "xaxis": share_axis() | {"rangemode": "normal", "showgrid": True, "zeroline": False},
        "yaxis": names_axis([dot.name for dot in shown]),
    }
    return {"data": traces, "layout": layout, "links": links, "colours": colours}


def _dots(
    shown: Sequence[Dot], names: Sequence[str], places: Sequence[int], faint: str
) -> dict[str, Any]:
    chosen = [shown[row] for row in places]
    return {
        "type": "scatter",
        "mode": "markers",
        "marker": {"size": 10, "symbol": "circle-open" if faint else "circle"},
        "name": faint,
        "showlegend": bool(faint),
        "x": [dot.value for dot in chosen],
        "y": list(places),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [dot.high - dot.value for dot in chosen],
            "arrayminus": [dot.value - dot.low for dot in chosen],
            "thickness": 2,
            "width": 4,
        },
        "customdata": [f"{names[row]}<br>{shown[row].hover}" for row in places],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _line(mean: Mean, rows: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"dash": "dot", "width": 1.5},
        "name": mean.name,
        "x": [mean.value, mean.value],
        "y": [-0.5, rows - 0.5],
        "hoverinfo": "skip",
    }
