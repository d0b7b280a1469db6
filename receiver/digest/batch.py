"""Batches: as many deliveries as one transaction of the store takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from receiver.digest.archive.numbered import NumberedDelivery
from receiver.inbox.reader import DamagedBytes

MAX_DELIVERIES = 5000
MAX_BYTES = 12 << 20


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction writes. `positions`: how far each segment has then been read."""

    deliveries: list[NumberedDelivery]
    positions: dict[str, int]
    damaged: list[DamagedBytes]

    @property
    def first_id(self) -> int:
        """Higher than every id when the batch has no deliveries."""
        return self.deliveries[0].delivery_id if self.deliveries else 1 << 62

    def halves(self) -> "tuple[Batch, Batch]":
        """Split in two; the second half ends where this batch does."""
        middle = len(self.deliveries) // 2
        first, second = self.deliveries[:middle], self.deliveries[middle:]
        reached = {delivery.entry.segment: delivery.entry.position for delivery in first}
        return Batch(first, reached, []), Batch(second, self.positions, [])


def batches(stream: Iterable[NumberedDelivery | DamagedBytes]) -> Iterator[Batch]:
    """Cut a stream into batches of bounded size; the last may be small, none is empty."""
    batch, size = Batch([], {}, []), 0
    for item in stream:
        if isinstance(item, DamagedBytes):
            batch.damaged.append(item)
            batch.positions[item.segment] = item.end
            continue
        entry = item.entry
        batch.deliveries.append(item)
        batch.positions[entry.segment] = entry.position
        size += len(entry.received.delivery.body) + len(entry.received.delivery.query)
        if len(batch.deliveries) >= MAX_DELIVERIES or size >= MAX_BYTES:
            yield batch
            batch, size = Batch([], {}, []), 0
    if batch.positions:
        yield batch
