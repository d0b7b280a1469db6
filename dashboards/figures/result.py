"""Any rows, as a reader has asked for them: the first column below, the numbers beside it above."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.text import plain, shorten

MOST_SERIES = 9
"""As many as there are colours."""
_LONGEST_NAME = 40


def result_figure(kind: str, below: Sequence[Any], series: Mapping[str, Sequence[Any]]) -> Figure:
    """`kind`: "bars" or "lines". Names and texts below are strangers'; days and numbers stay what
    they are."""
    traces = [_trace(kind, name, below, values) for name, values in series.items()]
    layout = {
        "barmode": "group",
        "hovermode": "x unified",
        "showlegend": len(traces) > 1,
        "xaxis": {"type": "category"} if any(isinstance(one, str) for one in below) else {},
        "yaxis": {"rangemode": "tozero", "nticks": 6},
    }
    return {"data": traces, "layout": layout, "colours": list(range(1, len(traces) + 1))}


def _trace(kind: str, name: str, below: Sequence[Any], values: Sequence[Any]) -> dict[str, Any]:
    look = {"type": "bar"} if kind == "bars" else {"type": "scatter", "mode": "lines+markers"}
    return {
        **look,
        "name": plain(shorten(name, _LONGEST_NAME)),
        "x": [plain(shorten(one, _LONGEST_NAME)) if isinstance(one, str) else one for one in below],
        "y": list(values),
    }
