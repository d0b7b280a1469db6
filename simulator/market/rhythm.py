"""When people make contact: by hour, weekday, business growth and day."""

from bisect import bisect_right
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

_GROWTH_PER_MONTH = 0.15
_NOISE = 0.13


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


class Rhythm:
    """Probability of each hour of the window, for one site and kind of contact.

    `hours`: 24 weights, `weekdays`: 7, none of them 0; `name`: of the noise stream.
    """

    def __init__(
        self,
        window: SimulatedTime,
        hours: Sequence[float],
        weekdays: Sequence[float],
        *name: object,
    ) -> None:
        self._edges: list[int] = [*range(window.since, window.until, HOUR), window.until]
        weights: list[float] = []
        noise = 1.0
        for start, end in pairwise(self._edges):
            if (start - window.since) % DAY == 0:
                noise = stream(*name, day_number(start)).lognormvariate(0, _NOISE)
            growth = 1 + _GROWTH_PER_MONTH * (start - window.since) / (30 * DAY)
            weight = hours[hour_of_day(start)] * weekdays[weekday(start)] * growth * noise
            weights.append(weight * (end - start) / HOUR)
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
