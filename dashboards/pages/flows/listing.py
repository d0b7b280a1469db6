"""The card of the flows' page that lists operations, newest first, those that the URL asks for."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from analytics.reports.parameters import BEFORE, OPERATIONS_ASKED
from dashboards.page.cards import Paragraph, Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.pages.flows.states import state_cell, status_cell, word_cell

ROWS = 50
OPTIONS = (*OPERATIONS_ASKED, BEFORE)

Record = dict[str, Any]


def operations(context: CardContext) -> Sequence[Part]:
    asked = chosen(context)
    before = context.options[BEFORE.name]
    answer = context.ask("flow_operations", **asked, before=before, limit=ROWS + 1)
    rows = answer.records()
    said = _chosen_text(asked, context)
    if not rows:
        return (*said, Paragraph(context.texts("flows.no_operations"), "empty"))
    return (*said, _table(rows[:ROWS], context), *_pager(rows, asked, context))


def chosen(context: CardContext) -> dict[str, Any]:
    """What the URL asks for besides the period."""
    values = {one.name: context.options[one.name] for one in OPERATIONS_ASKED}
    return {name: value for name, value in values.items() if value is not None}


def listed(context: CardContext, asked: Mapping[str, object]) -> str | None:
    """The URL of the page with these operations in its list."""
    query = "&".join(part for part in (context.slice.query, urlencode(asked)) if part)
    url = context.url("/flows", query)
    return url and f"{url}#operations"


def _table(rows: Sequence[Record], context: CardContext) -> Table:
    texts = context.texts
    texts_of_columns = ("at", "flow", "state", "reason", "lead", "host", "http_status")
    columns = [Column(texts(f"flows.{name}"), "text") for name in texts_of_columns]
    counted = [Column(texts(f"flows.{name}")) for name in ("attempts", "seconds", "number")]
    shown = [_row(row, context) for row in rows]
    return Table(texts("flows.operations"), [*columns, *counted], shown, is_sortable=False)


def _row(row: Record, context: CardContext) -> Row:
    texts, cells = context.texts, CellMaker(context.formats)
    lead = cells.own(texts("site.not_available"))
    if row["lead_id"] is not None:
        link = context.lead(row["lead_type"], row["lead_id"])
        lead = cells.own(f"{texts('site.' + row['lead_type'])} {row['lead_id']}", link)
    return Row(
        [
            cells.moment(row["received_at"]),
            cells.text(row["flow"]),
            state_cell(row, cells),
            word_cell(row["reason"], cells),
            lead,
            word_cell(row["host"], cells),
            status_cell(row["http_status"], cells),
            cells.number(row["attempts"]),
            cells.seconds(row["seconds"]),
            cells.own(f"{row['operation_id']}"),
        ]
    )


def _chosen_text(asked: Mapping[str, str], context: CardContext) -> Sequence[Paragraph]:
    if not asked:
        return ()
    texts = context.texts
    words = [
        f"{texts(f'flows.{name}')}: {texts(f'flows.state_{value}') if name == 'state' else value}"
        for name, value in asked.items()
    ]
    everything = listed(context, {})
    text = texts("flows.chosen", chosen=", ".join(words))
    return (Paragraph(text, "note", everything, texts("flows.show_all")),)


def _pager(
    rows: Sequence[Record], asked: Mapping[str, str], context: CardContext
) -> Sequence[Part]:
    older = {**asked, BEFORE.name: rows[ROWS - 1]["operation_id"]} if len(rows) > ROWS else None
    links: dict[str, object] = {
        "newest": listed(context, asked) if context.options[BEFORE.name] else None,
        "older": listed(context, older) if older else None,
        "exports": [],
    }
    return (TemplatePart("parts/journal_pager.html", links),) if any(links.values()) else ()
