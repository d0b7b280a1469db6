"""The page of flows: what came in, what became of it, and what a viewer sees of that."""

from datetime import timedelta
from typing import Any

import pytest

from dashboards.access.roles import Role
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, read_page

AT = NOW - timedelta(minutes=5)


def operation(number: int, **more: Any) -> dict[str, Any]:
    return {"operation_id": number, "received_at": AT, "flow": "crm", **more}


@pytest.fixture(scope="module")
def passed_on(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("flows"))
    place.add([Delivered(NOW, call(number, NOW)) for number in (5, 6)])
    about = {"lead_type": "call", "lead_id": 5}
    place.add_history(
        [
            operation(1, **about, finished_at=NOW, attempts=2),
            operation(2, state="failed", reason="status-404", attempts=1),
            operation(3, state="failed", reason="status-404", attempts=1),
            operation(4, state="waiting", flow="telegram"),
            *(operation(number, flow="many") for number in range(5, 65)),
        ],
        [
            {"operation_id": 1, "begun_at": AT, "status": 503, "outcome": "not done"},
            {"operation_id": 1, "begun_at": AT, "attempt": 2, "host": "crm.example"},
            *(
                {"operation_id": number, "begun_at": AT, "status": 404, "outcome": "refused"}
                for number in (2, 3)
            ),
        ],
    )
    return place


def page(place: Place, url: str = "/flows", role: Role = Role.VIEWER) -> Element:
    answer = place.client(role=role).get(url)
    assert answer.status_code == 200
    return read_page(answer.get_data(as_text=True))


def cells(card: Element, number: int = 0) -> list[list[str]]:
    """Of one of the card's tables."""
    rows = card.all("tbody")[number].all("tr")
    return [[one.text for one in row.all("th") + row.all("td")] for row in rows]


def test_each_flow_is_counted_today_and_in_all(passed_on: Place) -> None:
    card = page(passed_on).one("section", id="flows")
    now = {row[0]: row[1:7] for row in cells(card)}
    assert now["crm"] == ["3", "1", "2", "0", "0", "—"]
    assert now["telegram"] == ["1", "0", "0", "0", "1", "5:00"]
    in_all = {row[0]: row[1:] for row in cells(card, 1)}
    assert in_all["crm"] == ["3", "1", "0", "2", "0", "0", "0"]
    assert "Ждут решения человека: 2" in card.text


def test_who_waits_for_a_person_is_one_click_away(passed_on: Place) -> None:
    (notice,) = page(passed_on).one("section", id="flows").all("p", class_="notice")
    (link,) = notice.all("a")
    listed = page(passed_on, link.attributes["href"]).one("section", id="operations")
    assert [row[0] for row in cells(listed)] == ["3", "2"]


def test_failures_lead_to_their_operations(passed_on: Place) -> None:
    card = page(passed_on).one("section", id="failures")
    assert [row[:6] for row in cells(card)] == [
        ["crm", "crm", "crm.example", "не вышло", "status-404", "2"]
    ]
    flow, href = [link.attributes["href"] for link in card.one("tbody").all("a")]
    assert flow.startswith("/flows/crm")
    listed = page(passed_on, href).one("section", id="operations")
    assert [row[0] for row in cells(listed)] == ["3", "2"]
    assert "Причина: status-404" in listed.text
    assert "Состояние: не вышло" in listed.text


def test_operations_are_listed_in_pages_with_links_to_their_leads(passed_on: Place) -> None:
    card = page(passed_on, "/operations").one("section", id="operations")
    first = [row[0] for row in cells(card)]
    (older,) = [
        one.attributes["href"]
        for one in card.all("a")
        if "before=" in one.attributes.get("href", "")
    ]
    card = page(passed_on, older).one("section", id="operations")
    second = [row[0] for row in cells(card)]
    assert [*first, *second] == [f"{number}" for number in range(64, 0, -1)]
    about = next(row for row in cells(card) if row[0] == "1")
    assert about[2:9] == ["crm", "готово", "—", "звонок 5", "crm.example", "200", "2"]
    links = [one.attributes["href"].partition("?")[0] for one in card.one("tbody").all("a")]
    assert [link for link in links if "/leads/" in link] == ["/leads/call/5"]


@pytest.mark.parametrize("url", ["/operations", "/leads/call/5"])
def test_an_id_stands_once(passed_on: Place, url: str) -> None:
    tags = ("section", "table", "div", "details", "code", "input")
    found = [one.attributes.get("id") for tag in tags for one in page(passed_on, url).all(tag)]
    ids = [one for one in found if one]
    assert "operations" in ids
    assert len(ids) == len({*ids})


def test_in_english(passed_on: Place) -> None:
    card = page(passed_on, "/operations?lang=en&flow=telegram").one("section", id="operations")
    assert cells(card)[0][2:4] == ["telegram", "waiting"]
    assert "Flow: telegram" in card.text


def test_without_flows_it_says_how_to_make_one(busy_place: Place) -> None:
    card = page(busy_place).one("section", id="flows")
    assert "calltouch flow new" in card.text


@pytest.mark.parametrize("query", ["state=gone", "before=x", "flow=%0a", f"host={'x' * 300}"])
def test_what_cannot_be_asked_is_refused(passed_on: Place, query: str) -> None:
    assert passed_on.client().get(f"/operations?{query}").status_code == 400


def test_the_card_of_a_lead_shows_what_was_sent_about_it(passed_on: Place) -> None:
    card = page(passed_on, "/leads/call/5").one("section", id="operations")
    assert [row[:7] for row in cells(card)] == [
        ["1", "crm", "готово", "—", "crm", "crm.example", "1"],
        ["1", "crm", "готово", "—", "crm", "crm.example", "2"],
    ]
    assert [row[8:] for row in cells(card)] == [
        ["точно не сделано", "503", "0,4"],
        ["сделано", "200", "0,4"],
    ]
    others = page(passed_on, "/leads/call/6")
    assert not [one for one in others.all("section") if one.attributes.get("id") == "operations"]


@pytest.mark.parametrize("name", ["json", "csv", "xlsx", "parquet"])
def test_the_same_comes_through_the_api(passed_on: Place, name: str) -> None:
    client = passed_on.client(role=Role.VIEWER)
    url = f"/api/reports/flow_operations?state=failed&host=crm.example&format={name}"
    answer = client.get(url)
    assert answer.status_code == 200
    if name == "json":
        assert answer.json is not None
        assert [row["operation_id"] for row in answer.json["rows"]] == [3, 2]
    assert len(answer.data) > 100
