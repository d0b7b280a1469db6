"""What admins do about operations and flows: posted forms, noted before anything is changed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from werkzeug.test import TestResponse

from dashboards.access.roles import Role
from flows.store.writer import open_store
from receiver.data_dir import DataDir
from tests.dashboards.access.conftest import form_token_at
from tests.dashboards.browsing import opened
from tests.dashboards.conftest import Place, served
from tests.dashboards.flow_world import usual_world
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import read_page
from tests.made_once import made_once


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(directory: Path) -> None:
        place = Place(directory)
        place.add([Delivered(NOW, call(5, NOW, callerphone="79990001122"))])
        world = usual_world(directory)
        place.add_history(*world.published())
        world.close()

    return made_once(tmp_path_factory, "operations-changed", make)


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Iterator[Place]:
    """A file of flows of its own, which tests change; what is published stays."""
    place = Place(tmp_path)
    place.published.symlink_to(published / "calltouch.duckdb")
    usual_world(tmp_path).close()
    yield place


def rows(place: Place, question: str) -> list[tuple[object, ...]]:
    with closing(open_store(DataDir(place.directory).flows_store, read_only=True)) as db:
        return [tuple(row) for row in db.execute(question)]


def state(place: Place, number: int) -> tuple[object, ...]:
    (row,) = rows(place, f"select state, step, text from operations where operation_id = {number}")
    return row


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={"form_token": form_token_at(client, "/operations"), **fields})


def noted(place: Place) -> list[tuple[str, ...]]:
    with place.access.reading() as db:
        rows = db.execute("select action, report, query, reader from audit").fetchall()
    return [tuple(row) for row in rows]


PATHS = ("/operations/5/decide", "/operations/replay", "/flows/shop/stop", "/flows/quiet/start")
FIELDS = {"decision": "drop", "numbers": "2", "held": "run"}


@pytest.mark.parametrize("path", PATHS)
def test_only_admins_change_anything_and_only_by_our_forms(place: Place, path: str) -> None:
    for role in (Role.VIEWER, Role.ANALYST):
        assert post(place.client(role=role), path, **FIELDS).status_code == 403
    for fields in (FIELDS, {**FIELDS, "form_token": "x"}):
        assert place.client().post(path, data=fields).status_code == 400
    assert place.client().get(path).status_code in (200, 404, 405)
    assert (state(place, 5)[0], state(place, 8)[0]) == ("unknown", "held")
    assert rows(place, "select count(*) from operations") == [(9,)]
    assert rows(place, "select running from flows order by name") == [(0,), (1,), (1,)]
    assert noted(place) == []


def test_it_was_done(place: Place) -> None:
    client = place.client()
    answer = post(client, "/operations/5/decide", decision="was-done")
    assert (answer.status_code, answer.location) == (303, "/operations/5?told=decided")
    assert state(place, 5)[:2] == ("waiting", 2)
    assert noted(place) == [
        ("operation decided", "operation", "operation_id=5&decision=was-done", "admin")
    ]
    assert "Решение записано" in client.get(answer.location).text
    again = post(client, "/operations/5/decide", decision="drop")
    assert again.status_code == 409
    assert "уже изменила состояние" in again.text
    assert state(place, 5)[0] == "waiting"


def test_do_it_again_and_drop(place: Place) -> None:
    client = place.client()
    assert post(client, "/operations/5/decide", decision="again").status_code == 303
    assert state(place, 5)[:2] == ("waiting", 1)
    assert post(client, "/operations/2/decide", decision="drop").status_code == 303
    assert state(place, 2) == ("dropped", 1, "by admin")
    assert post(client, "/operations/404/decide", decision="drop").status_code == 409
    assert post(client, "/operations/3/decide", decision="forget").status_code == 400


@pytest.mark.parametrize("digits", ["", "21", "1122", "x"])
def test_nobody_is_rung_again_without_the_last_digits(place: Place, digits: str) -> None:
    client = place.client()
    answer = post(client, "/operations/6/decide", decision="again", digits=digits)
    assert answer.status_code == 409
    assert "9990001122" not in answer.text
    assert state(place, 6)[0] == "unknown"
    replayed = post(client, "/operations/replay", numbers="6", digits=digits)
    assert replayed.status_code == 409
    assert rows(place, "select count(*) from operations") == [(9,)]


def test_with_them_it_is(place: Place) -> None:
    client = place.client()
    assert post(client, "/operations/replay", numbers="6", digits="22").status_code == 303
    assert rows(place, "select replay_of, state from operations where operation_id > 9") == [
        (6, "waiting")
    ]
    assert post(client, "/operations/6/decide", decision="again", digits=" 22").status_code == 303
    assert state(place, 6)[0] == "waiting"


def test_a_phone_that_is_not_kept_cannot_be_rung_again(place: Place) -> None:
    usual = open_store(DataDir(place.directory).flows_store)
    usual.execute("delete from bodies where part = 'request'")
    usual.close()
    answer = post(place.client(), "/operations/6/decide", decision="again", digits="22")
    assert (answer.status_code, state(place, 6)[0]) == (409, "unknown")
    assert post(place.client(), "/operations/6/decide", decision="drop").status_code == 303


def plan(client: FlaskClient, query: str) -> str:
    answer = client.get(f"/operations/replay?{query}")
    assert answer.status_code == 200
    return read_page(answer.text).one("section", id="plan").text


def test_a_plan_says_what_would_run_and_what_not(place: Place) -> None:
    client = place.client()
    text = plan(client, "flow=shop&state=failed")
    assert "Выполнится 3 из 3" in text
    assert "crm : 2" in text
    assert "telegram : 3" in text
    assert "Выполнится 2 из 2" in plan(client, "flow=shop&state=failed&step=crm")
    assert "Все шаги выполнены" in plan(client, "flow=shop&state=done")
    assert "Выполнится 1 из 1" in plan(client, "flow=shop&state=done&from_start=yes")
    assert "больше не хранится (1): 9" in plan(client, "flow=shop&state=dropped")
    assert "Клиенту могли позвонить" in plan(client, "flow=ring&state=unknown")
    assert "ещё не закончилась" in plan(client, "among=7")
    assert "Выберите обработку и состояние" in plan(client, "state=failed")
    assert "Таких операций нет" in plan(client, "flow=shop&state=failed&reason=none")


def test_what_is_confirmed_runs_once(place: Place) -> None:
    client = place.client()
    fields = {"numbers": "2,3", "bulk": "yes", "flow": "shop"}
    answer = post(client, "/operations/replay", **fields)
    assert (answer.status_code, answer.location) == (303, "/flows/shop?told=replayed")
    made = "select replay_of, state, version from operations where operation_id > 9"
    assert rows(place, made) == [(2, "waiting", 1), (3, "waiting", 1)]
    assert post(client, "/operations/replay", **fields).status_code == 409, "sent twice"
    assert len(rows(place, made)) == 2
    assert noted(place)[0] == (
        "operations replayed",
        "operation",
        "first=2&last=3&version=current",
        "admin",
    )
    assert "Уже повторена (2)" in plan(client, "flow=shop&state=failed&step=crm")


def test_one_is_replayed_and_shown(place: Place) -> None:
    client = place.client()
    fields = {"numbers": "1", "bulk": "no", "from_start": "yes", "version": "original"}
    answer = post(client, "/operations/replay", **fields)
    assert answer.location == "/operations/10?told=replayed"
    assert "Повтор операции" in client.get(answer.location).text
    assert post(client, "/operations/replay", numbers="1").status_code == 409, "all is done"


@pytest.mark.parametrize("numbers", ["", "x", "2;drop", "-1", ",".join(["1"] * 1001)])
def test_numbers_that_are_none(place: Place, numbers: str) -> None:
    assert post(place.client(), "/operations/replay", numbers=numbers).status_code == 400


@pytest.mark.parametrize(("held", "becomes"), [("run", "waiting"), ("drop", "dropped")])
def test_a_flow_is_started_and_what_was_held_runs_or_is_dropped(
    place: Place, held: str, becomes: str
) -> None:
    world = open_store(DataDir(place.directory).flows_store)
    world.execute("update operations set received_at = '2999' where operation_id = 8")
    world.close()
    client = place.client()
    answer = post(client, "/flows/quiet/start", held=held)
    assert answer.location == "/flows/quiet?told=started"
    assert rows(place, "select running from flows where name = 'quiet'") == [(1,)]
    assert state(place, 8)[0] == becomes
    assert DataDir(place.directory).flow_addresses.exists()
    assert noted(place) == [("flow switched on", "quiet", f"held={held}", "admin")]
    assert post(client, "/flows/quiet/stop").status_code == 303
    assert rows(place, "select running, changed_by from flows where name = 'quiet'") == [
        (0, "admin")
    ]
    assert post(client, "/flows/nope/stop").status_code == 409
    assert post(client, "/flows/quiet/start", held="keep").status_code == 400


def test_without_flows_nothing_is_made(busy_place: Place) -> None:
    client = busy_place.client()
    answer = post(client, "/operations/1/decide", decision="drop")
    assert answer.status_code == 503
    assert "calltouch flow new" in answer.text
    assert not DataDir(busy_place.directory).flows_store.exists()


def test_by_keyboard_and_without_scripts(browser: Browser, place: Place) -> None:
    with (
        served(place) as site,
        opened(browser, scripts=False, signed_in=site) as seen,
    ):
        page = seen.page
        page.goto(f"{site.url}/operations/7")
        page.locator("form.decision button", has_text="Снять").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/operations/7?told=decided")
        assert page.locator(".state").inner_text() == "снята"
        page.goto(f"{site.url}/flows/shop?period=30d")
        page.locator("#failures a", has_text="Повторить эти").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/operations/replay?**")
        page.locator("form.decision[method=post] button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/flows/shop?told=replayed")
    assert rows(place, "select replay_of from operations where operation_id > 9") == [(2,), (3,)]
