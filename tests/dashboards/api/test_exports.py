"""What the cells of a file say, format by format."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboards.access.roles import Role
from dashboards.api.exports import ABOUT, FORMATS
from dashboards.api.rows import Rows
from tests.dashboards.conftest import Place

MOSCOW = ZoneInfo("Europe/Moscow")
EVENING = datetime(2026, 11, 20, 21, 30, 5, tzinfo=UTC)
FORMULAS = ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1")


def written(name: str, *values: Any) -> bytes:
    """One row of columns a, b, c … in a format."""
    names = [chr(ord("a") + n) for n in range(len(values))]
    schema = pa.schema([(name, pa.string()) for name in names])

    def batches() -> Iterator[list[tuple[Any, ...]]]:
        yield [values]

    return b"".join(FORMATS[name].write(Rows(schema, batches()), {}, MOSCOW))


def line(name: str, *values: Any) -> str:
    return written(name, *values).decode("utf-8-sig").partition("\r\n")[2].removesuffix("\r\n")


def test_excel_in_russian_gets_its_own_numbers_dates_and_separators() -> None:
    row = (1, 0.5, -1234.25, Decimal("2.50"), 1e-7, EVENING, date(2026, 11, 20), True, None)
    assert line("excel_csv", *row) == (
        "1;0,5;-1234,25;2,50;0,0000001;21.11.2026 00:30:05;20.11.2026;true;"
    )
    assert written("excel_csv", 1).startswith(b"\xef\xbb\xbfa\r\n")


def test_csv_is_for_programs() -> None:
    row = (1, 0.5, Decimal("2.50"), EVENING, date(2026, 11, 20), True, None)
    assert line("csv", *row) == "1,0.5,2.50,2026-11-20T21:30:05+00:00,2026-11-20,true,"


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("excel_csv", ";")])
def test_null_and_the_empty_text_are_told_apart(name: str, delimiter: str) -> None:
    assert line(name, None, "", "x", None) == delimiter.join(("", '""', "x", ""))
    assert line(name, None) == '""', "an empty line would be no row"


@pytest.mark.parametrize("name", ["csv", "excel_csv"])
@pytest.mark.parametrize("opened_with", [",", ";", "\t"])
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("before", ["", "a;", "a,", "a\t", "a\n", 'a;"', 'a,"', '";', '",'])
def test_no_separator_makes_a_formula_of_a_cell(
    name: str, opened_with: str, formula: str, before: str
) -> None:
    text = written(name, 1, f"{before}{formula}", "end").decode("utf-8-sig")
    cells = [
        cell
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=opened_with)
        for cell in row
    ]
    assert not [cell for cell in cells if cell.lstrip('"\t\r\n').startswith(tuple("=+-@＝＋－＠"))]


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("excel_csv", ";")])
@pytest.mark.parametrize("text", ["a;b,c", 'a "quoted" b', " a ", "раз\nдва", "x = y, - z", "тест"])
def test_other_texts_come_back_as_they_are(name: str, delimiter: str, text: str) -> None:
    decoded = written(name, text, "end").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter))[1] == [
        text,
        "end",
    ]


def test_pandas_reads_both() -> None:
    plain = pd.read_csv(io.BytesIO(written("csv", 0.5, "", None)), keep_default_na=False)
    assert plain.loc[0, "a"] == 0.5
    excel = pd.read_csv(
        io.BytesIO(written("excel_csv", 0.5, EVENING, "x")),
        sep=";",
        decimal=",",
        parse_dates=["b"],
        date_format="%d.%m.%Y %H:%M:%S",
    )
    assert excel.loc[0, "a"] == 0.5
    assert excel.loc[0, "b"] == pd.Timestamp("2026-11-21 00:30:05")


def test_xlsx_has_instants_as_dates_of_the_zone() -> None:
    data = written("xlsx", EVENING, date(2026, 11, 20), 0.5, float("nan"), datetime(1, 1, 1), "=1")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = {cell.get("r"): cell for cell in sheet.findall(".//{*}c")}
    days = (datetime(2026, 11, 21, 0, 30, 5) - datetime(1899, 12, 30)).total_seconds() / 86_400
    assert float(str(cells["A2"].findtext("{*}v"))) == pytest.approx(days, abs=1e-6)
    assert cells["A2"].get("s") not in (None, "0"), "shown as a date"
    assert cells["B2"].findtext("{*}v") == "46346"
    assert cells["C2"].findtext("{*}v") == "0.5"
    assert "D2" not in cells
    assert cells["E2"].findtext("{*}is/{*}t") == "0001-01-01T00:00:00"
    assert cells["F2"].find("{*}f") is None


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
@pytest.mark.parametrize("form", FORMATS)
def test_a_comparison_without_rows_is_a_file_too(busy_place: Place, role: Role, form: str) -> None:
    """A page of it is a batch of no rows, of which there are no columns, either."""
    url = f"/api/reports/models?from=2020-01-01&to=2020-01-02&compare=previous&format={form}"
    assert busy_place.client(role=role).get(url).status_code == 200


def test_parquet_and_arrow_say_what_was_asked(busy_place: Place) -> None:
    url = "/api/reports/overview?period=30d&format="
    read = {"parquet": pq.read_table, "arrow": lambda file: pa.ipc.open_stream(file).read_all()}
    client = busy_place.client()
    head = client.get(url + "json").get_json()
    for form, reader in read.items():
        table = reader(io.BytesIO(client.get(url + form).get_data()))
        about = json.loads(table.schema.metadata[ABOUT])
        assert (about["report"], about["filters"]) == (head["report"], head["filters"])
        assert table.to_pylist() == head["rows"]
