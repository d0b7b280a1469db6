"""Deliveries to digest: whole simulated lives, told to two webhooks, one for each model.

Laid down once under a directory as inbox segments, and as Parquet in the two shapes that another
program would load: `deliveries` (the bytes, zstd) and `wide` (decoded, one column a parameter).
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from receiver.data_dir import DataDir
from receiver.decode import decode
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import sendings
from simulator.world import World

UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)
# A lead is told of six to seven times: this many for each delivery are more than enough.
_LEADS_PER_DELIVERY = 0.3
_DAYS = 365
_AT_ONCE = 5_000
_RAW = pa.schema([("webhook", pa.string()), ("body", pa.binary())])


@dataclass(frozen=True, slots=True)
class Workload:
    directory: Path
    deliveries: int

    @property
    def inbox(self) -> Path:
        return self.directory / "inbox"

    @property
    def raw(self) -> Path:
        return self.directory / "deliveries.parquet"

    @property
    def wide(self) -> Path:
        return self.directory / "wide.parquet"

    def lay_into(self, root: Path) -> None:
        """Give a data directory these segments; digest only ever reads and unlinks them."""
        inbox = DataDir(root).inbox
        inbox.mkdir(parents=True)
        for segment in self.inbox.glob("*.seg"):
            os.link(segment, inbox / segment.name)


def simulated(count: int) -> Iterator[Delivery]:
    world = World(UNTIL, leads=max(int(count * _LEADS_PER_DELIVERY), 100), days=_DAYS)
    for sending in islice(sendings(world, usual_webhooks()), count):
        yield Delivery(
            webhook=sending.webhook,
            method=sending.method,
            path="/webhook",
            query=sending.query,
            body=sending.body,
            content_type=CONTENT_TYPE,
            source_ip="92.118.66.7",
        )


def make_workload(directory: Path, count: int) -> Workload:
    """One that is there is taken as it is; one that was begun and not finished is made anew."""
    work = Workload(directory / f"deliveries-{count}", count)
    if work.directory.exists():
        return work
    unfinished = Workload(directory / f"deliveries-{count}.unfinished", count)
    shutil.rmtree(unfinished.directory, ignore_errors=True)
    unfinished.directory.mkdir(parents=True)
    inbox, stream = InboxWriter(unfinished.inbox), simulated(count)
    with pq.ParquetWriter(unfinished.raw, _RAW, compression="zstd") as raw:
        while chunk := list(islice(stream, _AT_ONCE)):
            inbox.put_all(chunk)
            rows = [{"webhook": one.webhook, "body": one.body} for one in chunk]
            raw.write_batch(pa.RecordBatch.from_pylist(rows, schema=_RAW))
    inbox.close()
    _write_wide(unfinished)
    unfinished.directory.rename(work.directory)
    return work


def _write_wide(work: Workload) -> None:
    """Texts only, without lists: what a tool that knows no lives can merge by key."""
    parquet = pq.ParquetFile(work.raw)
    names: dict[str, None] = {}
    for batch in parquet.iter_batches(_AT_ONCE):
        for row in _decoded(batch):
            names.update(dict.fromkeys(row))
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(work.wide, schema, compression="zstd") as wide:
        for batch in parquet.iter_batches(_AT_ONCE):
            wide.write_batch(pa.RecordBatch.from_pylist(list(_decoded(batch)), schema=schema))


def _decoded(batch: pa.RecordBatch) -> Iterator[dict[str, str]]:
    for body in batch.column("body").to_pylist():
        params = decode(b"", body, CONTENT_TYPE, {}).params
        row = {name: value for name, value in params.items() if isinstance(value, str)}
        lead_id = row.get("requestId" if row.get("leadtype") == "request" else "id", "")
        yield {**row, "lead_id": lead_id}
