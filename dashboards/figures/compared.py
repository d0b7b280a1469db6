"""What a chart is compared with, drawn into it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboards.wording.texts import Texts

_DOTTED: dict[str, Any] = {
    "type": "scatter",
    "mode": "lines",
    "line": {"dash": "dot", "width": 1.5},
}


def compared_line(
    starts: Sequence[date],
    before: Sequence[float | None],
    texts: Texts,
    hover: str = "%{y:,}",
    name: str = "",
) -> dict[str, Any]:
    """A dotted line over the same units, the first beside the first; None leaves a gap. `name`: of
    what it is, trusted text."""
    name = name or texts("chart.before")
    return _DOTTED | {
        "name": name,
        "x": list(starts[: len(before)]),
        "y": list(before[: len(starts)]),
        "hovertemplate": f"{name}: {hover}<extra></extra>",
    }


def compared_curve(
    x: Sequence[float], y: Sequence[float], name: str, hovers: Sequence[str]
) -> dict[str, Any]:
    """A dotted step line beside that of `name`, which is trusted text."""
    return _DOTTED | {
        "line": {"dash": "dot", "width": 1.5, "shape": "hv"},
        "name": name,
        "x": list(x),
        "y": list(y),
        "customdata": list(hovers),
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def compared_marks(before: Sequence[int], name: str) -> dict[str, Any]:
    """An upright mark on each horizontal bar, the first on top. `name`: trusted text."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(before),
        "y": list(range(len(before))),
        "marker": {"symbol": "line-ns-open", "size": 16, "line": {"width": 2}},
        "hovertemplate": f"{name}: %{{x:,}}<extra></extra>",
    }
