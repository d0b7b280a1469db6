"""All rows of a report, also where they do not fit into memory; and some of them at a time.

Leads one by one are asked page after page, each beginning after the last row of the one before:
to sort a million of them whole would take more memory than there is. Other reports are asked whole
and are cut into pages: they have an order that leaves nothing to chance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question, ask_in_batches
from analytics.reports.parameter import BadParameter, ReportParameter
from analytics.reports.parameters import FIRST, SKIP, SORT
from analytics.reports.report import Report

_PAGE = 20_000
_SEPARATOR = ","
_CURSOR = ("the cursor of the page before",)
_PLACE = ReportParameter("cursor", 0, most=2**63 - 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Up to the year 5138.
_MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows of a report. `count`: how many, None where they are all that there are and nobody has
    counted them. `cursor`: where the next page begins, None where there is none."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    count: int | None = None
    cursor: str | None = None


def ask_page(db: DuckDBPyConnection, question: Question, limit: int, cursor: str = "") -> RowPage:
    """At most `limit` rows, 0 is all of them, from where the cursor of another page leads. Raises
    `BadParameter` for a cursor of no page of this report."""
    if question.options.get(SORT.name):
        return _page_skipping(db, question, limit, cursor)
    if question.report.pages_by:
        after = _read_key(question.report, cursor) if cursor else {}
        placed = replace(question, options={**question.options, **after, "limit": 0})
        return _page_after(db, placed, limit) if limit else RowPage(*ask_all(db, placed))
    skipped = read_skipped(cursor) if cursor else 0
    return _page_between(db, question, skipped, limit)


def _page_skipping(db: DuckDBPyConnection, question: Question, limit: int, cursor: str) -> RowPage:
    """Of a list in another order: its places are numbers."""
    skipped = read_skipped(cursor) if cursor else question.options.get(SKIP.name, 0)
    placed = replace(question, options={**question.options, SKIP.name: skipped, "limit": 0})
    if not limit:
        return RowPage(*ask_all(db, placed))
    rows = _rows(db, placed, limit + 1)
    page = rows.slice(0, limit)
    following = f"{skipped + limit}" if rows.num_rows > limit else None
    return RowPage(rows.schema, iter(page.to_batches()), page.num_rows, following)


def _page_after(db: DuckDBPyConnection, question: Question, limit: int) -> RowPage:
    """One row more is asked for, which tells whether there is another page."""
    rows = _rows(db, question, limit + 1)
    page = rows.slice(0, limit)
    is_last = rows.num_rows <= limit
    key = None if is_last else _key(question.report, page.slice(limit - 1).to_pylist()[0])
    cursor = None if key is None else _SEPARATOR.join(map(_written, key.values()))
    return RowPage(rows.schema, iter(page.to_batches()), page.num_rows, cursor)


def _page_between(db: DuckDBPyConnection, question: Question, skipped: int, limit: int) -> RowPage:
    schema, batches = ask_in_batches(db, _bounded(question, skipped, limit))
    kept = _after(batches, skipped)
    if not limit:
        return RowPage(schema, kept)
    rows = pa.Table.from_batches(_until(kept, limit + 1), schema)
    page = rows.slice(0, limit)
    cursor = f"{skipped + limit}" if rows.num_rows > limit else None
    return RowPage(schema, iter(page.to_batches()), page.num_rows, cursor)


def _bounded(question: Question, skipped: int, limit: int) -> Question:
    """The first rows of a list are had for less than all of them."""
    if not limit or FIRST not in question.report.parameters:
        return question
    end, top = skipped + limit + 1, question.options.get(FIRST.name, 0)
    return replace(question, options={**question.options, FIRST.name: min(top or end, end)})


def _after(batches: Iterator[pa.RecordBatch], skipped: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if skipped < batch.num_rows:
            yield batch.slice(skipped)
        skipped = max(skipped - batch.num_rows, 0)


def _until(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch
        rows -= batch.num_rows
        if rows <= 0:
            return


def _read_key(report: Report, cursor: str) -> dict[str, Any]:
    keys = _key_parameters(report)
    parts = cursor.split(_SEPARATOR)
    if len(parts) != len(keys):
        raise BadParameter("cursor", cursor, _CURSOR)
    try:
        return {key.name: _read(key, part) for key, part in zip(keys, parts, strict=True)}
    except BadParameter as error:
        raise BadParameter("cursor", cursor, _CURSOR) from error


def read_skipped(cursor: str) -> int:
    try:
        return int(_PLACE.read(cursor))
    except BadParameter as error:
        raise BadParameter("cursor", cursor, _CURSOR) from error


def _read(key: ReportParameter, written: str) -> Any:
    if not key.is_instant:
        return key.read(written)
    if len(written) > _MOST_DIGITS:
        raise BadParameter(key.name, written, _CURSOR)
    return _EPOCH + int(_PLACE.read(written)) * _MICROSECOND


def _written(value: Any) -> str:
    """Instants as microseconds, so that nobody takes a cursor for anything but one."""
    return f"{(value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value}"


def _key_parameters(report: Report) -> list[ReportParameter]:
    own = {parameter.name: parameter for parameter in report.parameters}
    return [own[name] for name in report.pages_by]


def cursor_pattern(report: Report) -> str:
    """What its cursors look like, as a regular expression."""
    keys = _key_parameters(report) or [_PLACE]
    return f"^{_SEPARATOR.join(map(_pattern, keys))}$"


def _pattern(key: ReportParameter) -> str:
    if key.choices:
        return f"({'|'.join(key.choices)})"
    return f"[0-9]{{1,{_MOST_DIGITS if key.is_instant else _MOST_DIGITS + 1}}}"


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
    after: Mapping[str, Any] = {}
    while True:
        rows = _rows(db, replace(question, options={**question.options, **after}), size)
        yield rows
        if rows.num_rows < size:
            return
        if question.options.get(SORT.name):
            after = {SKIP.name: after.get(SKIP.name, 0) + size}
            continue
        after = _key(question.report, rows.slice(size - 1).to_pylist()[0])


def _rows(db: DuckDBPyConnection, question: Question, limit: int) -> pa.Table:
    asked = replace(question, options={**question.options, "limit": limit})
    return db.execute(asked.sql, asked.parameters).to_arrow_table()


def _key(report: Report, row: Mapping[str, Any]) -> dict[str, Any]:
    """After which row another page begins."""
    return {name: row[column] for name, column in report.pages_by.items()}
