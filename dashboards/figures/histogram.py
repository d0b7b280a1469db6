"""Histograms over intervals counted by a report."""

from collections.abc import Sequence

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis


def histogram(
    edges: Sequence[str],
    counts: Sequence[int],
    hovers: Sequence[str],
    name: str,
    links: Sequence[str | None] = (),
) -> Figure:
    """One bar per interval, all equally wide: for intervals that grow by a factor this is a
    logarithmic axis. `edges`: labels between the bars, one more than bars; the first and the last
    may be empty. `hovers`, `links`: per bar."""
    trace = {
        "type": "bar",
        "name": name,
        "x": list(range(len(counts))),
        "y": list(counts),
        "customdata": list(hovers),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout = {
        "bargap": 0.04,
        "hovermode": "closest",
        "showlegend": False,
        "xaxis": {
            "tickvals": [edge - 0.5 for edge in range(len(edges))],
            "ticktext": list(edges),
            "range": [-0.5, len(counts) - 0.5],
            "zeroline": False,
        },
        "yaxis": counts_axis(counts),
        "margin": {"t": 16},
    }
    return {"data": [trace], "layout": layout, "links": [list(links)]}
