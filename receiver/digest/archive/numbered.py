"""Deliveries with the ids that digest gives them: 1, 2, 3 …, in their final order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from receiver.inbox.reader import DamagedBytes, InboxEntry


@dataclass(frozen=True, slots=True)
class NumberedDelivery:
    delivery_id: int
    entry: InboxEntry


def number_all(entries: Iterable[InboxEntry], last_id: int) -> Iterator[NumberedDelivery]:
    """Give each delivery the next id."""
    for delivery_id, entry in enumerate(entries, last_id + 1):
        yield NumberedDelivery(delivery_id, entry)


def number(
    stream: Iterable[InboxEntry | DamagedBytes], last_id: int
) -> Iterator[NumberedDelivery | DamagedBytes]:
    """The same for a stream that contains damage."""
    for item in stream:
        if isinstance(item, InboxEntry):
            last_id += 1
            yield NumberedDelivery(last_id, item)
        else:
            yield item
