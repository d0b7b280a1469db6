"""What the judgement needs, fetched from the published file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from analytics.signs import limits
from analytics.signs.runs import LatestCall, UsualCalls
from analytics.signs.silence import Heard, Usual, rarities_of
from analytics.signs.usual import SpecialDays, habits
from analytics.signs.watch import ALL, DayHours, Watch
from analytics.statements import bound_names, statement

_DAY = 24
_AT_MOST_FRESH_HOURS = 26.0
_DELAYS_DAYS = 28
_RUN_DAYS = 3
_LEAST_CALLS = 50
_ENDED = ("answered", "missed", "ended")


def rows(db: DuckDBPyConnection, name: str, **values: object) -> list[tuple[Any, ...]]:
    """Of a statement under sql/signs, given what it binds."""
    sql = statement(f"signs/{name}")
    bound = {key: value for key, value in values.items() if key in bound_names(sql)}
    return db.execute(sql, bound).fetchall()


def clock(moment: datetime) -> float:
    """Hours since the first day of all, of a moment by the local clock."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return moment.toordinal() * _DAY + seconds / 3600


def instant(at: float, timezone: str) -> datetime:
    """The moment, aware, of hours of the local clock."""
    day, hours = divmod(at, _DAY)
    midnight = datetime.combine(date.fromordinal(int(day)), datetime.min.time())
    # To a thousandth: more is not known of so great a number.
    into = timedelta(seconds=round(hours * 3600, 3))
    return (midnight + into).replace(tzinfo=ZoneInfo(timezone))


@dataclass(frozen=True, slots=True)
class Known:
    """What is usual of an account, as known before a local day: it may be kept until the day is
    over. `quarantined`, `losses`: shares of `deliveries` a quarter."""

    usual: Usual
    calls: Mapping[str, UsualCalls]
    quarantined: float
    losses: float
    deliveries: float


def fetch_known(db: DuckDBPyConnection, now: datetime, timezone: str) -> Known:
    """As known before the local day of `now`."""
    day = now.astimezone(ZoneInfo(timezone)).toordinal()
    since = instant((day - limits.HISTORY_DAYS) * _DAY, timezone)
    special = _special_days(db, day)
    known = habits(fetch_history(db, since, timezone), day, special)
    midnight = instant(day * _DAY, timezone)
    month = midnight - timedelta(days=_DELAYS_DAYS)
    ((arrive, ends, late),) = rows(
        *(db, "delays"),
        since=month,
        until=midnight,
        timezone=timezone,
        quantile=limits.LATE_QUANTILE,
    )
    arrive, ends = (min(hours or 0.0, _AT_MOST_FRESH_HOURS) for hours in (arrive, ends))
    settles = {"": arrive} | dict.fromkeys(_ENDED, max(arrive, ends))
    fresh = max(limits.FRESH_MINUTES / 60, 2 * arrive)
    ((deliveries, quarantined, losses),) = rows(db, "odd_shares", since=month, until=midnight)
    a_quarter = limits.A_QUARTER_DAYS / _DELAYS_DAYS
    late = max(limits.LEAST_LATE_MINUTES, late or 0.0)
    return Known(
        Usual(day, known, special, settles, rarities_of(known), fresh),
        {
            site: UsualCalls(wait, late, ends, calls * a_quarter)
            for site, wait, calls in rows(
                *(db, "waits"), since=month, until=midnight, quantile=limits.LONG_WAIT_QUANTILE
            )
            if calls >= _LEAST_CALLS
        },
        *(quarantined, losses, deliveries * a_quarter),
    )


def _special_days(db: DuckDBPyConnection, day: int) -> SpecialDays:
    first, last = day - limits.HISTORY_DAYS, day + limits.RECENT_DAYS
    found = rows(db, "special_days", first=date.fromordinal(first), last=date.fromordinal(last))
    return SpecialDays.of(one.toordinal() for (one,) in found)


def fetch_history(
    db: DuckDBPyConnection, since: datetime, timezone: str
) -> dict[Watch, dict[int, DayHours]]:
    """By watch and day, also of those of all sites."""
    found: dict[Watch, dict[int, list[int]]] = {}
    several = _Sites()
    for part, site, value, day, hour, leads in rows(db, "history", since=since, timezone=timezone):
        several.note(site)
        for watch in _counted_as(part, site, value):
            days = found.setdefault(watch, {})
            days.setdefault(day.toordinal(), [0] * _DAY)[hour] += leads
    return {
        watch: dict[int, DayHours](days) for watch, days in found.items() if several.is_worth(watch)
    }


class _Sites:
    """Of an account with one site, the kinds of all sites are those of the one."""

    def __init__(self) -> None:
        self._sites: set[str] = set()

    def note(self, site: str) -> None:
        self._sites.add(site)

    def is_worth(self, watch: Watch) -> bool:
        return watch.part != "kind" or bool(watch.site) or len(self._sites - {""}) > 1


def _counted_as(part: str, site: str, value: str) -> Iterator[Watch]:
    yield Watch(part, site, value)
    if part == "site":
        yield ALL
    if part == "kind" and site:
        yield Watch("kind", "", value)


def fetch_heard(db: DuckDBPyConnection, now: datetime, usual: Usual, timezone: str) -> Heard:
    """Of the days in which a silence is followed."""
    today = now.astimezone(ZoneInfo(timezone)).toordinal()
    since = instant((today - limits.RECENT_DAYS) * _DAY, timezone)
    heard = Heard({}, {})
    for part, site, value, day, leads, last in rows(
        db, "heard", since=since, timezone=timezone, fresh_minutes=usual.fresh * 60
    ):
        for watch in _counted_as(part, site, value):
            days = heard.days.setdefault(watch, {})
            days[day.toordinal()] = days.get(day.toordinal(), 0) + leads
            heard.last[watch] = max(heard.last.get(watch, 0.0), clock(last))
    return heard


def fetch_calls(
    db: DuckDBPyConnection, now: datetime, usual: Usual, timezone: str
) -> dict[str, list[LatestCall]]:
    """The latest of each site, the newest first."""
    found: dict[str, list[LatestCall]] = {}
    since = now - timedelta(days=_RUN_DAYS)
    most = max(limits.LAST_OF)
    fresh = usual.fresh * 60
    for site, began, wait, late in rows(
        *(db, "calls"), since=since, timezone=timezone, fresh_minutes=fresh, most=most
    ):
        found.setdefault(site, []).append(LatestCall(clock(began), wait, late))
    return found


def fetch_odd(
    db: DuckDBPyConnection, now: datetime, timezone: str
) -> list[tuple[float, bool, bool]]:
    """The latest deliveries, the newest first: not understood? showing losses?"""
    since = now - timedelta(days=_RUN_DAYS)
    found = rows(db, "odd", since=since, timezone=timezone, most=max(limits.LAST_OF))
    return [(clock(at), is_quarantined, is_gap) for at, is_quarantined, is_gap in found]


def fetch_late(
    db: DuckDBPyConnection, since: float, usual: Usual, timezone: str
) -> Sequence[tuple[float, float]]:
    """Leads of a silence that have come all the same: when they began and when they came."""
    found = rows(
        *(db, "late"),
        since=instant(since, timezone),
        timezone=timezone,
        fresh_minutes=usual.fresh * 60,
    )
    return [(clock(began), clock(came)) for began, came in found]
