"""`/flows/<name>`: how one flow does, what failed in it and where, and its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from flask import g

from analytics.reports.parameter import ReportParameter
from dashboards.figures.bars import Series, bars_over_time
from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Column, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.over_time import unit_of
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.pages.flows.failing import FlowFailure, failure_columns
from dashboards.pages.operations.desk import DeskClosed, FlowRecord, operation_desk
from dashboards.pages.operations.listing import (
    ListedOperation,
    listed,
    operations_table,
    query_of,
)
from dashboards.slice.bad_query import NoSuchPage
from dashboards.slice.period import Period
from dashboards.wording.units import unit_period

MOST_FAILURES, LAST = 50, 20
TOLD = ReportParameter("told", None, choices=("started", "stopped", "replayed"), is_place=True)
_OUTCOMES = ("done", "skipped", "unfinished", "failed", "unknown", "dropped")
_COLOURS = {"done": 3, "skipped": 9, "unfinished": 1, "failed": 7, "unknown": 5, "dropped": 8}
_HOURS_DAYS = 2


@dataclass(frozen=True, slots=True)
class FlowOutcomes:
    """Operations that were received in an hour, or a longer unit, by what became of them."""

    starts_at: datetime
    received: int
    done: int
    skipped: int
    failed: int
    unknown: int
    dropped: int
    unfinished: int


def check(context: CardContext) -> None:
    """Raises `NoSuchPage`."""
    name = context.options["name"]
    query = "select 1 from flow_operations where flow = $flow limit 1"
    is_known = _record(context) or context.db.execute(query, {"flow": name}).fetchone()
    if not is_known:
        raise NoSuchPage("no_flow")


def now(context: CardContext) -> Sequence[Part]:
    record = _record(context)
    if record is None:
        return (Paragraph(context.texts("undone.closed"), "notice"),)
    address = f"/flows/{quote(record.name)}"
    values = {
        "record": record,
        "told": context.options[TOLD.name],
        "is_admin": context.reader.is_admin and context.origin == "",
        "address": context.url(address),
        "all": listed(context, {"flow": record.name}),
        "source": context.texts(f"flow.source_{record.source}") if record.source else "",
    }
    return (TemplatePart("parts/flow_head.html", values),)


def over_time(context: CardContext) -> Sequence[Part]:
    texts, unit = context.texts, _unit(context)
    rows = ask_rows(context, "flow_outcomes", FlowOutcomes, flow=context.options["name"], unit=unit)
    if not any(row.received for row in rows):
        return empty(context, "flow.nothing")
    series = [
        Series(_outcome_title(name, context), [getattr(row, name) for row in rows])
        for name in _OUTCOMES
    ]
    starts: list[date] = [row.starts_at if unit == "hour" else row.starts_at.date() for row in rows]
    links = [[_days_link(row, unit, context) for row in rows]] * (len(series) + 1)
    figure = bars_over_time(starts, series, unit, texts, links=links)
    figure["colours"] = [_COLOURS[name] for name in _OUTCOMES]
    begins: Column[FlowOutcomes] = Column(
        f"unit.{unit}", lambda row, context: _unit_cell(row, unit, context)
    )
    counts = [_count_column(name) for name in _OUTCOMES]
    received: Column[FlowOutcomes] = column.number("flows.received", lambda row: row.received)
    label = texts("flow.over_time_label", days=context.formats.days(context.slice.period))
    return chart_with_table(
        context, "flow-outcomes", label, figure, [begins, received, *counts], rows
    )


def failures(context: CardContext) -> Sequence[Part]:
    name = context.options["name"]
    rows = ask_rows(context, "flow_failures", FlowFailure, top=MOST_FAILURES, flow=name)
    if not rows:
        return empty(context, "flows.no_failures")
    columns = [one for one in failure_columns(rows) if one.title != "flows.flow"]
    if context.reader.is_admin and context.origin == "":
        columns.append(Column("flow.replay", _replay_cell))
    return (table_of(context, context.texts("flow.failures"), columns, rows),)


def operations(context: CardContext) -> Sequence[Part]:
    name = context.options["name"]
    rows = ask_rows(context, "flow_operations", ListedOperation, flow=name, limit=LAST)
    if not rows:
        return empty(context, "operations.none")
    all_of_them = listed(context, {"flow": name})
    return (
        operations_table(context, context.texts("flow.operations"), rows, of_one_flow=True),
        Paragraph("", "note", all_of_them, context.texts("flow.all_operations")),
    )


def versions(context: CardContext) -> Sequence[Part]:
    """What they say is for those who may change it: keys may stand in it in plain text."""
    record = _record(context)
    if record is None:
        return ()
    texts, formats = context.texts, context.formats
    parts: list[Part] = []
    for one in record.versions:
        told = {"version": one.version, "at": formats.short_moment(one.made_at), "who": one.made_by}
        key = "flow.version_now" if one.version == record.version else "flow.version"
        if not context.reader.is_admin:
            parts.append(Paragraph(texts(key, **told)))
            continue
        label = texts("flow.definition", version=one.version)
        values: dict[str, object] = {"text": one.definition, "label": label}
        parts.append(Collapsible(texts(key, **told), TemplatePart("parts/kept_text.html", values)))
    return parts


PAGE = Page(
    "flow",
    "/flows/<name>",
    (
        Card("flow.now", now),
        Card("flow.over_time", over_time),
        Card("flow.failures", failures),
        Card("flow.operations", operations),
        Card("flow.versions", versions),
    ),
    (TOLD,),
    sliced="period",
    is_listed=False,
    check=check,
    needs_deliveries=False,
    has_history=False,
)


def _record(context: CardContext) -> FlowRecord | None:
    """None without flows, too. Asked for once."""
    if "flow_record" not in g:
        try:
            g.flow_record = operation_desk().flow(context.options["name"])
        except DeskClosed:
            g.flow_record = None
    record: FlowRecord | None = g.flow_record
    return record


def _unit(context: CardContext) -> str:
    days = context.slice.period.days
    return "hour" if not context.slice.unit and days <= _HOURS_DAYS else unit_of(context)


def _outcome_title(name: str, context: CardContext) -> str:
    key = "flow.unfinished" if name == "unfinished" else f"flows.state_{name}"
    return context.texts(key).capitalize()


def _count_column(name: str) -> Column[FlowOutcomes]:
    def cell(row: FlowOutcomes, context: CardContext) -> Cell:
        return CellMaker(context.formats).number(getattr(row, name))

    key = "flow.unfinished" if name == "unfinished" else f"flows.state_{name}"
    return Column(lambda texts: texts(key).capitalize(), cell, "number")


def _unit_cell(row: FlowOutcomes, unit: str, context: CardContext) -> Cell:
    cells, link = CellMaker(context.formats), _days_link(row, unit, context)
    if unit == "hour":
        return cells.moment(row.starts_at, link)
    return cells.unit(row.starts_at.date(), unit, link)


def _days_link(row: FlowOutcomes, unit: str, context: CardContext) -> str | None:
    """The operations of the day, week, …, in the list."""
    here, day = context.slice, row.starts_at.date()
    days = Period(day, day) if unit == "hour" else unit_period(day, unit, here.period)
    name = quote(context.options["name"])
    return context.url("/operations", f"{here.of(days).query}&flow={name}")


def _replay_cell(row: FlowFailure, context: CardContext) -> Cell:
    address = context.url("/operations/replay", query_of(context, row.asked()))
    return CellMaker(context.formats).words(context.texts("flow.replay_these"), address)
