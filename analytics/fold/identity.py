"""Which lead a delivery is of, or what it is of instead.

Calltouch sends webhooks of three kinds: leads, deals and chats. Their ids overlap, so a bare `id`
or `requestId` proves nothing: without `leadtype` a lead is told by parameters that only such a lead
has.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from analytics.parameters.kinds import whole_number

WebhookKind = Literal["leads", "deals", "chats"]
Key = tuple[str, int]
"""The type and the id of a lead."""

_LEAD_TYPES = ("call", "request")
_OTHER_TYPES: dict[str, WebhookKind] = {
    "deal": "deals",
    "deals": "deals",
    "order": "deals",
    "orders": "deals",
    "chat": "chats",
    "chats": "chats",
}
# The lists of parameters of deals and chats are not public: these are the words of Calltouch's API
# for both. A lead has an orderId as well.
_OF_DEALS = re.compile(
    r"(deal|order(?!id$)|client_?order)\w*|funnel|pipeline|(planned|completed)_?amount"
    r"|revenue|margin|crm",
    re.IGNORECASE,
)
_OF_CHATS = re.compile(
    r"chat\w*|messenger\w*|messages?|dialog\w*|(wa|tg|vk|telegram|whatsapp)_?(phone|id|user|name)\w*",
    re.IGNORECASE,
)

Scalar = Callable[[str], str | None]
"""The text of a parameter; None for one that is absent or empty."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`key`: of the lead; None with `kind` deals or chats, and with a `problem`. `kind`: None where
    it cannot be told."""

    key: Key | None = None
    kind: WebhookKind | None = None
    problem: str | None = None


def identify(names: Collection[str], scalar: Scalar, configured: WebhookKind | None) -> Identity:
    """By the parameters' names and values. `configured`: by the settings of its webhook."""
    if configured in ("deals", "chats"):
        return Identity(kind=configured)
    lead_type = (scalar("leadtype") or "").strip()
    if not lead_type:
        return _without_type(names, scalar, configured)
    if lead_type in _LEAD_TYPES:
        return _lead(lead_type, scalar)
    if configured is None and lead_type.lower() in _OTHER_TYPES:
        return Identity(kind=_OTHER_TYPES[lead_type.lower()])
    return Identity(kind=configured, problem="leadtype is neither call nor request")


def _without_type(
    names: Collection[str], scalar: Scalar, configured: WebhookKind | None
) -> Identity:
    lead_type = _inferred(scalar)
    if configured is None:
        other = _other_kind(names)
        if other is not None:
            return Identity(kind=other)
        if lead_type is None and scalar("orderId") is not None:
            return Identity(kind="deals")
    elif lead_type is None:
        # A webhook of leads, by somebody's word.
        lead_type = "request" if scalar("requestId") is not None else "call"
    if lead_type is not None:
        return _lead(lead_type, scalar)
    has_id = scalar("id") is not None or scalar("requestId") is not None
    return Identity(problem="no leadtype, and nothing else tells it" if has_id else "no lead id")


def _inferred(scalar: Scalar) -> str | None:
    def has(*wanted: str) -> bool:
        return any(scalar(name) is not None for name in wanted)

    if has("callphase"):
        return "call"
    if has("requestId") and has("requestDate", "subject"):
        return "request"
    return "call" if has("callerphone") and has("calltime", "timestamp") else None


def _other_kind(names: Collection[str]) -> WebhookKind | None:
    if any(map(_OF_DEALS.fullmatch, names)):
        return "deals"
    return "chats" if any(map(_OF_CHATS.fullmatch, names)) else None


def _lead(lead_type: str, scalar: Scalar) -> Identity:
    written = scalar("requestId" if lead_type == "request" else "id")
    number = whole_number(written)
    if number is not None:
        return Identity((lead_type, number), "leads")
    problem = "no lead id" if written is None else "lead id is not a whole number"
    return Identity(kind="leads", problem=problem)
