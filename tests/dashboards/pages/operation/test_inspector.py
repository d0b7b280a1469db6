"""One operation: what each role sees of it, and that masks go only with a note in the audit."""

import json
from urllib.parse import quote

import pytest

from dashboards.access.roles import Role
from tests.dashboards.conftest import Place
from tests.dashboards.flow_world import FlowWorld, crm_request, usual_world
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, read_page
from tests.dashboards.planted import EMAIL, NAME, PHONE, WRITTEN, secrets_in

PERSON = ("Мария", "9990001122", "maria@form")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("inspector"))
    rung = call(71, NOW, callerphone="79990001122", callback="callback", status="successful")
    place.add([Delivered(NOW, call(5, NOW, callerphone="79990001122")), Delivered(NOW, rung)])
    world = usual_world(place.directory)
    plant(world)
    place.add_history(*world.published())
    world.close()
    return place


def plant(world: FlowWorld) -> None:
    """10: contacts in every spelling, wherever one can come. 11: put back from a backup."""
    fields = {"Name": NAME, "Phone": PHONE, "email": EMAIL, "x": " ".join(WRITTEN)}
    pairs = [f"{name}={quote(value)}" for name, value in fields.items()]
    pairs += [f"c{number}={quote(text)}" for number, text in enumerate(WRITTEN)]
    number = world.form("&".join(pairs))
    assert number == 10
    for text in WRITTEN:
        answer = json.dumps({"said": text, "contact": {"PHONE": PHONE, "who": NAME}})
        request = crm_request(PHONE, text).replace("/leads", f"/leads?q={text}")
        world.tries(number, 1, request, "refused", 404, answer, "status-404")
        world.tries(number, 1, request, "refused", 404, f"<b>{text}</b> {NAME}", "status-404")
    world.end(number, "failed", "status-404", f"crm: {NAME} {PHONE}", f"absent: {NAME}")
    assert world.form("id=11") == 11
    world.change(
        "update operations set state = 'held', reason = 'restored' where operation_id = 11"
    )


def opened(place: Place, number: int, role: Role, query: str = "") -> Element:
    answer = place.client(role=role).get(f"/operations/{number}{query}")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert 'role="alert"' not in html
    return read_page(html)


def noted(place: Place) -> list[tuple[str, ...]]:
    with place.access.reading() as db:
        rows = db.execute("select reader, action, report, query from audit").fetchall()
    return [tuple(row) for row in rows]


def test_a_viewer_sees_states_times_reasons_hosts_and_statuses_alone(place: Place) -> None:
    page = opened(place, 3, Role.VIEWER)
    text = page.one("main", id="content").text
    for shown in ("status-404", "crm.example", "404", "отказ", "POST", "20.11.2026 14:02:00"):
        assert shown in text
    for hidden in (*PERSON, "Idempotency-Key", "no such thing", "utm_source", "crm: status-404"):
        assert hidden not in text
    assert not page.one("section", id="steps").all("pre")
    assert "Персональные данные" not in text


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
def test_others_see_it_masked(place: Place, role: Role) -> None:
    before = len(noted(place))
    text = opened(place, 3, role).one("main", id="content").text
    for shown in ("{{secret.crm}}", "Idempotency-Key: 0f5e", "7999•••••22", "М••• Т•••", "<p>"):
        assert shown in text
    for hidden in PERSON:
        assert hidden not in text
    assert len(noted(place)) == before, "nobody was shown"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
def test_masks_go_with_a_note_in_the_audit(place: Place, role: Role) -> None:
    text = opened(place, 3, role, "?masks=off").one("main", id="content").text
    for shown in ("Мария Тестова", "79990001122", "maria@form.example", "{{secret.crm}}"):
        assert shown in text
    assert (role, "shown", "operation", "operation_id=3") in noted(place)


def test_a_viewer_cannot_take_the_masks_off(place: Place) -> None:
    answer = place.client(role=Role.VIEWER).get("/operations/3?masks=off")
    assert answer.status_code == 403
    assert not any(hidden in answer.text for hidden in PERSON)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_no_spelling_of_a_contact_gets_through_the_masks(place: Place, role: Role) -> None:
    text = opened(place, 10, role).one("main", id="content").text
    assert secrets_in(text) == set()
    whole = opened(place, 10, Role.ADMIN, "?masks=off").one("main", id="content").text
    assert secrets_in(whole)


def test_each_step_says_what_became_of_it(place: Place) -> None:
    def states(number: int) -> list[str]:
        steps = opened(place, number, Role.VIEWER).one("ol", class_="step-list")
        return [one.text for one in steps.all("span", class_="step-state")]

    assert states(1) == ["вычислен", "выполнен", "выполнен"]
    assert states(4) == ["вычислен", "выполнен", "на этом шаге"]
    assert states(2) == ["вычислен", "на этом шаге", "не начат"]


def test_it_says_why_it_waits_and_where_it_came_from(place: Place) -> None:
    text = opened(place, 7, Role.VIEWER).one("section", id="summary").text
    assert "похоже на зацикливание" in text
    restored = opened(place, 11, Role.VIEWER).one("section", id="summary").text
    assert "восстановлены из резервной копии" in restored
    links = opened(place, 6, Role.VIEWER).one("section", id="summary").all("a")
    assert {one.attributes["href"].partition("?")[0] for one in links} == {
        "/flows/ring",
        "/leads/call/5",
    }


def test_callbacks_since_are_shown_to_who_has_to_decide(place: Place) -> None:
    card = opened(place, 6, Role.ADMIN, "?f.source=yandex").one("section", id="callbacks")
    assert [row.all("th")[0].text for row in card.one("tbody").all("tr")] == ["звонок 71"]
    ids = {one.attributes.get("id") for one in opened(place, 6, Role.VIEWER).all("section")}
    assert "callbacks" not in ids
    ids = {one.attributes.get("id") for one in opened(place, 5, Role.ADMIN).all("section")}
    assert "callbacks" not in ids


def test_what_is_not_kept_any_more(place: Place) -> None:
    assert "больше не хранятся" in opened(place, 9, Role.ADMIN).one("section", id="came_in").text


def test_who_may_decide(place: Place) -> None:
    def forms(number: int, role: Role) -> list[str]:
        sections = opened(place, number, role).all("section", id="decision")
        inputs = [one for section in sections for one in section.all("input", name="decision")]
        return [one.attributes["value"] for one in inputs]

    assert forms(5, Role.ADMIN) == ["was-done", "again", "drop"]
    assert forms(7, Role.ADMIN) == ["again", "drop"]
    assert forms(1, Role.ADMIN) == []
    assert forms(5, Role.ANALYST) == []
    digits = opened(place, 6, Role.ADMIN).all("input", name="digits")
    assert len(digits) == 1
    assert not opened(place, 5, Role.ADMIN).all("input", name="digits")


def test_there_is_no_such_operation(place: Place) -> None:
    answer = place.client().get("/operations/404")
    assert answer.status_code == 404
    assert "Операция не найдена" in answer.text
    assert place.client().get("/operations/1?masks=maybe").status_code == 400
