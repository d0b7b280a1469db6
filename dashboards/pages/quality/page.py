"""`/quality`: when do we lose calls, how long do clients wait, who is still worth calling back?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.reports.parameter import ReportParameter
from dashboards.figures.bars import Series, bars_over_time
from dashboards.page import column
from dashboards.page.cards import Card, Page, Part
from dashboards.page.chart_parts import AMBER, GREEN, RED, chart_with_table
from dashboards.page.column import Column
from dashboards.page.comparison import before, changes_said
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_card
from dashboards.page.over_time import leads_of_unit, unit_of
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tiles import tiles
from dashboards.pages.quality.hours import METRICS, hours
from dashboards.pages.quality.rescue import rescue
from dashboards.pages.quality.totals import Quality, quality_tiles
from dashboards.pages.quality.waiting import answered_within, waiting


@dataclass(frozen=True, slots=True)
class MissedCalls:
    """Of a unit of time: those answered later, those that still can be in time, the others."""

    starts_on: date
    missed: int
    recovered: int
    pending: int
    lost: int


_States = dict[str, Callable[[MissedCalls], int]]
_STATES: _States = {
    "recovered": lambda row: row.recovered,
    "pending": lambda row: row.pending,
    "lost": lambda row: row.lost,
}
_MISSED: _States = {"missed": lambda row: row.missed}


def totals(context: CardContext) -> Sequence[Part]:
    now = ask_row(context, "quality", Quality)
    if not now.ended_calls:
        return empty_card(context, "quality.no_calls")
    against = before(context, "quality", Quality)
    return (tiles(quality_tiles(context, now, against)), *changes_said(context, against))


def recovery(context: CardContext) -> Sequence[Part]:
    unit, texts = unit_of(context), context.texts
    rows = ask_rows(context, "missed_calls_over_time", MissedCalls, unit=unit)
    if not any(row.missed for row in rows):
        return empty(context, "quality.none_missed")
    series = [
        Series(texts(f"quality.{name}"), [count(row) for row in rows])
        for name, count in _STATES.items()
    ]
    counted = [_counted(unit, name, count) for name, count in {**_MISSED, **_STATES}.items()]
    links = [
        [_link(row, unit, name, count, context) for row in rows]
        for name, count in {**_STATES, **_MISSED}.items()
    ]
    figure = bars_over_time([row.starts_on for row in rows], series, unit, texts, links=links)
    return chart_with_table(
        context,
        "missed-calls",
        texts("quality.recovery"),
        figure | {"colours": [GREEN, AMBER, RED]},
        "medium",
        [column.unit(unit, lambda row: row.starts_on), *counted],
        rows,
        unit,
        is_sortable=False,
    )


PAGE = Page(
    "quality",
    "/quality",
    (
        Card("quality.totals", totals),
        Card("quality.hours", hours),
        Card("quality.waiting", waiting, "half"),
        Card("quality.answered_within", answered_within, "half"),
        Card("quality.recovery", recovery),
        Card("quality.rescue", rescue),
    ),
    options=(ReportParameter("metric", "volume", choices=tuple(METRICS)),),
    compares=True,
)


def _counted(unit: str, name: str, count: Callable[[MissedCalls], int]) -> Column[MissedCalls]:
    return column.number(
        f"quality.{name}", count, lambda row, context: _link(row, unit, name, count, context)
    )


def _link(
    row: MissedCalls,
    unit: str,
    name: str,
    count: Callable[[MissedCalls], int],
    context: CardContext,
) -> str | None:
    if not count(row):
        return None
    return leads_of_unit(context, row.starts_on, unit, context.slice, only=name)
