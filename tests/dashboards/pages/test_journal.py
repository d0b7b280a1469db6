"""The journal: every lead once, in order, found again, and no more than the reader may see."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from urllib.parse import urlencode

import duckdb
import pytest
from flask.testing import FlaskClient

from dashboards.access.audit import read_audit
from dashboards.access.roles import Role
from dashboards.pages.journal.columns import DEFAULT, NAMES
from tests.dashboards.conftest import Get, Place
from tests.dashboards.leads import NOW, Delivered, call, request
from tests.dashboards.page_text import Element, read_page, rows

ALL = "/journal?period=all"
PHONE = "79161234567"


@pytest.fixture(scope="module")
def found_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A client who called twice, 40 days apart, and texts of somebody who wishes no good."""
    place = Place(tmp_path_factory.mktemp("found"))
    long_ago = NOW - timedelta(days=40)
    leads = [
        Delivered(NOW, call(5, NOW, callerphone=PHONE, duration="61", tags_manual="VIP")),
        Delivered(long_ago, call(4, long_ago, callerphone="8 (916) 123-45-67")),
        Delivered(NOW, request(5, NOW, email="Anna@Example.ru", fio="Анна Петрова")),
        Delivered(NOW, request(6, NOW, fio='"><img src=x onerror=alert(1)>', source="{{7*7}}")),
        Delivered(NOW, request(7, NOW, manager="\u202e=HYPERLINK(1)", subject="x" * 10_000)),
        Delivered(NOW, call(8, NOW) | {"timestamp": "253402300799"}),
    ]
    place.add(leads)
    return place


@pytest.fixture
def analyst(found_place: Place) -> FlaskClient:
    return found_place.client(role=Role.ANALYST)


@pytest.fixture
def viewer(found_place: Place) -> FlaskClient:
    return found_place.client(role=Role.VIEWER)


def text(client: FlaskClient, url: str) -> str:
    answer = client.get(url, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def cards(html: str) -> list[str]:
    """The addresses of the cards of the leads that are listed, without the slice."""
    table = read_page(html).one("table", id="journal")
    links = [row.all("th")[0].one("a").attributes["href"] for row in table.one("tbody").all("tr")]
    return [link.partition("?")[0] for link in links]


def pages(get: Get, url: str) -> Iterator[str]:
    """This page of the journal and the earlier ones."""
    while url:
        page = get(url)
        yield page
        older = read_page(page).all("a", rel="next")
        url = older[0].attributes["href"] if older else ""


def headings(html: str) -> list[str]:
    return [one.text for one in read_page(html).one("table", id="journal").one("thead").all("th")]


def test_page_by_page_every_lead_is_listed_once_newest_first(get: Get, busy_place: Place) -> None:
    whole = list(pages(get, f"{ALL}&columns=lead_id"))
    listed = [cards(page) for page in whole]
    with duckdb.connect(str(busy_place.published), read_only=True) as db:
        ids = db.sql("""
            select '/leads/' || lead_type || '/' || lead_id
            from leads
            order by coalesce(happened_at, first_received_at) desc, lead_type, lead_id desc
        """).fetchall()
    assert [len(page) for page in listed] == [100] * 6
    assert [link for page in listed for link in page] == [one for (one,) in ids]
    assert "Показаны последние 100, всего 600 лидов." in read_page(whole[0]).one("main").text
    assert "Показаны 100 до " in read_page(whole[-1]).one("main").text


def test_the_slice_narrows_the_list_and_goes_along(get: Get) -> None:
    page = get("/journal?period=all&lead_type=request&unique=no&columns=lead_type,unique")
    shown = rows(page, 0)
    assert {tuple(row[1:]) for row in shown} == {("заявка", "нет")}
    assert f"Показаны все: {len(shown)} " in read_page(page).one("main").text
    links = [link.attributes["href"] for link in read_page(page).all("a")]
    cleared = [link for link in links if link == "?period=all&columns=lead_type%2Cunique"]
    assert cleared, "the filters can be cleared without losing the columns"


def test_columns_are_chosen_by_the_form_and_stay_in_the_url(get: Get) -> None:
    assert len(headings(get("/journal"))) == len(DEFAULT) + 1
    page = get("/journal?columns=tags&columns=lead_id&source=yandex")
    assert headings(page) == ["Когда", "ID", "Теги"]
    assert len(headings(get(f"/journal?period=7d&columns={','.join(NAMES)}"))) == len(NAMES) + 1
    older = read_page(get("/journal?columns=lead_id")).one("a", rel="next").attributes["href"]
    assert headings(get(older)) == ["Когда", "ID"]
    assert "There is no" not in get("/journal?columns=nothing&lang=en", status=400)


def test_a_head_sorts_all_leads_there_and_back(get: Get, busy_place: Place) -> None:
    heads = read_page(get(f"{ALL}&columns=duration")).one("table", id="journal").one("thead")
    assert [one.attributes.get("aria-sort") for one in heads.all("th")] == ["descending", None]
    longest = get(heads.all("a")[1].attributes["href"])
    query = "period=all&sort=-duration&limit=100"
    answer = busy_place.client().get(f"/api/reports/journal?{query}").get_json()
    expected = [f"/leads/{row['lead_type']}/{row['lead_id']}" for row in answer["rows"]]
    assert cards(longest) == expected
    page = read_page(longest)
    assert "Показаны 1–100 из 600 лидов; порядок — по столбцу «Разговор»." in page.one("main").text
    head = page.one("table", id="journal").one("thead").all("th")[1]
    assert head.attributes["aria-sort"] == "descending"
    following = get(page.one("a", rel="next").attributes["href"])
    assert "Показаны 101–200 из" in read_page(following).one("main").text
    assert not set(cards(following)) & set(expected)
    assert "sort=duration" in head.one("a").attributes["href"]
    back = read_page(following).one("a", rel="first").attributes["href"]
    assert cards(get(back)) == expected


def test_a_place_in_the_list_is_left_when_the_slice_changes(get: Get) -> None:
    _, second = islice(pages(get, f"{ALL}&columns=lead_id"), 2)
    form = read_page(second).one("form", class_="slice")
    names = {one.attributes.get("name") for one in form.all("input")}
    assert not {name for name in names if name and name.startswith("after")}
    newest = read_page(second).one("a", rel="first").attributes["href"]
    assert newest == f"{ALL}&columns=lead_id"


def test_a_phone_is_found_however_it_is_written(analyst: FlaskClient) -> None:
    for written in (PHONE, "+7 (916) 123-45-67", "8 916 123-45-67", "8916 12", "234567"):
        query = urlencode({"period": "all", "search": written})
        assert cards(text(analyst, f"/journal?{query}")) == ["/leads/call/5", "/leads/call/4"]
    assert cards(text(analyst, "/journal?search=5")) == ["/leads/call/5", "/leads/request/5"]
    for written in ("anna@example.ru", " ANNA@Example.ru", "@example.ru", "anna@"):
        query = urlencode({"search": written})
        assert cards(text(analyst, f"/journal?{query}")) == ["/leads/request/5"]
    nothing = read_page(text(analyst, "/journal?search=a..a@example.ru"))
    assert not nothing.all("table", id="journal")


def test_a_client_of_another_time_is_offered(analyst: FlaskClient) -> None:
    page = read_page(text(analyst, f"/journal?search={PHONE}&from=2026-11-01&to=2026-11-02"))
    assert "По выбранным условиям лидов нет." in page.one("main").text
    (link,) = [one for one in page.all("a") if one.text == "За всё время: 2 лида"]
    assert len(cards(text(analyst, link.attributes["href"]))) == 2


def test_viewers_see_contacts_masked_and_find_ids_alone(viewer: FlaskClient) -> None:
    columns = "columns=caller_phone,email,fio"
    shown = rows(text(viewer, f"/journal?{columns}"), 0)
    assert ["7916•••••67", "—", "—"] in [row[1:] for row in shown]
    assert ["—", "A•••@Example.ru", "А••• П•••"] in [row[1:] for row in shown]
    page = text(viewer, f"/journal?{columns}&search=5")
    assert cards(page) == ["/leads/call/5", "/leads/request/5"]
    for hidden in ("anna@example.ru", "@example.ru"):
        assert viewer.get(f"/journal?period=all&f.search={hidden}").status_code == 400
    for digits in (PHONE, "234567", PHONE[:-1]):
        nothing = text(viewer, f"/journal?period=all&search={digits}")
        assert not read_page(nothing).all("table", id="journal")
        assert "За всё время" not in nothing
        answer = viewer.get(f"/api/reports/journal?period=all&search={digits}")
        assert answer.get_json()["rows"] == []


def test_texts_are_found_in_any_case_by_who_may_see_them(
    analyst: FlaskClient, viewer: FlaskClient
) -> None:
    for written in ("петрова", "АННА  петрова", "example", "vip"):
        query = urlencode({"period": "all", "f.search": written})
        expected = ["/leads/call/5"] if written == "vip" else ["/leads/request/5"]
        assert cards(text(analyst, f"/journal?{query}")) == expected
        found = read_page(text(viewer, f"/journal?{query}")).all("table", id="journal")
        assert bool(found) == (written == "vip")
    tagged = text(viewer, "/journal?period=all&f.search=VI")
    assert cards(tagged) == ["/leads/call/5"]
    assert "ID или тег: <bdi>vi</bdi>" in tagged


def test_a_search_is_noted_even_where_it_finds_nobody(
    found_place: Place, analyst: FlaskClient, viewer: FlaskClient
) -> None:
    def noted() -> list[tuple[str, str]]:
        with found_place.access.reading() as db:
            return [(one.entry.report, one.entry.query) for one in read_audit(db, None, 2)]

    asked = "/api/reports/journal_count?period=all"
    assert analyst.get(f"{asked}&any1.search=Сидорова").get_json()["rows"] == [{"leads": 0}]
    ((report, query), _) = noted()
    assert (report, "any1.search=%E2%80%A6" in query) == ("journal_count", True)
    before = noted()
    for client, url in ((analyst, asked), (viewer, f"{asked}&search=Анна")):
        assert client.get(url).get_json()["rows"]
    assert noted() == before


def test_the_export_is_the_whole_list(get: Get, busy_place: Place) -> None:
    first, second = pages(get, f"{ALL}&lead_type=request&columns=lead_id")
    page = read_page(first)
    exports = {one.text: one.attributes["href"] for one in page.one("p", class_="exports").all("a")}
    client = busy_place.client()
    exported = client.get(exports["CSV"]).get_data(as_text=True).lstrip("\ufeff").splitlines()
    lines = list(csv.DictReader(exported, delimiter=";"))
    listed = [*cards(first), *cards(second)]
    assert [f"/leads/request/{line['ID']}" for line in lines] == listed
    footer = [one.attributes["href"] for one in page.all("a") if one.text == "JSON"]
    counts = [len(client.get(link).get_json()["rows"]) for link in footer]
    assert counts == [1, len(listed)]


def test_what_strangers_write_stays_a_text(analyst: FlaskClient) -> None:
    html = text(analyst, f"/journal?period=all&columns={','.join(NAMES)}")
    page = read_page(html)
    shown = page.one("table", id="journal")
    assert "{{7*7}}" in shown.text
    assert '"><img src=x onerror=alert(1)>' in shown.text
    assert shown.all("img") == []
    assert all(_isolated(cell) for cell in shown.all("td") if "HYPERLINK" in cell.text)
    assert len(html) < 120_000


def test_a_lead_of_the_year_10000_is_of_the_day_of_its_receipt(analyst: FlaskClient) -> None:
    assert "/leads/call/8" not in text(analyst, "/journal?from=9999-12-01&to=9999-12-31")
    today = f"{NOW.date()}"
    assert "/leads/call/8" in cards(text(analyst, f"/journal?from={today}&to={today}"))


def _isolated(cell: Element) -> bool:
    """Its direction does not spread over the row."""
    return [one.tag for one in cell.children if isinstance(one, Element)] == ["bdi"]
