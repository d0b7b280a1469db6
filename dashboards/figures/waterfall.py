"""From one total to another, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis
from dashboards.figures.names import full_names, names_axis

_TOTAL, _RISE, _FALL = 1, 3, 7
"""Numbers in the colorway."""


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """`name` may be untrusted text. `hover`: trusted text. `is_total`: a bar from zero."""

    name: str
    change: int
    hover: str
    link: str | None
    is_total: bool = False


def waterfall(steps: Sequence[WaterfallStep]) -> Figure:
    """Horizontal bars from top to bottom, each beginning where the last one ended; the first and
    the last are totals."""
    ends = list(
        accumulate(
            0 if step.is_total and place else step.change for place, step in enumerate(steps)
        )
    )
    bases = [
        0 if step.is_total else end - step.change for step, end in zip(steps, ends, strict=True)
    ]
    names = full_names([step.name for step in steps])
    kinds = {
        _TOTAL: [place for place, step in enumerate(steps) if step.is_total],
        _RISE: [
            place for place, step in enumerate(steps) if not step.is_total and step.change >= 0
        ],
        _FALL: [place for place, step in enumerate(steps) if not step.is_total and step.change < 0],
    }
    traces, links, colours = [], [], []
    for colour, places in kinds.items():
        if not places:
            continue
        traces.append(_bars(steps, places, bases, names))
        links.append([steps[place].link for place in places])
        colours.append(colour)
    layout = {
        "barmode": "overlay",
        "hovermode": "closest",
        "showlegend": False,
        "xaxis": counts_axis([max(ends, default=0)]) | {"showgrid": True},
        "yaxis": names_axis([step.name for step in steps]),
        "margin": {"t": 8},
    }
    return {"data": traces, "layout": layout, "links": links, "colours": colours}


def _bars(
    steps: Sequence[WaterfallStep],
    places: Sequence[int],
    bases: Sequence[int],
    names: Sequence[str],
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [steps[place].change for place in places],
        "y": list(places),
        "base": [bases[place] for place in places],
        "width": 0.7,
        "customdata": [f"{names[place]}<br>{steps[place].hover}" for place in places],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
