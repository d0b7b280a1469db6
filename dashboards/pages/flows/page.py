"""`/flows`: is everything passed on that came in, and what went wrong?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.reports.parameters import UNDECIDED
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.column import Column, Columns, EarlierRows, table_of
from dashboards.page.comparison import changes_said, earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.pages.flow_editor.card import definitions
from dashboards.pages.flows.failing import FlowFailure, failure_columns
from dashboards.pages.operations.listing import flow_link, listed
from dashboards.wording.texts import Texts

MOST_FAILURES = 50
_STATES = ("done", "skipped", "failed", "unknown", "held", "dropped")


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """Of all operations of a flow; `undecided`: those that need a person."""

    flow: str
    operations: int
    done: int
    skipped: int
    failed: int
    unknown: int
    held: int
    dropped: int
    waiting: int
    today: int
    done_today: int
    failed_today: int
    unknown_today: int
    last_received_at: datetime
    oldest_waiting_at: datetime | None
    undecided: int


def flows(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "flow_summary", FlowSummary)
    if not rows:
        return (*empty(context, "flows.none"), Paragraph(texts("flows.none_todo")))
    undecided = sum(row.undecided for row in rows)
    count = context.formats.number(undecided)
    undecided_list = listed(context, {"state": UNDECIDED})
    notice = Paragraph(
        texts("flows.undecided", count=count), "notice", undecided_list, texts("flows.show_them")
    )
    return (
        *((notice,) if undecided else ()),
        table_of(context, texts("flows.now"), _NOW, rows),
        Paragraph(texts("flows.in_all"), "heading"),
        table_of(context, texts("flows.in_all"), _IN_ALL, rows, earlier=_earlier(context)),
        *changes_said(context),
        Paragraph("", "note", listed(context, {}), texts("flows.all_operations")),
    )


def _earlier(context: CardContext) -> EarlierRows[FlowSummary] | None:
    return earlier_rows(context, "flow_summary", FlowSummary, lambda row: row.flow)


def failures(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "flow_failures", FlowFailure, top=MOST_FAILURES)
    if not rows:
        return empty(context, "flows.no_failures")
    return (table_of(context, context.texts("flows.failures"), failure_columns(rows), rows),)


PAGE = Page(
    "flows",
    "/flows",
    (
        Card("flows.flows", flows),
        Card("flow_editor.list", definitions),
        Card("flows.failures", failures),
    ),
    sliced="period",
    needs_deliveries=False,
    has_history=False,
)


def _waited(row: FlowSummary, context: CardContext) -> Cell:
    """How long the oldest has waited."""
    oldest = row.oldest_waiting_at
    seconds = max((context.now - oldest).total_seconds(), 0.0) if oldest else None
    return CellMaker(context.formats).seconds(seconds)


_NOW: Columns[FlowSummary] = (
    column.text(
        "flows.flow",
        lambda row: row.flow,
        lambda row, context: flow_link(row.flow, context),
    ),
    column.number("flows.today", lambda row: row.today),
    column.number("flows.done_today", lambda row: row.done_today),
    column.number("flows.failed_today", lambda row: row.failed_today),
    column.number("flows.unknown_today", lambda row: row.unknown_today),
    column.number("flows.waiting", lambda row: row.waiting, why=True),
    Column("flows.oldest_waiting", _waited, "number", why=True),
    column.moment("flows.last", lambda row: row.last_received_at),
)


def _in_state(state: str) -> Column[FlowSummary]:
    def title(texts: Texts) -> str:
        return texts(f"flows.state_{state}").capitalize()

    def cell(row: FlowSummary, context: CardContext) -> Cell:
        return CellMaker(context.formats).number(getattr(row, state))

    return Column(title, cell, "number", f"flows.state_{state}_why")


_IN_ALL: Columns[FlowSummary] = (
    column.text("flows.flow", lambda row: row.flow),
    column.number("flows.received", lambda row: row.operations),
    *(_in_state(state) for state in _STATES),
)
