"""One look at the published file: is there a sign that something is wrong?"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from analytics.signs.causes import Found, Late, explained
from analytics.signs.fetching import clock, fetch_heard, fetch_late, fetch_usual, instant
from analytics.signs.sign import Sign
from analytics.signs.silence import Usual, silences
from analytics.signs.watch import ALL


@dataclass(frozen=True, slots=True)
class Watching:
    """`timezone`: the configured one, in which days are counted."""

    timezone: str


def usual_now(db: DuckDBPyConnection, now: datetime, watching: Watching) -> Usual:
    """What is usual; it holds until the local day is over, and takes most of a look."""
    return fetch_usual(db, now, watching.timezone)


def is_today(usual: Usual, now: datetime, watching: Watching) -> bool:
    """Whether it may still be used."""
    return usual.day == now.astimezone(ZoneInfo(watching.timezone)).toordinal()


def signs(
    db: DuckDBPyConnection, now: datetime, watching: Watching, usual: Usual | None = None
) -> list[Sign]:
    """The signs at `now`, which is the moment until which deliveries have been digested: what is
    still in the inbox is no silence. `usual`: kept from an earlier look of the same day."""
    if usual is None or not is_today(usual, now, watching):
        usual = usual_now(db, now, watching)
    heard = fetch_heard(db, now, usual, watching.timezone)
    at = clock(now.astimezone(ZoneInfo(watching.timezone)))
    silent = silences(heard, usual, at)
    whole = next((one for one in silent if one.watch == ALL), None)
    late = Late()
    if whole is not None:
        late = Late(tuple(fetch_late(db, whole.since, usual, watching.timezone)))
    found = explained(silent, heard, usual, at, late)
    return [_as_sign(one, watching) for one in found]


def _as_sign(found: Found, watching: Watching) -> Sign:
    since = instant(found.since, watching.timezone)
    return Sign(found.kind, found.subject, found.cause, found.figures, since)
