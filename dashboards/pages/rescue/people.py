"""Clients who could not get through and whom nobody has answered since, as they are listed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analytics.reports.parameters import RECOVERY_HOURS
from dashboards.page import column
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.rows import ReportRows, SourceRow, ask_rows
from dashboards.page.tables import LONG_LIST, Batches, Cell, CellMaker, Table, TypedValue
from dashboards.wording.rates import LEAST

_SECONDS_TO_CALL_BACK = RECOVERY_HOURS.default * 3600


@dataclass(frozen=True, slots=True)
class WaitingClient:
    """By the latest missed call. `attempts`: calls of theirs since they were last answered;
    `callbacks`: those of them that Calltouch made for us. `source_target_rate`: None where too few
    are known."""

    lead_id: int
    caller_phone: str
    happened_local: datetime | None
    seconds_left: int
    attempts: int
    callbacks: int
    source: str | None
    medium: str | None
    source_target_rate: float | None
    source_target_known: int
    site_name: str | None
    in_all: int
    pending_in_all: int

    @property
    def is_pending(self) -> bool:
        """Whether there is still time to call back."""
        return self.seconds_left > 0


def waiting_clients(context: CardContext, top: int = LONG_LIST) -> ReportRows[WaitingClient]:
    """Those who can still be called back in time come first."""
    return ask_rows(context, "rescue", WaitingClient, top=top)


def clients_table(
    context: CardContext,
    label: str,
    rows: Sequence[WaitingClient],
    whole: Callable[[Batches], Iterator[WaitingClient]] | None = None,
) -> Table:
    """Of clients who are all pending, or all lost."""
    left = (_TIME_LEFT,) if rows[0].is_pending else ()
    return table_of(context, label, (_PHONE, *left, *_COLUMNS), rows, whole=whole)


def _to_dial(row: WaitingClient, context: CardContext) -> str | None:
    """For a telephone to call with one touch; a masked phone is none."""
    phone = row.caller_phone
    return f"tel:+{phone}" if phone.isascii() and phone.isdigit() else None


def _time_left(row: WaitingClient, context: CardContext) -> Cell:
    seconds, typed = row.seconds_left, TypedValue(row.seconds_left, "seconds")
    bar = seconds / _SECONDS_TO_CALL_BACK
    return Cell(context.formats.duration(seconds), seconds, bar=bar, typed=typed)


def _tried(row: WaitingClient, context: CardContext) -> Cell:
    texts, formats = context.texts, context.formats
    calls = formats.count("calls", row.attempts)
    if not row.callbacks:
        return Cell(calls, row.attempts)
    text = texts("rescue.with_callbacks", calls=calls, callbacks=formats.number(row.callbacks))
    return Cell(text, row.attempts)


def _target_rate(row: WaitingClient, context: CardContext) -> Cell:
    cells, rate = CellMaker(context.formats), row.source_target_rate
    if rate is None:
        return replace(cells.nothing(), why=context.texts("site.too_few", least=LEAST))
    return cells.share(rate)


def _missed_of_source(row: SourceRow, context: CardContext) -> str | None:
    return context.leads(source=row.source, medium=row.medium, only="missed")


_PHONE: Column[WaitingClient] = column.phone("rescue.phone", lambda row: row.caller_phone, _to_dial)
_TIME_LEFT: Column[WaitingClient] = Column("rescue.time_left", _time_left, "number")
_COLUMNS: Columns[WaitingClient] = (
    column.moment(
        "rescue.missed_at",
        lambda row: row.happened_local,
        lambda row, context: context.lead("call", row.lead_id),
    ),
    Column("rescue.tried", _tried, why=True),
    column.source("rescue.source", _missed_of_source),
    Column("rescue.target_rate", _target_rate, "number", why=True),
    column.text("rescue.site", lambda row: row.site_name),
)
