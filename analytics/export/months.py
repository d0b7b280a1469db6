"""A month of a table as a Parquet file: the same rows make the same bytes.

So the SHA-256 of the file says whether anything has changed. Rows are put into one order, row
groups have one size, and nothing of the time of writing is in the file. Another version of pyarrow
may write other bytes: then everything is exported once more.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from analytics.export.tables import ExportedTable
from analytics.statements import bound_names, rendered

_GROUP_ROWS = 20_000
_BATCH_ROWS = 2_048


@dataclass(frozen=True, slots=True)
class TableMonth:
    """`month`: its first day; None for a table that is not cut, and for rows without a day."""

    table: ExportedTable
    month: date | None
    rows: int
    first_day: date | None
    last_day: date | None

    @property
    def label(self) -> str:
        if self.month is not None:
            return f"{self.month:%Y-%m}"
        return "undated" if self.table.is_cut else "whole"


@dataclass(frozen=True, slots=True)
class MonthFile:
    bytes: int
    sha256: str


def months_of(db: DuckDBPyConnection, table: ExportedTable, zone: str) -> list[TableMonth]:
    """A table without rows has one file all the same, which tells its columns."""
    sql = rendered("export/months", table=table)
    found = db.execute(sql, _needed(sql, {"zone": zone})).fetchall()
    return [TableMonth(table, *row) for row in found or [(None, 0, None, None)]]


def write_month(
    db: DuckDBPyConnection, month: TableMonth, zone: str, file: IO[bytes]
) -> Iterator[int]:
    """Tells how many rows each group had."""
    schema = _schema(month.table)
    sql = rendered("export/rows", table=month.table, month=month.month)
    bound = {"zone": zone, "first": month.month, "next": _next(month.month)}
    reader = db.execute(sql, _needed(sql, bound)).to_arrow_reader(_BATCH_ROWS)
    with pq.ParquetWriter(file, _kept_types(reader.schema, schema), compression="zstd") as writer:
        for group in _groups(reader):
            writer.write_table(_as(group, writer.schema), row_group_size=_GROUP_ROWS)
            yield group.num_rows


def measured(file: IO[bytes]) -> MonthFile:
    file.flush()
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = file.tell()
    file.seek(0)
    return MonthFile(size, found)


def _needed(sql: str, values: dict[str, Any]) -> dict[str, Any]:
    names = bound_names(sql)
    return {name: value for name, value in values.items() if name in names}


def _next(month: date | None) -> date | None:
    if month is None:
        return None
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _schema(table: ExportedTable) -> dict[str, tuple[bool, str]]:
    return {column.name: (column.type == "JSON", column.comment) for column in table.columns}


def _kept_types(read: pa.Schema, said: dict[str, tuple[bool, str]]) -> pa.Schema:
    """JSON stays JSON, and what is said of a column stands beside it."""
    fields = []
    for field in read:
        is_json, comment = said[field.name]
        kind = pa.json_(pa.string()) if is_json else field.type
        fields.append(
            pa.field(field.name, kind, metadata={"comment": comment} if comment else None)
        )
    return pa.schema(fields)


def _as(group: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        pa.chunked_array([pa.ExtensionArray.from_storage(field.type, column.combine_chunks())])
        if isinstance(field.type, pa.JsonType)
        else column
        for field, column in zip(schema, group.columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _groups(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Of one size, in one piece, however the batches came."""
    waiting: list[pa.RecordBatch] = []
    for batch in reader:
        waiting.append(batch)
        while sum(one.num_rows for one in waiting) >= _GROUP_ROWS:
            held = pa.Table.from_batches(waiting)
            yield held.slice(0, _GROUP_ROWS).combine_chunks()
            waiting = held.slice(_GROUP_ROWS).to_batches()
    if any(one.num_rows for one in waiting):
        yield pa.Table.from_batches(waiting).combine_chunks()
