"""The card that shows weekdays and hours: a heatmap of one of three metrics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analytics.chance import Box, box_of
from dashboards.figures.heatmap import heatmap
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Column, Columns, EarlierRows
from dashboards.page.comparison import against
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.switches import switch
from dashboards.page.tables import Cell, CellMaker
from dashboards.wording.changes import Change, ChangeWording, wording_of
from dashboards.wording.rates import LEAST, share
from dashboards.wording.texts import Texts

_HOURS = 24
_EVERY = 3


@dataclass(frozen=True, slots=True)
class WeekHour:
    """An hour of a weekday, 1 Monday to 7 Sunday."""

    weekday: int
    hour: int
    calls: int
    ended_calls: int
    missed: int
    waiting_p25: float | None
    waiting_p50: float | None
    waiting_p75: float | None
    waiting_known: int

    @property
    def waiting(self) -> Box | None:
        return box_of(self.waiting_p25, self.waiting_p50, self.waiting_p75, self.waiting_known)


@dataclass(frozen=True, slots=True)
class Metric:
    """`text`: what it is called. `value`: of a row, None where it has none to show. `only`: what
    the journal is narrowed to for it."""

    text: str
    value: Callable[[WeekHour], float | None]
    only: Mapping[str, object]
    cell: Callable[[CellMaker, WeekHour, str | None], Cell]
    change: Callable[[ChangeWording, WeekHour, WeekHour], Change | None]


METRICS = {
    "volume": Metric(
        "quality.metric_volume",
        lambda row: row.calls or None,
        {"lead_type": "call"},
        lambda cells, row, link: cells.number(row.calls, link),
        lambda wording, row, was: wording.count(row.calls, was.calls),
    ),
    "missed": Metric(
        "quality.metric_missed",
        lambda row: share(row.missed, row.ended_calls),
        {"only": "missed"},
        lambda cells, row, link: cells.rate(row.missed, row.ended_calls, link),
        lambda wording, row, was: wording.share(
            (row.missed, row.ended_calls), (was.missed, was.ended_calls)
        ),
    ),
    "waiting": Metric(
        "quality.metric_waiting",
        lambda row: row.waiting_p50,
        {"lead_type": "call", "status": "successful"},
        lambda cells, row, link: cells.seconds(row.waiting_p50),
        lambda wording, row, was: wording.median(row.waiting, was.waiting),
    ),
}
Week = Sequence[WeekHour]
"""The same hour of each weekday."""


def hours(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "heatmap", WeekHour)
    texts = context.texts
    if not any(row.calls for row in rows):
        return empty(context)
    chosen = str(context.options["metric"])
    metric = METRICS[chosen]
    days = _days(rows)
    figure = heatmap(
        texts.forms("calendar.short_weekdays"),
        [f"{hour:02}" if hour % _EVERY == 0 else "" for hour in range(_HOURS)],
        [[metric.value(row) for row in day] for day in days],
        [[_hover(row, context) for row in day] for day in days],
        [[_link(row, metric, context) for row in day] for day in days],
        share=chosen == "missed",
    )
    label = f"{texts('quality.hours')}: {texts(metric.text)}"
    names = {name: texts(known.text) for name, known in METRICS.items()}
    # An hour per row, a weekday per column: as wide as a telephone.
    chart, table = chart_with_table(
        context,
        "hours",
        label,
        figure,
        _columns(metric, len(days)),
        list(zip(*days, strict=True)),
        is_sortable=False,
        earlier=_earlier(context),
    )
    few = [Paragraph(texts("quality.hours_few", least=LEAST))] if chosen == "missed" else []
    return (switch(context, "metric", texts("quality.metric"), names, "hours"), chart, *few, table)


def _days(rows: Sequence[WeekHour]) -> list[Sequence[WeekHour]]:
    return [rows[start : start + _HOURS] for start in range(0, len(rows), _HOURS)]


def _earlier(context: CardContext) -> EarlierRows[Week] | None:
    about = against(context).asked
    if about is None:
        return None
    weeks = zip(*_days(ask_rows(context, "heatmap", WeekHour, about)), strict=True)
    return EarlierRows(lambda week: week[0].hour, {week[0].hour: week for week in weeks})


def _columns(metric: Metric, days: int) -> Columns[Week]:
    def of_day(day: int) -> Column[Week]:
        def cell(week: Week, context: CardContext) -> Cell:
            link = _link(week[day], metric, context)
            return metric.cell(CellMaker(context.formats), week[day], link)

        def changed(week: Week, earlier: Week | None, wording: ChangeWording) -> Change | None:
            directed = wording_of(metric.text, wording.formats)
            return None if earlier is None else metric.change(directed, week[day], earlier[day])

        def title(texts: Texts) -> str:
            return texts.forms("calendar.short_weekdays")[day]

        return Column(title, cell, "number", change=changed)

    return (
        column.words("quality.hour", lambda week, _: _hour_text(week[0])),
        *map(of_day, range(days)),
    )


def _link(row: WeekHour, metric: Metric, context: CardContext) -> str | None:
    if not (row.missed if "only" in metric.only else row.calls):
        return None
    return context.leads(None, weekday=row.weekday, hour=row.hour, **metric.only)


def _hover(row: WeekHour, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    weekday = texts.forms("calendar.weekdays")[row.weekday - 1]
    lines = [
        f"{weekday}, {_hour_text(row)}",
        f"{texts('quality.metric_volume')}: {formats.number(row.calls)}",
    ]
    if row.ended_calls:
        rate = share(row.missed, row.ended_calls)
        counted = f"{formats.number(row.missed)} / {formats.number(row.ended_calls)}"
        in_percent = "" if rate is None else f" ({formats.percent(rate)})"
        lines.append(f"{texts('quality.missed')}: {counted}{in_percent}")
    if row.waiting_p50 is not None:
        lines.append(f"{texts('quality.waits')}: {formats.duration(row.waiting_p50)}")
    return "<br>".join(lines)


def _hour_text(row: WeekHour) -> str:
    """09:00–10:00"""
    return f"{row.hour:02}:00\N{EN DASH}{row.hour + 1:02}:00"
