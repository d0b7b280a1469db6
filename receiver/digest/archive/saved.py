"""Deliveries whose bytes are lost, as the store knew them: their parameters, decoded.

Such a row of the archive is known by its `segment`, which no file of the inbox can have as its name
and no sender can set. Its body is a JSON object of what the store said of it.
"""

from typing import Any

import orjson

from analytics.fold import read_one
from analytics.fold.identity import WebhookKind
from receiver.decode import DecodedBody
from receiver.inbox.delivery import Delivery, Origin, StampedDelivery
from receiver.inbox.reader import InboxEntry

SAVED = "store"
LOST_BYTES = "saved from the store: its original bytes are lost"
OUTSIDE = "sender is in no allowed network"
# Whatever its webhook was configured to send.
_KINDS: tuple[WebhookKind | None, ...] = (None, "leads")


def entry_of(row: tuple[Any, ...]) -> InboxEntry:
    """Of a row of `archive/rows.sql`, all but its id."""
    received_us, webhook, origin, method, source_ip, outcome, problems, params = row
    known = {
        "params": orjson.loads(params),
        "problems": _decoding_problems(row),
        "is_probe": outcome == "probe",
    }
    delivery = Delivery(
        webhook,
        method,
        "",
        b"",
        orjson.dumps(known),
        "application/json",
        source_ip or "",
        Origin[origin.upper()],
        OUTSIDE in problems,
    )
    return InboxEntry(SAVED, 0, StampedDelivery(received_us * 1000, received_us * 1000, delivery))


def decode_saved(body: bytes) -> DecodedBody:
    """What `receiver.decode` would have said of the bytes that are lost; nothing is renamed."""
    known = orjson.loads(body)
    problems = dict.fromkeys([*known["problems"], LOST_BYTES])
    return DecodedBody(known["params"], tuple(problems), known["is_probe"])


def _decoding_problems(row: tuple[Any, ...]) -> list[str]:
    """Those that the fold does not find again by itself."""
    received_us, webhook, origin, method, source_ip, outcome, problems, params = row
    again = {
        problem
        for kind in _KINDS
        for problem in read_one(
            orjson.loads(params),
            0,
            received_us,
            webhook,
            origin,
            method,
            source_ip,
            None,
            kind,
            [],
            outcome == "probe",
        ).problems
    }
    return [problem for problem in problems if problem not in {*again, OUTSIDE}]
