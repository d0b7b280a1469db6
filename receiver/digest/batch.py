"""From deliveries to what the fold reads: numbered, batched, decoded into an Arrow table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from analytics.fold import DECODED, DecodedDelivery, by_column, read_one
from receiver.decode import decode
from receiver.digest.archive.saved import OUTSIDE, SAVED, decode_saved
from receiver.inbox.delivery import Origin
from receiver.inbox.reader import DamagedBytes, InboxEntry
from receiver.settings.settings import Settings

MAX_DELIVERIES = 5000
MAX_BYTES = 12 << 20


@dataclass(frozen=True, slots=True)
class NumberedDelivery:
    delivery_id: int
    entry: InboxEntry


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


class RawDelivery(NamedTuple):
    """What decoding needs of a delivery; cheap to send to another process."""

    delivery_id: int
    received_ns: int
    webhook: str
    method: str
    query: bytes
    body: bytes
    content_type: str
    source_ip: str
    is_api: bool
    outside: bool
    is_saved: bool = False


@dataclass(frozen=True, slots=True)
class WebhookDialect:
    """How an account's webhooks phrase things: their renamed parameters, and the models and kinds
    configured for them."""

    renames: dict[str, dict[str, str]]
    models: dict[str, int | None]
    kinds: dict[str, str | None]

    @classmethod
    def of(cls, settings: Settings) -> "WebhookDialect":
        webhooks = settings.webhooks.items()
        return cls(
            {name: dict(webhook.rename) for name, webhook in webhooks},
            {name: webhook.model for name, webhook in webhooks},
            {name: webhook.kind for name, webhook in webhooks},
        )


def undecoded(deliveries: Iterable[NumberedDelivery]) -> list[RawDelivery]:
    return [
        RawDelivery(
            numbered.delivery_id,
            numbered.entry.received.received_ns,
            delivery.webhook,
            delivery.method,
            delivery.query,
            delivery.body,
            delivery.content_type,
            delivery.source_ip,
            delivery.origin == Origin.API,
            delivery.outside,
            numbered.entry.segment == SAVED,
        )
        for numbered in deliveries
        for delivery in (numbered.entry.received.delivery,)
    ]


def decoded(deliveries: Iterable[RawDelivery], dialect: WebhookDialect) -> pa.Table:
    """Decode a batch; the columns are those of `fold.DECODED` and of `fold.by_column`."""
    rows, params = [], []
    for raw in deliveries:
        parameters, *envelope = _decoded(raw, dialect)
        params.append(parameters)
        rows.append((*envelope, orjson.dumps(parameters).decode()))
    table, named = _table(rows), by_column(params)
    for name in named.column_names:
        table = table.append_column(name, named.column(name))
    return table


def decoded_and_read(
    deliveries: Iterable[RawDelivery], dialect: WebhookDialect
) -> list[DecodedDelivery]:
    """The same as the fold sees them, for a fold in the same process."""
    return [read_one(*_decoded(raw, dialect)) for raw in deliveries]


def undigestible(deliveries: Iterable[RawDelivery], why: str) -> pa.Table:
    """The same table for deliveries that the store cannot hold: without their contents."""
    problem = f"could not be folded: {why}"
    return _table([(*_envelope(raw, None, None, [problem], False), "{}") for raw in deliveries])


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in DECODED]
    return pa.table(columns, schema=DECODED)


def _decoded(raw: RawDelivery, dialect: WebhookDialect) -> tuple[Any, ...]:
    """Its parameters, then its envelope."""
    contents = (
        decode_saved(raw.body)
        if raw.is_saved
        else decode(raw.query, raw.body, raw.content_type, dialect.renames.get(raw.webhook, {}))
    )
    problems = list(contents.problems)
    if raw.outside:
        problems.append(OUTSIDE)
    model = dialect.models.get(raw.webhook)
    kind = None if raw.is_api else dialect.kinds.get(raw.webhook)
    return contents.params, *_envelope(raw, model, kind, problems, contents.is_empty)


def _envelope(
    raw: RawDelivery, model: int | None, kind: str | None, problems: list[str], is_empty: bool
) -> tuple[object, ...]:
    """All columns of `fold.DECODED` except the last, in order."""
    return (
        raw.delivery_id,
        raw.received_ns // 1000,
        raw.webhook,
        "api" if raw.is_api else "webhook",
        raw.method,
        None if raw.is_api else raw.source_ip,
        model,
        kind,
        problems,
        is_empty,
    )
