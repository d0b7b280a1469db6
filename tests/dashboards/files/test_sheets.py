"""A sheet on its own: its limits, its names, what is no number to a spreadsheet."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dashboards.files.csv_file import csv_pieces
from dashboards.files.sheet import TableSheet
from dashboards.files.sheet_names import sheet_name
from dashboards.files.styles import Styles
from dashboards.page.tables import Cell, CellMaker, Heading, Row, TypedValue, ValueKind
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts

RUSSIAN, ENGLISH = (Formats(Texts(name), ZoneInfo("Europe/Moscow")) for name in ("ru", "en"))
LEAD = "https://leads.example/leads/call/1"


def sheet_of(
    rows: Sequence[Row], most_rows: int = 100, most_links: int = 100
) -> tuple[Worksheet, TableSheet]:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = TableSheet(book.add_worksheet(), Styles(book, "ru"), RUSSIAN, most_rows, most_links)
        sheet.write([Heading("Лид", "text")] * len(rows[0].cells), rows)
    return load_workbook(file).worksheets[0], sheet


def listed(number: int) -> list[Row]:
    return [Row([Cell(f"звонок {one}", href=LEAD)]) for one in range(number)]


def test_a_full_sheet_says_so_in_its_last_row() -> None:
    exactly, sheet = sheet_of(listed(5), most_rows=5)
    assert [cell.value for cell in exactly["A"]][1:] == [f"звонок {one}" for one in range(5)]
    assert sheet.lacks() == []
    cut, sheet = sheet_of(listed(6), most_rows=5)
    assert cut.max_row == 6
    assert cut["A5"].value == "звонок 3"
    assert str(cut["A6"].value).startswith("Лист закончился: в Excel не больше 4 строк.")
    assert (sheet.rows, len(sheet.lacks())) == (4, 1)


def test_links_end_where_excel_takes_no_more() -> None:
    shown, sheet = sheet_of(listed(4), most_links=2)
    assert [bool(cell.hyperlink) for cell in shown["A"]] == [False, True, True, False, False]
    assert shown["A5"].value == "звонок 3"
    assert "в первых 2 строках" in sheet.lacks()[0]


@pytest.mark.parametrize(
    "href", ["tel:+79161234567", "https://leads.example/journal?a=1", "javascript:x"]
)
def test_nothing_but_a_lead_s_card_is_linked_to(href: str) -> None:
    shown, _ = sheet_of([Row([Cell("x", href=href)])])
    assert shown["A2"].hyperlink is None


def test_what_is_no_number_to_a_spreadsheet_stays_a_text() -> None:
    cells = CellMaker(RUSSIAN)
    row = [
        cells.seconds(-65),
        cells.identity(2**62),
        cells.day(date(1, 2, 3)),
        cells.nothing(),
        Cell("—", is_foreign=True),
        cells.number(float("inf")),
    ]
    shown, _ = sheet_of([Row(row)])
    written = [cell.value for cell in shown[2]]
    assert written == ["−1:05", f"{2**62}", "3 февраля 1", None, "—", "inf"]


def test_rows_look_as_on_the_screen() -> None:
    cells = CellMaker(RUSSIAN)
    rows = [
        Row([cells.words("остальные"), cells.number(3)], is_rest=True),
        Row([cells.words("cpc"), cells.number(4)], level=2, is_faint=True),
    ]
    shown, _ = sheet_of(rows)
    assert shown["A2"].font.italic
    assert shown["B2"].font.italic
    assert (shown["A3"].alignment.indent, shown["B3"].alignment.indent) == (2, 0)


def test_names_of_sheets_are_such_as_excel_takes_and_each_is_one_of_its_own() -> None:
    taken: set[str] = set()
    assert sheet_name("Кто звонит: [кому]/зачем?", taken) == "Кто звонит кому зачем"
    assert sheet_name("КТО ЗВОНИТ КОМУ ЗАЧЕМ", taken) == "КТО ЗВОНИТ КОМУ ЗАЧЕМ 2"
    long = [sheet_name("Очень длинное название карточки с таблицей", taken) for _ in range(3)]
    assert [len(name) <= 31 for name in long] == [True] * 3
    assert len(set(long)) == 3
    assert sheet_name("'?*", taken) == "-"


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        (RUSSIAN, "1234,5;7;12,3457%;1:00:05;20.11.2026;20.11.2026 14:32:05;Ноябрь 2026;;-5"),
        (ENGLISH, "1234.5,7,12.3457%,1:00:05,2026-11-20,2026-11-20 14:32:05,November 2026,,-5"),
    ],
)
def test_csv_writes_values_as_excel_reads_them(formats: Formats, expected: str) -> None:
    cells, day = CellMaker(formats), date(2026, 11, 20)
    row = [
        cells.number(1234.5, decimals=1),
        cells.number(7),
        cells.share(0.123456789),
        cells.seconds(3605),
        cells.day(day),
        cells.moment(datetime(2026, 11, 20, 14, 32, 5)),
        cells.unit(day.replace(day=1), "month"),
        cells.nothing(),
        cells.difference(-5),
    ]
    pieces = csv_pieces([Heading("=a", "text")] * len(row), [Row(row)], formats)
    head, line = b"".join(pieces).decode("utf-8-sig").splitlines()
    assert line == expected
    assert head.startswith("'=a")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_kind_of_value_has_a_format_of_its_own(language: str) -> None:
    kinds: tuple[ValueKind, ...] = get_args(ValueKind)
    with xlsxwriter.Workbook(io.BytesIO()) as book:
        styles = Styles(book, language)
        made = {styles.number_format(TypedValue(1, kind, 1)) for kind in kinds}
    assert len(made) == len(kinds)
