"""The list of operations: what its filters find, who may search for people, and its pages."""

from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from dashboards.access.roles import Role
from tests.dashboards.conftest import Place
from tests.dashboards.flow_world import usual_world
from tests.dashboards.page_text import Element, read_page


def listed(place: Place, query: str, role: Role = Role.ADMIN) -> Element:
    answer = place.client(role=role).get(f"/operations?{query}")
    assert answer.status_code == 200
    return read_page(answer.get_data(as_text=True)).one("section", id="operations")


def numbers(card: Element) -> list[int]:
    bodies = card.all("tbody")
    return [int(row.all("th")[0].text) for row in bodies[0].all("tr")] if bodies else []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"flow": "shop"}, [9, 7, 5, 4, 3, 2, 1]),
        ({"state": "unknown"}, [6, 5]),
        ({"state": "undecided", "flow": "shop"}, [7, 5, 4, 3, 2]),
        ({"reason": "status-404"}, [4, 3, 2]),
        ({"step": "crm", "state": "failed"}, [3, 2]),
        ({"host": "crm.example"}, [5, 3, 2]),
        ({"host": "telegram.example", "http_status": "404"}, [4]),
        ({"http_status": "200"}, [1]),
        ({"lead": "5"}, [6]),
        ({"lead": "6"}, []),
        ({"before": "3"}, [2, 1]),
    ],
)
def test_filters_of_the_url(passed_on: Place, asked: dict[str, str], found: list[int]) -> None:
    """Step, host and status are those of the last attempt, as the list shows them."""
    assert numbers(listed(passed_on, urlencode(asked), Role.VIEWER)) == found


def test_a_row_leads_to_the_operation_its_flow_and_its_lead(passed_on: Place) -> None:
    links = [one.attributes["href"] for one in listed(passed_on, "lead=5").one("tbody").all("a")]
    assert [link.partition("?")[0] for link in links] == [
        "/operations/6",
        "/flows/ring",
        "/leads/call/5",
    ]


@pytest.mark.parametrize("contact", ["8 (999) 000-11-22", "+79990001122", "Maria@Form.example"])
def test_a_client_is_found_by_phone_or_email(passed_on: Place, contact: str) -> None:
    card = listed(passed_on, f"contact={quote(contact)}", Role.ANALYST)
    assert numbers(card) == [5, 4, 3, 2, 1]
    assert numbers(listed(passed_on, f"contact={quote(contact)}&state=done")) == [1]
    assert "С этим контактом операций за всё время: 5" in card.text


def test_who_may_not_see_phones_cannot_try_them(passed_on: Place) -> None:
    card = listed(passed_on, "contact=79990001122", Role.VIEWER)
    assert numbers(card) == []
    assert "аналитики и администраторы" in card.text
    assert not [one for one in card.all("input") if one.attributes.get("name") == "contact"]
    kept = passed_on.client().get("/export/operations?contact=79990001122").get_data(as_text=True)
    assert "аналитики и администраторы" in kept


def test_a_search_is_noted_without_the_phone(passed_on: Place) -> None:
    listed(passed_on, "contact=79990001122", Role.ANALYST)
    with passed_on.access.reading() as db:
        rows = db.execute("select report, query, rows, reader from audit").fetchall()
    assert ("flow_operations", "contact=…", 5, "analyst") in rows
    assert "9990001122" not in str(rows)


def test_what_is_not_known_finds_nothing(passed_on: Place) -> None:
    assert numbers(listed(passed_on, "contact=79995554433")) == []
    assert numbers(listed(passed_on, "contact=nobody")) == []


@pytest.mark.parametrize("query", ["state=gone", "http_status=7", "lead=x", "flow=%0a"])
def test_what_cannot_be_asked_is_refused(passed_on: Place, query: str) -> None:
    assert passed_on.client().get(f"/operations?{query}").status_code == 400


def test_the_filters_stay_when_the_period_is_changed(passed_on: Place) -> None:
    page = passed_on.client().get("/operations?flow=shop&http_status=404&period=7d").text
    form = read_page(page).one("form", class_="slice")
    fields = (one.attributes for one in form.all("input") if "form" not in one.attributes)
    kept = {field["name"]: field["value"] for field in fields}
    assert (kept["flow"], kept["http_status"]) == ("shop", "404")


def test_only_admins_are_offered_to_replay_what_is_listed(passed_on: Place) -> None:
    def offers(query: str, role: Role) -> bool:
        return "/operations/replay?" in str(
            [one.attributes["href"] for one in listed(passed_on, query, role).all("a")]
        )

    assert offers("flow=shop&state=failed", Role.ADMIN)
    assert not offers("flow=shop&state=failed", Role.ANALYST)
    assert not offers("flow=shop&state=held", Role.ADMIN)


def test_the_api_takes_the_same_filters(passed_on: Place) -> None:
    client = passed_on.client(role=Role.VIEWER)
    url = "/api/reports/flow_operations?flow=shop&step=telegram&http_status=404"
    answer = client.get(url).json
    assert answer is not None
    assert [row["operation_id"] for row in answer["rows"]] == [4]
    answer = client.get("/api/reports/flow_operations?among=3,5&lead=5").json
    assert answer is not None
    assert answer["rows"] == []
    assert client.get("/api/reports/flow_operations?among=3,x").status_code == 400


@pytest.mark.parametrize("url", ["/flows", "/operations", "/operations/3", "/flows/shop"])
def test_flows_need_no_delivery_of_calltouch(tmp_path: Path, url: str) -> None:
    place = Place(tmp_path)
    world = usual_world(tmp_path)
    place.add_history(*world.published())
    world.close()
    page = place.client().get(url).text
    assert "shop" in read_page(page).one("main", id="content").text
    assert "Доставок пока нет" in place.client().get("/journal").text


def test_without_flows_it_says_how_to_begin(busy_place: Place) -> None:
    card = listed(busy_place, "")
    assert "calltouch flow new" in card.text
    assert "calltouch flow new" in busy_place.client().get("/operations/1").text
    assert busy_place.client().get("/operations?contact=79990001122").status_code == 200
