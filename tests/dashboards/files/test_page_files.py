"""Files for people, read back: what the screen shows, as values; whole lists; nothing internal."""

import csv
import io
import re
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dashboards.access.audit import Action, read_audit
from dashboards.access.roles import Role
from dashboards.pages.journal.columns import NAMES
from dashboards.pages.register import PAGES
from dashboards.wording.texts import Texts
from tests.dashboards.conftest import Place
from tests.dashboards.flow_world import usual_world
from tests.dashboards.leads import NOW, Delivered, call, request
from tests.dashboards.page_text import Element, read_page

PHONE = "79161234567"
INTERNAL = ("in_all", "seconds_left", "lead_type", "is_rest", "source_target_low", "happened_local")


@pytest.fixture
def client(busy_place: Place) -> FlaskClient:
    return busy_place.client()


@pytest.fixture
def strange(place: Place) -> Place:
    """A caller, and texts that a spreadsheet would run."""
    started = {"source": "=1+1", "medium": "cpc", "duration": "61", "manager": "+7(1)"}
    place.add(
        [
            Delivered(NOW, call(5, NOW, callerphone=PHONE, **started)),
            Delivered(NOW, request(6, NOW, fio="@SUM(A1)", phone="", email="anna@example.ru")),
        ]
    )
    return place


def workbook(client: FlaskClient, url: str) -> Workbook:
    answer = client.get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return load_workbook(io.BytesIO(answer.data))


def values(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def lines(client: FlaskClient, url: str, delimiter: str = ";") -> list[list[str]]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=delimiter))


def table(client: FlaskClient, url: str, card: str) -> Element:
    page = read_page(client.get(url).get_data(as_text=True))
    return page.one("section", id=card).all("table")[0]


def headings(element: Element) -> list[str]:
    return [one.text.replace("\u00ad", "") for one in element.one("thead").all("th")]


def texts_of(element: Element) -> list[list[str]]:
    cells = (row.children for row in element.one("tbody").all("tr"))
    return [[cell.text for cell in row if isinstance(cell, Element)] for row in cells]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_sheet_has_the_screen_s_columns_and_rows_as_values(
    client: FlaskClient, language: str
) -> None:
    query = f"period=90d&compare=none&lang={language}"
    shown = table(client, f"/?{query}", "by_source")
    sheet = workbook(client, f"/export/overview.xlsx?{query}&card=by_source").worksheets[0]
    assert sheet.title == Texts(language)("overview.by_source")
    head, *rows = values(sheet)
    assert head == headings(shown)
    written = texts_of(shown)
    assert [row[0] for row in rows] == [row[0] for row in written], "with the sum of the others"
    assert [row[1] for row in rows] == [int(row[1]) for row in written]
    place = head.index(Texts(language)("overview.target_rate").replace("\xad", ""))
    rates = next(islice(sheet.iter_cols(place + 1, place + 1, 2), 1))
    for rate, texts in zip(rates, written, strict=True):
        if isinstance(rate.value, float | int):
            assert rate.number_format == "0.0%"
            percent = float(texts[place].rstrip("% ").replace(",", "."))
            assert round(rate.value * 100, 1) == percent
        else:
            assert rate.value == texts[place], "too few for a percentage"
    assert any(isinstance(rate.value, float) for rate in rates)


def test_what_a_number_was_and_how_it_changed_stand_beside_it(client: FlaskClient) -> None:
    sheets = [
        workbook(
            client, f"/export/overview.xlsx?period=30d&compare={compare}&card=totals"
        ).worksheets[0]
        for compare in ("previous", "none")
    ]
    compared, alone = map(values, sheets)
    assert [len(sheet[0]) for sheet in (compared, alone)] == [5, 3]
    assert compared[0][1] == alone[0][1] == "Значение"
    leads = next(row for row in compared if row[0] == "Лиды")
    assert isinstance(leads[2], int)
    assert str(leads[3]).endswith("%")


def test_dates_and_durations_are_values_and_leads_have_links(client: FlaskClient) -> None:
    url = "period=all&columns=lead_id,duration,unique"
    sheet = workbook(client, f"/export/journal.xlsx?{url}").worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["Когда", "ID", "Разговор", "Уник."]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:D{sheet.max_row}")
    shown = texts_of(table(client, f"/journal?{url}", "rows"))
    for row, (at, lead_id, _, unique) in zip(sheet.iter_rows(2, 101), shown, strict=True):
        assert isinstance(row[0].value, datetime)
        assert f"{row[0].value:%d.%m.%Y %H:%M}" == at, "local, as on the screen"
        assert row[0].number_format == "dd.mm.yyyy hh:mm"
        assert (row[1].value, row[1].number_format) == (int(lead_id), "0")
        assert row[3].value == (None if unique == "—" else unique)
        link = row[0].hyperlink
        assert link is not None
        assert re.fullmatch(rf"http://localhost/leads/(call|request)/{lead_id}", link.target or "")


def test_a_list_that_the_screen_cuts_is_whole(client: FlaskClient, busy_place: Place) -> None:
    listed = values(
        workbook(client, "/export/journal.xlsx?period=all&columns=lead_id").worksheets[0]
    )
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        ids = db.sql("""
            select lead_id
            from leads
            order by coalesce(happened_at, first_received_at) desc, lead_type, lead_id desc
        """).fetchall()
    assert [(row[1],) for row in listed[1:]] == ids
    cut = f"/export/journal.xlsx?period=all&after_at={NOW.isoformat().replace('+', '%2B')}"
    assert len(values(workbook(client, cut).worksheets[0])) == 601, "wherever one is in it"
    assert len(lines(client, "/export/journal.csv?period=all")) == 601


def test_the_clients_to_call_back_are_all_there_of_either_kind(place: Place) -> None:
    missed = {"status": "unsuccessful", "duration": "0"}
    times = [NOW - timedelta(hours=1 + number // 120 * 48, minutes=number) for number in range(240)]
    calls = [call(n, at, callerphone=f"7916{n:07}", **missed) for n, at in enumerate(times, 1)]
    place.add([Delivered(NOW, params) for params in calls])
    book = workbook(place.client(), "/export/rescue.xlsx?period=all")
    rows = {sheet.title: sheet.max_row - 1 for sheet in book}
    assert list(rows.values())[1:3] == [120, 120]
    assert {type(row[1]) for row in values(book.worksheets[1])[1:]} == {timedelta}


def test_the_journal_has_its_chosen_columns(client: FlaskClient) -> None:
    for columns in ("tags,lead_id", ",".join(NAMES)):
        url = f"period=all&columns={columns}"
        shown = headings(table(client, f"/journal?{url}", "rows"))
        assert lines(client, f"/export/journal.csv?{url}")[0] == shown
        assert values(workbook(client, f"/export/journal.xlsx?{url}").worksheets[0])[0] == shown


def test_a_page_links_to_its_file_and_to_those_of_its_cards(client: FlaskClient) -> None:
    names = {page.name for page in PAGES if not page.has_files}
    assert names == {"operation", "replay", "system"}
    for page in (page for page in PAGES if page.is_listed):
        html = read_page(
            client.get(f"{page.path}?period=90d&f.source=yandex").get_data(as_text=True)
        )
        links = {one.attributes["href"] for one in html.all("a") if "download" in one.attributes}
        own = [link for link in links if link.startswith(f"/export{page.file_path}.xlsx?")]
        assert own, page.name
        if page.sliced != "no":
            assert all("period=90d&f.source=yandex" in link for link in own)
        tables = [card for card in html.all("section") if card.all("table")]
        assert all(card.all("p", class_="downloads") for card in tables), page.name
        for card in html.all("p", class_="downloads")[-1:]:
            for link in (one.attributes["href"] for one in card.all("a")):
                assert workbook(client, link) if ".xlsx" in link else lines(client, link)


def test_files_of_a_page_are_found_by_its_name_as_well(place: Place) -> None:
    place.add([Delivered(NOW, call(5, NOW))])
    place.add_calendar()
    client = place.client()
    for name in ("calendar", "work_calendar"):
        assert "О файле" in workbook(client, f"/export/{name}.xlsx").sheetnames
        assert lines(client, f"/export/{name}.csv")
        assert client.get(f"/export/{name}").mimetype == "text/html"
    assert client.get("/export/nothing.xlsx").status_code == 400


def test_nothing_internal_is_in_any_file(client: FlaskClient) -> None:
    for page in (page for page in PAGES if page.is_listed and page.name != "data"):
        book = workbook(client, f"/export{page.file_path}.xlsx?period=90d")
        heads = {str(cell.value) for sheet in book.worksheets[:-1] for cell in sheet[1]}
        assert not heads & {*INTERNAL}, page.name
        assert not [head for head in heads if "_" in head and not head.startswith("utm")], heads
        assert book.worksheets[-1].title == "О файле"
        cells = [cell for sheet in book for row in values(sheet) for cell in row]
        assert not [
            cell for cell in cells if isinstance(cell, str) and {*cell} & {*"\xa0\xad\u2011"}
        ]


def test_the_last_sheet_says_in_words_what_was_chosen(client: FlaskClient) -> None:
    query = (
        "from=2026-11-01&to=2026-11-20&compare=year&model=1&source=yandex&lead_type=call&lang=en"
    )
    book = workbook(client, f"/export/overview.xlsx?{query}")
    about = values(book["About"])
    facts = {row[0]: row[1] for row in about}
    assert facts["Period"] == "1–20 November 2026"
    assert "2025" in facts["Compared with"]
    assert facts["Attribution model"] == "last non-direct"
    assert facts["Filters"].splitlines() == ["Lead type: calls", "Source: yandex"]
    assert facts["Time zone"] == "Europe/Moscow, UTC+3"
    assert facts["Created by"] == "admin"
    assert "2026" in facts["Data up to"]
    assert "14:32" in facts["Created"]
    assert facts["Page"].startswith("http://localhost/?from=2026-11-01&to=2026-11-20&")
    described = {row[0]: row for row in reversed(about)}
    for sheet in book.worksheets[:-1]:
        assert described[sheet.title][1] == sheet.max_row - 1
        assert described[sheet.title][3], "a definition"
    assert described["Leads over time"][3] == Texts("en")("overview.over_time_why")


def test_a_card_without_leads_says_so_in_place_of_a_sheet(client: FlaskClient) -> None:
    book = workbook(client, "/export/journal.xlsx?period=all&source=nobody")
    assert book.sheetnames == ["О файле"]
    assert any("лидов нет" in str(row[2]) for row in values(book["О файле"]))
    answer = client.get("/export/journal.csv?period=all&source=nobody")
    assert answer.status_code == 400
    assert "Таблицы здесь нет" in answer.get_data(as_text=True)


@pytest.mark.parametrize("query", ["card=nothing", "table=9", "card=by_source&table=x", "colour=1"])
def test_what_there_is_not_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/export/overview.csv?{query}").status_code == 400


def test_strangers_formulas_stay_texts(strange: Place) -> None:
    client = strange.client()
    url = "period=all&columns=caller_phone,source,manager,fio,lead_id"
    sheet = workbook(client, f"/export/journal.xlsx?{url}").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(2) for cell in row} <= {
        "s",
        "d",
        "n",
        "inlineStr",
    }
    rows = {row[1]: row for row in values(sheet)[1:]}
    assert rows[5][2:] == ["+7 916 123-45-67", None, "=1+1 / cpc", "+7(1)"]
    written = {row[1]: row for row in lines(client, f"/export/journal.csv?{url}")}
    assert written["5"][2:] == ["+7 916 123-45-67", "", "'=1+1 / cpc", "'+7(1)"]
    assert written["6"][3] == "'@SUM(A1)"


def test_csv_is_as_the_reader_s_excel_reads_it(strange: Place) -> None:
    client = strange.client()
    url = "/export/journal.csv?period=all&columns=duration,lead_id"
    russian = {row[1]: row for row in lines(client, url)}
    assert russian["5"] == ["20.11.2026 14:32:00", "5", "0:01:01"]
    english = {row[1]: row for row in lines(client, f"{url}&lang=en", ",")}
    assert english["5"] == ["2026-11-20 14:32:00", "5", "0:01:01"]


def test_viewers_get_masks_and_others_are_noted(strange: Place) -> None:
    url = "/export/journal.xlsx?period=all&columns=caller_phone,email,lead_id"
    viewer = workbook(strange.client(role=Role.VIEWER), url)
    rows = {row[1]: row for row in values(viewer.worksheets[0])[1:]}
    assert rows[5][2] == "7916•••••67"
    assert "Телефоны, почта и имена скрыты" in str(values(viewer["О файле"]))
    analyst = workbook(strange.client(role=Role.ANALYST), url)
    rows = {row[1]: row for row in values(analyst.worksheets[0])[1:]}
    assert rows[5][2] == "+7 916 123-45-67"
    with strange.access.reading() as db:
        noted = [one.entry for one in read_audit(db, None, 20)]
    exported = [(one.reader, one.report) for one in noted if one.action is Action.EXPORTED]
    assert exported == [("analyst", "journal")]


def test_a_flow_and_a_lead_have_files_of_their_own(place: Place) -> None:
    place.add(
        [
            Delivered(NOW - timedelta(days=day), call(day, NOW, callerphone=PHONE))
            for day in range(1, 61)
        ]
    )
    world = usual_world(place.directory, PHONE, "Анна", "anna@example.ru", lead_id=1)
    place.add_history(*world.published())
    world.close()
    client = place.client()
    book = workbook(client, "/export/leads/call/1.xlsx")
    others = book["Другие лиды этого человека"]
    assert others.max_row == 60, "more than the fifty of the screen"
    assert client.get("/export/leads/call/999.xlsx").status_code == 404
    assert values(book["Сводка"])[1] == ["Телефон", "+7 916 123-45-67"]
    assert "Лид появился" in {row[1] for row in values(book["История"])}
    flow = workbook(client, "/export/flows/shop.xlsx?period=all")
    assert flow.worksheets[0].title == "Операции по времени и исходу"
