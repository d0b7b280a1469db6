"""A table as a sheet of a workbook, row after row: any number of them fits into memory."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from dashboards.api.exports import FIRST_YEAR, LONGEST_CELL
from dashboards.files.cell_text import cell_text, plain_text
from dashboards.files.styles import Look, Styles
from dashboards.page.tables import Cell, Heading, Row, TypedValue
from dashboards.wording.formats import Formats

MOST_ROWS = 1_048_575
"""Of a sheet, besides its heading."""
MOST_LINKS = 65_530
_LEAD = re.compile(r"https?://[^?#]*/leads/(?:call|request)/\d+")
_A_DAY = 86_400
# Excel keeps 15 digits of a number.
_LARGEST_NUMBER = 10**15
_MEASURED_ROWS = 500
_NARROWEST, _WIDEST = 8, 60


@dataclass(slots=True)
class TableSheet:
    """A sheet while it is written. `rows`: so far; `links`: likewise; `is_cut`: there are more rows
    than a sheet takes; `widths`: the longest texts of the columns."""

    sheet: Any
    styles: Styles
    formats: Formats
    most_rows: int = MOST_ROWS
    most_links: int = MOST_LINKS
    rows: int = 0
    links: int = 0
    is_cut: bool = False
    lacks_links: bool = False
    widths: list[int] = field(default_factory=list)

    def write(self, headings: Sequence[Heading], rows: Iterable[Row]) -> None:
        self.widths = [len(max(heading.title.split(), key=len, default="")) for heading in headings]
        for place, heading in enumerate(headings):
            title, style = plain_text(heading.title), self.styles.heading(heading.kind)
            self.sheet.write_string(0, place, title[:LONGEST_CELL], style)
        taken = iter(rows)
        for row in taken:
            if self.rows == self.most_rows - 1 and next(taken, None) is not None:
                self._cut()
                break
            self.rows += 1
            self._write_row(row)
        self._finish(headings)

    def _cut(self) -> None:
        """Says so in the last row that there is."""
        self.is_cut = True
        self.sheet.write_string(self.most_rows, 0, plain_text(self._full()), self.styles.label())

    def lacks(self) -> list[str]:
        """What there was no room for, in words."""
        t, formats = self.formats.texts, self.formats
        links = formats.number(self.most_links)
        return [
            *([self._full()] if self.is_cut else []),
            *([t("files.links_end", most=links)] if self.lacks_links else []),
        ]

    def _full(self) -> str:
        return self.formats.texts("files.full", most=self.formats.number(self.most_rows - 1))

    def _write_row(self, row: Row) -> None:
        look = Look(row.is_rest, row.is_faint)
        for place, cell in enumerate(row.cells):
            self._write_cell(place, cell, look if place else replace(look, level=row.level))
            if self.rows <= _MEASURED_ROWS:
                self.widths[place] = max(self.widths[place], len(cell.text))

    def _write_cell(self, place: int, cell: Cell, look: Look) -> None:
        text, link = cell_text(cell, self.formats.texts)[:LONGEST_CELL], self._link(cell)
        style = self.styles.cell(cell.typed, replace(look, is_link=True) if link else look)
        if link:
            self.sheet.write_url(self.rows, place, link, style, text)
        if cell.typed is not None and self._write_typed(place, cell.typed, style):
            return
        if text and not link:
            self.sheet.write_string(self.rows, place, text, style)

    def _write_typed(self, place: int, typed: TypedValue, style: Any) -> bool:
        """Not what a spreadsheet has no number for: that stays a text."""
        value = typed.value
        if isinstance(value, date):
            if value.year < FIRST_YEAR:
                return False
            moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
            self.sheet.write_datetime(self.rows, place, moment, style)
            return True
        number = float(value) / (_A_DAY if typed.kind == "seconds" else 1)
        is_time_before = typed.kind == "seconds" and number < 0
        if is_time_before or not math.isfinite(number) or abs(number) >= _LARGEST_NUMBER:
            return False
        self.sheet.write_number(self.rows, place, number, style)
        return True

    def _link(self, cell: Cell) -> str:
        """To a lead's card, nowhere else, and from so many rows only."""
        address = cell.href or ""
        if not _LEAD.fullmatch(address):
            return ""
        if self.links == self.most_links:
            self.lacks_links = True
            return ""
        self.links += 1
        return address

    def _finish(self, headings: Sequence[Heading]) -> None:
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, min(max(width + 2, _NARROWEST), _WIDEST))
        self.sheet.freeze_panes(1, 0)
        self.sheet.autofilter(0, 0, max(self.rows, 1), max(len(headings) - 1, 0))
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS + 1}"})
