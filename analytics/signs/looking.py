"""One look at the published file: is there a sign that something is wrong?"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from analytics.signs.causes import Found, Late, explained, together
from analytics.signs.fetching import (
    Known,
    clock,
    fetch_calls,
    fetch_heard,
    fetch_known,
    fetch_late,
    fetch_odd,
    instant,
)
from analytics.signs.runs import odd_deliveries, slow_calls
from analytics.signs.sign import Sign
from analytics.signs.silence import silences
from analytics.signs.watch import ALL


@dataclass(frozen=True, slots=True)
class Watching:
    """`timezone`: the configured one, in which days are counted."""

    timezone: str


def known_now(db: DuckDBPyConnection, now: datetime, watching: Watching) -> Known:
    """What is usual; it holds until the local day is over, and takes most of a look."""
    return fetch_known(db, now, watching.timezone)


def is_of_today(known: Known, now: datetime, watching: Watching) -> bool:
    """Whether it may still be used."""
    return known.usual.day == now.astimezone(ZoneInfo(watching.timezone)).toordinal()


def signs(
    db: DuckDBPyConnection, now: datetime, watching: Watching, known: Known | None = None
) -> list[Sign]:
    """The signs at `now`, which is the moment until which deliveries have been digested: what is
    still in the inbox is no silence. `known`: kept from an earlier look of the same day."""
    if known is None or not is_of_today(known, now, watching):
        known = known_now(db, now, watching)
    at = clock(now.astimezone(ZoneInfo(watching.timezone)))
    found = together(
        _silences(db, now, at, watching, known),
        _odd(db, now, watching, known),
        slow_calls(fetch_calls(db, now, known.usual, watching.timezone), known.calls, at),
    )
    return [_as_sign(one, watching) for one in found]


def _silences(
    db: DuckDBPyConnection, now: datetime, at: float, watching: Watching, known: Known
) -> list[Found]:
    usual = known.usual
    heard = fetch_heard(db, now, usual, watching.timezone)
    silent = silences(heard, usual, at)
    whole = next((one for one in silent if one.watch == ALL), None)
    late = Late()
    if whole is not None:
        late = Late(tuple(fetch_late(db, whole.since, usual, watching.timezone)))
    return explained(silent, heard, usual, at, late)


def _odd(db: DuckDBPyConnection, now: datetime, watching: Watching, known: Known) -> list[Found]:
    latest = fetch_odd(db, now, watching.timezone)
    quarantined = [(at, is_odd) for at, is_odd, _ in latest]
    gaps = [(at, is_gap) for at, _, is_gap in latest]
    return [
        *odd_deliveries(quarantined, "quarantined", known.quarantined, known.deliveries),
        *odd_deliveries(gaps, "losses", known.losses, known.deliveries),
    ]


def _as_sign(found: Found, watching: Watching) -> Sign:
    since = instant(found.since, watching.timezone)
    return Sign(found.kind, found.subject, found.cause, found.figures, since)
