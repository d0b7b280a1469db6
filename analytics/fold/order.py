"""The order of a lead's deliveries: docs/fold.md, rule 3.

It is written down with each delivery as its sort key, and whoever needs it, SQL too, sorts by
(sort key, delivery id).
"""

from typing import NamedTuple

from analytics.fold.delivery import DecodedDelivery

FIRST = -1
"""The sort key of a call's first start: before everything."""

Place = tuple[int, int]
"""Sort key and delivery id: where a delivery stands among those of its lead."""


class CallStart(NamedTuple):
    """A start of a call; the least one is its first. `sort_key`: while it is not the first."""

    sent_at: int
    delivery_id: int
    sort_key: int


def is_start(one: DecodedDelivery) -> bool:
    return one.phase == "callconnected" and one.key is not None and one.key[0] == "call"


def start_of(one: DecodedDelivery) -> CallStart:
    return CallStart(one.sent_at, one.delivery_id, _usual_sort_key(one))


def sort_key(one: DecodedDelivery, first_start: CallStart | None) -> int:
    if first_start is not None and one.delivery_id == first_start.delivery_id:
        return FIRST
    return _usual_sort_key(one)


def place(one: DecodedDelivery) -> Place:
    """Once its sort key is known."""
    assert one.sort_key is not None
    return one.sort_key, one.delivery_id


def _usual_sort_key(one: DecodedDelivery) -> int:
    """At a tie the API comes first: it was asked before it answered."""
    return 2 * one.sent_at + (one.origin != "api")
