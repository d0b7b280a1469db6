"""What goes wrong on the way: deliveries lost, duplicated or delayed."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b

from simulator.market.rhythm import MOSCOW
from simulator.webhooks.sendings import Sending

# How many other deliveries overtake a delayed one.
_WINDOW = 48
_TWICE_AT_THE_END_SHARE = 0.25
# Duplicates waiting for the end are held in memory.
_MOST_AT_THE_END = 5000
_SCALE = 1 << 32


@dataclass(frozen=True, slots=True)
class Mishaps:
    """Shares 0..1 of all deliveries; on `lost_days` (Moscow) everything is lost.

    Each delivery is affected independently of what else is sent.
    """

    duplicates: float = 0.0
    reorder: float = 0.0
    loss: float = 0.0
    lost_days: frozenset[date] = frozenset()
    seed: int = 1


@dataclass(frozen=True, slots=True)
class LostSending:
    """A delivery never made: the `nth` sending of that webhook about that lead."""

    webhook: str
    lead_type: str
    lead_id: int
    nth: int


@dataclass(slots=True)
class MishapCounts:
    """What has gone wrong so far. `deliveries`: how many Calltouch meant to make, by webhook."""

    deliveries: Counter[str] = field(default_factory=Counter)
    duplicated: int = 0
    reordered: int = 0
    lost: list[LostSending] = field(default_factory=list)


def befall(sendings: Iterable[Sending], mishaps: Mishaps, toll: MishapCounts) -> Iterator[Sending]:
    """The deliveries actually made; keeps count in `toll`."""
    held: list[tuple[int, int, Sending]] = []
    at_the_end: list[Sending] = []
    for position, sending in enumerate(sendings):
        toll.deliveries[sending.webhook] += 1
        loss, order, twice, distance = _chances(mishaps.seed, sending)
        if loss < mishaps.loss or _day(sending, mishaps) in mishaps.lost_days:
            toll.lost.append(_lost(sending))
            continue
        release = position + 1 + int(distance * _WINDOW)
        if order < mishaps.reorder:
            toll.reordered += 1
            heapq.heappush(held, (release, position, sending))
        else:
            yield sending
        if twice < mishaps.duplicates:
            toll.duplicated += 1
            is_late = twice < mishaps.duplicates * _TWICE_AT_THE_END_SHARE
            if is_late and len(at_the_end) < _MOST_AT_THE_END:
                at_the_end.append(sending)
            else:
                heapq.heappush(held, (release + _WINDOW, position, sending))
        while held and held[0][0] <= position:
            yield heapq.heappop(held)[2]
    yield from (sending for _, _, sending in sorted(held, key=lambda item: item[:2]))
    yield from at_the_end


def _chances(seed: int, sending: Sending) -> tuple[float, float, float, float]:
    """Four numbers 0..1 fixed for this sending."""
    name = f"{seed}/{sending.webhook}/{sending.lead_type}/{sending.lead_id}/{sending.nth}"
    digest = blake2b(name.encode(), digest_size=16).digest()
    loss, order, twice, distance = (
        int.from_bytes(digest[start : start + 4], "big") / _SCALE for start in (0, 4, 8, 12)
    )
    return loss, order, twice, distance


def _day(sending: Sending, mishaps: Mishaps) -> date | None:
    if not mishaps.lost_days:
        return None
    return datetime.fromtimestamp(sending.sent_at, MOSCOW).date()


def _lost(sending: Sending) -> LostSending:
    return LostSending(sending.webhook, sending.lead_type, sending.lead_id, sending.nth)
