"""Operations in a table, newest first, and the addresses of lists of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from dashboards.page import column
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.tables import Batches, Cell, CellMaker, Table
from dashboards.pages.flows.states import state_text, word_cell


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


def operations_table(
    context: CardContext,
    label: str,
    rows: Sequence[ListedOperation],
    *,
    of_one_flow: bool = False,
    whole: Callable[[Batches], Iterator[ListedOperation]] | None = None,
) -> Table:
    columns = [one for one in _COLUMNS if not (of_one_flow and one.title == "flows.flow")]
    return table_of(context, label, columns, rows, is_sortable=False, whole=whole)


def listed(context: CardContext, asked: Mapping[str, object]) -> str | None:
    """The URL of the page that lists these operations of the same period."""
    return context.url("/operations", query_of(context, asked))


def query_of(context: CardContext, asked: Mapping[str, object]) -> str:
    written = urlencode([(name, value) for name, value in asked.items() if value is not None])
    return "&".join(part for part in (context.slice.query, written) if part)


def operation_link(number: int, context: CardContext) -> str | None:
    return context.url(f"/operations/{number}", context.slice.query)


def flow_link(name: str, context: CardContext) -> str | None:
    return context.url(f"/flows/{name}", context.slice.query)


def _lead(row: ListedOperation, context: CardContext) -> Cell:
    if row.lead_type is None or row.lead_id is None:
        return CellMaker(context.formats).words(context.texts("site.not_available"))
    return column.lead_cell(row.lead_type, row.lead_id, context)


_COLUMNS: Columns[ListedOperation] = (
    column.identity(
        "flows.number",
        lambda row: row.operation_id,
        lambda row, context: operation_link(row.operation_id, context),
    ),
    column.moment("flows.at", lambda row: row.received_at),
    column.text("flows.flow", lambda row: row.flow, lambda row, to: flow_link(row.flow, to)),
    column.words("flows.state", lambda row, context: state_text(row.state, context)),
    Column("flows.reason", lambda row, context: word_cell(row.reason, context)),
    Column("flows.lead", _lead),
    Column("flows.host", lambda row, context: word_cell(row.host, context)),
    column.identity("flows.http_status", lambda row: row.http_status),
    column.number("flows.attempts", lambda row: row.attempts),
    column.seconds("flows.seconds", lambda row: row.seconds),
)
