"""The deliveries of one lead in their order, without what is in them: some bytes for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.fold.delivery import DecodedDelivery

Column = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Index:
    """A row for each in all columns. `sizes`: of their parameters in the store, in bytes."""

    sort_keys: Column
    ids: Column
    sizes: Column

    def part(self, those: slice | Flags) -> "Index":
        return Index(self.sort_keys[those], self.ids[those], self.sizes[those])

    def merged(self, new: Sequence[DecodedDelivery]) -> "Index":
        """Together with those, whose sort keys are known."""
        keys = np.array([one.sort_key for one in new], np.int64)
        ids = np.array([one.delivery_id for one in new], np.int64)
        both = Index(
            np.concatenate([self.sort_keys, keys]),
            np.concatenate([self.ids, ids]),
            np.concatenate([self.sizes, np.zeros(len(new), np.int64)]),
        )
        order = np.lexsort((both.ids, both.sort_keys))
        return Index(both.sort_keys[order], both.ids[order], both.sizes[order])

    def lateness(self) -> Flags:
        """Of all deliveries of a lead: whether each was received after one that it precedes."""
        least = np.minimum.accumulate(self.ids[::-1])[::-1]
        return self.ids > least

    def pages(self, most_bytes: int, most_rows: int) -> "list[Index]":
        """In pieces that are small enough; one delivery is always enough."""
        reached = np.cumsum(self.sizes)
        pages, start = [], 0
        while start < len(self.ids):
            before = reached[start - 1] if start else 0
            fitting = int(np.searchsorted(reached, before + most_bytes, "right"))
            end = min(max(fitting, start + 1), start + most_rows)
            pages.append(self.part(slice(start, end)))
            start = end
        return pages
