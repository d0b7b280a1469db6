"""Arrow tables that SQL is given by name."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold.identity import Key

_KEYS = pa.schema([("lead_type", pa.string()), ("lead_id", pa.int64())])


def keys_table(keys: Collection[Key]) -> pa.Table:
    """Leads, for SQL to look up."""
    columns = [list(column) for column in zip(*keys, strict=True)] or [[], []]
    return pa.table(columns, schema=_KEYS)


def ids_table(ids: Collection[int]) -> pa.Table:
    """Deliveries, likewise."""
    return pa.table({"delivery_id": pa.array(ids, pa.int64())})


@contextmanager
def registered(db: DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> Iterator[None]:
    for name, table in tables.items():
        db.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            db.unregister(name)
