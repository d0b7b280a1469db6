"""The columns of the journal, to choose from: what a lead's row shows in each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker
from dashboards.wording.phones import phone_text

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JournalColumn:
    """`make`: the cell of a lead, given its row in the report."""

    name: str
    make: Callable[[Record, CellMaker], Cell]
    kind: Literal["text", "number"] = "text"


def lead_type(row: Record, cells: CellMaker) -> Cell:
    return cells.own(cells.formats.texts(f"site.{row['lead_type']}"))


def status(row: Record, cells: CellMaker) -> Cell:
    """Of a call; a request has none."""
    texts, value = cells.formats.texts, row["status"]
    if row["lead_type"] == "request":
        return _dash(cells)
    if value is None:
        unfinished = row["call_phase"] == "callconnected"
        return cells.own(texts("journal.unfinished" if unfinished else "site.not_given"))
    if value in ("successful", "unsuccessful"):
        return cells.own(texts(f"journal.{value}"))
    return cells.text(value)


def source(row: Record, cells: CellMaker) -> Cell:
    """yandex / cpc."""
    if row["source"] and row["medium"]:
        return cells.text(f"{row['source']} / {row['medium']}")
    return cells.text(row["source"])


def _seconds(name: str) -> JournalColumn:
    return JournalColumn(name, lambda row, cells: cells.seconds(row[name]), "number")


def _number(name: str, column: str) -> JournalColumn:
    return JournalColumn(name, lambda row, cells: cells.number(row[column]), "number")


def _flag(name: str) -> JournalColumn:
    return JournalColumn(name, lambda row, cells: _known(row[f"is_{name}"], cells))


def _text(name: str, column: str | None = None) -> JournalColumn:
    return JournalColumn(name, lambda row, cells: given(row[column or name], cells))


def given(text: str | None, cells: CellMaker) -> Cell:
    """Half of a journal's cells have no value: a dash is easier to read past than words."""
    return _dash(cells) if text is None else cells.text(text)


def _known(flag: bool | None, cells: CellMaker) -> Cell:
    return _dash(cells) if flag is None else cells.flag(flag)


def _dash(cells: CellMaker) -> Cell:
    return cells.own(cells.formats.texts("site.not_available"))


def _phone(row: Record, cells: CellMaker) -> Cell:
    return given(phone_text(row["caller_phone"]), cells)


def _recording(row: Record, cells: CellMaker) -> Cell:
    texts = cells.formats.texts
    has = [name for name in ("recording", "transcript") if row[f"has_{name}"]]
    return cells.own(", ".join(texts(f"journal.has_{name}") for name in has) or texts("site.no"))


def _model(row: Record, cells: CellMaker) -> Cell:
    return cells.own(cells.formats.texts(f"slice.model_{row['attribution_model']}"))


def _id(row: Record, cells: CellMaker) -> Cell:
    """Without separators, as it is searched for."""
    return cells.own(f"{row['lead_id']}")


SHOWS: tuple[JournalColumn, ...] = (
    JournalColumn("lead_type", lead_type),
    JournalColumn("lead_id", _id, "number"),
    JournalColumn("caller_phone", _phone),
    _text("email"),
    _text("fio"),
    JournalColumn("source", source),
    _text("utm_source"),
    _text("utm_medium"),
    _text("utm_campaign"),
    _text("utm_content"),
    _text("utm_term"),
    JournalColumn("model", _model),
    JournalColumn("status", status),
    _seconds("duration"),
    _seconds("waiting_time"),
    _flag("unique"),
    _flag("target"),
    _flag("unique_target"),
    _flag("spam"),
    _text("manager"),
    _text("tags"),
    _text("subject"),
    _text("phone_number"),
    _text("city"),
    _text("device"),
    _text("site", "site_name"),
    _number("rating", "rating"),
    _text("order_id"),
    _number("deliveries", "delivery_count"),
    JournalColumn("recording", _recording),
)
NAMES = tuple(one.name for one in SHOWS)
DEFAULT = (
    "lead_type",
    "caller_phone",
    "source",
    "utm_campaign",
    "status",
    "duration",
    "unique",
    "target",
    "manager",
    "tags",
)


def shows(chosen: tuple[str, ...]) -> list[JournalColumn]:
    """The chosen ones, in the order of the journal."""
    return [one for one in SHOWS if one.name in chosen]


def title(name: str, context: CardContext) -> str:
    return context.texts(f"journal.column_{name}")
