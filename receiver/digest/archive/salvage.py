"""Deliveries whose bytes are lost, taken from the store's row instead."""

from typing import Any

import orjson

from analytics.fold import read_one
from analytics.fold.identity import WebhookKind
from receiver.digest.archive.saved import OUTSIDE, SAVED
from receiver.inbox.delivery import Delivery, Origin, StampedDelivery
from receiver.inbox.reader import InboxEntry

# Whatever its webhook was configured to send.
_KINDS: tuple[WebhookKind | None, ...] = (None, "leads")


def entry_of(row: tuple[Any, ...]) -> InboxEntry:
    """Built from a row of `archive/rows.sql`, without its id."""
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


def _decoding_problems(row: tuple[Any, ...]) -> list[str]:
    """The problems that the fold does not find again by itself."""
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
