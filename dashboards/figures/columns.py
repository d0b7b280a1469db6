"""Vertical bars over whole numbers: how many had one, two, three of something."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis
from dashboards.figures.bars import Series, hover


def columns_by_number(
    numbers: Sequence[int],
    title: str,
    series: Sequence[Series],
    colours: Sequence[int],
) -> Figure:
    """The bars of a number are side by side. `title`: of the axis below; `colours`: per series its
    number in the colorway."""
    highest = [number for bars in series for number in bars.values]
    layout = {
        "barmode": "group",
        "hovermode": "closest",
        "xaxis": {
            "title": {"text": title},
            "tickvals": list(numbers),
            "range": [0.4, max(4, *numbers) + 0.6],
        },
        "yaxis": counts_axis(highest),
    }
    traces = [_bars(bars, numbers, title) for bars in series]
    return {
        "data": traces,
        "layout": layout,
        "colours": list(colours),
    }


def _bars(series: Series, numbers: Sequence[int], title: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": series.name,
        "x": list(numbers),
        "y": list(series.values),
        "hovertemplate": f"{title}: %{{x}}<br>{hover(series, 'y')}",
    }
