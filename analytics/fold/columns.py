"""The parameters of deliveries as `digest.deliveries` stores them: what Calltouch documents by
column, the others and lists as one object, in pieces that DuckDB can compress."""

from collections.abc import Sequence
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from analytics.fold.written import Params
from analytics.parameters import PARAMETERS

PIECE = 1_000
"""Characters; see `sql/schema/digest_deliveries.sql`."""

# As many deliveries as the processor's cache holds: their parameters are gone through by column.
_AT_ONCE = 250
_TEXT = pa.string()

ARROW_TYPES = {
    "varchar": pa.string(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
"""Of columns, by their types in DuckDB."""

LEAD = [("lead_type", _TEXT), ("lead_id", pa.int64())]
"""The columns that tell the lead of a row."""


def by_column(params: Sequence[Params]) -> pa.Table:
    """The columns `sent` and `other`, a row for each."""
    starts = range(0, max(len(params), 1), _AT_ONCE)
    tables = [_by_column(params[start : start + _AT_ONCE]) for start in starts]
    return pa.concat_tables(tables).combine_chunks()


def sizes(columns: pa.Table) -> pa.Array:
    """Of the columns `sent` and `other`: how many bytes of text each row has."""
    sent = columns.column("sent").combine_chunks()
    other = columns.column("other").combine_chunks()
    texts = [*sent.flatten(), pc.binary_join(other, "")]
    total = pa.repeat(pa.scalar(0, pa.int32()), len(columns))
    for text in texts:
        total = pc.add(total, pc.coalesce(pc.binary_length(text), 0))
    return total


def pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def _by_column(params: Sequence[Params]) -> pa.Table:
    others = [_other(one) for one in params]
    named = [
        {name: value for name, value in one.items() if name not in other} if other else one
        for one, other in zip(params, others, strict=True)
    ]
    sent = [pa.array([one.get(name) for one in named], _TEXT) for name in PARAMETERS]
    return pa.table(
        {
            "sent": pa.StructArray.from_arrays(sent, list(PARAMETERS)),
            "other": pa.array(map(_as_json, others), pa.list_(_TEXT)),
        }
    )


def _other(params: Params) -> dict[str, Any]:
    return {
        name: value
        for name, value in params.items()
        if value.__class__ is not str or name not in PARAMETERS
    }


def _as_json(other: dict[str, Any]) -> list[str] | None:
    """In the order of the names, so that it does not depend on that of the parameters."""
    return pieces(orjson.dumps(dict(sorted(other.items()))).decode()) if other else None


def table_of(columns: list[tuple[str, pa.DataType]], rows: list[tuple[Any, ...]]) -> pa.Table:
    values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    return pa.table(values, schema=pa.schema(columns))
