"""The card of the other leads of the same person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analytics.restricted.elsewhere import count_elsewhere
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import LeadRow, ask_rows
from dashboards.page.tables import LIST, Cell, CellMaker
from dashboards.page.truncated import cut
from dashboards.pages.journal.columns import given, lead_type, source, status_cell
from dashboards.wording.phones import phone_text


@dataclass(frozen=True, slots=True)
class OtherLead(LeadRow):
    """`matched_by`: what the two have in common. `in_all`: how many such leads there are."""

    day: date
    happened_local: datetime | None
    caller_phone: str | None
    email: str | None
    source: str | None
    medium: str | None
    status: str | None
    subject: str | None
    is_unique: bool | None
    is_target: bool | None
    manager: str | None
    matched_by: str
    in_all: int


def others(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "other_leads", OtherLead, **context.options, top=LIST)
    elsewhere = _elsewhere(context)
    if not rows:
        return elsewhere or empty(context, "lead.no_others")
    table = table_of(context, context.texts("lead.others"), _COLUMNS, rows, "other-leads")
    return (*cut(context, len(rows), rows[0].in_all), table, *elsewhere)


def _elsewhere(context: CardContext) -> Sequence[Paragraph]:
    """How many there are that this reader may not be shown."""
    if not context.reader.is_limited:
        return ()
    count = count_elsewhere(context.db, **context.options)
    if not count:
        return ()
    key = "lead.elsewhere" if context.reader.manager is None else "lead.of_others"
    return (Paragraph(context.texts(key, leads=context.formats.count("leads", count))),)


def _when(row: OtherLead, context: CardContext) -> Cell:
    cells, link = CellMaker(context.formats), context.lead(row.lead_type, row.lead_id)
    local = row.happened_local
    return cells.day(row.day, link) if local is None else cells.moment(local, link)


def _matched(row: OtherLead, context: CardContext) -> str:
    same = {"caller_phone": row.caller_phone, "email": row.email}.get(row.matched_by)
    matched = context.texts(f"lead.by_{row.matched_by}")
    return matched if same is None else f"{matched}: {phone_text(same)}"


_COLUMNS: Columns[OtherLead] = (
    Column("lead.other_at", _when),
    column.words("lead.other_lead_type", lead_type),
    column.words("lead.other_matched_by", _matched),
    Column("lead.other_source", source),
    Column(
        "lead.other_status",
        lambda row, context: status_cell(row.lead_type, row.status, None, context),
    ),
    Column("lead.other_subject", lambda row, context: given(row.subject, context)),
    column.flag("lead.other_unique", lambda row: row.is_unique),
    column.flag("lead.other_target", lambda row: row.is_target),
    Column("lead.other_manager", lambda row, context: given(row.manager, context)),
)
