"""The card of a lead about what flows sent of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.page.cards import Part
from dashboards.page.context import CardContext
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.pages.flows.states import outcome_cell, state_cell, status_cell, word_cell

_COLUMNS = (
    *("number", "flow", "state", "reason", "step", "host", "attempt"),
    *("at_attempt", "outcome", "http_status"),
)


def operations(context: CardContext) -> Sequence[Part]:
    """Nothing for a lead that no flow took up: most are such."""
    texts = context.texts
    rows = context.ask("lead_operations", None, **context.options).records()
    if not rows:
        return ()
    columns = [Column(texts(f"flows.{name}"), "text") for name in _COLUMNS]
    columns.append(Column(texts("flows.attempt_seconds")))
    shown = [_row(row, context) for row in rows]
    return (Table(texts("lead.operations"), columns, shown, is_sortable=False),)


def _row(row: Mapping[str, Any], context: CardContext) -> Row:
    cells = CellMaker(context.formats)
    nothing = cells.own(context.texts("site.not_available"))
    was_sent = row["attempt"] is not None
    return Row(
        [
            cells.own(f"{row['operation_id']}"),
            cells.text(row["flow"]),
            state_cell(row, cells),
            word_cell(row["attempt_reason"] or row["reason"], cells),
            word_cell(row["step_name"], cells),
            word_cell(row["host"], cells),
            status_cell(row["attempt"], cells),
            cells.moment(row["begun_at"] or row["received_at"]),
            outcome_cell(row["attempt_outcome"], cells) if was_sent else nothing,
            status_cell(row["http_status"], cells),
            cells.number(row["seconds"], decimals=1),
        ]
    )
