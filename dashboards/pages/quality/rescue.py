"""The card of clients who could not get through and whom nobody has answered since."""

from collections.abc import Sequence
from typing import Any

from dashboards.cards import Part, Said
from dashboards.inquiry import Inquiry
from dashboards.phones import phone_text
from dashboards.sources import source_text
from dashboards.tables import Cell, Cells, Column, Row, Table

SHOWN = 25

Record = dict[str, Any]


def rescue(inquiry: Inquiry) -> Sequence[Part]:
    rows = inquiry.ask("rescue", top=SHOWN).records()
    texts = inquiry.visit.texts
    if not rows:
        return (Said(texts("quality.nobody_waits"), "empty"),)
    table = Table(
        texts("quality.rescue"),
        [
            Column(texts("quality.phone"), "text"),
            Column(texts("quality.missed_at"), "text"),
            Column(texts("quality.time_left")),
            Column(texts("quality.attempts"), why=texts("quality.attempts_why")),
            Column(texts("quality.source"), "text"),
            Column(texts("quality.target_rate"), why=texts("quality.target_rate_why")),
            Column(texts("quality.site"), "text"),
        ],
        [_row(row, inquiry) for row in rows],
    )
    if len(rows) < SHOWN:
        return (table,)
    more = texts("quality.rescue_first", count=inquiry.visit.formats.number(SHOWN))
    pending = inquiry.leads(only="pending")
    return (table, Said(more, "note", pending, texts("quality.all_pending")))


def _row(row: Record, inquiry: Inquiry) -> Row:
    cells = Cells(inquiry.visit.formats)
    source = source_text(row["source"], row["medium"], inquiry.visit.texts)
    of_source = inquiry.leads(source=row["source"], medium=row["medium"], only="missed")
    return Row(
        [
            cells.text(phone_text(row["caller_phone"]), _to_dial(row["caller_phone"])),
            cells.moment(row["happened_local"], inquiry.lead("call", row["lead_id"])),
            _time_left(row["seconds_left"], inquiry),
            cells.number(row["attempts"]),
            cells.text(source, of_source),
            _rate(row, inquiry),
            cells.text(row["site_name"]),
        ],
        is_faint=row["seconds_left"] <= 0,
    )


def _to_dial(phone: str) -> str | None:
    """For a telephone to call with one touch; a masked phone is none."""
    return f"tel:+{phone}" if phone.isascii() and phone.isdigit() else None


def _time_left(seconds: int, inquiry: Inquiry) -> Cell:
    if seconds > 0:
        return Cells(inquiry.visit.formats).seconds(seconds)
    return Cell(inquiry.visit.texts("quality.time_is_up"), float(seconds))


def _rate(row: Record, inquiry: Inquiry) -> Cell:
    """The report gives none where too few are known."""
    formats = inquiry.visit.formats
    if row["source_target_rate"] is None:
        return Cells(formats).rate(0, row["source_target_known"])
    return Cell(formats.percent(row["source_target_rate"]), row["source_target_rate"])
