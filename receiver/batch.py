"""Deliveries in, what the fold takes out: numbered, decoded, as an Arrow table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson
import pyarrow as pa

from analytics.fold import DECODED
from receiver.decode import decode
from receiver.inbox.delivery import Origin
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
    is_api = delivery.origin == Origin.API
    return (
        numbered.delivery_id,
        received.received_ns // 1000,
        delivery.webhook,
        "api" if is_api else "webhook",
        delivery.method,
        None if is_api else delivery.source_ip,
        settings.webhook(delivery.webhook).model,
        problems,
        found.is_empty,
        orjson.dumps(found.params).decode(),
    )
