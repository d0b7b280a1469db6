"""Chance that can be repeated: streams of random numbers by name, and weighted choice."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(*names: object) -> Random:
    """The random numbers of one thing in the world, the same whatever else there is."""
    return Random("/".join(map(str, names)))


class WeightedChoice(Generic[T]):
    """Things to choose from, each with its weight."""

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
    """A time that is mostly about `median` and sometimes much longer; at least 1."""
    return max(1, int(rng.lognormvariate(math.log(median), spread)))
