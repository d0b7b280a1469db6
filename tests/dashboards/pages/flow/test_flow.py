"""The page of one flow: its outcomes over time, what failed where, and its versions."""

from pathlib import Path

import pytest

from dashboards.access.roles import Role
from tests.dashboards.conftest import Place
from tests.dashboards.flow_world import usual_world
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, figures, read_page


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("flow"))
    place.add([Delivered(NOW, call(5, NOW))])
    world = usual_world(place.directory)
    place.add_history(*world.published())
    world.close()
    return place


def html(place: Place, url: str, role: Role = Role.ADMIN) -> str:
    answer = place.client(role=role).get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def cells(card: Element) -> list[list[str]]:
    rows = card.all("tbody")[0].all("tr")
    return [[one.text for one in row.all("th") + row.all("td")] for row in rows]


@pytest.mark.parametrize(("period", "marks", "unit"), [("today", 24, "14:00"), ("7d", 7, "")])
def test_outcomes_by_the_hour_and_by_the_day(
    place: Place, period: str, marks: int, unit: str
) -> None:
    page = html(place, f"/flows/shop?period={period}")
    figure = figures(page)["flow-outcomes"]
    counts = {trace["name"]: sum(trace["y"]) for trace in figure["data"]}
    assert counts == {
        "Готово": 1, "Пропущена": 0, "Не закончены": 1, "Не вышло": 3, "Неизвестно": 1,
        "Снята": 1, "Всего": 7,
    }  # fmt: skip
    assert len(figure["data"][0]["x"]) == marks
    rows = cells(read_page(page).one("section", id="over_time"))
    assert len(rows) == marks
    (busy,) = [row for row in rows if row[1] == "7"]
    assert unit in busy[0]


def test_failures_are_grouped_and_each_group_can_be_replayed(place: Place) -> None:
    card = read_page(html(place, "/flows/shop")).one("section", id="failures")
    assert [row[:5] for row in cells(card)] == [
        ["crm", "crm.example", "не вышло", "status-404", "2"],
        ["telegram", "telegram.example", "не вышло", "status-404", "1"],
        ["crm", "crm.example", "неизвестно", "timeout", "1"],
    ]
    links = [one.attributes["href"] for one in card.one("tbody").all("a")]
    for link, count in zip(links[1::2], (2, 1, 1), strict=True):
        assert f"Выполнится {count} из {count}." in html(place, link)
    seen = read_page(html(place, "/flows/shop", Role.ANALYST)).one("section", id="failures")
    assert not [one for one in seen.all("a") if "/replay" in one.attributes["href"]]


def test_what_a_definition_says_is_for_admins(place: Place) -> None:
    assert "# leads of the shop" in html(place, "/flows/shop")
    for role in (Role.VIEWER, Role.ANALYST):
        page = html(place, "/flows/shop", role)
        assert "# leads of the shop" not in page
        assert "Версия 1" in page
        assert "form_token" not in read_page(page).one("section", id="now").text
        assert not read_page(page).one("section", id="now").all("button")


def test_a_stopped_flow_asks_what_becomes_of_what_was_held(place: Place) -> None:
    card = read_page(html(place, "/flows/quiet")).one("section", id="now")
    assert "отложено операций: 1" in card.text
    assert [one.attributes["value"] for one in card.all("input", name="held")] == ["run", "drop"]


def test_there_is_no_such_flow(place: Place) -> None:
    answer = place.client().get("/flows/nope")
    assert answer.status_code == 404
    assert "Обработка не найдена" in answer.text


def test_one_that_is_gone_keeps_its_history(place: Place, tmp_path: Path) -> None:
    """Its file of flows is lost, or another one."""
    gone = Place(tmp_path)
    gone.published.symlink_to(place.published)
    page = html(gone, "/flows/shop")
    assert "calltouch flow new" in read_page(page).one("section", id="now").text
    assert len(cells(read_page(page).one("section", id="operations"))) == 7
