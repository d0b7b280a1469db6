"""Operations that failed alike, as tables show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page import column
from dashboards.page.column import Column
from dashboards.page.context import CardContext
from dashboards.pages.flows.states import state_text, word_cell
from dashboards.pages.operations.listing import flow_link, listed


@dataclass(frozen=True, slots=True)
class FlowFailure:
    """`step_name`, `host`: of the last attempt."""

    flow: str
    step_name: str | None
    host: str | None
    state: str
    reason: str | None
    operations: int
    last_at: datetime

    def asked(self) -> dict[str, str | None]:
        """What a list of operations is asked for to show these."""
        return {
            "flow": self.flow,
            "state": self.state,
            "reason": self.reason,
            "step": self.step_name,
            "host": self.host,
        }


def failure_columns(rows: Sequence[FlowFailure]) -> list[Column[FlowFailure]]:
    most = max(row.operations for row in rows)
    return [
        column.text("flows.flow", lambda row: row.flow, lambda row, to: flow_link(row.flow, to)),
        Column("flows.step", lambda row, context: word_cell(row.step_name, context)),
        Column("flows.host", lambda row, context: word_cell(row.host, context)),
        column.words("flows.state", lambda row, context: state_text(row.state, context)),
        Column("flows.reason", lambda row, context: word_cell(row.reason, context)),
        column.number("flows.operations", lambda row: row.operations, _listed, most=most),
        column.moment("flows.last", lambda row: row.last_at),
    ]


def _listed(row: FlowFailure, context: CardContext) -> str | None:
    return listed(context, row.asked())
