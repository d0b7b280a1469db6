"""Whether a change is more than chance, at 95 %.

Counts are taken for Poisson's, shares for binomial, medians for those of two box plots.
"""

from math import sqrt

_Z = 1.96
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
