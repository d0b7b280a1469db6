"""Rows as files: JSON, CSV, CSV for Excel, XLSX, Parquet.

JSON and Parquet give values as they are. Spreadsheets run what looks like a formula, so there a
text that begins like one gets an apostrophe in front: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from dashboards.api.rows import Rows
from dashboards.freshness import Freshness

_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_PIECE = 1 << 16
_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_575

Head = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Export:
    """`write`: the rows as the bytes of a file, in pieces."""

    name: str
    ending: str
    content_type: str
    write: Callable[[Rows, Head], Iterator[bytes]]


class TooManyRows(ValueError):
    """More rows than a sheet of a spreadsheet has."""


def _json(rows: Rows, head: Head) -> Iterator[bytes]:
    """`{"report", "filters", "freshness", "columns", "rows"}`, a row an object."""
    start = orjson.dumps({**head, "columns": rows.columns}, default=_freshness)
    yield start[:-1] + b',"rows":['
    separator = b""
    for batch in rows.batches:
        records = [dict(zip(rows.columns, row, strict=True)) for row in batch]
        if records:
            yield separator + orjson.dumps(records, default=str)[1:-1]
            separator = b","
    yield b"]}\n"


def _freshness(value: object) -> object:
    assert isinstance(value, Freshness)
    return {"published_at": value.published_at, "last_received_at": value.last_received_at}


def _csv(rows: Rows, head: Head) -> Iterator[bytes]:
    return _lines(rows, ",", "")


def _excel_csv(rows: Rows, head: Head) -> Iterator[bytes]:
    """As Excel in Russian opens it: with a byte order mark, cells apart by semicolons."""
    return _lines(rows, ";", _BYTE_ORDER_MARK)


def _lines(rows: Rows, delimiter: str, mark: str) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    text.write(mark)
    writer.writerow(rows.columns)
    for batch in rows.batches:
        writer.writerows([_cell(value) for value in row] for row in batch)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float):
        return value
    return defused(_text(value))


def defused(text: str) -> str:
    """Not a formula any more, if it looked like one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _xlsx(rows: Rows, head: Head) -> Iterator[bytes]:
    """Built on disk, row by row: a sheet of a million rows does not fit into memory."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
        )
        sheet = book.add_worksheet("leads")
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, rows.columns)
        number = 0
        for batch in rows.batches:
            for row in batch:
                number += 1
                if number > _MOST_ROWS:
                    raise TooManyRows(f"a sheet has {_MOST_ROWS} rows at most; take CSV or Parquet")
                for place, value in enumerate(row):
                    _write(sheet, number, place, value, days)
        book.close()
        yield from _pieces(file)


def _write(sheet: Any, row: int, place: int, value: Any, days: Any) -> None:
    """Texts as texts: a phone stays one, and a formula is none."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, value.replace(tzinfo=None))
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), days)
    elif isinstance(value, int | float):
        # Excel keeps 15 digits of a number.
        if abs(value) < 10**15:
            sheet.write_number(row, place, value)
        else:
            sheet.write_string(row, place, str(value))
    else:
        sheet.write_string(row, place, _text(value)[:_LONGEST_CELL])


def _parquet(rows: Rows, head: Head) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        with pq.ParquetWriter(file, rows.schema, compression="zstd") as writer:
            for batch in rows.batches:
                columns = zip(*batch, strict=True)
                arrays = [
                    pa.array(list(column), field.type)
                    for column, field in zip(columns, rows.schema, strict=True)
                ]
                if arrays:
                    writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=rows.schema))
        yield from _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


FORMATS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("json", "json", "application/json", _json),
        Export("csv", "csv", "text/csv; charset=utf-8", _csv),
        Export("excel_csv", "csv", "text/csv; charset=utf-8", _excel_csv),
        Export(
            "xlsx",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _xlsx,
        ),
        Export("parquet", "parquet", "application/vnd.apache.parquet", _parquet),
    )
}
