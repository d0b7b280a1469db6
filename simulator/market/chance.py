"""Repeatable randomness: named random streams and weighted choice."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(*names: object) -> Random:
    """A random stream for one thing in the world, independent of everything else."""
    return Random("/".join(map(str, names)))


class WeightedChoice(Generic[T]):
    """Items to choose from, with weights."""

    def __init__(self, weighted: Iterable[tuple[T, float]]) -> None:
        pairs = list(weighted)
        self.items: Sequence[T] = [item for item, _ in pairs]
        self._sums = list(accumulate(weight for _, weight in pairs))

    def pick(self, rng: Random) -> T:
        return self.items[bisect_right(self._sums, rng.random() * self._sums[-1])]


def zipf(items: Sequence[T], exponent: float = 1.0) -> WeightedChoice[T]:
    """The first is the most frequent, the second half as frequent, the third a third …"""
    return WeightedChoice((item, rank**-exponent) for rank, item in enumerate(items, 1))


def seconds(rng: Random, median: float, spread: float = 0.8) -> int:
    """A time mostly near `median` and sometimes much longer; at least 1."""
    return max(1, int(rng.lognormvariate(math.log(median), spread)))
