"""`/flows`: is everything passed on that came in, and what went wrong?"""

from collections.abc import Sequence
from typing import Any

from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.pages.flows.listing import OPTIONS, listed, operations
from dashboards.pages.flows.states import state_cell, word_cell

MOST_FAILURES = 50
_TODAY = ("today", "done_today", "failed_today", "unknown_today")
_STATES = ("done", "skipped", "failed", "unknown", "held", "dropped")

Record = dict[str, Any]


def flows(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("flow_summary").records()
    if not rows:
        return (Paragraph(texts("flows.none"), "empty"), Paragraph(texts("flows.none_todo")))
    undecided = sum(row["undecided"] for row in rows)
    count = context.formats.number(undecided)
    notice = Paragraph(texts("flows.undecided", count=count), "notice")
    return (
        *((notice,) if undecided else ()),
        _now(rows, context),
        Paragraph(texts("flows.in_all"), "heading"),
        _in_all(rows, context),
    )


def failures(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("flow_failures", top=MOST_FAILURES).records()
    if not rows:
        return (Paragraph(texts("flows.no_failures"), "empty"),)
    names = ("flow", "step", "host", "state", "reason")
    columns = [Column(texts(f"flows.{name}"), "text") for name in names]
    columns += [Column(texts("flows.operations")), Column(texts("flows.last"), "text")]
    most = max(row["operations"] for row in rows)
    return (
        Table(texts("flows.failures"), columns, [_failure(row, most, context) for row in rows]),
    )


PAGE = Page(
    "flows",
    "/flows",
    (
        Card("flows.flows", flows),
        Card("flows.failures", failures),
        Card("flows.operations", operations),
    ),
    OPTIONS,
    sliced="period",
)


def _now(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        texts("flows.now"),
        [
            Column(texts("flows.flow"), "text"),
            *(Column(texts(f"flows.{name}")) for name in _TODAY),
            Column(texts("flows.waiting"), why=texts("flows.waiting_why")),
            Column(texts("flows.oldest_waiting"), why=texts("flows.oldest_waiting_why")),
            Column(texts("flows.last"), "text"),
        ],
        [
            Row(
                [
                    cells.text(row["flow"], listed(context, {"flow": row["flow"]})),
                    *(cells.number(row[name]) for name in _TODAY),
                    cells.number(row["waiting"]),
                    _since(row, context),
                    cells.moment(row["last_received_at"]),
                ]
            )
            for row in rows
        ],
    )


def _in_all(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [Column(texts("flows.flow"), "text"), Column(texts("flows.received"))]
    columns += [
        Column(texts(f"flows.state_{name}").capitalize(), why=texts(f"flows.state_{name}_why"))
        for name in _STATES
    ]
    told = [
        [cells.text(row["flow"]), *(cells.number(row[name]) for name in ("operations", *_STATES))]
        for row in rows
    ]
    return Table(texts("flows.in_all"), columns, [Row(one) for one in told])


def _since(row: Record, context: CardContext) -> Cell:
    """How long the oldest has waited."""
    oldest = row["oldest_waiting_at"]
    seconds = max((context.now - oldest).total_seconds(), 0.0) if oldest else None
    return CellMaker(context.formats).seconds(seconds)


def _failure(row: Record, most: int, context: CardContext) -> Row:
    cells = CellMaker(context.formats)
    asked = {name: row[name] for name in ("flow", "state", "reason", "host") if row[name]}
    return Row(
        [
            cells.text(row["flow"]),
            word_cell(row["step_name"], cells),
            word_cell(row["host"], cells),
            state_cell(row, cells),
            word_cell(row["reason"], cells),
            cells.number(row["operations"], listed(context, asked), most),
            cells.moment(row["last_at"]),
        ]
    )
