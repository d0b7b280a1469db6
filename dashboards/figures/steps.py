"""Step lines over a logarithmic axis: shares that change at certain values and are constant
between."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from dashboards.figures import Figure

Tick = tuple[float, str]
_PAD = 0.02


@dataclass(frozen=True, slots=True)
class Steps:
    """One line. `at`: positive, ascending; `shares`: 0 to 1, from there on.

    `name`, `hovers`: trusted texts. `colour`: number in the colorway. `is_level`: dotted, without
    marks, for values that do not depend on the axis. `is_named`: shown in the legend.
    """

    name: str
    at: Sequence[float]
    shares: Sequence[float]
    hovers: Sequence[str]
    colour: int
    links: Sequence[str | None] = ()
    is_level: bool = False
    is_named: bool = True


def step_lines(lines: Sequence[Steps], ticks: Sequence[Tick], whole: bool = True) -> Figure:
    """`ticks`: labelled values; the axis spans from the first to the last.

    `whole`: the share axis spans 0 to 1; else only as far as the lines.
    """
    first, last = log10(ticks[0][0]), log10(ticks[-1][0])
    pad = _PAD * (last - first)
    layout = {
        "hovermode": "closest",
        "xaxis": {
            "type": "log",
            "range": [first - pad, last + pad],
            "tickvals": [value for value, _ in ticks],
            "ticktext": [text for _, text in ticks],
            "zeroline": False,
        },
        "yaxis": {"tickformat": ".0%", "nticks": 6, "zeroline": False}
        | ({"range": [0, 1.02]} if whole else {}),
    }
    return {
        "data": [_line(line) for line in lines],
        "layout": layout,
        "links": [list(line.links) for line in lines],
        "colours": [line.colour for line in lines],
    }


def _line(line: Steps) -> dict[str, Any]:
    trace = {
        "type": "scatter",
        "mode": "lines" if line.is_level or len(line.at) > 20 else "lines+markers",
        "name": line.name,
        "showlegend": line.is_named,
        "x": list(line.at),
        "y": list(line.shares),
        "line": {"shape": "hv", "dash": "dot" if line.is_level else "solid"},
    }
    if not line.hovers:
        return trace | {"hoverinfo": "skip"}
    return trace | {
        "customdata": list(line.hovers),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
