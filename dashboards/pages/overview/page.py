"""`/`: how are we doing? Six numbers, leads over time, where they came from, today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboards.access.roles import Audience
from dashboards.figures.lines import lines_over_time
from dashboards.figures.text import plain, shorten
from dashboards.page import column
from dashboards.page.cards import Card, Page, Part
from dashboards.page.chart_parts import MOST_SOURCES, TOP_SOURCES, chart_with_table
from dashboards.page.column import Columns, table_of
from dashboards.page.comparison import EarlierUnit, beside, earlier_rows, other_text, units_before
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.over_time import LeadCount, TimeUnits, is_running, series_of, unit_within
from dashboards.page.rows import ask_rows
from dashboards.pages.overview.today import today
from dashboards.pages.overview.totals import totals
from dashboards.slice.slice import OTHER_SLICE, Slice
from dashboards.wording.sources import source_text

# Longer charts show only the time that has data; up to this, empty days at either end count too.
_SHOWN_WHOLE_DAYS = 92
_CALLS, _REQUESTS = ({"lead_type": lead_type} for lead_type in ("call", "request"))


@dataclass(frozen=True, slots=True)
class LeadsUnit:
    starts_on: date
    leads: int
    calls: int
    requests: int


_COUNTS: Sequence[LeadCount[LeadsUnit]] = (
    LeadCount("site.total", lambda row: row.leads),
    LeadCount("site.calls", lambda row: row.calls, _CALLS),
    LeadCount("site.requests", lambda row: row.requests, _REQUESTS),
)


@dataclass(frozen=True, slots=True)
class TopSource:
    """`is_rest`: all others, which are so many `sources`."""

    source: str | None
    medium: str | None
    is_rest: bool
    sources: int
    leads: int
    calls: int
    requests: int
    unique_leads: int
    target_leads: int
    target_known: int


def over_time(context: CardContext) -> Sequence[Part]:
    shown = _with_leads(context)
    units = TimeUnits(unit_within(shown, shown.period.days), shown)
    rows = ask_rows(context, "leads_over_time", LeadsUnit, shown, unit=units.unit)
    earlier = units_before(
        context, "leads_over_time", LeadsUnit, units.unit, _compared(shown, context)
    )
    starts = [row.starts_on for row in rows]
    links = [[units.link(start, count.only, context) for start in starts] for count in _COUNTS]
    links.append([_earlier_link(unit, context) for unit in earlier])
    series, texts = series_of(_COUNTS, rows, context), context.texts
    dotted = [unit.row.leads if _has_data(unit, context) else None for unit in earlier]
    figure = lines_over_time(
        starts,
        series,
        dotted,
        units.unit,
        texts,
        links,
        runs=is_running(units, context),
        before_name=_other_leads(context),
    )
    label = texts("overview.over_time_label", days=context.formats.days(context.slice.period))
    columns: Columns[LeadsUnit] = (units.starts(), *map(units.column, _COUNTS))
    name = "leads-over-time"
    return chart_with_table(
        context, name, label, figure, columns, rows, unit=units.unit, earlier=beside(rows, earlier)
    )


def by_source(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "sources", TopSource, top=TOP_SOURCES)
    if not rows:
        return empty_slice(context, 0)
    earlier = earlier_rows(
        context, "sources", TopSource, lambda row: (row.source, row.medium), top=MOST_SOURCES
    )
    columns = _source_columns(max(row.leads for row in rows))
    label = context.texts("overview.by_source")
    return (
        table_of(context, label, columns, rows, is_rest=lambda row: row.is_rest, earlier=earlier),
    )


PAGE = Page(
    "overview",
    "/",
    (
        Card("overview.totals", totals),
        Card("overview.over_time", over_time),
        Card("overview.by_source", by_source),
        Card("overview.today", today),
    ),
    audience=Audience.MANAGERS,
)


def _with_leads(context: CardContext) -> Slice:
    """Years in which nothing was recorded yet would be no zeros; some empty days are."""
    here = context.slice
    if here.period.days <= _SHOWN_WHOLE_DAYS:
        return here
    span = context.everything()
    return here if span is None else here.within(span)


def _compared(shown: Slice, context: CardContext) -> Slice:
    """Whose period before the chart is to show: its first day belongs under the chart's."""
    here = context.slice
    return here if shown.period.first == here.period.first else shown


def _other_leads(context: CardContext) -> str:
    """Whose line the dotted one is, where it is that of other leads on the same days."""
    if context.slice.compare != OTHER_SLICE:
        return ""
    return plain(shorten(other_text(context), 60))


def _has_data(unit: EarlierUnit[LeadsUnit], context: CardContext) -> bool:
    """Days before the first lead are no zeros."""
    span = context.everything()
    return span is None or unit.days.last >= span.first


def _earlier_link(unit: EarlierUnit[LeadsUnit], context: CardContext) -> str | None:
    about, starts_on = context.slice.against(context.now), unit.row.starts_on
    hour = {"hour": starts_on.hour} if isinstance(starts_on, datetime) else {}
    return None if about is None else context.leads(about.of(unit.days), **hour)


def _source_name(row: TopSource, context: CardContext) -> str:
    """yandex / cpc. A stranger's text: whoever shows it escapes it."""
    if row.is_rest:
        return context.texts("site.rest", count=context.formats.number(row.sources))
    return source_text(row.source, row.medium, context.texts)


def _source_link(row: TopSource, context: CardContext, **only: Any) -> str | None:
    return None if row.is_rest else context.leads(source=row.source, medium=row.medium, **only)


def _source_columns(most: int) -> Columns[TopSource]:
    """`most`: leads of the longest bar."""
    return (
        column.name("overview.source", _source_name, _source_link),
        column.number("site.leads", lambda row: row.leads, most=most),
        column.number("site.calls", lambda row: row.calls, _calls_link),
        column.number("site.requests", lambda row: row.requests, _requests_link),
        column.number("overview.unique_short", lambda row: row.unique_leads),
        column.number("overview.target_short", lambda row: row.target_leads),
        column.TARGET_RATE,
    )


def _calls_link(row: TopSource, context: CardContext) -> str | None:
    return _source_link(row, context, **_CALLS) if row.calls else None


def _requests_link(row: TopSource, context: CardContext) -> str | None:
    return _source_link(row, context, **_REQUESTS) if row.requests else None
