"""Deliveries in, what the fold takes out: numbered, decoded, as an Arrow table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson
import pyarrow as pa

from analytics.fold import DECODED
from receiver.decode import decode
from receiver.inbox.delivery import Origin, Received
from receiver.inbox.reader import Damaged, Entry
from receiver.settings import Settings

MAX_DELIVERIES = 10_000
MAX_BYTES = 24 << 20


@dataclass(frozen=True, slots=True)
class Numbered:
    delivery_id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction of the store takes. `positions`: how far each segment is then read."""

    deliveries: list[Numbered]
    positions: dict[str, int]
    damaged: list[Damaged]

    @property
    def first_id(self) -> int:
        """Higher than every id when there are no deliveries in it."""
        return self.deliveries[0].delivery_id if self.deliveries else 1 << 62

    def halves(self) -> "tuple[Batch, Batch]":
        """The same in two; the second one ends where this one does."""
        middle = len(self.deliveries) // 2
        first, second = self.deliveries[:middle], self.deliveries[middle:]
        reached = {one.entry.segment: one.entry.position for one in first}
        return Batch(first, reached, []), Batch(second, self.positions, [])


def batches(stream: Iterable[Numbered | Damaged]) -> Iterator[Batch]:
    """Cut a stream into batches of bounded size; the last may be small, none is empty."""
    batch, size = Batch([], {}, []), 0
    for item in stream:
        if isinstance(item, Damaged):
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


def number_all(entries: Iterable[Entry], last_id: int) -> Iterator[Numbered]:
    """Give each delivery the next id."""
    for delivery_id, entry in enumerate(entries, last_id + 1):
        yield Numbered(delivery_id, entry)


def number(stream: Iterable[Entry | Damaged], last_id: int) -> Iterator[Numbered | Damaged]:
    """The same for a stream with damage in it."""
    for item in stream:
        if isinstance(item, Entry):
            last_id += 1
            yield Numbered(last_id, item)
        else:
            yield item


def decoded(deliveries: list[Numbered], settings: Settings) -> pa.Table:
    """Decode a batch under the webhooks' settings; the columns are those of `fold.DECODED`."""
    renames = {name: dict(webhook.rename) for name, webhook in settings.webhooks.items()}
    rows = [_row(numbered, settings, renames) for numbered in deliveries]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in DECODED]
    return pa.table(columns, schema=DECODED)


def undigestible(deliveries: list[Numbered], why: str) -> pa.Table:
    """The same table for deliveries that the store cannot take: without what is in them."""
    columns: list[list[object]] = [[] for _ in DECODED]
    for one in deliveries:
        received = one.entry.received
        problem = f"could not be folded: {why}"
        row = _envelope(one.delivery_id, received, None, [problem], False, "{}")
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return pa.table(columns, schema=DECODED)


def _row(
    numbered: Numbered, settings: Settings, renames: dict[str, dict[str, str]]
) -> tuple[object, ...]:
    received = numbered.entry.received
    delivery = received.delivery
    found = decode(
        delivery.query, delivery.body, delivery.content_type, renames.get(delivery.webhook, {})
    )
    problems = list(found.problems)
    if delivery.outside:
        problems.append("sender is in no allowed network")
    params = orjson.dumps(found.params).decode()
    model = settings.webhook(delivery.webhook).model
    return _envelope(numbered.delivery_id, received, model, problems, found.is_empty, params)


def _envelope(
    delivery_id: int,
    received: Received,
    model: int | None,
    problems: list[str],
    is_empty: bool,
    params: str,
) -> tuple[object, ...]:
    """One row in the order of the columns of `fold.DECODED`."""
    delivery = received.delivery
    is_api = delivery.origin == Origin.API
    return (
        delivery_id,
        received.received_ns // 1000,
        delivery.webhook,
        "api" if is_api else "webhook",
        delivery.method,
        None if is_api else delivery.source_ip,
        model,
        problems,
        is_empty,
        params,
    )
