"""The columns of the journal, to choose from: what a lead's row shows in each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from dashboards.page.inquiry import Inquiry
from dashboards.page.tables import Cell, Cells
from dashboards.wording.phones import phone_text

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shows:
    """`make`: the cell of a lead, given its row in the report."""

    name: str
    make: Callable[[Record, Cells], Cell]
    kind: Literal["text", "number"] = "text"


def lead_type(row: Record, cells: Cells) -> Cell:
    return cells.own(cells.formats.texts(f"site.{row['lead_type']}"))


def status(row: Record, cells: Cells) -> Cell:
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


def source(row: Record, cells: Cells) -> Cell:
    """yandex / cpc."""
    if row["source"] and row["medium"]:
        return cells.text(f"{row['source']} / {row['medium']}")
    return cells.text(row["source"])


def _seconds(name: str) -> Shows:
    return Shows(name, lambda row, cells: cells.seconds(row[name]), "number")


def _number(name: str, column: str) -> Shows:
    return Shows(name, lambda row, cells: cells.number(row[column]), "number")


def _flag(name: str) -> Shows:
    return Shows(name, lambda row, cells: _known(row[f"is_{name}"], cells))


def _text(name: str, column: str | None = None) -> Shows:
    return Shows(name, lambda row, cells: given(row[column or name], cells))


def given(text: str | None, cells: Cells) -> Cell:
    """Half of a journal's cells have no value: a dash is easier to read past than words."""
    return _dash(cells) if text is None else cells.text(text)


def _known(flag: bool | None, cells: Cells) -> Cell:
    return _dash(cells) if flag is None else cells.flag(flag)


def _dash(cells: Cells) -> Cell:
    return cells.own(cells.formats.texts("site.not_available"))


def _phone(row: Record, cells: Cells) -> Cell:
    return given(phone_text(row["caller_phone"]), cells)


def _recording(row: Record, cells: Cells) -> Cell:
    texts = cells.formats.texts
    has = [name for name in ("recording", "transcript") if row[f"has_{name}"]]
    return cells.own(", ".join(texts(f"journal.has_{name}") for name in has) or texts("site.no"))


def _model(row: Record, cells: Cells) -> Cell:
    return cells.own(cells.formats.texts(f"slice.model_{row['attribution_model']}"))


def _id(row: Record, cells: Cells) -> Cell:
    """Without separators, as it is searched for."""
    return cells.own(f"{row['lead_id']}")


SHOWS: tuple[Shows, ...] = (
    Shows("lead_type", lead_type),
    Shows("lead_id", _id, "number"),
    Shows("caller_phone", _phone),
    _text("email"),
    _text("fio"),
    Shows("source", source),
    _text("utm_source"),
    _text("utm_medium"),
    _text("utm_campaign"),
    _text("utm_content"),
    _text("utm_term"),
    Shows("model", _model),
    Shows("status", status),
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
    Shows("recording", _recording),
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


def shows(chosen: tuple[str, ...]) -> list[Shows]:
    """The chosen ones, in the order of the journal."""
    return [one for one in SHOWS if one.name in chosen]


def title(name: str, inquiry: Inquiry) -> str:
    return inquiry.visit.texts(f"journal.column_{name}")
