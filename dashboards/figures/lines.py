"""Lines over time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import counts_axis, time_axis, weekends
from dashboards.figures.bars import Series, hover
from dashboards.figures.compared import compared_line
from dashboards.wording.texts import Texts

Trace = dict[str, Any]


def lines_over_time(
    starts: Sequence[date],
    series: Sequence[Series],
    before: Sequence[int | None],
    unit: str,
    texts: Texts,
    links: Sequence[Sequence[str | None]],
    *,
    runs: bool = False,
    before_name: str = "",
) -> Figure:
    """One line per series, one mark per day, week, month or year; `starts` are their first days.

    `before`: the first series in what it is compared with, dotted, aligned to start with it; None
    leaves a gap; `before_name` where it is no earlier time. `links`: per series, then of the dotted
    line. `runs`: the last unit is not over yet, so the line to it is broken and its mark is hollow.
    """
    traces = [_line(line, starts, len(starts)) for line in series]
    colours = list(range(1, len(series) + 1))
    shown: list[list[str | None]] = [list(row) for row in links[: len(series)]]
    if runs and len(starts) > 1:
        ends = [_running_end(trace, texts) for trace in traces]
        traces = [trace | {"y": [*trace["y"][:-1], None]} for trace in traces]
        traces += [trace for end in ends for trace in end]
        colours += [colour for number in colours for colour in (number, number)]
        for link in shown[: len(series)]:
            shown += [None, None], link[-1:]
    if before:
        traces.append(compared_line(starts, before, texts, name=before_name))
        colours.append(len(series) + 1)
        shown += [list(row) for row in links[len(series) :]]
    highest = [max(values) for values in zip(*(line.values for line in series), strict=True)]
    layout = {
        "hovermode": "x unified",
        "xaxis": time_axis(starts, unit, texts),
        "yaxis": counts_axis([*highest, *(leads or 0 for leads in before)]),
        "shapes": weekends(starts) if unit == "day" else [],
    }
    return {"data": traces, "layout": layout, "links": shown, "colours": colours}


def _running_end(trace: Trace, texts: Texts) -> tuple[Trace, Trace]:
    """The broken line to the unit that is still running, and its mark."""
    alike = {"type": "scatter", "showlegend": False}
    dashed = {"mode": "lines", "line": {"dash": "dash"}, "hoverinfo": "skip"}
    hollow = {
        "mode": "markers",
        "marker": {"symbol": "circle-open", "size": 8, "line": {"width": 2}},
        "name": texts("chart.running", name=trace["name"]),
        "hovertemplate": trace["hovertemplate"],
    }
    last_two = {"x": trace["x"][-2:], "y": trace["y"][-2:], "name": trace["name"]}
    last = {"x": trace["x"][-1:], "y": trace["y"][-1:]}
    return alike | dashed | last_two, alike | hollow | last


def _line(series: Series, starts: Sequence[date], count: int) -> Trace:
    """Marks only where they do not overlap; a single unit is always a mark."""
    return {
        "type": "scatter",
        "mode": "lines+markers" if count <= 31 else "lines",
        "name": series.name,
        "x": list(starts),
        "y": list(series.values),
        "hovertemplate": hover(series, "y"),
    }
