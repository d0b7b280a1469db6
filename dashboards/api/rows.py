"""The rows of a report as they are read, some thousands at a time, as a reader may see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question
from analytics.reports.paging import ask_all
from dashboards.access.roles import Reader
from dashboards.personal import Masking

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """`batches`: lists of rows, to be taken once."""

    schema: pa.Schema
    batches: Iterator[list[Values]]

    @property
    def columns(self) -> list[str]:
        return list(self.schema.names)


@contextmanager
def open_rows(db: DuckDBPyConnection, question: Question, reader: Reader) -> Iterator[Rows]:
    """Masked for who may not see personal data."""
    schema, batches = ask_all(db, question)
    yield Rows(schema, _masked(schema, batches, reader))


def _masked(
    schema: pa.Schema, batches: Iterator[pa.RecordBatch], reader: Reader
) -> Iterator[list[Values]]:
    masking = None if reader.sees_personal else Masking(schema.names)
    for batch in batches:
        rows = list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        yield rows if masking is None else list(map(masking, rows))
