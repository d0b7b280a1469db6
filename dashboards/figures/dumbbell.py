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
    names = full_names([pair.name for pair in shown])
    hovers = [f"{name}<br>{pair.hover}" for name, pair in zip(names, shown, strict=True)]
    traces = [
        _bars(shown),
        _marks(before, [pair.before for pair in shown], hovers, "circle-open"),
        _marks(after, [pair.after for pair in shown], hovers, "circle"),
    ]
    layout = {
        "hovermode": "closest",
        "xaxis": counts_axis([max(pair.before, pair.after) for pair in shown]) | {"showgrid": True},
        "yaxis": names_axis([pair.name for pair in shown]),
    }
    links = [[], *([pair.links[side] for pair in shown] for side in (0, 1))]
    return {"data": traces, "layout": layout, "links": links, "colours": [_GREY, 2, 1]}


def _bars(shown: Sequence[Dumbbell]) -> dict[str, Any]:
    """A line from mark to mark, with gaps between names."""
    across: list[int | None] = []
    up: list[int | None] = []
    for row, pair in enumerate(shown):
        across += [pair.before, pair.after, None]
        up += [row, row, None]
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
