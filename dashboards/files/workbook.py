"""A page as a workbook: a sheet for each table, and one that says what they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.api.exports import LONGEST_CELL
from dashboards.files.about import Fact, Line, SheetNote, notes_of
from dashboards.files.cell_text import plain_text
from dashboards.files.sheet import MOST_LINKS, MOST_ROWS, TableSheet
from dashboards.files.sheet_names import sheet_name, title_of
from dashboards.files.spread import spread
from dashboards.files.styles import Styles
from dashboards.page.cards import RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.tables import Batches, Row, Table

_WIDTHS = (34, 44, 44, 90)


@dataclass(frozen=True, slots=True)
class PageWorkbook:
    """`batches`: reads the lists of which the screen shows the beginning."""

    book: Any
    context: CardContext
    batches: Batches
    most_rows: int = MOST_ROWS
    most_links: int = MOST_LINKS

    def write(self, cards: Sequence[RenderedCard], facts: Sequence[Fact]) -> None:
        styles = Styles(self.book, self.context.texts.language)
        about = self.context.texts("files.about")
        taken = {about.casefold()}
        notes = [note for shown in cards for note in self._write_card(shown, taken, styles)]
        self._write_about(about, facts, notes, styles)

    def _write_card(
        self, shown: RenderedCard, taken: set[str], styles: Styles
    ) -> Iterator[SheetNote]:
        texts, name = self.context.texts, shown.card.name
        meaning = texts(f"{name}_why")
        for table in shown.tables:
            written_as = sheet_name(title_of(table, shown, self.context), taken)
            yield self._write_table(table, written_as, meaning, styles)
        said = () if shown.tables else notes_of(shown, self.context)
        if said:
            yield SheetNote(shown.card.title_in(self.context), None, said, meaning)

    def _write_table(self, table: Table, name: str, meaning: str, styles: Styles) -> SheetNote:
        formats = self.context.formats
        table = spread(table, formats.texts)
        sheet = TableSheet(
            self.book.add_worksheet(name), styles, formats, self.most_rows, self.most_links
        )
        sheet.write(table.columns, rows_of_table(table, self.batches))
        return SheetNote(name, sheet.rows, [table.label, *sheet.lacks()], meaning, table.columns)

    def _write_about(
        self, name: str, facts: Sequence[Fact], notes: Sequence[SheetNote], styles: Styles
    ) -> None:
        sheet, t = self.book.add_worksheet(name), self.context.texts
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        sheets = [(t("files.sheet"), t("files.rows"), t("files.shows"), t("files.meaning"))]
        columns = [(t("files.sheet"), t("files.column"), t("files.meaning"))]
        explained = [
            (note.name, heading.title, heading.why)
            for note in notes
            for heading in note.columns
            if heading.why
        ]
        lines: list[Line] = [*facts, (), *sheets, *(note.line for note in notes)]
        lines += [(), *columns, *explained] if explained else []
        for number, line in enumerate(lines):
            is_heading = line in sheets or line in columns
            for place, text in enumerate(line):
                style = styles.label() if is_heading or place == 0 else styles.paragraph()
                if isinstance(text, int):
                    sheet.write_number(number, place, text, style)
                else:
                    sheet.write_string(number, place, plain_text(text)[:LONGEST_CELL], style)


def rows_of_table(table: Table, batches: Batches) -> Iterator[Row]:
    """All of them."""
    return iter(table.rows) if table.whole is None else table.whole(batches)
