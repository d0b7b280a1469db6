"""Rows as files: JSON, CSV, CSV for Excel, XLSX, Parquet, Arrow.

JSON, Parquet and Arrow give values as they are, CSV as ISO 8601 and with NULL told from the empty
text.
CSV for Excel and XLSX show what a reader in Russia expects: decimal commas, instants as local times
of the configured zone.

Spreadsheets run what looks like a formula, so there a text that begins like one gets an apostrophe
in front: https://owasp.org/www-community/attacks/CSV_Injection. So does what would begin a cell
if the file were opened with another separator than its own.
"""

import io
import math
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from zoneinfo import ZoneInfo

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from dashboards.api.rows import Rows
from dashboards.page.freshness import Freshness

BYTE_ORDER_MARK = "\ufeff"
_SEPARATORS = r"[;,\t\r\n]"
_FORMULA = re.compile(rf'^(?=\s)(?={_SEPARATORS})|(^|{_SEPARATORS})(?="*[=+\-@＝＋－＠])')
_QUOTED = re.compile(rf'{_SEPARATORS}|"|^\s|\s$')
_PIECE = 1 << 16
LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_575
# Before that Excel has no dates.
FIRST_YEAR = 1900
ABOUT = b"calltouch"
"""Under which the schema of Parquet and Arrow has, as JSON, what was asked and how fresh it is."""

Head = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Export:
    """`write`: the rows as the bytes of a file, in pieces. The zone is the configured one."""

    name: str
    ending: str
    content_type: str
    write: Callable[[Rows, Head, ZoneInfo], Iterator[bytes]]


class TooManyRows(ValueError):
    """More rows than a sheet of a spreadsheet has."""


def _json(rows: Rows, head: Head, zone: ZoneInfo) -> Iterator[bytes]:
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


def _csv(rows: Rows, head: Head, zone: ZoneInfo) -> Iterator[bytes]:
    return _lines(rows, ",", "", _cell)


def _excel_csv(rows: Rows, head: Head, zone: ZoneInfo) -> Iterator[bytes]:
    """As Excel in Russian opens it: with a byte order mark, cells apart by semicolons."""
    return _lines(rows, ";", BYTE_ORDER_MARK, lambda value: _excel_cell(value, zone))


def _lines(rows: Rows, delimiter: str, mark: str, cell: Callable[[Any], str]) -> Iterator[bytes]:
    yield f"{mark}{delimiter.join(map(quoted, rows.columns))}\r\n".encode()
    for batch in rows.batches:
        # A line of nothing would be no row.
        lines = (delimiter.join(map(cell, row)) or '""' for row in batch)
        yield "".join(f"{line}\r\n" for line in lines).encode()


def _cell(value: Any) -> str:
    """NULL is nothing, the empty text is quotes: what `csv.QUOTE_NOTNULL` of Python 3.12 does."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return str(value)
    return quoted(defused(_text(value)))


def _excel_cell(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        local = _local(value, zone)
        return f"{local:%d.%m}.{local.year:04} {local:%H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d.%m}.{value.year:04}"
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if isinstance(value, float | Decimal):
        return f"{Decimal(str(value)):f}".replace(".", ",")
    return _cell(value)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Without its zone, which spreadsheets do not know; one without a zone is local already."""
    try:
        return (moment.astimezone(zone) if moment.tzinfo else moment).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)


def quoted(text: str) -> str:
    """A cell of CSV, whatever the separator; the empty text is quotes."""
    return text if text and not _QUOTED.search(text) else '"{}"'.format(text.replace('"', '""'))


def defused(text: str) -> str:
    """Not a formula any more, if it looked like one; nor any part of it behind a separator."""
    return _FORMULA.sub(r"\g<0>'", text)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _xlsx(rows: Rows, head: Head, zone: ZoneInfo) -> Iterator[bytes]:
    """Built on disk, row by row: a sheet of a million rows does not fit into memory."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
        )
        sheet = book.add_worksheet(rows.title)
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, rows.columns)
        number = 0
        for batch in rows.batches:
            for row in batch:
                number += 1
                if number > _MOST_ROWS:
                    raise TooManyRows(f"a sheet has {_MOST_ROWS} rows at most; take CSV or Parquet")
                for place, value in enumerate(row):
                    local = _local(value, zone) if isinstance(value, datetime) else value
                    _write(sheet, number, place, local, days)
        book.close()
        yield from pieces_of(file)


def _write(sheet: Any, row: int, place: int, value: Any, days: Any) -> None:
    """Texts as texts: a phone stays one, and a formula is none."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, date) and value.year < FIRST_YEAR:
        sheet.write_string(row, place, value.isoformat())
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), days)
    elif isinstance(value, float) and not math.isfinite(value):
        return
    elif isinstance(value, int | float | Decimal):
        # Excel keeps 15 digits of a number.
        if abs(float(value)) < 10**15:
            sheet.write_number(row, place, float(value))
        else:
            sheet.write_string(row, place, str(value))
    else:
        sheet.write_string(row, place, _text(value)[:LONGEST_CELL])


def _parquet(rows: Rows, head: Head, zone: ZoneInfo) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        schema = _schema_saying(rows, head)
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in rows.record_batches():
                writer.write_batch(batch)
        yield from pieces_of(file)


def _arrow(rows: Rows, head: Head, zone: ZoneInfo) -> Iterator[bytes]:
    """A stream of Arrow's: https://arrow.apache.org/docs/format/Columnar.html."""
    sink = io.BytesIO()
    schema = _schema_saying(rows, head)
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in rows.record_batches():
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))
            yield _taken(sink)
    yield _taken(sink)


def _taken(sink: io.BytesIO) -> bytes:
    piece = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return piece


def _schema_saying(rows: Rows, head: Head) -> pa.Schema:
    """With what JSON says above its rows."""
    return rows.schema.with_metadata({ABOUT: orjson.dumps(head, default=_freshness)})


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """From its beginning."""
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
        Export("arrow", "arrows", "application/vnd.apache.arrow.stream", _arrow),
    )
}
