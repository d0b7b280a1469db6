"""The card of the flows' page that lists operations, newest first, those that the URL asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from analytics.reports.parameters import BEFORE, OPERATIONS_ASKED
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part, TemplatePart
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.pages.flows.states import number_text, state_text, word_cell

ROWS = 50
OPTIONS = (*OPERATIONS_ASKED, BEFORE)


@dataclass(frozen=True, slots=True)
class ListedOperation:
    """`host`, `http_status`: of the last attempt. `seconds`: from receipt to the end."""

    operation_id: int
    received_at: datetime
    flow: str
    state: str
    reason: str | None
    lead_type: str | None
    lead_id: int | None
    host: str | None
    http_status: int | None
    attempts: int
    seconds: float | None


def operations(context: CardContext) -> Sequence[Part]:
    asked = chosen(context)
    before = context.options[BEFORE.name]
    rows = ask_rows(
        context, "flow_operations", ListedOperation, **asked, before=before, limit=ROWS + 1
    )
    note = _chosen_text(asked, context)
    if not rows:
        return (*note, *empty(context, "flows.no_operations"))
    title = context.texts("flows.operations")
    table = table_of(context, title, _COLUMNS, rows[:ROWS], is_sortable=False)
    return (*note, table, *_pager(rows, asked, context))


def chosen(context: CardContext) -> dict[str, Any]:
    """What the URL asks for besides the period."""
    values = {option.name: context.options[option.name] for option in OPERATIONS_ASKED}
    return {name: value for name, value in values.items() if value is not None}


def listed(context: CardContext, asked: Mapping[str, object]) -> str | None:
    """The URL of the page with these operations in its list."""
    query = "&".join(part for part in (context.slice.query, urlencode(asked)) if part)
    url = context.url("/flows", query)
    return url and f"{url}#operations"


def _lead(row: ListedOperation, context: CardContext) -> Cell:
    if row.lead_type is None or row.lead_id is None:
        return CellMaker(context.formats).words(context.texts("site.not_available"))
    return column.lead_cell(row.lead_type, row.lead_id, context)


_COLUMNS: Columns[ListedOperation] = (
    column.moment("flows.at", lambda row: row.received_at),
    column.text("flows.flow", lambda row: row.flow),
    column.words("flows.state", lambda row, context: state_text(row.state, context)),
    Column("flows.reason", lambda row, context: word_cell(row.reason, context)),
    Column("flows.lead", _lead),
    Column("flows.host", lambda row, context: word_cell(row.host, context)),
    column.words("flows.http_status", lambda row, context: number_text(row.http_status, context)),
    column.number("flows.attempts", lambda row: row.attempts),
    column.seconds("flows.seconds", lambda row: row.seconds),
    column.words("flows.number", lambda row, _: f"{row.operation_id}", kind="number"),
)


def _chosen_text(asked: Mapping[str, str], context: CardContext) -> Sequence[Paragraph]:
    if not asked:
        return ()
    texts = context.texts
    words = [
        f"{texts(f'flows.{name}')}: {state_text(value, context) if name == 'state' else value}"
        for name, value in asked.items()
    ]
    text = texts("flows.chosen", chosen=", ".join(words))
    return (Paragraph(text, "note", listed(context, {}), texts("flows.show_all")),)


def _pager(
    rows: Sequence[ListedOperation], asked: Mapping[str, str], context: CardContext
) -> Sequence[Part]:
    older = {**asked, BEFORE.name: rows[ROWS - 1].operation_id} if len(rows) > ROWS else None
    links: dict[str, object] = {
        "newest": listed(context, asked) if context.options[BEFORE.name] else None,
        "older": listed(context, older) if older else None,
        "exports": [],
    }
    return (TemplatePart("parts/journal_pager.html", links),) if any(links.values()) else ()
