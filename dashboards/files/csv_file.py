"""A table as CSV, as a spreadsheet opens it in the reader's language.

In Russian cells are apart by semicolons, decimals have commas and days points; in English commas,
points and ISO 8601. What a spreadsheet would take for a formula is none.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from dashboards.api.exports import BYTE_ORDER_MARK, defused, quoted
from dashboards.files.cell_text import cell_text, plain_text
from dashboards.page.tables import Cell, Heading, Row, TypedValue
from dashboards.wording.formats import Formats

_LINES = 1000
# As phones are written here: nothing that a spreadsheet could calculate.
_PHONE = re.compile(r"\+7 \d{3} \d{3}-\d{2}-\d{2}")
_DAYS = {"ru": "%d.%m.%Y", "en": "%Y-%m-%d"}
_SHARE_DECIMALS = 4


def csv_pieces(
    headings: Sequence[Heading], rows: Iterable[Row], formats: Formats
) -> Iterator[bytes]:
    separator = ";" if formats.texts.language == "ru" else ","
    titles = separator.join(_text(plain_text(heading.title)) for heading in headings)
    lines = [f"{BYTE_ORDER_MARK}{titles}\r\n"]
    for row in rows:
        lines.append(separator.join(_cell(cell, formats) for cell in row.cells) + "\r\n")
        if len(lines) == _LINES:
            yield "".join(lines).encode()
            lines = []
    yield "".join(lines).encode()


def _cell(cell: Cell, formats: Formats) -> str:
    written = None if cell.typed is None else _typed(cell.typed, formats.texts.language)
    return _text(cell_text(cell, formats.texts)) if written is None else written


def _text(text: str) -> str:
    if not text:
        return ""
    return quoted(text if _PHONE.fullmatch(text) else defused(text))


def _typed(typed: TypedValue, language: str) -> str | None:
    """None for what reads better as a text."""
    value = typed.value
    if isinstance(value, datetime):
        return _date(value, f"{_DAYS[language]} %H:%M:%S")
    if isinstance(value, date):
        return None if typed.kind == "month" else _date(value, _DAYS[language])
    if not math.isfinite(value):
        return ""
    if typed.kind == "seconds":
        return _duration(round(value)) if value >= 0 else None
    is_share = typed.kind == "share"
    number = round(Decimal(f"{value}") * 100, _SHARE_DECIMALS) if is_share else Decimal(f"{value}")
    written = f"{number.normalize() + 0:f}{'%' if is_share else ''}"
    return written.replace(".", ",") if language == "ru" else written


def _date(value: date, pattern: str) -> str:
    """Also of a year of less than four digits."""
    return value.strftime(pattern.replace("%Y", f"{value.year:04}"))


def _duration(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
