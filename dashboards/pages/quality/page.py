"""`/quality`: when do we lose calls, how long do clients wait, who is still worth calling back?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.reports.parameter import ReportParameter
from dashboards.access.roles import Audience
from dashboards.figures.bars import bars_over_time
from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.chart_parts import AMBER, GREEN, RED, chart_with_table
from dashboards.page.column import Columns
from dashboards.page.comparison import before, beside, changes_said, units_before
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_card
from dashboards.page.over_time import LeadCount, series_of, units_of
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tiles import tiles
from dashboards.pages.quality.hours import METRICS, hours
from dashboards.pages.quality.own_hours import own_hours
from dashboards.pages.quality.totals import Quality, quality_tiles
from dashboards.pages.quality.waiting import answered_within, waiting
from dashboards.pages.rescue.page import PATH as RESCUE_PATH
from dashboards.pages.rescue.page import rescue_tiles
from dashboards.pages.rescue.people import waiting_clients


@dataclass(frozen=True, slots=True)
class MissedCalls:
    """Of a unit of time: those answered later, those that still can be in time, the others."""

    starts_on: date
    missed: int
    recovered: int
    pending: int
    lost: int


_MISSED: LeadCount[MissedCalls] = LeadCount(
    "quality.missed", lambda row: row.missed, {"only": "missed"}
)
_STATES: Sequence[LeadCount[MissedCalls]] = (
    LeadCount("quality.recovered", lambda row: row.recovered, {"only": "recovered"}),
    LeadCount("quality.pending", lambda row: row.pending, {"only": "pending"}),
    LeadCount("quality.lost", lambda row: row.lost, {"only": "lost"}),
)


def totals(context: CardContext) -> Sequence[Part]:
    now = ask_row(context, "quality", Quality)
    if not now.ended_calls:
        return empty_card(context, "quality.no_calls")
    earlier = before(context, "quality", Quality)
    said = changes_said(context, earlier.against)
    return (tiles(quality_tiles(context, now, earlier)), *said)


def recovery(context: CardContext) -> Sequence[Part]:
    units, texts = units_of(context), context.texts
    rows = ask_rows(context, "missed_calls_over_time", MissedCalls, unit=units.unit)
    if not any(row.missed for row in rows):
        return empty(context, "quality.none_missed")
    counts = (*_STATES, _MISSED)
    links = [[units.count_link(row, count, context) for row in rows] for count in counts]
    starts, series = [row.starts_on for row in rows], series_of(_STATES, rows, context)
    earlier = units_before(context, "missed_calls_over_time", MissedCalls, units.unit)
    before_them = [unit.row.missed for unit in earlier]
    figure = bars_over_time(starts, series, units.unit, texts, links=links, before=before_them)
    columns: Columns[MissedCalls] = (
        units.starts(),
        units.column(_MISSED),
        *map(units.column, _STATES),
    )
    return chart_with_table(
        context,
        "missed-calls",
        texts("quality.recovery"),
        figure | {"colours": [GREEN, AMBER, RED]},
        columns,
        rows,
        unit=units.unit,
        is_sortable=False,
        earlier=beside(rows, earlier),
    )


def rescue(context: CardContext) -> Sequence[Part]:
    """How many there are, and the way to the list."""
    rows = waiting_clients(context, top=1)
    if not rows:
        return empty(context, "rescue.nobody_waits")
    way = Paragraph(
        "",
        "note",
        context.url(RESCUE_PATH, context.slice.query),
        context.texts("quality.to_rescue"),
    )
    return (tiles(rescue_tiles(context, rows[0], RESCUE_PATH)), way)


PAGE = Page(
    "quality",
    "/quality",
    (
        Card("quality.totals", totals),
        Card("quality.rescue", rescue),
        Card("quality.hours", hours),
        Card("quality.waiting", waiting, "half"),
        Card("quality.answered_within", answered_within, "half"),
        Card("quality.recovery", recovery),
        Card("quality.own_hours", own_hours),
    ),
    options=(ReportParameter("metric", "volume", choices=tuple(METRICS)),),
    audience=Audience.SITES,
)
