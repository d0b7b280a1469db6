"""What is known of a lead, fact by fact, as its card lists it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.wording.formats import Formats
from dashboards.wording.phones import phone_text

Record = dict[str, Any]

_ALWAYS = ("caller_phone", "status", "is_unique", "is_target", "manager")
_GROUPS: dict[str, tuple[str, ...]] = {
    "client": (
        "caller_phone",
        "email",
        "fio",
        "ct_caller_id",
        "ct_client_id",
        "ct_global_id",
    ),
    "call": (
        "status",
        "status_details",
        "duration",
        "waiting_time",
        "phone_number",
        "pool",
        "sub_pool_name",
        "redirect_number",
        "is_worktime",
        "is_callback",
        "callback_request_id",
        "callback_final_attempt",
        "call_url",
    ),
    "request": ("subject", "request_number", "request_url"),
    "quality": (
        "is_unique",
        "is_target",
        "is_unique_target",
        "is_spam",
        "rating",
        "manager",
        "order_id",
    ),
    "record": (
        "site_name",
        "site_id",
        "first_received_at",
        "last_received_at",
        "delivery_count",
        "sip_call_id",
        "call_reference_number",
    ),
}
_SECONDS = ("duration", "waiting_time")
_PHONES = ("caller_phone", "phone_number", "redirect_number")
_STATUSES = {"successful": "journal.successful", "unsuccessful": "journal.unsuccessful"}


@dataclass(frozen=True, slots=True)
class Fact:
    """`is_foreign`: a stranger's text. `is_known`: Calltouch has sent it."""

    name: str
    text: str
    is_foreign: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class FactGroup:
    """A group of them."""

    name: str
    facts: Sequence[Fact]


def facts_of(row: Record, formats: Formats) -> list[FactGroup]:
    """Without those that Calltouch has not sent, but for the ones that everybody looks for."""
    other = "call" if row["lead_type"] == "request" else "request"
    groups = [
        FactGroup(group, [*_shown(names, row, formats), *_undocumented(group, row)])
        for group, names in _GROUPS.items()
        if group != other
    ]
    return [group for group in groups if group.facts]


def _shown(names: Sequence[str], row: Record, formats: Formats) -> list[Fact]:
    return [
        _fact(name, row[name], formats)
        for name in names
        if row[name] is not None or name in _ALWAYS
    ]


def _fact(name: str, value: Any, formats: Formats) -> Fact:
    texts = formats.texts
    if value is None:
        return Fact(name, texts("site.not_given"), is_known=False)
    if isinstance(value, bool):
        return Fact(name, texts("site.yes" if value else "site.no"))
    if name in _SECONDS:
        return Fact(name, formats.seconds(value))
    if name in ("first_received_at", "last_received_at"):
        return Fact(name, formats.moment(value))
    if name in _PHONES:
        return Fact(name, phone_text(value) or texts("site.empty"), is_foreign=True)
    if value in _STATUSES and name == "status":
        return Fact(name, texts(_STATUSES[value]))
    if name == "rating" and value == 0:
        return Fact(name, texts("lead.no_rating"))
    return Fact(name, f"{value}" or texts("site.empty"), is_foreign=isinstance(value, str))


def _undocumented(group: str, row: Record) -> list[Fact]:
    """Parameters that Calltouch does not document, as it has sent them."""
    if group != "record" or row["extra"] is None:
        return []
    return [Fact("extra", _compact(row["extra"]), is_foreign=True)]


def _compact(extra: str) -> str:
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
