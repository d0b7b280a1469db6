"""Whether a change is more than chance, at 95 %.

Counts are taken for Poisson's, shares for binomial; medians have the notches of box plots.
"""

from dataclasses import dataclass
from math import sqrt

_Z = 1.96
_LEAST_VALUES = 20
_NOTCH = 1.57
"""McGill, Tukey and Larsen, Variations of Box Plots, The American Statistician 32 (1978), page 16:
1.7 times the standard error of a median, 1.25 R / 1.35 √n, where R is what lies between the
quartiles; notches that do not overlap are medians that differ at about 95 %."""
Share = tuple[int, int]
"""So many of so many."""


def counts_differ(now: float, before: float) -> bool:
    """Two Poisson counts of the same exposure: given their sum, each has half of it (with the
    correction for whole numbers, which agrees with the exact test)."""
    return abs(now - before) - 1 > _Z * sqrt(now + before)


def wilson(share: Share) -> tuple[float, float]:
    """The interval of a share; of nothing it is anything."""
    part, whole = share
    if not whole:
        return 0.0, 1.0
    rate = part / whole
    middle = rate + _Z**2 / (2 * whole)
    reach = _Z * sqrt(rate * (1 - rate) / whole + _Z**2 / (4 * whole**2))
    scale = 1 + _Z**2 / whole
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def shares_differ(now: Share, before: Share) -> bool:
    """Newcombe's interval of the difference, of two Wilson intervals, does not hold 0."""
    if not now[1] or not before[1]:
        return False
    rate, earlier = now[0] / now[1], before[0] / before[1]
    low, high = wilson(now)
    low_before, high_before = wilson(before)
    if rate >= earlier:
        return rate - earlier > sqrt((rate - low) ** 2 + (high_before - earlier) ** 2)
    return earlier - rate > sqrt((high - rate) ** 2 + (earlier - low_before) ** 2)


@dataclass(frozen=True, slots=True)
class Box:
    """The median of `count` values between their quartiles, as a box plot has it."""

    low: float
    median: float
    high: float
    count: int

    @property
    def notch(self) -> tuple[float, float]:
        reach = _NOTCH * (self.high - self.low) / sqrt(self.count)
        return self.median - reach, self.median + reach


def box_of(low: float | None, median: float | None, high: float | None, count: int) -> Box | None:
    """None of no values."""
    if low is None or median is None or high is None:
        return None
    return Box(low, median, high, count)


def medians_differ(now: Box, before: Box) -> bool | None:
    """Their notches do not overlap. None with fewer than 20 values on a side: that is too few."""
    if min(now.count, before.count) < _LEAST_VALUES:
        return None
    (low, high), (low_before, high_before) = now.notch, before.notch
    return low > high_before or low_before > high
