"""Heatmaps: a number per row and column as a colour."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.text import plain, shorten

_LONGEST_LABEL = 22
Grid = Sequence[Sequence[Any]]
"""Rows from the top, each from the left."""


def heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Grid,
    hovers: Grid,
    links: Grid | None = None,
    *,
    share: bool = False,
) -> Figure:
    """`values`: None leaves a cell empty. `hovers`: what a cell says, our text with strangers'
    words made plain. `share`: values are 0 to 1 and read as percentages."""
    trace = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": [list(row) for row in values],
        "customdata": [list(row) for row in hovers],
        "hovertemplate": "%{customdata}<extra></extra>",
        "xgap": 1,
        "ygap": 1,
        "zmin": 0,
        "colorbar": {"thickness": 10, "outlinewidth": 0, "tickformat": ".0%" if share else ",d"},
    }
    layout = {
        "xaxis": _names(columns) | {"side": "top"},
        "yaxis": _names(rows) | {"autorange": "reversed"},
        "margin": {"t": 30},
    }
    return {"data": [trace], "layout": layout, "links": [links or []]}


def _names(names: Sequence[str]) -> dict[str, Any]:
    """Names stand at numbers, so that plotly takes none for a date or for another one's."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [plain(shorten(name, _LONGEST_LABEL)) for name in names],
        "showgrid": False,
        "zeroline": False,
    }
