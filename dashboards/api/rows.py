"""The rows of a report as they are read, some thousands at a time, as a reader may see them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question
from analytics.reports.paging import ask_all
from dashboards.access.disclosure import Note, disclose
from dashboards.access.roles import Reader

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """`batches`: lists of rows, to be taken once."""

    schema: pa.Schema
    batches: Iterator[Sequence[Values]]

    @property
    def columns(self) -> list[str]:
        return list(self.schema.names)


@contextmanager
def open_rows(
    db: DuckDBPyConnection, question: Question, reader: Reader, note: Note
) -> Iterator[Rows]:
    """As the reader may see them; noted before the first is read."""
    schema, batches = ask_all(db, question)
    with closing(db.cursor()) as beside:
        beside.execute("use published")
        seen = disclose(beside, question, schema.names, reader, note)
        yield Rows(schema, _seen(batches, seen))


def _seen(
    batches: Iterator[pa.RecordBatch], seen: Callable[[Sequence[Values]], Sequence[Values]]
) -> Iterator[Sequence[Values]]:
    for batch in batches:
        yield seen(list(zip(*(column.to_pylist() for column in batch.columns), strict=True)))
