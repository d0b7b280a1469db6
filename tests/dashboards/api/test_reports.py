"""`/api/reports/<name>`: the rows of a report in every format, for who may have them."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from analytics.reports.groups import GROUPS
from analytics.reports.reach import reads_period
from analytics.reports.registry import REPORTS
from dashboards.access.roles import Role
from dashboards.slice.slice import FILTER_NAMES
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call

CONTRACT = (
    *("overview", "attribution", "models", "uniqueness", "tags", "quality", "heatmap", "managers"),
    *("callback", "spam", "journal", "lead", "deliveries"),
)
FORMULA = '=HYPERLINK("http://evil.example";"click")'

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def client(busy_place: Place) -> FlaskClient:
    return busy_place.client()


@pytest.fixture(scope="module")
def ask(client: FlaskClient) -> Ask:
    def asked(url: str, status: int = 200) -> Any:
        answer = client.get(f"/api/reports/{url}", headers={"Accept-Language": "ru"})
        assert answer.status_code == status, answer.get_data(as_text=True)[:500]
        return answer.json

    return asked


@pytest.mark.parametrize("name", CONTRACT)
def test_every_report_of_the_contract_answers(ask: Ask, name: str) -> None:
    call = ask("journal?period=all&lead_type=call")["rows"][0]
    query = f"lead_type=call&lead_id={call['lead_id']}" if name == "lead" else "period=all"
    answer = ask(f"{name}?{query}")
    assert list(answer) == ["report", "filters", "freshness", "columns", "rows"]
    assert answer["report"] == name
    assert answer["rows"] or name in ("models", "tags"), "there are neither models nor tags here"
    assert all(list(row) == answer["columns"] for row in answer["rows"])


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (
            "attribution",
            "leads calls requests unique_leads target_leads unique_target_leads target_rate",
        ),
        ("uniqueness", "day leads unique_leads repeat_leads"),
        ("tags", "tag_category tag leads share"),
    ],
)
def test_columns_that_others_build_on_are_there(ask: Ask, name: str, columns: str) -> None:
    assert set(columns.split()) <= set(ask(f"{name}?period=all")["columns"])


def test_groups_become_columns_in_their_order(ask: Ask) -> None:
    for query in ("group_by=medium,lead_type", "group_by=medium&group_by=lead_type"):
        answer = ask(f"attribution?period=all&{query}")
        assert answer["columns"][:2] == ["medium", "lead_type"]
        assert answer["filters"]["group_by"] == ["medium", "lead_type"]
        assert sum(row["leads"] for row in answer["rows"]) == 600


def test_what_was_understood_is_said(ask: Ask) -> None:
    said = ask("overview?from=2026-11-01&to=2026-11-10&model=1&source=vk&source=dzen&unique=1")
    assert said["filters"] == {
        "from": "2026-11-01",
        "to": "2026-11-10",
        "timezone": "Europe/Moscow",
        "model": 1,
        "source": ["vk", "dzen"],
        "unique": ["yes"],
    }
    assert set(said["freshness"]) == {"published_at", "last_received_at", "archive"}
    assert said["freshness"]["archive"] == {
        "faults": [],
        "lost": 0,
        "first_day": None,
        "last_day": None,
        "is_of_another_version": False,
    }


@pytest.mark.parametrize(
    ("url", "words", "expected"),
    [
        ("attribution?group_by=colour", "colour", GROUPS),
        ("attribution?sauce=vk", "sauce", ("from", *FILTER_NAMES, "group_by", "columns")),
        ("overview?group_by=source", "group_by", ("from", *FILTER_NAMES, "format")),
        ("journal?compare=year", "compare", ("from", "period", "model")),
        ("overview?compare=month", "month", ("previous", "weekdays", "year")),
        ("deliveries?source=vk", "source", ("from", "to", "period", "unit")),
        ("lead?lead_id=1&from=2026-11-01", "from", ("lead_type", "lead_id")),
        ("overview?model=0&model=1", "model", ("one value",)),
        ("overview?lang=de", "lang", ("ru", "en")),
        ("overview?columns=leads,people,phone", "phone", ("leads", "people")),
        ("overview?limit=100001", "limit", ("0…100000",)),
        ("overview?limit=1&cursor=-1", "cursor", ("the cursor of the page before",)),
        ("journal?limit=1&cursor=2026-11-01,call,1", "cursor", ("the cursor of the page before",)),
        ("journal?limit=1&cursor=7", "cursor", ("the cursor of the page before",)),
        ("overview?unique=maybe", "maybe", ("yes", "no", "unknown")),
        ("overview?model=2", "2", ("0", "1")),
        ("overview?hour=first", "first", ("whole numbers",)),
        ("overview?format=docx", "docx", ("json", "csv", "excel_csv", "xlsx", "parquet")),
        ("nothing", "nothing", [report.name for report in REPORTS]),
        ("uniqueness_disagreements?depth=3651", "3651", ("0…3650",)),
    ],
)
def test_what_does_not_exist_is_400_with_what_does(
    ask: Ask, url: str, words: str, expected: Any
) -> None:
    answer = ask(url, status=400)
    assert words in answer["error"]
    assert answer["error"].isascii() or "“" in answer["error"], (
        "English, whatever a browser prefers"
    )
    assert set(expected) <= set(answer["expected"])


def test_nobody_gets_anything_without_a_token(busy_place: Place) -> None:
    client = busy_place.client(role=None)
    answer = client.get("/api/reports/overview")
    assert (answer.status_code, answer.is_json) == (401, True)
    token = bearer(busy_place.access, Role.VIEWER)
    assert client.get("/api/reports/overview", headers=token).status_code == 200


@pytest.fixture
def strange(place: Place) -> Place:
    """A lead whose texts want to be formulas."""
    lead = call(1, NOW, source=FORMULA, medium="-1+1", callerphone="79161234567")
    lead |= {"unique": "true", "utm_campaign": 'a "quoted"; b,c', "manager": "@SUM(A1)"}
    place.add([Delivered(NOW, lead)])
    return place


def fetched(place: Place, form: str, role: Role = Role.ANALYST) -> bytes:
    answer = place.client(role=role).get(f"/api/reports/journal?format={form}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    data: bytes = answer.data
    return data


def test_csv_of_excel_opens_there_and_runs_nothing(strange: Place) -> None:
    data = fetched(strange, "excel_csv")
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert (row["source"], row["medium"], row["manager"]) == (
        f"'{FORMULA}",
        "'-1+1",
        "'@SUM(A1)",
    )
    assert row["utm_campaign"] == 'a "quoted"; b,c'
    plain = fetched(strange, "csv")
    assert not plain.startswith(b"\xef\xbb\xbf")
    (same,) = csv.DictReader(io.StringIO(plain.decode()))
    told_apart = {name for name, text in same.items() if text != row[name]}
    assert told_apart == {"at", "day", "happened_local"}, "instants and days"


def test_xlsx_has_texts_where_formulas_would_run(strange: Place) -> None:
    with zipfile.ZipFile(io.BytesIO(fetched(strange, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = sheet + "".join(
            book.read(name).decode() for name in book.namelist() if "sharedStrings" in name
        )
    assert "<f>" not in sheet
    assert "HYPERLINK" in strings
    assert "79161234567" in strings
    assert "<v>79161234567</v>" not in sheet


def test_parquet_keeps_values_and_types(strange: Place) -> None:
    (row,) = pq.read_table(io.BytesIO(fetched(strange, "parquet"))).to_pylist()
    assert (row["source"], row["is_unique"], row["day"]) == (FORMULA, True, NOW.date())


@pytest.mark.parametrize("form", ["csv", "excel_csv", "xlsx", "parquet"])
def test_viewers_export_no_phone(strange: Place, form: str) -> None:
    data = fetched(strange, form, Role.VIEWER)
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"".join(book.read(name) for name in book.namelist())
    elif form == "parquet":
        data = str(pq.read_table(io.BytesIO(data)).to_pylist()).encode()
    assert b"79161234567" not in data
    assert "7916•••••67".encode() in data


def test_every_format_has_all_rows_and_the_same(client: FlaskClient, ask: Ask) -> None:
    """More rows than a screen shows, and than a batch has."""
    answers = {
        form: client.get(f"/api/reports/journal?period=all&format={form}").data
        for form in ("csv", "parquet")
    }
    rows = ask("journal?period=all")["rows"]
    assert len(rows) == 600
    of_csv = list(csv.DictReader(io.StringIO(answers["csv"].decode())))
    of_parquet = pq.read_table(io.BytesIO(answers["parquet"])).to_pylist()
    keys = [(row["lead_type"], row["lead_id"]) for row in rows]
    assert [(row["lead_type"], int(row["lead_id"])) for row in of_csv] == keys
    assert [(row["lead_type"], row["lead_id"]) for row in of_parquet] == keys


def test_no_report_gives_the_link_of_a_recording(client: FlaskClient) -> None:
    for report in REPORTS:
        options = {one.name: one.default for one in report.parameters}
        query = {name: value for name, value in options.items() if value is not None}
        days = {"period": "all"} if reads_period(report) else {}
        answer = client.get(f"/api/reports/{report.name}", query_string=query | days)
        assert answer.status_code == 200, report.name
        assert answer.json is not None
        assert "reclink" not in answer.json["columns"], report.name


@pytest.mark.parametrize("cookie", [None, "ru"])
def test_the_api_is_english_unless_asked(busy_place: Place, cookie: str | None) -> None:
    client = busy_place.client()
    if cookie is not None:
        client.set_cookie("lang", cookie)
    for asked, said in (
        ("", "Unknown parameter sauce."),
        ("&lang=en", "Unknown parameter sauce."),
        ("&lang=ru", "Неизвестный параметр sauce."),
    ):
        headers = {"Accept-Language": "ru"}
        answer = client.get(f"/api/reports/overview?sauce=vk{asked}", headers=headers)
        assert answer.json is not None
        assert (answer.json["error"], answer.json["parameter"]) == (said, "sauce")
        assert "Set-Cookie" not in answer.headers, "the pages keep their language"


def test_what_is_not_there_is_json_too(client: FlaskClient) -> None:
    for url, status in (("/api/nothing", 404), ("/api/reports/overview/", 404)):
        answer = client.get(url)
        assert (answer.status_code, answer.is_json) == (status, True), url
    assert client.get("/api/reports?sauce=vk").status_code == 400
