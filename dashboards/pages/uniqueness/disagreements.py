"""The card of the leads whose uniqueness Calltouch and our recount see differently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Column, Columns, lead_cell, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import LeadRow, ask_row, ask_rows
from dashboards.page.tables import LIST, Cell
from dashboards.page.truncated import cut
from dashboards.pages.uniqueness.recount import depth_text, recount


@dataclass(frozen=True, slots=True)
class RepeatLead(LeadRow):
    """A lead, and the one before it of the same person; None: there is none."""

    happened_local: datetime | None
    caller_phone: str | None
    previous_lead_type: str | None
    previous_lead_id: int | None
    previous_at: datetime | None


@dataclass(frozen=True, slots=True)
class Disagreement(RepeatLead):
    """`is_unique`: for Calltouch; for us the other way round."""

    is_unique: bool


@dataclass(frozen=True, slots=True)
class DisagreementTotals:
    """`leads`: compared. `recounted`: all whose client can be told."""

    leads: int
    agreeing_share: float
    only_calltouch_unique: int
    only_ours_unique: int
    recounted: int
    recounted_unique: int


def disagreements(context: CardContext) -> Sequence[Part]:
    texts, options = context.texts, recount(context)
    rows = ask_rows(context, "uniqueness_disagreements", Disagreement, **options, top=LIST)
    if not rows:
        return empty(context, "uniqueness.no_disagreements")
    depth = depth_text(context.options["depth"], context)
    across = texts(f"uniqueness.{context.options['across']}")
    recounted = Paragraph(texts("uniqueness.recounted", depth=depth, across=across))
    totals = ask_row(context, "uniqueness_disagreement_totals", DisagreementTotals, **options)
    in_all = totals.only_calltouch_unique + totals.only_ours_unique
    is_part = cut(context, len(rows), in_all)
    table = table_of(context, texts("uniqueness.disagreements"), _COLUMNS, rows)
    return (recounted, *is_part, table)


def _previous_lead(row: RepeatLead, context: CardContext) -> Cell:
    if row.previous_lead_type is None or row.previous_lead_id is None:
        return Cell(context.texts("uniqueness.none_before"))
    return lead_cell(row.previous_lead_type, row.previous_lead_id, context)


def _uniqueness(is_unique: bool, context: CardContext) -> str:
    return context.texts("uniqueness.is_unique" if is_unique else "uniqueness.is_repeat")


PREVIOUS_COLUMNS: Columns[RepeatLead] = (
    Column("uniqueness.previous", _previous_lead),
    column.moment("uniqueness.previous_when", lambda row: row.previous_at),
)
_COLUMNS: Columns[Disagreement] = (
    column.lead("uniqueness.lead"),
    column.moment("uniqueness.when", lambda row: row.happened_local),
    column.phone("uniqueness.phone", lambda row: row.caller_phone),
    column.words(lambda _: "Calltouch", lambda row, context: _uniqueness(row.is_unique, context)),
    column.words("uniqueness.ours", lambda row, context: _uniqueness(not row.is_unique, context)),
    *PREVIOUS_COLUMNS,
)
