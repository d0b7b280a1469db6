"""Columns and pages of the API: those that are asked for, and all of them in their order."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from analytics.reports.reach import reads_period
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from dashboards.access.roles import Role
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call

Row = dict[str, Any]


@pytest.fixture(scope="module")
def client(busy_place: Place) -> FlaskClient:
    return busy_place.client()


def asked(client: FlaskClient, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return answer.json


def paged(client: FlaskClient, url: str) -> list[list[Row]]:
    """The rows of each page, as the links lead on."""
    pages = []
    following: str | None = url
    while following is not None:
        answer = asked(client, following)
        pages.append(answer["rows"])
        following = answer["next"]
    return pages


def without_now(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "bytes"} for row in rows]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_pages_put_together_are_the_whole_report(client: FlaskClient, report: Report) -> None:
    period = "period=all" if reads_period(report) else ""
    lead = "&lead_type=call&lead_id=7" if report.page == "lead" else ""
    url = f"/api/reports/{report.name}?{period}{lead}"
    whole = asked(client, url)
    assert "next" not in whole
    size = max(1, len(whole["rows"]) // 3)
    pages = paged(client, f"{url}&limit={size}")
    assert {len(page) for page in pages[:-1]} <= {size}
    assert len(pages) <= 5
    assert without_now([row for page in pages for row in page]) == without_now(whole["rows"])


def test_a_page_of_a_shortened_list_ends_where_the_list_does(client: FlaskClient) -> None:
    pages = paged(client, "/api/reports/uniqueness_disagreements?period=all&limit=3&top=7")
    whole = asked(client, "/api/reports/uniqueness_disagreements?period=all&top=7")
    assert [len(page) for page in pages] in ([3, 3, 1], [len(whole["rows"])])
    assert [row for page in pages for row in page] == whole["rows"]


def test_a_list_goes_on_where_it_was_while_new_leads_come(place: Place) -> None:
    place.add([Delivered(NOW, call(number, NOW)) for number in range(1, 8)])
    client = place.client()
    first = asked(client, "/api/reports/journal?limit=3&columns=lead_id")
    place.add([Delivered(NOW, call(number, NOW)) for number in range(8, 12)])
    second = asked(client, first["next"])
    ids = [row["lead_id"] for row in [*first["rows"], *second["rows"]]]
    assert ids == [7, 6, 5, 4, 3, 2]


def test_the_link_keeps_what_was_asked_and_its_days(client: FlaskClient) -> None:
    url = "/api/reports/journal?period=90d&source=vk&source=dzen&columns=at,lead_id&limit=2&lang=en"
    following = asked(client, url)["next"]
    assert urlsplit(following).path == "/api/reports/journal"
    said = parse_qs(urlsplit(following).query)
    assert said.pop("cursor")
    assert said == {
        "period": ["90d"],
        "from": ["2026-08-23"],
        "to": ["2026-11-20"],
        "source": ["vk", "dzen"],
        "columns": ["at,lead_id"],
        "limit": ["2"],
        "lang": ["en"],
    }
    after = "after_at=2026-11-01T00:00:00%2B00:00&after_type=call&after_id=9"
    begun = asked(client, f"/api/reports/journal?period=all&limit=2&{after}")["next"]
    assert "after" not in begun, "the cursor says where"


@pytest.mark.parametrize("form", ["csv", "excel_csv", "xlsx", "parquet", "json"])
def test_files_have_the_link_in_a_header(client: FlaskClient, form: str) -> None:
    url = f"/api/reports/journal?period=all&limit=599&format={form}"
    answer = client.get(url)
    lines = answer.data.count(b"\r\n")
    address, _, relation = answer.headers["Link"].partition(";")
    assert relation == ' rel="next"'
    last = client.get(address.strip("<>"))
    assert last.status_code == 200
    lines_of_last = last.data.count(b"\r\n")
    assert "Link" not in last.headers
    assert last.content_type == answer.content_type
    if form == "csv":
        assert (lines, lines_of_last) == (1 + 599, 1 + 1)


def test_what_worked_before_works(client: FlaskClient) -> None:
    whole = asked(client, "/api/reports/journal?period=all")["rows"]
    lead = whole[9]
    after = f"after_at={lead['at'].replace('+', '%2B')}&after_type={lead['lead_type']}"
    url = f"/api/reports/journal?period=all&{after}&after_id={lead['lead_id']}"
    assert asked(client, url)["rows"] == whole[10:]
    assert asked(client, f"{url}&limit=5")["rows"] == whole[10:15]
    assert asked(client, "/api/reports/journal?period=all&limit=0")["rows"] == whole


@pytest.mark.parametrize("form", ["json", "csv"])
def test_columns_come_as_they_are_named(client: FlaskClient, form: str) -> None:
    for named in ("lead_id,at,source", "lead_id&columns=at,source", "lead_id, at,lead_id,source"):
        url = f"/api/reports/journal?period=all&format={form}&columns={named}"
        answer = client.get(url)
        if form == "csv":
            assert answer.text.splitlines()[0] == "lead_id,at,source"
        else:
            assert answer.json is not None
            assert answer.json["columns"] == ["lead_id", "at", "source"]
            assert all(list(row) == answer.json["columns"] for row in answer.json["rows"])
            assert len(answer.json["rows"]) == 600


@pytest.mark.parametrize("column", ["lead_id", "tags", "day"])
def test_one_column_is_enough(client: FlaskClient, column: str) -> None:
    whole = asked(client, "/api/reports/journal?period=all")["rows"]
    alone = asked(client, f"/api/reports/journal?period=all&columns={column}")["rows"]
    assert alone == [{column: row[column]} for row in whole]


def test_what_a_column_holds_is_told_by_one_that_is_not_given(place: Place) -> None:
    """A changed phone is a phone, though `field` is not asked for."""
    for phone in ("79161234567", "79267654321"):
        place.add([Delivered(NOW, call(1, NOW, callerphone=phone))])
    viewer = place.client(role=Role.VIEWER)
    url = "/api/reports/lead?lead_type=call&lead_id=1"
    whole = asked(viewer, url)["rows"]
    alone = asked(viewer, f"{url}&columns=old_value,new_value")["rows"]
    names = ("old_value", "new_value")
    assert alone == [{name: row[name] for name in names} for row in whole]
    assert any(row["new_value"] and "•" in row["new_value"] for row in alone)
