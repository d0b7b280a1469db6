"""Heatmaps: a number per row and column shown as colour."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.text import plain, shorten

LONGEST_NAME = 22
_SCALE = {
    "orientation": "h",
    "thickness": 8,
    "len": 0.6,
    "y": 0,
    "yanchor": "top",
    "yref": "paper",
    "outlinewidth": 0,
    "ypad": 14,
    "nticks": 5,
}
_FEW = 8
_FINE = 0.05
Grid = Sequence[Sequence[Any]]
"""Rows from the top, cells from the left."""


def heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Grid,
    hovers: Grid,
    links: Grid | None = None,
    *,
    share: bool = False,
    written: Grid | None = None,
) -> Figure:
    """`values`: None leaves a cell empty. `hovers`: per cell, with untrusted parts escaped.
    `share`: values are 0 to 1 and shown as percentages. `written`: trusted texts in the cells,
    which then need no colour scale."""
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": [list(row) for row in values],
        "customdata": [list(row) for row in hovers],
        "hovertemplate": "%{customdata}<extra></extra>",
        "xgap": 1,
        "ygap": 1,
        "zmin": 0,
        "autocolorscale": True,
        "colorbar": _SCALE | _ticks(values, share),
    }
    if written:
        trace |= {"text": list(written), "texttemplate": "%{text}", "showscale": False}
    layout = {
        "xaxis": _names(columns) | {"side": "top"},
        "yaxis": _names(rows) | {"autorange": "reversed"},
        "margin": {"t": 30, "b": 16 if written else 56},
    }
    return {"data": [trace], "layout": layout, "links": [links or []]}


def _ticks(values: Grid, share: bool) -> dict[str, Any]:
    """Each of another number: halves of a lead, or of a percent, would be written as the next."""
    highest = max((value for line in values for value in line if value is not None), default=0)
    if share:
        return {"tickformat": ".0%" if highest > _FINE else ".1%"}
    return {"tickformat": ",d"} | (
        {"dtick": 1 if highest <= _FEW // 2 else 2} if highest <= _FEW else {}
    )


def _names(names: Sequence[str]) -> dict[str, Any]:
    """Names are placed at numbers, so that plotly does not read them as dates or merge equal
    ones."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [plain(shorten(name, LONGEST_NAME)) for name in names],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }
