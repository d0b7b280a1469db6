"""A delivery as it is sent to a worker process, and its decoding into what the fold reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from analytics.fold import DECODED, DecodedDelivery, by_column, read_one
from receiver.decode import decode
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.saved import OUTSIDE, SAVED, decode_saved
from receiver.inbox.delivery import Origin
from receiver.settings.settings import Settings


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


class RebuildInit(NamedTuple):
    """What a process that rebuilds receives first. `fd`: its spill file."""

    dialect: WebhookDialect
    fd: int


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
