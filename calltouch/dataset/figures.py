"""The figures of the pages, as `plotly.graph_objects.Figure`.

Data and layout are the page's own. The look, which there comes from static/colours.css and
static/charts.js, is the template `calltouch` here (and `calltouch_dark`): the same colours, read
from the same file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from calltouch.dataset.packages import package
from dashboards.web.assets import asset_text

if TYPE_CHECKING:
    import plotly.graph_objects

LIGHT, DARK = "calltouch", "calltouch_dark"
_BLOCK = re.compile(r":root \{(.*?)\}", re.DOTALL)
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
_FONT = re.compile(r"^body \{[^}]*?font-family: ([^;]+);|^body \{[^}]*?font: \S+ ([^;]+);", re.M)
_COLOURWAY = 9


@dataclass(frozen=True, slots=True)
class FigureSource:
    """As /api/figures gives it. `card`: the card's key. `title`: the question that it answers."""

    card: str
    name: str
    title: str
    figure: Mapping[str, Any]
    decimal: str = "."
    thousands: str = ","


def figure_of(source: FigureSource) -> "plotly.graph_objects.Figure":
    objects = package("plotly.graph_objects")
    register_templates()
    colourway = template(LIGHT)["layout"]["colorway"]
    data = [
        _coloured(trace, number, colourway)
        for trace, number in _numbered(source.figure["data"], source.figure.get("colours") or [])
    ]
    layout = {
        **source.figure["layout"],
        "template": LIGHT,
        "separators": source.decimal + source.thousands,
    }
    figure: plotly.graph_objects.Figure = objects.Figure({"data": data, "layout": layout})
    return figure


def register_templates() -> None:
    """With plotly, so that `figure.update_layout(template="calltouch_dark")` works."""
    templates, objects = package("plotly.io").templates, package("plotly.graph_objects")
    for name in (LIGHT, DARK):
        if name not in templates:
            templates[name] = objects.layout.Template(template(name))


@cache
def template(name: str) -> dict[str, Any]:
    """What static/charts.js adds to each figure; a test holds the two together."""
    colours = _colours()[0 if name == LIGHT else 1]
    axis = {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": colours["grid"],
        "linecolor": colours["line"],
        "title": {"font": {"size": 13}},
        "zerolinecolor": colours["line"],
    }
    spikes = {"spikecolor": colours["control"], "spikedash": "dot", "spikethickness": 1}
    layout = {
        "bargap": 0.28,
        "colorway": [colours[f"c{number}"] for number in range(1, _COLOURWAY + 1)],
        "colorscale": {
            "sequential": [[0, colours["heat-0"]], [1, colours["heat-1"]]],
            "diverging": [[0, colours["c2"]], [0.5, colours["surface"]], [1, colours["c1"]]],
        },
        "dragmode": False,
        "font": {"color": colours["text-soft"], "family": _font(), "size": 13},
        "hoverlabel": {
            "align": "left",
            "bgcolor": colours["surface"],
            "bordercolor": colours["line"],
            "font": {"color": colours["text"]},
        },
        "legend": {
            **{"orientation": "h", "traceorder": "normal"},
            **{"x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        },
        "margin": {"b": 36, "l": 40, "pad": 4, "r": 12, "t": 40},
        "modebar": {
            "activecolor": colours["text"],
            "bgcolor": "rgba(0,0,0,0)",
            "color": colours["text-soft"],
        },
        "paper_bgcolor": colours["surface"],
        "plot_bgcolor": colours["surface"],
        "shapedefaults": {
            "fillcolor": colours["weekend"],
            "layer": "below",
            "line": {"color": colours["control"], "width": 0},
        },
        "xaxis": {**axis, "showgrid": False, **spikes},
        "yaxis": axis,
    }
    bars = {"marker": {"line": {"color": colours["surface"], "width": 1}}}
    return {"data": {"bar": [bars], "heatmap": [{"autocolorscale": True}]}, "layout": layout}


@cache
def _colours() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Light and dark, from static/colours.css."""
    light, dark = _BLOCK.findall(asset_text("colours.css"))[:2]
    plain = dict(_COLOUR.findall(light))
    return plain, {**plain, **dict(_COLOUR.findall(dark))}


@cache
def _font() -> str:
    found = _FONT.search(asset_text("page.css"))
    assert found is not None
    return " ".join((found[1] or found[2]).split())


def _numbered(
    data: Sequence[Mapping[str, Any]], colours: Sequence[int | None]
) -> list[tuple[Mapping[str, Any], int | None]]:
    numbers = [*colours, *[None] * (len(data) - len(colours))]
    return list(zip(data, numbers, strict=False))


def _coloured(
    trace: Mapping[str, Any], number: int | None, colourway: Sequence[str]
) -> Mapping[str, Any]:
    """By its number in the colourway, as static/charts.js does it."""
    if number is None:
        return trace
    colour = colourway[number - 1]
    # The area between two lines has the same colour at a quarter of the opacity.
    ground = {"fillcolor": _quarter(colour)} if trace.get("fill") else {}
    line, marker = trace.get("line") or {}, trace.get("marker") or {}
    lines = {} if trace.get("type") == "bar" else {"line": {**line, "color": colour}}
    return {**trace, **ground, **lines, "marker": {**marker, "color": colour}}


def _quarter(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.251)"
