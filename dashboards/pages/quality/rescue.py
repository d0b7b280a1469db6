"""The card of clients who could not get through and whom nobody has answered since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ReportRows, SourceRow, ask_rows, whole_list
from dashboards.page.tables import SHORT_LIST, Cell, CellMaker
from dashboards.page.truncated import cut


@dataclass(frozen=True, slots=True)
class WaitingClient:
    """By the latest missed call. `source_target_rate`: None where too few are known."""

    lead_id: int
    caller_phone: str
    happened_local: datetime | None
    seconds_left: int
    attempts: int
    source: str | None
    medium: str | None
    source_target_rate: float | None
    source_target_known: int
    site_name: str | None
    in_all: int


def rescue(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "rescue", WaitingClient, top=SHORT_LIST)
    if not rows:
        return empty(context, "quality.nobody_waits")
    return (
        *cut(context, len(rows), rows[0].in_all),
        *_listed("pending", rows, lambda row: row.seconds_left > 0, context),
        *_listed("lost", rows, lambda row: row.seconds_left <= 0, context),
    )


def _listed(
    state: str,
    everybody: ReportRows[WaitingClient],
    is_such: Callable[[WaitingClient], bool],
    context: CardContext,
) -> Sequence[Part]:
    """Those who can still be called back in time, or those whose time is over, and the journal
    with the calls of that state."""
    rows, whole = list(filter(is_such, everybody)), whole_list(everybody, is_such)
    if not rows:
        return ()
    label, link = context.texts(f"quality.rescue_{state}"), context.texts(f"quality.all_{state}")
    shown = [shows for shows in _COLUMNS if state == "pending" or shows is not _TIME_LEFT]
    heading = Paragraph(label, "heading", context.leads(only=state), link)
    return (heading, table_of(context, label, shown, rows, whole=whole))


def _to_dial(row: WaitingClient, context: CardContext) -> str | None:
    """For a telephone to call with one touch; a masked phone is none."""
    phone = row.caller_phone
    return f"tel:+{phone}" if phone.isascii() and phone.isdigit() else None


def _target_rate(row: WaitingClient, context: CardContext) -> Cell:
    cells, rate = CellMaker(context.formats), row.source_target_rate
    return cells.rate(0, row.source_target_known) if rate is None else cells.share(rate)


def _missed_of_source(row: SourceRow, context: CardContext) -> str | None:
    return context.leads(source=row.source, medium=row.medium, only="missed")


_TIME_LEFT: Column[WaitingClient] = column.seconds(
    "quality.time_left", lambda row: row.seconds_left
)
_COLUMNS: Columns[WaitingClient] = (
    column.phone("quality.phone", lambda row: row.caller_phone, _to_dial),
    column.moment(
        "quality.missed_at",
        lambda row: row.happened_local,
        lambda row, context: context.lead("call", row.lead_id),
    ),
    _TIME_LEFT,
    column.number("quality.attempts", lambda row: row.attempts, why=True),
    column.source("quality.source", _missed_of_source),
    Column("quality.target_rate", _target_rate, "number", why=True),
    column.text("quality.site", lambda row: row.site_name),
)
