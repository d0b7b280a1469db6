"""Whether a change is more than chance, against the exact tests."""

import random
from math import comb
from statistics import quantiles

import pytest

from analytics.chance import Box, box_of, counts_differ, medians_differ, shares_differ, wilson


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


def test_the_notch_is_that_of_a_box_plot() -> None:
    assert Box(10, 30, 50, 100).notch == pytest.approx((30 - 6.28, 30 + 6.28))
    assert box_of(None, None, None, 0) is None


@pytest.mark.parametrize(
    ("now", "before", "differs"),
    [
        # Notches 23.72 to 36.28, and 36.72 to 49.28 or 35.72 to 48.28.
        (Box(10, 30, 50, 100), Box(23, 43, 63, 100), True),
        (Box(10, 30, 50, 100), Box(22, 42, 62, 100), False),
        (Box(5, 5, 5, 20), Box(6, 6, 6, 20), True),
        (Box(10, 30, 50, 100), Box(0, 900, 901, 19), None),
    ],
)
def test_medians_whose_notches_overlap_may_be_chance(
    now: Box, before: Box, differs: bool | None
) -> None:
    assert medians_differ(now, before) is differs
    assert medians_differ(before, now) is differs


def test_of_the_same_values_one_pair_of_medians_in_twenty_or_fewer_differs() -> None:
    chance = random.Random(1978)

    def drawn() -> Box:
        low, median, high = quantiles([chance.lognormvariate(3, 1) for _ in range(60)], n=4)
        return Box(low, median, high, 60)

    assert 0 < sum(bool(medians_differ(drawn(), drawn())) for _ in range(400)) <= 20
