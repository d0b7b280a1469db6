"""The cards of `/models` about leads that the choice of the model moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.comparison import earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import LeadRow, SourceRow, ask_row, ask_rows
from dashboards.page.tables import SHORT_LIST, Cell
from dashboards.page.truncated import cut
from dashboards.wording.sources import source_text

_JOURNAL_COLUMNS = (
    *("lead_type", "lead_id", "source_0", "source_1", "utm_campaign"),
    *("status", "unique", "target", "manager"),
)


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """Leads, by the models that Calltouch has sent of them."""

    leads: int
    both_models: int
    only_model_0: int
    only_model_1: int
    moved: int
    rescued_from_direct: int


@dataclass(frozen=True, slots=True)
class RescuedSource:
    source: str | None
    medium: str | None
    leads: int
    target_leads: int
    target_known: int


@dataclass(frozen=True, slots=True)
class MovedLead(LeadRow):
    happened_local: datetime | None
    source_0: str | None
    medium_0: str | None
    source_1: str | None
    medium_1: str | None
    is_target: bool | None


def rescued(context: CardContext) -> Sequence[Part]:
    """Where the leads came from that the last interaction calls direct."""
    if not context.ask("model_summary").column("both_models")[0]:
        return ()
    rows = ask_rows(context, "rescued", RescuedSource)
    texts = context.texts
    if not rows:
        return empty(context, "models.none_rescued")
    columns = _rescued_columns(rows[0].leads)
    earlier = earlier_rows(context, "rescued", RescuedSource, lambda row: (row.source, row.medium))
    return (table_of(context, texts("models.rescued"), columns, rows, earlier=earlier),)


def moved(context: CardContext) -> Sequence[Part]:
    summary = ask_row(context, "model_summary", ModelSummary)
    if not summary.both_models:
        return ()
    texts, leads = context.texts, context.formats.count("leads", summary.moved)
    rows = ask_rows(context, "moved_leads", MovedLead, top=SHORT_LIST)
    if not rows:
        return empty(context, "models.none_moved")
    in_all = Paragraph(
        texts("models.moved_in_all", leads=leads),
        href=_in_journal(context),
        link=texts("models.moved_link"),
    )
    is_part = cut(context, len(rows), summary.moved)
    return (in_all, *is_part, table_of(context, texts("models.moved"), _MOVED_COLUMNS, rows))


def _in_journal(context: CardContext) -> str | None:
    """All of them, with what either model says."""
    address = context.leads(only="moved")
    return address and f"{address}&columns={','.join(_JOURNAL_COLUMNS)}"


def _rescued_link(row: SourceRow, context: CardContext) -> str | None:
    return context.leads(only="rescued_from_direct", source_1=row.source, medium_1=row.medium)


def _lead(row: MovedLead, context: CardContext) -> Cell:
    name = f"{context.texts(f'site.{row.lead_type}')} {row.lead_id}"
    return Cell(name, row.lead_id, context.lead(row.lead_type, row.lead_id))


def _rescued_columns(most: int) -> Columns[RescuedSource]:
    """`most`: leads of the longest bar."""
    return (
        column.source("overview.source", _rescued_link),
        column.number("site.leads", lambda row: row.leads, most=most),
        column.number("overview.target_short", lambda row: row.target_leads),
        column.TARGET_RATE,
    )


_MOVED_COLUMNS: Columns[MovedLead] = (
    Column("models.lead", _lead),
    column.moment("models.when", lambda row: row.happened_local),
    column.name(
        "models.model_0",
        lambda row, context: source_text(row.source_0, row.medium_0, context.texts),
    ),
    column.name(
        "models.model_1",
        lambda row, context: source_text(row.source_1, row.medium_1, context.texts),
    ),
    column.flag("filter.target", lambda row: row.is_target),
)
