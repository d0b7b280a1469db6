"""All rows of a report, also where they do not fit into memory.

Leads one by one are asked page after page, each beginning after the last row of the one before:
to sort a million of them whole would take more memory than there is.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question, ask_in_batches
from analytics.reports.parameters import SKIP, SORT

_PAGE = 20_000


def ask_all(
    db: DuckDBPyConnection, question: Question, page: int = _PAGE
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The same as `ask_in_batches`; `page`: rows at a time of a report that has pages, unless the
    question itself limits them."""
    if not question.report.pages_by or question.parameters["limit"]:
        return ask_in_batches(db, question)
    pages = _pages(db, question, page)
    first = next(pages)
    batches = chain.from_iterable(one.to_batches() for one in chain([first], pages))
    return first.schema, batches


def _pages(db: DuckDBPyConnection, question: Question, size: int) -> Iterator[pa.Table]:
    """At least one, which may be empty."""
    after: dict[str, Any] = {}
    while True:
        asked = replace(question, options={**question.options, **after, "limit": size})
        rows = db.execute(asked.sql, asked.parameters).to_arrow_table()
        yield rows
        if rows.num_rows < size:
            return
        if question.options.get(SORT.name):
            after = {SKIP.name: after.get(SKIP.name, 0) + size}
            continue
        last = rows.slice(size - 1).to_pylist()[0]
        after = {name: last[column] for name, column in question.report.pages_by.items()}
