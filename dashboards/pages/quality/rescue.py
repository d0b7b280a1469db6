"""The card of clients who could not get through and whom nobody has answered since."""

from collections.abc import Sequence
from typing import Any

from dashboards.page.cards import Paragraph, Part
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.truncated import cut
from dashboards.wording.sources import source_text

SHOWN = 25

Record = dict[str, Any]


def rescue(context: CardContext) -> Sequence[Part]:
    answer = context.ask("rescue", top=SHOWN)
    rows = answer.records()
    texts = context.texts
    if not rows:
        return (Paragraph(texts("quality.nobody_waits"), "empty"),)
    return (
        *cut(context, answer, len(rows), rows[0]["in_all"]),
        *_listed("pending", [row for row in rows if row["seconds_left"] > 0], context),
        *_listed("lost", [row for row in rows if row["seconds_left"] <= 0], context),
    )


def _listed(state: str, rows: Sequence[Record], context: CardContext) -> Sequence[Part]:
    """Those who can still be called back in time, or those whose time is over, and the journal
    with the calls of that state."""
    if not rows:
        return ()
    texts, calls = context.texts, context.leads(only=state)
    heading = Paragraph(
        texts(f"quality.rescue_{state}"), "heading", calls, texts(f"quality.all_{state}")
    )
    left = [Column(texts("quality.time_left"))] if state == "pending" else []
    columns = [
        Column(texts("quality.phone"), "text"),
        Column(texts("quality.missed_at"), "text"),
        *left,
        Column(texts("quality.attempts"), why=texts("quality.attempts_why")),
        Column(texts("quality.source"), "text"),
        Column(texts("quality.target_rate"), why=texts("quality.target_rate_why")),
        Column(texts("quality.site"), "text"),
    ]
    return (heading, Table(heading.text, columns, [_row(row, context) for row in rows]))


def _row(row: Record, context: CardContext) -> Row:
    cells = CellMaker(context.formats)
    source = source_text(row["source"], row["medium"], context.texts)
    of_source = context.leads(source=row["source"], medium=row["medium"], only="missed")
    return Row(
        [
            cells.phone(row["caller_phone"], _to_dial(row["caller_phone"])),
            cells.moment(row["happened_local"], context.lead("call", row["lead_id"])),
            *([cells.seconds(row["seconds_left"])] if row["seconds_left"] > 0 else []),
            cells.number(row["attempts"]),
            cells.text(source, of_source),
            _rate(row, context),
            cells.text(row["site_name"]),
        ]
    )


def _to_dial(phone: str) -> str | None:
    """For a telephone to call with one touch; a masked phone is none."""
    return f"tel:+{phone}" if phone.isascii() and phone.isdigit() else None


def _rate(row: Record, context: CardContext) -> Cell:
    """The report gives none where too few are known."""
    formats = context.formats
    if row["source_target_rate"] is None:
        return CellMaker(formats).rate(0, row["source_target_known"])
    return Cell(formats.percent(row["source_target_rate"]), row["source_target_rate"])
