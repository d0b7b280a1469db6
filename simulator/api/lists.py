"""Lists inside a record: tags, comments, phrases, orders."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from simulator.api.dates import moment_text
from simulator.lives.leads import Comment, Lead, Phrase
from simulator.lives.talk import SECONDS_PER_PHRASE

Listed = list[dict[str, Any]]

# AUTO-PR and MANUAL have been seen; the others are guesses by analogy.
_TAG_TYPES = {
    "auto_pr": "AUTO-PR",
    "auto_af": "AUTO-AF",
    "auto_gr": "AUTO-GR",
    "auto_ct": "AUTO-CT",
    "auto_pn": "AUTO-PN",
    "manual": "MANUAL",
    "api": "API",
    "request": "REQUEST",
}
# The name of Predict's category is a guess; others came without one.
_CATEGORY = {"auto_pr": "Предикт"}
_OPERATOR, _CLIENT = 1, 0


def tags(named: Mapping[str, tuple[str, ...]]) -> Listed:
    """`named`: tags by category of the simulated world."""
    return [
        {"category": _CATEGORY.get(kind, ""), "type": word, "names": list(named[kind])}
        for kind, word in _TAG_TYPES.items()
        if named.get(kind)
    ]


def comments(lead_id: int, id_name: str, items: tuple[Comment, ...]) -> Listed:
    """`id_name`: name of the id in the record."""
    return [
        {
            "commentId": lead_id * 100 + number,
            id_name: lead_id,
            "comment": comment.text,
            "partyId": crc32(comment.party.encode()) % 10_000,
            "partyName": comment.party,
        }
        for number, comment in enumerate(items, 1)
    ]


def phrases(items: tuple[Phrase, ...]) -> Listed | None:
    if not items:
        return None
    return [
        {
            "channel": _OPERATOR if phrase.is_by_operator else _CLIENT,
            "time": _clock(number * SECONDS_PER_PHRASE),
            "message": phrase.text,
        }
        for number, phrase in enumerate(items)
    ]


def call_orders(lead: Lead, order_id: int | None) -> Listed:
    if order_id is None:
        return []
    linked = moment_text(_linked_at(lead, order_id))
    return [
        {
            "orderId": order_id,
            "orderNumber": f"CRM-{order_id}",
            "orderDate": linked,
            "createdDate": linked,
            "completedDate": None,
            "completedAmount": 0,
            "plannedAmount": _amount(order_id),
        }
    ]


def request_orders(lead: Lead, order_id: int | None) -> Listed:
    """Other fields than in a call's orders, and the date in milliseconds."""
    if order_id is None:
        return []
    return [
        {
            "orderId": order_id,
            "orderNumber": f"CRM-{order_id}",
            "dateCreated": _linked_at(lead, order_id) * 1000,
            "status": "NOT_SET",
            "sum": f"{_amount(order_id)}.00",
        }
    ]


def _linked_at(lead: Lead, order_id: int) -> int:
    for event in lead.life:
        if event.condition.order_id == order_id:
            return event.at
    return lead.happened_at


def _amount(order_id: int) -> int:
    return 5_000 + order_id % 90 * 1_000


def _clock(seconds: int) -> str:
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
