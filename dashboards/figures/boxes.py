"""Boxes: the spread of a time per name, from percentiles computed by a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import seconds_axis
from dashboards.figures.dots import BLUE, GREY
from dashboards.figures.names import full_names, names_axis
from dashboards.wording.formats import Formats


@dataclass(frozen=True, slots=True)
class Box:
    """Seconds: the box from `p25` to `p75` with a line at `p50`, whiskers to `p5` and `p95`.
    `name`: untrusted text, `hover`: trusted. `is_faint`: too little data to judge."""

    name: str
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    hover: str
    is_faint: bool = False
    link: str | None = None

    @property
    def points(self) -> tuple[float, ...]:
        return (self.p5, self.p25, self.p50, self.p75, self.p95)


def boxes(shown: Sequence[Box], faint: str, formats: Formats) -> Figure:
    """The first on top. `faint`: legend text for the faint ones."""
    names = [box.name for box in shown]
    traces, links, colours = [], [], []
    for is_faint in (False, True):
        places = [row for row, box in enumerate(shown) if box.is_faint is is_faint]
        if places:
            chosen = [shown[row] for row in places]
            traces.append(_boxes(chosen, places, faint if is_faint else ""))
            traces.append(_points(chosen, places, full_names([box.name for box in chosen])))
            links += [[], [box.link for box in chosen for _ in box.points]]
            colours += [GREY if is_faint else BLUE] * 2
    highest = max((box.p95 for box in shown), default=0)
    layout = {
        "hovermode": "closest",
        "margin": {"t": 40 if any(box.is_faint for box in shown) else 8},
        "xaxis": seconds_axis(highest, formats) | {"showgrid": True},
        "yaxis": names_axis(names),
    }
    return {"data": traces, "layout": layout, "links": links, "colours": colours}


def _boxes(chosen: Sequence[Box], places: Sequence[int], faint: str) -> dict[str, Any]:
    return {
        "type": "box",
        "orientation": "h",
        "name": faint,
        "showlegend": bool(faint),
        "y": list(places),
        "lowerfence": [box.p5 for box in chosen],
        "q1": [box.p25 for box in chosen],
        "median": [box.p50 for box in chosen],
        "q3": [box.p75 for box in chosen],
        "upperfence": [box.p95 for box in chosen],
        "width": 0.5,
        "hoverinfo": "skip",
    }


def _points(chosen: Sequence[Box], places: Sequence[int], names: Sequence[str]) -> dict[str, Any]:
    """Invisible marks on the boxes, because plotly boxes allow neither custom hover texts nor
    links."""
    return {
        "type": "scatter",
        "mode": "markers",
        "marker": {"opacity": 0, "size": 24},
        "showlegend": False,
        "x": [point for box in chosen for point in box.points],
        "y": [row for row, box in zip(places, chosen, strict=True) for _ in box.points],
        "customdata": [
            f"{name}<br>{box.hover}"
            for name, box in zip(names, chosen, strict=True)
            for _ in box.points
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
