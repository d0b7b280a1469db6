"""Deliveries as rows of the archive's files, and back."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import pyarrow as pa

from receiver.digest.archive.checksum import checksum_of
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.inbox.delivery import Delivery, Origin, StampedDelivery
from receiver.inbox.reader import InboxEntry

CONTENT = pa.schema(
    [
        pa.field("delivery_id", pa.int64(), nullable=False),
        pa.field("received_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("order_ns", pa.int64(), nullable=False),
        pa.field("received_ns", pa.int64(), nullable=False),
        pa.field("segment", pa.string(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("webhook", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("query", pa.binary(), nullable=False),
        pa.field("body", pa.binary(), nullable=False),
        pa.field("content_type", pa.string(), nullable=False),
        pa.field("source_ip", pa.string(), nullable=False),
        pa.field("outside", pa.bool_(), nullable=False),
    ]
)
"""What the checksum covers, in this order."""

# NULL in files written before checksums were introduced.
SCHEMA = CONTENT.append(pa.field("checksum", pa.int64()))

ROWS_AT_ONCE = 2_000
_A_DAY_NS = 86_400 * 10**9

Row = tuple[Any, ...]


def day_of(unix_ns: int) -> date:
    """In UTC."""
    return datetime.fromtimestamp(unix_ns // 10**9, UTC).date()


def row_of(numbered: NumberedDelivery) -> Row:
    """The values in the order of `CONTENT`, instants in microseconds."""
    entry = numbered.entry
    received, delivery = entry.received, entry.received.delivery
    return (
        numbered.delivery_id,
        received.received_ns // 1000,
        received.order_ns,
        received.received_ns,
        entry.segment,
        entry.position,
        delivery.origin.name.lower(),
        delivery.webhook,
        delivery.method,
        delivery.path,
        delivery.query,
        delivery.body,
        delivery.content_type,
        delivery.source_ip,
        delivery.outside,
    )


def numbered_of(row: Row) -> NumberedDelivery:
    number, _, order_ns, received_ns, segment, position, origin = row[:7]
    fields = [*row[7:14], Origin[origin.upper()], row[14]]
    received = StampedDelivery(order_ns, received_ns, Delivery(*fields))
    return NumberedDelivery(number, InboxEntry(segment, position, received))


def batches_of(rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """In batches, with checksums."""
    rows = iter(rows)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield _batch([*zip(*chunk, strict=True), [checksum_of(row) for row in chunk]])


def _batch(columns: list[Any]) -> pa.RecordBatch:
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def with_checksums(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch of a file, with checksums added where missing."""
    if "checksum" in batch.schema.names and batch.column("checksum").null_count == 0:
        return batch.select(SCHEMA.names).cast(SCHEMA)
    return next(batches_of(rows_of(batch)), batch)


def rows_of(batch: pa.RecordBatch) -> list[Row]:
    columns = [
        (batch.column(name).cast(pa.int64()) if name == "received_at" else batch.column(name))
        for name in CONTENT.names
    ]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def checksums_of(batch: pa.RecordBatch) -> list[int | None]:
    """The checksums as stored in the file."""
    if "checksum" not in batch.schema.names:
        return [None] * batch.num_rows
    checksums: list[int | None] = batch.column("checksum").to_pylist()
    return checksums


class FileContent:
    """What the manifest records of a file's rows: their ids, how many were received on each UTC
    day, how far they reach in each segment of the inbox."""

    def __init__(self) -> None:
        self.first_id = 0
        self.last_id = 0
        self.days: Counter[str] = Counter()
        self.segments: dict[str, int] = {}
        self.is_without_gaps = True

    def noted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Pass the rows through, recording them."""
        days: Counter[int] = Counter()
        for row in rows:
            self.first_id = self.first_id or row[0]
            self.is_without_gaps &= self.last_id in (0, row[0] - 1)
            self.last_id = row[0]
            days[row[3] // _A_DAY_NS] += 1
            self.segments[row[4]] = row[5]
            yield row
        self.days.update({day_of(day * _A_DAY_NS).isoformat(): n for day, n in days.items()})
