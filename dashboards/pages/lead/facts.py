"""What is known of a lead, fact by fact, as its card lists it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.parameters import COLUMNS
from analytics.parameters.parameter import LeadColumn, Unit
from dashboards.wording.erased import erased_in_words
from dashboards.wording.formats import Formats
from dashboards.wording.phones import phone_text

Record = dict[str, Any]

_ALWAYS = ("caller_phone", "status", "is_unique", "is_target", "manager")
_GROUPS = ("client", "call", "request", "quality", "record")
_FIRST = (
    *("status", "status_details", "duration", "waiting_time", "phone_number", "pool"),
    *("sub_pool_name", "redirect_number", "is_worktime", "is_callback", "callback_request_id"),
    *("callback_final_attempt", "subject", "is_unique", "is_target", "is_unique_target", "is_spam"),
    *("rating", "manager", "order_id", "site_name", "site_id", "first_received_at"),
    *("last_received_at", "delivery_count"),
)
"""What comes first in its group; the other columns follow in the order of `leads`."""
_STATUSES = {"successful": "journal.successful", "unsuccessful": "journal.unsuccessful"}


@dataclass(frozen=True, slots=True)
class Fact:
    """`is_foreign`: a stranger's text. `is_known`: Calltouch has sent it."""

    label: str
    text: str
    is_foreign: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class FactGroup:
    """A group of them."""

    name: str
    facts: Sequence[Fact]


def _rank(column: LeadColumn) -> int:
    return _FIRST.index(column.name) if column.name in _FIRST else len(_FIRST)


_CARD = {
    group: [one for one in sorted(COLUMNS, key=_rank) if one.card and one.card.group == group]
    for group in _GROUPS
}


def facts_of(row: Record, formats: Formats) -> list[FactGroup]:
    """Without those that Calltouch has not sent, but for the ones that everybody looks for."""
    other = "call" if row["lead_type"] == "request" else "request"
    groups = [
        FactGroup(group, [_fact(one, row[one.name], formats) for one in _shown(columns, row)])
        for group, columns in _CARD.items()
        if group != other
    ]
    return [group for group in groups if group.facts]


def _shown(columns: Sequence[LeadColumn], row: Record) -> list[LeadColumn]:
    return [one for one in columns if row[one.name] is not None or one.name in _ALWAYS]


def _fact(column: LeadColumn, value: Any, formats: Formats) -> Fact:
    assert column.card is not None
    label = column.card.label.written_in(formats.texts.language)
    if value is None:
        return Fact(label, formats.texts("site.not_given"), is_known=False)
    text = erased_in_words(_text(column, value, formats), formats.texts)
    return Fact(label, text, is_foreign=_is_foreign(column, value))


def _text(column: LeadColumn, value: Any, formats: Formats) -> str:
    texts = formats.texts
    if isinstance(value, bool):
        return texts("site.yes" if value else "site.no")
    if isinstance(value, datetime):
        return formats.moment(value)
    if column.unit is Unit.SECONDS:
        return formats.seconds(value)
    if any(one.looks_like == "phone" for one in column.parameters):
        return phone_text(value) or texts("site.empty")
    if column.name == "status" and value in _STATUSES:
        return texts(_STATUSES[value])
    if column.name == "rating" and value == 0:
        return texts("lead.no_rating")
    if column.name == "extra":
        return _compact(value)
    return f"{value}" or texts("site.empty")


def _is_foreign(column: LeadColumn, value: Any) -> bool:
    return isinstance(value, str) and not (column.name == "status" and value in _STATUSES)


def _compact(extra: str) -> str:
    """Parameters that Calltouch does not document, as it has sent them."""
    try:
        found = json.loads(extra)
    except ValueError:
        return extra
    if not isinstance(found, dict):
        return extra
    return "; ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in found.items()
    )
