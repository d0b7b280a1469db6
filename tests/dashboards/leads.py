"""Made-up leads, as the deliveries that Calltouch would send of them."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 20, 11, 32, tzinfo=UTC)
"""The clock of every page under test: a Friday, 14:32 in Moscow."""

SOURCES = (
    ("yandex", "cpc"),
    ("yandex", "organic"),
    ("google", "cpc"),
    ("google", "organic"),
    ("(direct)", "(none)"),
    ("vk", "cpc"),
    ("telegram", "social"),
    ("avito", "cpa"),
    ("2gis", "referral"),
    ("mail.ru", "cpc"),
    ("email", "newsletter"),
    ("rutube", "video"),
    ("dzen", "article"),
    ("yandex.maps", "referral"),
    ("partner.example", "referral"),
)
# Chosen by weight, so that there is a long tail.
_WEIGHTS = (30, 22, 17, 14, 12, 9, 7, 6, 5, 4, 3, 3, 2, 2, 1)

Params = dict[str, str]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery before it is numbered."""

    received_at: datetime
    params: Params
    problems: list[str] = field(default_factory=list)
    is_empty: bool = False
    origin: str = "webhook"


def call(lead_id: int, happened_at: datetime, **params: str) -> Params:
    return {
        "leadtype": "call",
        "id": str(lead_id),
        "callphase": "calldisconnected",
        "timestamp": str(int(happened_at.timestamp())),
        **params,
    }


def request(lead_id: int, local: datetime, **params: str) -> Params:
    return {
        "leadtype": "request",
        "requestId": str(lead_id),
        "requestDate": f"{local:%Y-%m-%d %H:%M:%S}",
        **params,
    }


def some_months(leads: int = 600, days: int = 75, seed: int = 7) -> list[Delivered]:
    """Leads up to NOW: fewer at weekends, some unfinished, some without source, some undated."""
    chance = random.Random(seed)
    found = [delivery for number in range(1, leads + 1) for delivery in _lead(chance, number, days)]
    found.append(Delivered(NOW - timedelta(days=2), {"leadtype": "call"}))
    found.append(Delivered(NOW - timedelta(days=3), {"leadtype": "letter", "id": "5"}))
    found.append(Delivered(NOW - timedelta(days=70), {}, is_empty=True))
    return sorted(found, key=lambda delivery: delivery.received_at)


def _lead(chance: random.Random, number: int, days: int) -> list[Delivered]:
    happened = _moment(chance, days)
    traffic: Params = {}
    if chance.random() > 0.06:
        traffic["source"], traffic["medium"] = chance.choices(SOURCES, _WEIGHTS)[0]
    if chance.random() < 0.68:
        return _call(chance, number, happened, traffic)
    flags = {
        "uniquerequest": chance.choice(("true", "true", "false")),
        "targetrequest": chance.choice(("target", "non-target")),
    }
    # A request whose date does not read counts on the day that its first delivery was received.
    params = request(number, happened + timedelta(hours=3), **flags, **traffic)
    if chance.random() < 0.05:
        params["requestDate"] = "null"
    return [Delivered(happened + timedelta(seconds=40), params)]


def _call(
    chance: random.Random, number: int, happened: datetime, traffic: Params
) -> list[Delivered]:
    unique = {"unique": chance.choice(("true", "true", "true", "false"))}
    started = call(number, happened, **unique, **traffic) | {"callphase": "callconnected"}
    first = Delivered(happened + timedelta(seconds=2), started)
    if chance.random() < 0.04:
        return [first]
    target = chance.choice(("target", "target", "non-target"))
    ended = call(number, happened, targetcall=target, **unique, **traffic)
    ended["changedFields"] = "callphase,targetcall"
    return [first, Delivered(happened + timedelta(minutes=4), ended)]


def _moment(chance: random.Random, days: int) -> datetime:
    while True:
        minutes = chance.randrange(days * 24 * 60)
        happened = NOW - timedelta(minutes=minutes + 5, seconds=chance.randrange(60))
        # Also at night, so that days of the zone and of UTC differ.
        if happened.weekday() < 5 or chance.random() < 0.35:
            return happened


def row(delivery_id: int, delivered: Delivered) -> dict[str, Any]:
    """What the fold takes, but for the params, which it takes as JSON."""
    return {
        "delivery_id": delivery_id,
        "received_at": delivered.received_at,
        "webhook": "default",
        "origin": delivered.origin,
        "method": "POST",
        "source_ip": "92.118.66.7",
        "webhook_model": None,
        "webhook_kind": None,
        "problems": delivered.problems,
        "is_empty": delivered.is_empty,
    }
