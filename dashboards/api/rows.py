"""The rows of a report as they are read, some thousands at a time, as a reader may see them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.privacy.clearance import Clearance
from analytics.reports.asking import Question
from analytics.reports.compared_page import ask_compared_page
from analytics.reports.paging import ask_page
from analytics.reports.parameter import BadParameter
from dashboards.access.disclosure import Note, disclose
from dashboards.access.roles import Reader
from dashboards.api.parameters import COLUMNS
from dashboards.slice.bad_query import BadQuery

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """`batches`: lists of rows, to be taken once. `cursor`: where the next page begins.
    `title`: of a sheet. `untouched`: the same rows as the file has them, for a reader who sees all
    of them; one of the two is to be taken."""

    schema: pa.Schema
    batches: Iterator[Sequence[Values]]
    cursor: str | None = None
    title: str = "leads"
    untouched: Iterator[pa.RecordBatch] | None = None

    @property
    def columns(self) -> list[str]:
        return list(self.schema.names)

    def record_batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in columns. Those that nothing is hidden in are not taken apart for it."""
        if self.untouched is not None:
            yield from self.untouched
            return
        for batch in self.batches:
            if batch:
                columns = zip(zip(*batch, strict=True), self.schema, strict=True)
                arrays = [pa.array(list(column), field.type) for column, field in columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)


@contextmanager
def open_rows(
    db: DuckDBPyConnection,
    question: Question,
    reader: Reader,
    note: Note,
    limit: int = 0,
    cursor: str = "",
    before: Question | None = None,
) -> Iterator[Rows]:
    """As the reader may see them; noted before the first is read. `before`: the question of what
    they are compared with. Raises `BadQuery`."""
    try:
        if before is None:
            page = ask_page(db, question, limit, cursor)
        else:
            page = ask_compared_page(db, question, before, limit, cursor)
    except BadParameter as error:
        raise BadQuery("bad_query.value", error.expected, name=error.name, value=cursor) from error
    chosen = _chosen(page.schema, question.columns)
    with closing(db.cursor()) as beside:
        beside.execute("use published")
        seen = disclose(beside, question, page.schema.names, reader, note, page.count)
        schema = pa.schema([page.schema.field(name) for name in chosen])
        rows = _seen(page.batches, seen)
        sees_all = reader.clearance is Clearance.EVERYTHING
        untouched = (batch.select(chosen) for batch in page.batches) if sees_all else None
        given = rows if not question.columns else _given(rows, page.schema, chosen)
        yield Rows(schema, given, page.cursor, untouched=untouched)


def _chosen(schema: pa.Schema, columns: tuple[str, ...]) -> Sequence[str]:
    for name in columns:
        if name not in schema.names:
            raise BadQuery("bad_query.column", schema.names, COLUMNS, name=name)
    return columns or schema.names


def _seen(
    batches: Iterator[pa.RecordBatch], seen: Callable[[Sequence[Values]], Sequence[Values]]
) -> Iterator[Sequence[Values]]:
    for batch in batches:
        yield seen(list(zip(*(column.to_pylist() for column in batch.columns), strict=True)))


def _given(
    batches: Iterator[Sequence[Values]], schema: pa.Schema, chosen: Sequence[str]
) -> Iterator[Sequence[Values]]:
    """Only the chosen columns, after what they hold has been told by the others."""
    places = [schema.names.index(name) for name in chosen]
    one = itemgetter(places[0])
    several = itemgetter(*places)
    for batch in batches:
        yield [(one(row),) if len(places) == 1 else several(row) for row in batch]
