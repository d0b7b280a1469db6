"""Rows of a reader's own SQL as files."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.sql_sandbox.sandbox import SandboxAnswer
from dashboards.api.exports import Export, pieces_of
from dashboards.api.rows import Rows


def _as_rows(answer: SandboxAnswer) -> Rows:
    return Rows(answer.schema, rows_in(answer), title="sql")


def rows_in(answer: SandboxAnswer) -> Iterator[Sequence[tuple[Any, ...]]]:
    for batch in answer.batches():
        yield list(zip(*map(_values, batch.columns), strict=True))


def _values(column: pa.Array) -> list[Any]:
    """DuckDB knows days that Python does not; they are given as texts."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        return list(column.cast(pa.string()).to_pylist())


def _parquet(answer: SandboxAnswer) -> Iterator[bytes]:
    schema = pa.schema(map(_in_parquet, answer.schema))
    with tempfile.TemporaryFile() as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in answer.batches():
                columns = map(_column, batch.columns, schema)
                writer.write_batch(pa.RecordBatch.from_arrays(list(columns), schema=schema))
        yield from pieces_of(file)


def _in_parquet(field: pa.Field) -> pa.Field:
    """The format has no intervals of months, days and nanoseconds."""
    return field.with_type(pa.string()) if pa.types.is_interval(field.type) else field


def _column(column: pa.Array, field: pa.Field) -> pa.Array:
    if column.type == field.type:
        return column
    return pa.array([None if one is None else str(one) for one in column.to_pylist()], field.type)


def pieces(answer: SandboxAnswer, export: Export, zone: ZoneInfo) -> Iterator[bytes]:
    """In the format of this name."""
    if export.name in _OF_ARROW:
        return _OF_ARROW[export.name](answer)
    head = {
        **answer.about,
        "row_count": answer.rows,
        "truncated": answer.truncated,
        "milliseconds": answer.milliseconds,
        "types": [str(kind) for kind in answer.schema.types],
    }
    return export.write(_as_rows(answer), head, zone)


_OF_ARROW: dict[str, Callable[[SandboxAnswer], Iterator[bytes]]] = {
    "parquet": _parquet,
    "arrow": lambda answer: pieces_of(answer.file),
}
