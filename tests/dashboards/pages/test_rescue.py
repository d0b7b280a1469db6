"""The page of clients to call back: whom there is still time for, and who is lost."""

from datetime import timedelta

import pytest

from dashboards.access.roles import Role
from tests.dashboards.conftest import Get, Place
from tests.dashboards.leads import NOW
from tests.dashboards.page_text import Element, read_page, tile
from tests.dashboards.pages.asking import card, leads_behind, table_of
from tests.dashboards.pages.test_quality import calls, ended


@pytest.fixture(scope="module")
def rescue_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Of the two who called today, one called once more, and Calltouch has called her, too."""
    place = Place(tmp_path_factory.mktemp("rescue"))
    at = NOW - timedelta(hours=2)
    again = {"callerphone": "79160000050", "source": "vk", "callback": "callback"}
    place.add([*calls(), ended(60, at, "unsuccessful", 9, **again)])
    return place


@pytest.fixture(scope="module")
def page(rescue_place: Place) -> str:
    answer = rescue_place.client().get("/rescue?period=30d&lang=en")
    return answer.get_data(as_text=True)


def hrefs(element: Element) -> list[str]:
    return [one.attributes["href"] for one in element.all("a")]


def test_there_is_a_row_per_client_the_best_source_first(page: str) -> None:
    pending, lost = table_of(card(page, "pending")), table_of(card(page, "lost"))
    assert [row[1] for row in pending] == ["23 h", "23 h"]
    assert [row[4] for row in pending] == ["yandex / cpc", "vk / cpc"]
    assert [row[3] for row in pending] == ["2 calls", "2 calls, callbacks: 1"]
    # Of vk there are two leads alone.
    assert [row[5] for row in pending] == ["100.0%", "—"]
    assert [row[2] for row in lost] == ["1 call"] * 6


def test_tiles_count_people_and_say_how_long_is_left(page: str) -> None:
    assert tile(page, "pending").startswith("Pending, people 2")
    assert "23 h" in tile(page, "soonest")
    assert tile(page, "lost").startswith("Lost, people 6")
    assert hrefs(read_page(page).one("article", data_tile="pending")) == ["#pending"]


def test_a_phone_is_dialled_and_a_call_leads_to_its_card(page: str, rescue_place: Place) -> None:
    shown = card(page, "pending")
    first = shown.one("tbody").all("tr")[0]
    assert hrefs(first)[:2] == ["tel:+79160000051", "/leads/call/51?period=30d"]
    (all_calls,) = [link for link in hrefs(shown) if "only=pending" in link]
    assert leads_behind(rescue_place.client(), all_calls) == 5


def test_a_viewer_sees_no_phone_and_dials_none(rescue_place: Place) -> None:
    viewer = rescue_place.client(role=Role.VIEWER)
    shown = card(viewer.get("/rescue?period=30d").get_data(as_text=True), "pending")
    assert "7916•••••51" in shown.text
    assert not any(link.startswith("tel:") for link in hrefs(shown))
    assert "79160000051" not in "".join([shown.text, *hrefs(shown)])


def test_where_nobody_waits_it_is_said(get: Get) -> None:
    html = get("/rescue?from=2020-01-01&to=2020-01-02")
    assert "Перезванивать некому" in card(html, "totals").text
    assert not read_page(html).all("section", id="pending")
