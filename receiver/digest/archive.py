"""The archive: digested deliveries, byte for byte, in one Parquet file per day (UTC).

What is archived is always a prefix of the one order all deliveries have, so the files hold ids
1, 2, 3 … without a gap. A day's file is replaced by rename; when it has grown large, what comes
later that day goes into further files `<date>.<n>.parquet`.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from receiver.digest.batch import Numbered
from receiver.inbox.delivery import Delivery, Origin, Received
from receiver.inbox.reader import Entry
from receiver.inbox.segment import sync_directory

log = logging.getLogger(__name__)

SCHEMA = pa.schema(
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

_PLACE = ("delivery_id", "order_ns", "received_ns", "segment", "position")
# The fields of `Delivery` but for the last two, origin and outside.
_DELIVERY = ("webhook", "method", "path", "query", "body", "content_type", "source_ip")

MERGE_BELOW_BYTES = 64 << 20
_ROWS_AT_ONCE = 2_000


class Archive:
    """The files under `archive/deliveries`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def files(self) -> list[Path]:
        """All files, oldest first."""
        return sorted(self._directory.glob("*.parquet"), key=_age)

    def last_id(self) -> int:
        """The id of the last archived delivery; 0 when there is none."""
        files = self.files()
        if not files:
            return 0
        column = pq.read_table(files[-1], columns=["delivery_id"]).column(0)
        return int(pc.max(column).as_py())

    def positions(self, segments: list[str]) -> dict[str, int]:
        """For those of the segments that are archived in part or whole: up to which offset."""
        found: dict[str, int] = {}
        for path in self.files():
            table = pq.read_table(
                path,
                columns=["segment", "position"],
                filters=[("segment", "in", segments)] if segments else None,
            )
            ends = table.group_by("segment").aggregate([("position", "max")]).to_pylist()
            found.update({row["segment"]: row["position_max"] for row in ends})
        return {name: found[name] for name in segments if name in found}

    def read(self, after_id: int = 0) -> Iterator[Numbered]:
        """All archived deliveries with a higher id, in order."""
        for path in self.files():
            file = pq.ParquetFile(path)
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                if batch.num_rows and batch.column(0)[-1].as_py() > after_id:
                    rows = _deliveries(batch)
                    yield from (row for row in rows if row.delivery_id > after_id)

    def append(self, deliveries: Iterable[Numbered]) -> None:
        """Add the deliveries that follow the last one; durable when this returns."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for above in (self._directory.parent, self._directory.parent.parent):
            sync_directory(above)
        for date, of_day in groupby(deliveries, key=_date):
            target, before = self._place(date)
            unfinished = target.with_suffix(".unfinished")
            try:
                _write(unfinished, before, of_day)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            unfinished.rename(target)
            sync_directory(self._directory)
            log.info("archived the deliveries of %s", date)

    def _place(self, date: str) -> tuple[Path, Path | None]:
        """The file to write, and the one whose rows it begins with."""
        of_day = [path for path in self.files() if path.name.split(".")[0] == date]
        if not of_day:
            return self._directory / f"{date}.parquet", None
        if of_day[-1].stat().st_size < MERGE_BELOW_BYTES:
            return of_day[-1], of_day[-1]
        return self._directory / f"{date}.{len(of_day) + 1}.parquet", None


def _write(path: Path, before: Path | None, deliveries: Iterable[Numbered]) -> None:
    """A synced file of the rows of `before` and then the deliveries."""
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        if before is not None:
            for batch in pq.ParquetFile(before).iter_batches(batch_size=_ROWS_AT_ONCE):
                writer.write_batch(batch)
        for batch in _chunks(deliveries):
            writer.write_batch(batch)
    _sync_file(path)


def _age(path: Path) -> tuple[str, int]:
    """`2026-11-21.parquet` comes before `2026-11-21.2.parquet`, and that before `….10.parquet`."""
    date, *part = path.name.removesuffix(".parquet").split(".")
    return date, int(part[0]) if part else 1


def _date(numbered: Numbered) -> str:
    moment = datetime.fromtimestamp(numbered.entry.received.order_ns // 10**9, UTC)
    return moment.date().isoformat()


def _chunks(deliveries: Iterable[Numbered]) -> Iterator[pa.RecordBatch]:
    """Their rows, some at a time, in the order of `SCHEMA`."""
    rows = map(_row, deliveries)
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(zip(*chunk, strict=True), SCHEMA, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _row(numbered: Numbered) -> tuple[object, ...]:
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


def _deliveries(batch: pa.RecordBatch) -> Iterator[Numbered]:
    columns = [batch.column(name).to_pylist() for name in (*_PLACE, *_DELIVERY)]
    origins = [Origin[origin.upper()] for origin in batch.column("origin").to_pylist()]
    for row in zip(*columns, origins, batch.column("outside").to_pylist(), strict=True):
        number, order_ns, received_ns, segment, position, delivery = *row[:5], Delivery(*row[5:])
        yield Numbered(number, Entry(segment, position, Received(order_ns, received_ns, delivery)))


def _sync_file(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
