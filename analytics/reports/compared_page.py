"""Rows of a report beside what they are compared with, some at a time."""

from collections.abc import Sequence

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Answer, Question, ask_in_batches
from analytics.reports.compared_names import names_beside
from analytics.reports.compared_rows import beside, keys_of
from analytics.reports.paging import RowPage, read_skipped


def ask_compared_page(
    db: DuckDBPyConnection, question: Question, before: Question, limit: int, cursor: str = ""
) -> RowPage:
    """At most `limit` rows, 0 is all of them, from where the cursor of another page leads. Reports
    that can be compared are short. Raises `BadParameter` for a cursor of no page."""
    keys = keys_of(question.report, question.groups)
    assert keys is not None, question.report.name
    now, earlier = (_whole(db, one) for one in (question, before))
    schema = compared_schema(now.schema, keys)
    numbers = _numbers(now.schema, keys)
    shown = beside(_answer(question, now), _answer(before, earlier), keys, numbers)
    skipped = read_skipped(cursor) if cursor else 0
    end = skipped + limit if limit else len(shown.rows)
    rows = shown.rows[skipped:end]
    values = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(list(one), field.type) for one, field in zip(values, schema, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
    following = f"{end}" if end < len(shown.rows) else None
    return RowPage(schema, iter([batch]), len(rows), following)


def compared_schema(schema: pa.Schema, keys: Sequence[str]) -> pa.Schema:
    """With the columns that stand beside each number: what it was and how it changed are of its own
    type."""
    fields = list(schema)
    for name in _numbers(schema, keys):
        before, change, is_chance = names_beside(name)
        own = schema.field(name).type
        fields += [pa.field(before, own), pa.field(change, own), pa.field(is_chance, pa.bool_())]
    return pa.schema(fields)


def _numbers(schema: pa.Schema, keys: Sequence[str]) -> list[str]:
    types = pa.types
    return [
        field.name
        for field in schema
        if field.name not in keys
        and (types.is_integer(field.type) or types.is_floating(field.type))
    ]


def _whole(db: DuckDBPyConnection, question: Question) -> pa.Table:
    schema, batches = ask_in_batches(db, question)
    return pa.Table.from_batches(batches, schema)


def _answer(question: Question, table: pa.Table) -> Answer:
    columns = [column.to_pylist() for column in table.columns]
    return Answer(question, tuple(table.column_names), list(zip(*columns, strict=True)))
