"""The columns of the journal, to choose from: what a lead's row shows in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.page import column
from dashboards.page.column import Column
from dashboards.page.context import CardContext
from dashboards.page.rows import LeadRow, SourceRow
from dashboards.page.tables import Cell, CellMaker
from dashboards.wording.phones import phone_text


@dataclass(frozen=True, slots=True)
class JournalLead(LeadRow):
    """`at`: by which the journal is ordered. What Calltouch has not sent is None."""

    at: datetime
    caller_phone: str | None
    email: str | None
    fio: str | None
    attribution_model: int | None
    source: str | None
    medium: str | None
    source_0: str | None
    medium_0: str | None
    source_1: str | None
    medium_1: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    utm_content: str | None
    utm_term: str | None
    status: str | None
    call_phase: str | None
    duration: int | None
    waiting_time: int | None
    is_unique: bool | None
    is_target: bool | None
    is_unique_target: bool | None
    is_spam: bool | None
    manager: str | None
    tags: str | None
    subject: str | None
    phone_number: str | None
    city: str | None
    device: str | None
    site_name: str | None
    rating: int | None
    order_id: str | None
    delivery_count: int
    has_recording: bool
    has_transcript: bool


def lead_type(row: LeadRow, context: CardContext) -> str:
    return context.texts(f"site.{row.lead_type}")


def source(row: SourceRow, context: CardContext) -> Cell:
    """yandex / cpc."""
    return CellMaker(context.formats).text(_both(row.source, row.medium))


def _both(source: str | None, medium: str | None) -> str | None:
    return f"{source} / {medium}" if source and medium else source


def status_cell(
    lead_type: str, status: str | None, call_phase: str | None, context: CardContext
) -> Cell:
    """Of a call; a request has none."""
    texts, cells = context.texts, CellMaker(context.formats)
    if lead_type == "request":
        return _dash(context)
    if status is None:
        unfinished = call_phase == "callconnected"
        return cells.words(texts("journal.unfinished" if unfinished else "site.not_given"))
    if status in ("successful", "unsuccessful"):
        return cells.words(texts(f"journal.{status}"))
    return cells.text(status)


def given(text: str | None, context: CardContext) -> Cell:
    """Half of a journal's cells have no value: a dash is easier to read past than words."""
    return _dash(context) if text is None else CellMaker(context.formats).text(text)


def _dash(context: CardContext) -> Cell:
    return CellMaker(context.formats).words(context.texts("site.not_available"))


def _status(row: JournalLead, context: CardContext) -> Cell:
    return status_cell(row.lead_type, row.status, row.call_phase, context)


def _recording(row: JournalLead, context: CardContext) -> str:
    texts = context.texts
    kept = (("recording", row.has_recording), ("transcript", row.has_transcript))
    has = [texts(f"journal.has_{name}") for name, is_kept in kept if is_kept]
    return ", ".join(has) or texts("site.no")


def _model(row: JournalLead, context: CardContext) -> str:
    return context.texts(f"slice.model_{row.attribution_model}")


def _text(name: str, value: Callable[[JournalLead], str | None]) -> Column[JournalLead]:
    return Column(_title(name), lambda row, context: given(value(row), context))


def _flag(name: str, value: Callable[[JournalLead], bool | None]) -> Column[JournalLead]:
    def cell(row: JournalLead, context: CardContext) -> Cell:
        known = value(row)
        return _dash(context) if known is None else CellMaker(context.formats).flag(known)

    return Column(_title(name), cell)


def _title(name: str) -> str:
    return f"journal.column_{name}"


AT: Column[JournalLead] = column.moment(
    _title("at"), lambda row: row.at, lambda row, context: context.lead(row.lead_type, row.lead_id)
)
_SHOWS: Sequence[Column[JournalLead]] = (
    column.words(_title("lead_type"), lead_type),
    column.identity(_title("lead_id"), lambda row: row.lead_id, kind="number"),
    _text("caller_phone", lambda row: phone_text(row.caller_phone)),
    _text("email", lambda row: row.email),
    _text("fio", lambda row: row.fio),
    Column(_title("source"), source),
    _text("source_0", lambda row: _both(row.source_0, row.medium_0)),
    _text("source_1", lambda row: _both(row.source_1, row.medium_1)),
    _text("utm_source", lambda row: row.utm_source),
    _text("utm_medium", lambda row: row.utm_medium),
    _text("utm_campaign", lambda row: row.utm_campaign),
    _text("utm_content", lambda row: row.utm_content),
    _text("utm_term", lambda row: row.utm_term),
    column.words(_title("model"), _model),
    Column(_title("status"), _status),
    column.seconds(_title("duration"), lambda row: row.duration),
    column.seconds(_title("waiting_time"), lambda row: row.waiting_time),
    _flag("unique", lambda row: row.is_unique),
    _flag("target", lambda row: row.is_target),
    _flag("unique_target", lambda row: row.is_unique_target),
    _flag("spam", lambda row: row.is_spam),
    _text("manager", lambda row: row.manager),
    _text("tags", lambda row: row.tags),
    _text("subject", lambda row: row.subject),
    _text("phone_number", lambda row: row.phone_number),
    _text("city", lambda row: row.city),
    _text("device", lambda row: row.device),
    _text("site", lambda row: row.site_name),
    column.number(_title("rating"), lambda row: row.rating),
    _text("order_id", lambda row: row.order_id),
    column.number(_title("deliveries"), lambda row: row.delivery_count),
    column.words(_title("recording"), _recording),
)
SHOWS = {str(shown.title).removeprefix(_title("")): shown for shown in _SHOWS}
"""By name, in the order of the journal."""
NAMES = tuple(SHOWS)
DEFAULT = (
    *("lead_type", "caller_phone", "source", "utm_campaign", "status"),
    *("duration", "unique", "target", "manager", "tags"),
)
