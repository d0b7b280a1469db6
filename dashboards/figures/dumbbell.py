"""Dumbbells: two numbers per name, and how far apart they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis
from dashboards.figures.names import full_names, names_axis

_GREY = 9


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """`name`: untrusted text. `links`: of the two marks."""

    name: str
    before: int
    after: int
    hover: str
    links: tuple[str | None, str | None] = (None, None)


def dumbbells(shown: Sequence[Dumbbell], before: str, after: str) -> Figure:
    """The first on top; `before` and `after` name the two numbers."""
    names = full_names([one.name for one in shown])
    hovers = [f"{name}<br>{one.hover}" for name, one in zip(names, shown, strict=True)]
    traces = [
        _bars(shown),
        _marks(before, [one.before for one in shown], hovers, "circle-open"),
        _marks(after, [one.after for one in shown], hovers, "circle"),
    ]
    layout = {
        "hovermode": "closest",
        "xaxis": counts_axis([max(one.before, one.after) for one in shown]) | {"showgrid": True},
        "yaxis": names_axis([one.name for one in shown]),
    }
    links = [[], *([one.links[side] for one in shown] for side in (0, 1))]
    return {"data": traces, "layout": layout, "links": links, "colours": [_GREY, 2, 1]}


def _bars(shown: Sequence[Dumbbell]) -> dict[str, Any]:
    """A line from mark to mark, with gaps between names."""
    across: list[int | None] = []
    up: list[int | None] = []
    for place, one in enumerate(shown):
        across += [one.before, one.after, None]
        up += [place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 3},
        "showlegend": False,
        "hoverinfo": "skip",
        "x": across,
        "y": up,
    }


def _marks(name: str, values: Sequence[int], hovers: Sequence[str], symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "marker": {"size": 11, "symbol": symbol, "line": {"width": 2}},
        "name": name,
        "x": list(values),
        "y": list(range(len(values))),
        "customdata": list(hovers),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
