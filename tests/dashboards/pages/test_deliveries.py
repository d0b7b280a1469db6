"""The deliveries' page: its numbers are the reports', and the auditor names what is wrong."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analytics.fold import DECODED, fold
from analytics.publish.publisher import publish
from analytics.reports.asking import Question
from analytics.reports.filters import Filters
from analytics.store import StoreFingerprint, open_store, transaction
from dashboards.pages.deliveries.auditing import EVENTS, FINDINGS
from dashboards.wording.texts import catalogue
from tests.dashboards.conftest import SETTINGS, ZONE, Get, Place
from tests.dashboards.leads import NOW, Delivered, call, request, row
from tests.dashboards.page_text import Element, changes_in, figures, read_page, tile

ALL = "/deliveries?from=2026-09-06&to=2026-11-20"
COMPARED = date(2026, 11, 18)
LOST = date(2026, 11, 17)
STRANGE = 'caller<b>"phone"'


def report(get: Get, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(
        get(ALL.replace("/deliveries", f"/api/reports/{name}"))
    )["rows"]
    return rows


@pytest.fixture(scope="module")
def page(busy_place: Place) -> str:
    """Of all that the busy place received."""
    return busy_place.client().get(ALL).get_data(as_text=True)


def card(html: str, name: str) -> Element:
    return read_page(html).one("section", id=name)


def body(element: Element) -> list[list[str]]:
    """The cells of the element's first table."""
    rows = element.all("tbody")[0].all("tr")
    return [[cell.text for cell in one.children if isinstance(cell, Element)] for one in rows]


def number(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def test_what_became_of_each_day_s_deliveries_is_the_report_s(get: Get, page: str) -> None:
    days = report(get, "deliveries")
    names = ("received", "created", "updated", "unchanged", "probes", "others", "quarantined")
    shown = [[number(cell) for cell in cells[1:]] for cells in body(card(page, "outcomes"))]
    assert shown == [[day[name] for name in names] for day in days]
    drawn = figures(page)["outcomes"]["data"]
    assert [trace["y"] for trace in drawn[:6]] == [
        [day[name] for day in days] for name in names[1:]
    ]
    assert sum(day["quarantined"] for day in days) == 2


def test_tiles_are_the_summary_s(get: Get, page: str) -> None:
    (now,) = report(get, "delivery_summary")
    assert number(tile(page, "received").split("вебхуками")[0]) == now["deliveries"]
    assert tile(page, "quarantined").startswith(f"В карантине {now['quarantined']} ")
    gaps = len(report(get, "gaps"))
    assert tile(page, "gaps") == f"Возможные потери {gaps} без объяснения: {gaps}"
    assert tile(page, "lost").startswith("Потеряно — ")


def test_a_day_leads_to_its_own_deliveries(get: Get, page: str) -> None:
    days = report(get, "deliveries")
    links = figures(page)["outcomes"]["links"][0]
    busiest = max(range(len(days)), key=lambda index: days[index]["received"])
    one = get(f"{links[busiest]}&compare=none")
    assert [number(cell) for cell in body(card(one, "outcomes"))[0][1:2]] == [
        days[busiest]["received"]
    ]
    # Against the day before.
    (change, *_) = changes_in(card(get(links[busiest]), "outcomes"))
    was = days[busiest - 1]["received"]
    assert change.attributes["title"].startswith(f"В сравнении было: {was}. ")


def test_gaps_lead_to_their_leads(get: Get, page: str) -> None:
    gaps = report(get, "gaps")
    listed = card(page, "gaps").all("a")
    links = [one.attributes["href"] for one in listed if "/leads/" in one.attributes["href"]]
    assert [link.partition("?")[0] for link in links] == [
        f"/leads/{gap['lead_type']}/{gap['lead_id']}" for gap in gaps
    ]
    assert gaps


def test_quarantined_deliveries_say_why(page: str) -> None:
    reasons = [cells[1] for cells in body(card(page, "quarantined"))]
    assert reasons == ["нет ID лида (id или requestId)", "leadtype — не call и не request"]


def test_a_period_narrows_the_page_and_filters_do_not(get: Get, page: str) -> None:
    narrowed = get("/deliveries?period=7d&source=yandex&compare=none")
    days = body(card(narrowed, "outcomes"))
    assert "действует только период" in narrowed
    assert days == body(card(page, "outcomes"))[-7:]


def test_who_never_reconciled_is_told_how_and_which_settings_are_missing(
    page: str, busy_place: Place
) -> None:
    said = card(page, "reconciliation").text
    assert "calltouch reconcile --trailing 30d" in said
    assert "CALLTOUCH_API_TOKEN" in said
    client = busy_place.client(replace(SETTINGS, has_api=True))
    said = card(
        client.get("/deliveries?period=today").get_data(as_text=True), "reconciliation"
    ).text
    assert "calltouch reconcile --trailing 30d" in said
    assert "CALLTOUCH_API_TOKEN" not in said


def test_too_little_to_judge_by_is_no_praise(get: Get) -> None:
    said = card(get("/deliveries?from=2026-11-20&to=2026-11-20"), "auditor").text
    assert "Данных мало" in said
    assert "Замечаний нет" not in said


def test_nothing_at_all_is_said_to_be_so(get: Get) -> None:
    empty = get("/deliveries?from=2020-01-01&to=2020-01-05")
    assert "проверьте, что вебхук включён" in card(empty, "totals").text
    assert tile(empty, "received").startswith("Принято 0 ")
    assert not figures(empty)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One webhook by POST with a renamed parameter, one by GET without it; two days compared."""
    place = Place(tmp_path_factory.mktemp("troubled"))
    store = place.directory / "store.duckdb"
    db = open_store(store, StoreFingerprint(ZONE, "tests"))
    with transaction(db):
        fold(db, pa.Table.from_pylist(list(_troubled_rows()), schema=DECODED))
        db.executemany(
            "insert into reconciliation values (?, 1, 'call', ?, ?, 0, ?, ?, 0, ?)", _compared()
        )
        db.execute(
            """
            insert into reconciliation_differences
            values (?, 1, 'call', 777, 'lost', null, null, null, null, 'resend')
            """,
            [LOST],
        )
    publish(db, store, place.published, "test")
    db.close()
    return place


def _compared() -> list[list[object]]:
    """Per day: in the API, in both, taken from it, lost."""
    return [[COMPARED, 4, 4, 0, 0, NOW], [LOST, 30, 27, 2, 1, NOW]]


def _troubled_rows() -> Iterator[dict[str, Any]]:
    for index in range(60):
        at = NOW - timedelta(hours=index)
        sent = {"sendingTimestamp": str(int(at.timestamp())), "source": "yandex", "medium": "cpc"}
        lead = call(index, at, **sent) if index % 2 else request(index, at, **sent)
        phone = f"7916{index:07}"
        told = Delivered(at + timedelta(seconds=index % 5 + 1), lead)
        for webhook, method, params in (
            ("default", "POST", lead | {STRANGE: phone}),
            ("last-touch", "GET", lead | {"manager": "Анна", "attribution": "1"}),
        ):
            yield row(2 * index + (method == "GET") + 1, told) | {
                "webhook": webhook,
                "method": method,
                "params": json.dumps(params),
            }


@pytest.fixture(scope="module")
def troubled_page(troubled: Place) -> str:
    return troubled.client().get("/deliveries").get_data(as_text=True)


def findings(page: str) -> dict[str, str]:
    """The text of each kind of finding, by its key."""
    found: dict[str, str] = {}
    for one in card(page, "auditor").all("li"):
        key = one.attributes.get("data-finding")
        if key is not None:
            found[key] = f"{found.get(key, '')} {one.text}"
    return found


def test_the_auditor_says_what_is_wrong_and_where_to_mend_it(troubled_page: str) -> None:
    found = findings(troubled_page)
    assert "last-touch Из последних методом GET: 60 доставок (100,0 %)." in found["sent_by_get"]
    assert "«Редактировать» → метод отправки → POST → сохраните" in found["sent_by_get"]
    assert "все — «последний непрямой»" in found["one_model"]
    assert (
        "«последнее взаимодействие» → адрес обработчика: /webhook/last-touch" in found["one_model"]
    )
    assert "manager 0 из 60; его передаёт другой вебхук" in found["parameter_off"]


def test_a_renamed_parameter_is_told_with_the_setting_that_reads_it(
    troubled: Place, troubled_page: str
) -> None:
    found = findings(troubled_page)["parameter_renamed"]
    assert f"{STRANGE} вместо callerphone, 60 доставок" in found
    assert """[webhooks.default] rename = { "caller<b>\\"phone\\"" = "callerphone" }""" in found
    english = findings(troubled.client().get("/deliveries?lang=en").get_data(as_text=True))
    assert "instead of callerphone, 60 deliveries" in english["parameter_renamed"]


def test_days_compared_stand_in_the_calendar_and_lead_to_their_leads(
    troubled: Place, troubled_page: str
) -> None:
    figure = figures(troubled_page)["reconciliation"]
    (trace,) = figure["data"]
    # A Tuesday and a Wednesday of one week.
    assert [week[0] for week in trace["z"]] == [None, 3, 0, None, None, None, None]
    assert "Потеряно: 1" in trace["customdata"][1][0]
    link = figure["links"][0][1][0]
    answer = troubled.client().get(link.replace("/journal", "/api/reports/journal_count"))
    (counted,) = answer.get_json()["rows"]
    assert counted["leads"] == sum(
        (NOW - timedelta(hours=index) + timedelta(hours=3)).date() == LOST for index in range(60)
    )


def test_lost_leads_are_named_with_their_remedy(troubled_page: str) -> None:
    losses = card(troubled_page, "reconciliation")
    assert "calltouch reconcile --heal" in losses.one("p", class_="notice").text
    tables: Sequence[Element] = losses.all("tbody")
    assert [one.text for one in tables[1].all("td")][2:4] == [
        "777",
        "переотправка в Calltouch или calltouch reconcile --heal",
    ]
    # 3 of 30 is a share, 0 of 4 would be chance: it stays in numbers.
    shares = [row.all("td")[6].text for row in tables[0].all("tr")]
    assert shares == ["10,0 %", "0 из 4"]


@pytest.mark.parametrize(
    ("kind", "says", "is_clean"),
    [
        ("no id", "среди них могут быть потерянные лиды", False),
        ("part", "Отдельные поля", True),
        (None, None, True),
    ],
)
def test_a_comparison_that_could_not_read_everything_does_not_look_clean(
    tmp_path: Path, kind: str | None, says: str | None, is_clean: bool
) -> None:
    place = Place(tmp_path)
    store = tmp_path / "store.duckdb"
    db = open_store(store, StoreFingerprint(ZONE, "tests"))
    with transaction(db):
        fold(db, pa.Table.from_pylist(list(_troubled_rows())[:4], schema=DECODED))
        db.execute(
            "insert into reconciliation values (?, 1, 'call', 4, 4, 0, 0, 0, 0, ?)", [COMPARED, NOW]
        )
        if kind:
            db.execute(
                "insert into reconciliation_unread values (?, 1, 'call', ?, '1/3', 7)",
                [COMPARED, kind],
            )
    publish(db, store, place.published, "test")
    db.close()
    losses = card(place.client().get("/deliveries").get_data(as_text=True), "reconciliation")
    assert ("Потерянных лидов нет" in losses.text) is is_clean
    notices = [one.text for one in losses.all("p", class_="notice")]
    assert [says in one for one in notices if says] == ([True] if says else [])


def test_the_delay_is_drawn_in_seconds(troubled_page: str) -> None:
    (quick, slow) = figures(troubled_page)["lag"]["data"]
    known = [value for value in slow["y"] if value is not None]
    assert set(known) == {5}
    assert all(1 <= value <= 5 for value in quick["y"] if value is not None)
    assert quick["customdata"][-1] == "0:03"


def test_every_finding_of_the_report_has_its_texts() -> None:
    span = Filters(NOW.date(), NOW.date())
    auditor = Question.about("auditor", span, "UTC", NOW).sql
    told = set(re.findall(r"'(\w+)'(?:, '(\w+)'\))? as finding", auditor))
    header = auditor.partition("with received")[0]
    named = re.findall(r"^--   ([a-z_]+(?:, [a-z_]+)*)  ", header, flags=re.MULTILINE)
    named += re.findall(r"^--   ([a-z_]+(?:, [a-z_]+)*)\s", header, flags=re.MULTILINE)
    assert {one for names in named for one in names.split(", ")} == set(FINDINGS)
    assert {one for pair in told for one in pair if one} <= set(FINDINGS)
    for finding in FINDINGS:
        for end in ("", "_seen", "_why", "_todo"):
            assert f"auditor.{finding}{end}" in catalogue()
    assert {f"auditor.event_{event}" for event in EVENTS} <= set(catalogue())


def test_a_long_period_is_drawn_in_weeks_of_the_same_deliveries(get: Get, page: str) -> None:
    weeks = get("/deliveries?from=2026-05-01&to=2026-11-20")
    shown = [number(cells[1]) for cells in body(card(weeks, "outcomes"))]
    assert len(shown) == 30
    assert sum(shown) == sum(number(cells[1]) for cells in body(card(page, "outcomes")))
    busiest = shown.index(max(shown))
    one = get(f"{figures(weeks)['outcomes']['links'][0][busiest]}&compare=none")
    assert sum(number(cells[1]) for cells in body(card(one, "outcomes"))) == max(shown)
