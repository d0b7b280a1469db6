"""The card that shows weekdays and hours: a heatmap of one of three metrics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures.heatmap import heatmap
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.switches import switch
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.wording.formats import Formats
from dashboards.wording.rates import LEAST, share

Record = dict[str, Any]
_HOURS = 24
_EVERY = 3


@dataclass(frozen=True, slots=True)
class Metric:
    """`text`: what it is called. `value`: of a row, None where it has none to show. `only`: what
    the journal is narrowed to for it."""

    text: str
    value: Callable[[Record], float | None]
    only: Mapping[str, object]
    cell: Callable[[CellMaker, Record, str | None], Cell]


METRICS = {
    "volume": Metric(
        "quality.metric_volume",
        lambda row: row["calls"] or None,
        {"lead_type": "call"},
        lambda cells, row, link: cells.number(row["calls"], link),
    ),
    "missed": Metric(
        "quality.metric_missed",
        lambda row: share(row["missed"], row["ended_calls"]),
        {"only": "missed"},
        lambda cells, row, link: cells.rate(row["missed"], row["ended_calls"], link),
    ),
    "waiting": Metric(
        "quality.metric_waiting",
        lambda row: row["waiting_p50"],
        {"lead_type": "call", "status": "successful"},
        lambda cells, row, link: cells.seconds(row["waiting_p50"]),
    ),
}


def hours(context: CardContext) -> Sequence[Part]:
    rows = context.ask("heatmap").records()
    texts = context.texts
    if not any(row["calls"] for row in rows):
        return (Paragraph(texts("card.empty"), "empty"),)
    chosen = str(context.options["metric"])
    metric = METRICS[chosen]
    days = [rows[start : start + _HOURS] for start in range(0, len(rows), _HOURS)]
    links = [[_link(row, metric, context) for row in day] for day in days]
    figure = heatmap(
        texts.forms("calendar.short_weekdays"),
        [f"{hour:02}" if hour % _EVERY == 0 else "" for hour in range(_HOURS)],
        [[metric.value(row) for row in day] for day in days],
        [[_hover(row, context) for row in day] for day in days],
        links,
        share=chosen == "missed",
    )
    label = f"{texts('quality.hours')}: {texts(metric.text)}"
    names = {name: texts(one.text) for name, one in METRICS.items()}
    parts: list[Part] = [
        switch(context, "metric", texts("quality.metric"), names, "hours"),
        Chart("hours", label, figure, "medium", locale_of(texts)),
    ]
    if chosen == "missed":
        parts.append(Paragraph(texts("quality.hours_few", least=LEAST)))
    return (
        *parts,
        Collapsible(texts("card.as_table"), _table(label, metric, days, links, context)),
    )


def _link(row: Record, metric: Metric, context: CardContext) -> str | None:
    if not row["missed" if "only" in metric.only else "calls"]:
        return None
    cell = {"weekday": row["weekday"], "hour": row["hour"], **metric.only}
    return context.leads(context.slice, **cell)


def _hover(row: Record, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    weekday = texts.forms("calendar.weekdays")[row["weekday"] - 1]
    lines = [
        f"{weekday}, {_hour(row['hour'])}\N{EN DASH}{_hour(row['hour'] + 1)}",
        f"{texts('quality.metric_volume')}: {formats.number(row['calls'])}",
    ]
    if row["ended_calls"]:
        lines.append(f"{texts('quality.missed')}: {_missed(row, formats)}")
    if row["waiting_p50"] is not None:
        lines.append(f"{texts('quality.waits')}: {formats.duration(row['waiting_p50'])}")
    return "<br>".join(lines)


def _missed(row: Record, formats: Formats) -> str:
    """4 / 31 (12,9 %)"""
    rate = share(row["missed"], row["ended_calls"])
    counted = f"{formats.number(row['missed'])} / {formats.number(row['ended_calls'])}"
    return counted if rate is None else f"{counted} ({formats.percent(rate)})"


def _table(
    label: str,
    metric: Metric,
    days: Sequence[Sequence[Record]],
    links: Sequence[Sequence[str | None]],
    context: CardContext,
) -> Table:
    """An hour per row, a weekday per column: as wide as a telephone."""
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        label,
        [
            Column(texts("quality.hour"), "text"),
            *map(Column, texts.forms("calendar.short_weekdays")),
        ],
        [
            Row(
                [
                    cells.own(f"{_hour(hour)}\N{EN DASH}{_hour(hour + 1)}"),
                    *(
                        metric.cell(cells, day[hour], of_day[hour])
                        for day, of_day in zip(days, links, strict=True)
                    ),
                ]
            )
            for hour in range(_HOURS)
        ],
        is_sortable=False,
    )


def _hour(hour: int) -> str:
    return f"{hour:02}:00"
