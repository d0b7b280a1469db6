"""The card of a lead about what flows sent of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.rows import ask_rows
from dashboards.pages.flows.states import outcome_text, state_text, word_cell
from dashboards.pages.operations.listing import flow_link, operation_link


@dataclass(frozen=True, slots=True)
class LeadAttempt:
    """An attempt of an operation about the lead; `attempt` is None where it has made none yet."""

    operation_id: int
    flow: str
    state: str
    reason: str | None
    received_at: datetime
    step_name: str | None
    attempt: int | None
    begun_at: datetime | None
    seconds: float | None
    host: str | None
    http_status: int | None
    attempt_outcome: str | None
    attempt_reason: str | None


def operations(context: CardContext) -> Sequence[Part]:
    """Nothing for a lead that no flow took up: most are such."""
    rows = ask_rows(context, "lead_operations", LeadAttempt, **context.options)
    if not rows:
        return ()
    title = context.texts("lead.operations")
    table = table_of(context, title, _COLUMNS, rows, is_sortable=False)
    if context.reader_context.as_of is None:
        return (table,)
    return (table, Paragraph(context.texts("as_of.states_now")))


def _outcome(row: LeadAttempt, context: CardContext) -> str:
    if row.attempt is None:
        return context.texts("site.not_available")
    return outcome_text(row.attempt_outcome, context)


_COLUMNS: Columns[LeadAttempt] = (
    column.identity(
        "flows.number",
        lambda row: row.operation_id,
        lambda row, context: operation_link(row.operation_id, context),
    ),
    column.text("flows.flow", lambda row: row.flow, lambda row, to: flow_link(row.flow, to)),
    column.words("flows.state", lambda row, context: state_text(row.state, context)),
    Column(
        "flows.reason", lambda row, context: word_cell(row.attempt_reason or row.reason, context)
    ),
    Column("flows.step", lambda row, context: word_cell(row.step_name, context)),
    Column("flows.host", lambda row, context: word_cell(row.host, context)),
    column.identity("flows.attempt", lambda row: row.attempt),
    column.moment("flows.at_attempt", lambda row: row.begun_at or row.received_at),
    column.words("flows.outcome", _outcome),
    column.identity("flows.http_status", lambda row: row.http_status),
    column.number("flows.attempt_seconds", lambda row: row.seconds, decimals=1),
)
