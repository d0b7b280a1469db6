"""Deliveries in, what the fold takes out: numbered, decoded, as an Arrow table."""

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
    """What one transaction of the store takes. `positions`: how far each segment is then read."""

    deliveries: list[NumberedDelivery]
    positions: dict[str, int]
    damaged: list[DamagedBytes]

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
    """The same for a stream with damage in it."""
    for item in stream:
        if isinstance(item, InboxEntry):
            last_id += 1
            yield NumberedDelivery(last_id, item)
        else:
            yield item


class RawDelivery(NamedTuple):
    """What decoding needs of a delivery; light enough to be handed to another process."""

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
    """How an account's webhooks word things: their renames, and the models and kinds configured for
    them."""

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
            one.delivery_id,
            one.entry.received.received_ns,
            delivery.webhook,
            delivery.method,
            delivery.query,
            delivery.body,
            delivery.content_type,
            delivery.source_ip,
            delivery.origin == Origin.API,
            delivery.outside,
            one.entry.segment == SAVED,
        )
        for one in deliveries
        for delivery in (one.entry.received.delivery,)
    ]


def decoded(deliveries: Iterable[RawDelivery], wording: WebhookDialect) -> pa.Table:
    """Decode a batch; the columns are those of `fold.DECODED` and of `fold.by_column`."""
    rows, params = [], []
    for one in deliveries:
        found, *envelope = _decoded(one, wording)
        params.append(found)
        rows.append((*envelope, orjson.dumps(found).decode()))
    table, named = _table(rows), by_column(params)
    for name in named.column_names:
        table = table.append_column(name, named.column(name))
    return table


def decoded_and_read(
    deliveries: Iterable[RawDelivery], wording: WebhookDialect
) -> list[DecodedDelivery]:
    """The same as the fold sees them, for a fold in the same process."""
    return [read_one(*_decoded(one, wording)) for one in deliveries]


def undigestible(deliveries: Iterable[RawDelivery], why: str) -> pa.Table:
    """The same table for deliveries that the store cannot take: without what is in them."""
    problem = f"could not be folded: {why}"
    return _table([(*_envelope(one, None, None, [problem], False), "{}") for one in deliveries])


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in DECODED]
    return pa.table(columns, schema=DECODED)


def _decoded(one: RawDelivery, wording: WebhookDialect) -> tuple[Any, ...]:
    """Its parameters, and its envelope."""
    found = (
        decode_saved(one.body)
        if one.is_saved
        else decode(one.query, one.body, one.content_type, wording.renames.get(one.webhook, {}))
    )
    problems = list(found.problems)
    if one.outside:
        problems.append(OUTSIDE)
    model = wording.models.get(one.webhook)
    kind = None if one.is_api else wording.kinds.get(one.webhook)
    return found.params, *_envelope(one, model, kind, problems, found.is_empty)


def _envelope(
    one: RawDelivery, model: int | None, kind: str | None, problems: list[str], is_empty: bool
) -> tuple[object, ...]:
    """All columns of `fold.DECODED` but the last, in their order."""
    return (
        one.delivery_id,
        one.received_ns // 1000,
        one.webhook,
        "api" if one.is_api else "webhook",
        one.method,
        None if one.is_api else one.source_ip,
        model,
        kind,
        problems,
        is_empty,
    )
