"""Which blocks of the store may have been written since a copy of it was made.

DuckDB writes no block that the last checkpoint needs: what it writes until the next one are blocks
that were free, blocks of metadata, of which pieces are used again, and blocks behind the end. So
two checkpoints in a row say what may differ between them.

A block that is freed while somebody still reads what was in it is *held*: DuckDB lists it as free
in the one checkpoint that frees it, and in none after that, until it may be written. That
there are any shows when it has fewer blocks to write to than it has listed. They are remembered
until they are listed as free again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one says of a file's blocks; `count` of them there are."""

    iteration: int
    count: int
    free: frozenset[int]
    metadata: frozenset[int]

    @classmethod
    def of(cls, seen: Mapping[str, Any]) -> "Checkpoint":
        free, metadata = frozenset(seen["free"]), frozenset(seen["metadata"])
        return cls(seen["iteration"], seen["count"], free, metadata)

    def listed(self) -> int:
        """How many are free of those that are in the file."""
        return sum(block < self.count for block in self.free)


@dataclass(frozen=True, slots=True)
class KnownBlocks:
    """`blocks` may differ, of the first `count`, if the next checkpoint follows on `iteration`."""

    iteration: int
    count: int
    blocks: list[int]


class WrittenBlocks:
    """Told of every checkpoint of one file."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """It is not known what the last checkpoint says."""
        self._last: Checkpoint | None = None
        self._before: frozenset[int] = frozenset()
        self._held: frozenset[int] = frozenset()

    @property
    def iteration(self) -> int | None:
        return None if self._last is None else self._last.iteration

    def note(self, now: Checkpoint, free: int) -> None:
        """`free`: the number of blocks that DuckDB may write to, right after it."""
        grown = range(0 if self._last is None else self._last.count, now.count)
        self._before = self._may_be_written() | {*grown}
        self._last = now
        self._held -= now.free
        if free < now.listed():
            self._held |= now.free

    def since(self, iteration: int | None) -> KnownBlocks | None:
        """Of a copy that was made right after the last checkpoint but one; None for any other."""
        last = self._last
        if last is None or iteration != last.iteration - 1:
            return None
        blocks = self._before | self._may_be_written()
        return KnownBlocks(last.iteration, last.count, sorted(blocks))

    def _may_be_written(self) -> frozenset[int]:
        """Before the next checkpoint, of those that there are."""
        if self._last is None:
            return frozenset()
        return self._last.free | self._last.metadata | self._held
