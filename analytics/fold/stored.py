"""What the store holds already of the leads that a batch touches."""

from collections.abc import Collection, Iterator

import orjson
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold.delivery import Delivery, read_fields
from analytics.fold.identity import Key
from analytics.statements import statement

# All deliveries of the touched leads are in memory at once, some five times this size.
MOST_BYTES = 64 << 20
_ROWS_AT_ONCE = 10_000
_KEYS = pa.schema([("lead_type", pa.string()), ("lead_id", pa.int64())])


class TooMuchText(Exception):
    """The leads of a batch have more deliveries behind them than memory may be taken for."""


def keys_table(keys: Collection[Key]) -> pa.Table:
    """Leads, for SQL to look up."""
    columns = [list(column) for column in zip(*keys, strict=True)] or [[], []]
    return pa.table(columns, schema=_KEYS)


def earlier(db: DuckDBPyConnection, keys: Collection[Key]) -> Iterator[Delivery]:
    """Their deliveries in the store, with their fields read; `outcome` as it is there.

    Raises `TooMuchText`.
    """
    db.register("touched", keys_table(keys))
    try:
        size = 0
        with db.execute(statement("fold/earlier")).to_arrow_reader(_ROWS_AT_ONCE) as reader:
            for batch in reader:
                size += batch.nbytes
                if size > MOST_BYTES:
                    raise TooMuchText(f"more than {MOST_BYTES >> 20} MiB of earlier deliveries")
                yield from _deliveries(batch)
    finally:
        db.unregister("touched")


def _deliveries(batch: pa.RecordBatch) -> Iterator[Delivery]:
    sent = batch.column("sent")
    names = [field.name for field in sent.type]
    named = zip(*(column.to_pylist() for column in sent.flatten()), strict=True)
    others = batch.column("other").to_pylist()
    plain = batch.drop_columns(["sent", "other"])
    rows = zip(*(column.to_pylist() for column in plain.columns), strict=True)
    for row, values, other in zip(rows, named, others, strict=True):
        params = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        if other:
            params |= orjson.loads(other)
        delivery_id, received_at, webhook, origin, lead_type, lead_id, *rest = row
        one = Delivery(
            delivery_id, received_at, webhook, origin, params, (lead_type, lead_id), *rest
        )
        read_fields(one)
        yield one
