"""Percentages, over time and by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import share_axis, time_axis, weekends
from dashboards.figures.compared import compared_line
from dashboards.figures.names import full_names, names_axis
from dashboards.wording.texts import Texts


@dataclass(frozen=True, slots=True)
class Shares:
    """`values` are 0 to 1, None if there is too little data; `hovers`: trusted texts. `colour`:
    number in the colorway; `links`: per value."""

    name: str
    values: Sequence[float | None]
    hovers: Sequence[str]
    colour: int
    links: Sequence[str | None]


def shares_over_time(
    starts: Sequence[date],
    shown: Sequence[Shares],
    unit: str,
    texts: Texts,
    before: Sequence[float | None] = (),
) -> Figure:
    """One line per series, with gaps at None; `starts` are the units' first days. `before`: what
    the first is compared with, dotted."""
    compared = [compared_line(starts, before, texts, "%{y:.1%}")] if before else []
    layout = {
        "hovermode": "x unified",
        "showlegend": True,
        "xaxis": time_axis(starts, unit, texts),
        "yaxis": share_axis(),
        "shapes": weekends(starts) if unit == "day" else [],
    }
    return {
        "data": [*(_line(line, starts) for line in shown), *compared],
        "layout": layout,
        "links": [list(line.links) for line in shown],
        "colours": [line.colour for line in shown],
    }


def shares_by_name(names: Sequence[str], shown: Shares, written: Sequence[str]) -> Figure:
    """Horizontal bars, the first name on top. `names` may be untrusted text; `written`: percentages
    printed on the bars."""
    hovers = zip(full_names(names), shown.hovers, strict=True)
    trace = {
        "type": "bar",
        "orientation": "h",
        "name": shown.name,
        "x": list(shown.values),
        "y": list(range(len(names))),
        "text": list(written),
        "textposition": "auto",
        "customdata": [f"{name}<br>{hover}" for name, hover in hovers],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout = {
        "hovermode": "closest",
        "showlegend": False,
        "xaxis": share_axis() | {"range": [0, 1.06], "showgrid": True},
        "yaxis": names_axis(names),
        "margin": {"t": 8},
    }
    links = [list(shown.links)]
    return {"data": [trace], "layout": layout, "links": links, "colours": [shown.colour]}


def _line(shares: Shares, starts: Sequence[date]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": shares.name,
        "x": list(starts),
        "y": list(shares.values),
        "customdata": list(shares.hovers),
        "hovertemplate": f"{shares.name}: %{{customdata}}<extra></extra>",
    }
