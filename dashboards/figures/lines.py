"""Lines over time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis, time_axis, weekends
from dashboards.figures.bars import Series, hover
from dashboards.wording.texts import Texts


def lines_over_time(
    starts: Sequence[date],
    series: Sequence[Series],
    before: Sequence[int | None],
    unit: str,
    texts: Texts,
    links: Sequence[Sequence[str | None]],
) -> Figure:
    """One line per series, one mark per day, week, month or year; `starts` are their first days.

    `before`: the first series in the comparison period, dotted, aligned to start with it; None
    leaves a gap. `links`: per series, then of the dotted line.
    """
    traces = [_line(line, starts, len(starts)) for line in series]
    if before:
        compared = _line(Series(texts("chart.before"), ()), starts[: len(before)], len(starts))
        traces.append(compared | _DOTTED | {"y": list(before[: len(starts)])})
    highest = [max(values) for values in zip(*(line.values for line in series), strict=True)]
    layout = {
        "hovermode": "x unified",
        "xaxis": time_axis(starts, unit, texts),
        "yaxis": counts_axis([*highest, *(leads or 0 for leads in before)]),
        "shapes": weekends(starts) if unit == "day" else [],
    }
    return {"data": traces, "layout": layout, "links": [list(row) for row in links]}


_DOTTED: dict[str, Any] = {"line": {"dash": "dot", "width": 1.5}, "mode": "lines"}


def _line(series: Series, starts: Sequence[date], count: int) -> dict[str, Any]:
    """Marks only where they do not overlap; a single unit is always a mark."""
    return {
        "type": "scatter",
        "mode": "lines+markers" if count <= 31 else "lines",
        "name": series.name,
        "x": list(starts),
        "y": list(series.values),
        "hovertemplate": hover(series, "y"),
    }
