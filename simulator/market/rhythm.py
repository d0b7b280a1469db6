"""When people make contact: by hour, weekday, season, business growth and day."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import accumulate, pairwise

from simulator.market.chance import stream

MOSCOW = timezone(timedelta(hours=3))
"""Time zone of Calltouch's local times; Moscow has had UTC+3 since 2014."""

HOUR = 3600
DAY = 24 * HOUR
_OFFSET = 3 * HOUR

YEAR = 365 * DAY
_GROWTH_PER_YEAR = 1.3
_NOISE = 0.13
# Month and day of Russia's public holidays, and what is left of a usual day on them.
_HOLIDAYS = frozenset(
    {*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
)
_ON_A_HOLIDAY = 0.4


@dataclass(frozen=True, slots=True)
class SimulatedTime:
    """The simulated period in Unix seconds: from a Moscow midnight up to `until`."""

    since: int
    until: int

    @classmethod
    def of_days(cls, days: int, until: datetime) -> "SimulatedTime":
        """The last `days` Moscow days before `until`; a day less than an hour old is left out."""
        end = int(until.timestamp())
        last_day = day_number(end - HOUR)
        return cls((last_day - days + 1) * DAY - _OFFSET, end)


def hour_of_day(at: int) -> int:
    return (at + _OFFSET) % DAY // HOUR


def weekday(at: int) -> int:
    """0 is Monday."""
    return ((at + _OFFSET) // DAY + 3) % 7


def day_number(at: int) -> int:
    """Days since 1970 in Moscow's calendar."""
    return (at + _OFFSET) // DAY


def local_text(at: int) -> str:
    """`YYYY-MM-DD hh:mm:ss` in Moscow."""
    return datetime.fromtimestamp(at, MOSCOW).strftime("%Y-%m-%d %H:%M:%S")


def month_number(at: int) -> int:
    """Months since the year 0 in Moscow's calendar; 0 modulo 12 is January."""
    local = datetime.fromtimestamp(at, MOSCOW)
    return local.year * 12 + local.month - 1


def season(months: Sequence[float], at: int) -> float:
    """The weight of a day, given those of the months, from January: in the middle of a month its
    own, and on the way from one to the next in between. Less on a public holiday."""
    local = datetime.fromtimestamp(at, MOSCOW)
    days = monthrange(local.year, local.month)[1]
    before, share = divmod(local.month - 1 + (local.day - 0.5) / days - 0.5, 1)
    weight = months[int(before) % 12] * (1 - share) + months[int(before + 1) % 12] * share
    return weight * (_ON_A_HOLIDAY if (local.month, local.day) in _HOLIDAYS else 1.0)


class Rhythm:
    """Probability of each hour of the window, for one site and kind of contact.

    `hours`: 24 weights, `weekdays`: 7, `months`: 12, none of them 0; `name`: of the noise stream.
    """

    def __init__(
        self,
        window: SimulatedTime,
        hours: Sequence[float],
        weekdays: Sequence[float],
        months: Sequence[float],
        *name: object,
    ) -> None:
        self._edges: list[int] = [*range(window.since, window.until, HOUR), window.until]
        weights: list[float] = []
        of_day = 1.0
        for start, end in pairwise(self._edges):
            if (start - window.since) % DAY == 0:
                noise = stream(*name, day_number(start)).lognormvariate(0, _NOISE)
                growth = _GROWTH_PER_YEAR ** ((start - window.since) / YEAR)
                of_day = weekdays[weekday(start)] * season(months, start) * growth * noise
            weights.append(hours[hour_of_day(start)] * of_day * (end - start) / HOUR)
        self._sums: list[float] = [0.0, *accumulate(weights)]

    def moment(
        self, chance: float, after: int | None = None, before: int | None = None
    ) -> int | None:
        """The moment at that share (0..1) of the total probability in between; None if that is
        zero."""
        low = 0.0 if after is None else self._sum_at(after)
        high = self._sums[-1] if before is None else self._sum_at(before)
        if high <= low:
            return None
        sought = low + chance * (high - low)
        slot = min(bisect_right(self._sums, sought), len(self._sums) - 1) - 1
        into = (sought - self._sums[slot]) / (self._sums[slot + 1] - self._sums[slot])
        start, end = self._edges[slot], self._edges[slot + 1]
        return min(start + int(into * (end - start)), end - 1)

    def _sum_at(self, at: int) -> float:
        slot = min(max((at - self._edges[0]) // HOUR, 0), len(self._sums) - 2)
        start, end = self._edges[slot], self._edges[slot + 1]
        into = min(max((at - start) / (end - start), 0.0), 1.0)
        return self._sums[slot] + into * (self._sums[slot + 1] - self._sums[slot])
