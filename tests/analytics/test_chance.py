"""Whether a change is more than chance, against the exact tests."""

from math import comb

import pytest

from analytics.chance import counts_differ, shares_differ, wilson


def binomial_p(now: int, before: int) -> float:
    """The two-sided exact test of two Poisson counts: half and half of their sum."""
    total, most = now + before, max(now, before)
    tail = sum(comb(total, count) for count in range(most, total + 1)) / 2**total
    return float(min(1.0, 2 * tail))


def test_counts_agree_with_the_exact_test() -> None:
    wrong = [
        (now, before)
        for now in range(60)
        for before in range(60)
        if counts_differ(now, before) != (binomial_p(now, before) < 0.05)
        and not 0.04 < binomial_p(now, before) < 0.06
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [((0, 0), 0.0, 1.0), ((0, 10), 0.0, 0.2775), ((7, 11), 0.3538, 0.8483), ((10, 10), 0.7225, 1)],
)
def test_wilson(share: tuple[int, int], low: float, high: float) -> None:
    assert wilson(share) == pytest.approx((low, high), abs=2e-4)


@pytest.mark.parametrize(
    ("now", "before", "differs"),
    [
        # Newcombe 1998, method 10: 56/70 and 48/80, 0.0524 to 0.3339.
        ((56, 70), (48, 80), True),
        ((48, 80), (56, 70), True),
        # 9/10 and 3/10, 0.1705 to 0.8090; 5/56 and 0/29, -0.0381 to 0.1926.
        ((9, 10), (3, 10), True),
        ((5, 56), (0, 29), False),
        ((10, 100), (11, 100), False),
        ((1, 1), (0, 0), False),
    ],
)
def test_shares_differ_where_newcombe_says_so(
    now: tuple[int, int], before: tuple[int, int], differs: bool
) -> None:
    assert shares_differ(now, before) == differs
