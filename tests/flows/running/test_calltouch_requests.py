"""Requests that a flow creates in Calltouch, against a simulated one: none is made twice."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.running.calltouch_account import CalltouchAccount
from flows.store import attempts
from flows.store.writer import StoreWriter
from receiver.settings.settings import Settings
from simulator.api import ApiOptions, RunningApi
from simulator.api.faults import ApiFault
from simulator.market.rhythm import MOSCOW
from simulator.world import World
from tests.flows.running.calltouch import (
    SITE,
    SOURCE,
    TOKEN,
    account,
    looks,
    posts,
    requests_there,
    use,
    wait_for,
)
from tests.flows.running.conftest import Flows
from tests.outgoing.misbehaving import misbehaving

MINUTE = 60.0
IMPORT = """
[[steps]]
kind = "calltouch_request"
name = "import"
number = "crm-{{id}}"
phone = "{{phone}}"
fio = "{{name}}"
"""
THEN = """
[[steps]]
kind = "http"
method = "PUT"
url = "{url}/200"
body.json = '{"number": "{{import.number}}"}'
"""


@pytest.fixture(scope="session")
def world() -> World:
    return World(datetime(2026, 11, 21, tzinfo=MOSCOW), leads=20, days=2)


@pytest.fixture
def api(flows: Flows, world: World) -> Iterator[RunningApi]:
    with account(flows, world) as served:
        yield served


def deliver(flows: Flows, body: str = "id=1&phone=8 999 000-11-22&name=Anna") -> None:
    flows.deliver("one", body)
    flows.run()


def pass_time(flows: Flows, seconds: float) -> None:
    flows.ahead += seconds
    flows.run()


def test_a_form_becomes_a_request(flows: Flows, api: RunningApi, sent: object) -> None:
    flows.apply(
        "one",
        SOURCE
        + """
[[steps]]
kind = "calltouch_request"
name = "import"
number = "tilda-{{tranid | required}}"
subject = "{{formname | default(\\"Форма на сайте\\")}}"
page = "https://example.ru/?a=1"
at = "{{when}}"
phone = "{{Phone}}"
email = "{{Email}}"
fio = "{{Name}}"
comment = "{{Comments}}"
session = "{{COOKIES | cookie(\\"_ct_session_id\\")}}"
tags = ["Tilda", "{{formid}}"]
source = {source = "{{utm_source}}", medium = "cpc", campaign = "", content = "", term = ""}
manager = "Иван"
"""
        + THEN,
    )
    deliver(
        flows, "tranid=7&Phone=%2B7 (999) 000-11-22&Email=a@b.ru&Name=Анна&Comments=%22&"
        "when=2026-11-20T12:00:00Z&utm_source=yandex"
    )  # fmt: skip
    assert flows.states() == [("done", "")]
    (request,) = requests_there(api)
    assert (request.number, request.phone, request.email) == ("tilda-7", "79990001122", "a@b.ru")
    assert request.form.name == "Форма на сайте"
    assert datetime.fromtimestamp(request.happened_at, UTC).hour == 12
    assert request.life[0].condition.tags == {"api": ("Tilda",)}
    assert request.life[0].condition.comments[0].text == '"'
    assert request.last_touch.source == "yandex"
    assert flows.query("select request_number from made_requests") == [("tilda-7",)]
    assert flows.target.seen["200"][0].endswith(b'{"number":"tilda-7"}')


def test_the_number_is_the_operations_own_by_default(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", SOURCE + '[[steps]]\nkind = "calltouch_request"\nfio = "{{name}}"\n')
    deliver(flows)
    assert [request.number for request in requests_there(api)] == ["one-1"]


@pytest.mark.parametrize(
    ("body", "step", "reason", "text"),
    [
        ("id=1&phone=12", "", "bad-phone", "phone"),
        ("id=1&email=nobody", 'email = "{{email}}"', "bad-email", "email"),
        ("id=1", "", "missing-field", "phone"),
        ("id=1&name=a&at=soon", 'at = "{{at}}"', "bad-date", "at"),
        ("id=1&name=a", f'subject = "{"x" * 300}"', "too-long", "subject"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_sent(
    flows: Flows, api: RunningApi, body: str, step: str, reason: str, text: str
) -> None:
    flows.apply("one", SOURCE + IMPORT + step)
    deliver(flows, body)
    assert flows.states() == [("failed", reason)]
    assert flows.operations()[0].text == f"import: {text}"
    assert api.state.journal.entries == []
    assert flows.query("select * from attempts") == []


def test_an_empty_number_is_refused(flows: Flows, api: RunningApi) -> None:
    flows.apply("one", SOURCE + IMPORT.replace("crm-{{id}}", "{{id}}"))
    deliver(flows, "name=Anna")
    assert flows.states() == [("failed", "missing-field")]
    assert posts(api) == []


def test_a_request_that_calltouch_does_not_take_is_a_failure(flows: Flows, api: RunningApi) -> None:
    """Status 200 with `imported: false`, which success codes cannot see."""
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows, "id=1&name=Anna")
    deliver(flows, "id=1&name=Anna")
    assert flows.states() == [("done", ""), ("failed", "says-no")]
    assert flows.operations()[1].text == "import: says-no: Номер уже существует"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (ApiFault("validation-error", message="phone: обязателен"), "status-400"),
        (ApiFault("api-error", code=42), "calltouch-42"),
        (ApiFault("403"), "status-403"),
        (ApiFault("redirect"), "redirect"),
    ],
)
def test_a_refusal_ends_it(flows: Flows, api: RunningApi, fault: ApiFault, reason: str) -> None:
    api.state.faults.order(fault)
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    pass_time(flows, 24 * 60 * MINUTE)
    assert flows.states() == [("failed", reason)]
    assert len(posts(api)) == 1


def test_too_many_requests_is_tried_again_later_and_holds_no_thread(
    flows: Flows, api: RunningApi
) -> None:
    api.state.faults.order(ApiFault("429", times=2, retry_after=40))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.states() == [("waiting", "status-429")]
    assert len(posts(api)) == 1
    pass_time(flows, 30)
    assert len(posts(api)) == 1, "not before Retry-After"
    pass_time(flows, 15)
    pass_time(flows, 45)
    assert flows.states() == [("done", "")]
    assert len(requests_there(api)) == 1


def test_what_never_left_is_tried_again(flows: Flows) -> None:
    use(flows, "http://127.0.0.1:9")
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.states() == [("waiting", "connect")]
    assert flows.reasons() == [("POST", "not done", "connect")]


def test_an_address_that_does_not_resolve_is_tried_again(flows: Flows) -> None:
    use(flows, "http://nobody.invalid")
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.states() == [("waiting", "dns")]


def test_a_handshake_that_hangs_sends_nothing(flows: Flows) -> None:
    """Which `requests` would call a time-out of the answer."""
    with misbehaving(shakes_hands=False) as silent:
        use(flows, silent.url("", "https"))
        flows.apply("one", SOURCE + IMPORT)
        deliver(flows)
    assert flows.reasons() == [("POST", "not done", "tls")]


@pytest.mark.parametrize(
    ("path", "outcome", "reason"),
    [
        ("drip", "unknown", "timeout"),
        ("drip-body", "unknown", "answer-unclear"),
        ("reset", "unknown", "broken"),
        ("garbage", "unknown", "broken"),
        ("html", "unknown", "answer-unclear"),
        ("huge", "unknown", "answer-unclear"),
        ("bomb", "unknown", "answer-unclear"),
        ("5000-headers", "unknown", "broken"),
        ("503", "not done", "status-503"),
        ("408", "not done", "status-408"),
        ("404", "refused", "status-404"),
    ],
)
def test_any_server_in_its_place(flows: Flows, path: str, outcome: str, reason: str) -> None:
    use(flows, flows.target.url(f"{path}?"))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.reasons() == [("POST", outcome, reason)]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("close", "broken"),
        ("500", "status-500"),
        ("502", "status-502"),
        ("truncated", "answer-unclear"),
        ("broken-json", "answer-unclear"),
        ("error-object-200", "answer-unclear"),
    ],
)
def test_what_may_have_been_done_is_looked_for_three_times_and_never_repeated(
    flows: Flows, api: RunningApi, kind: str, reason: str
) -> None:
    api.state.faults.order(ApiFault(kind))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.states() == [("waiting", "looking-up")]
    for seconds, times in ((100, 0), (30, 1), (60, 1), (13 * MINUTE, 2), (15 * MINUTE, 3)):
        pass_time(flows, seconds)
        assert looks(api) == times
    assert flows.states() == [("unknown", reason)]
    pass_time(flows, 48 * 60 * MINUTE)
    assert len(posts(api)) == 1
    assert [row[0] for row in flows.reasons()] == ["POST", "GET", "GET", "GET"]


def test_what_is_found_is_done(flows: Flows, api: RunningApi) -> None:
    """It was taken, and the answer came too late."""
    api.state.faults.order(ApiFault("slow", seconds=1))
    flows.apply("one", SOURCE + IMPORT + THEN)
    deliver(flows)
    assert flows.reasons() == [("POST", "unknown", "timeout")]
    wait_for(lambda: bool(requests_there(api)))
    pass_time(flows, 2 * MINUTE + 1)
    assert flows.states() == [("done", "")]
    assert "found in the journal" in flows.operations()[0].notes
    assert len(requests_there(api)) == len(posts(api)) == 1
    assert flows.target.seen["200"][0].endswith(b'{"number":"crm-1"}')


def test_an_import_that_the_answer_does_not_tell_of_is_unknown(
    flows: Flows, api: RunningApi
) -> None:
    api.state.faults.order(ApiFault("body", message='{"data": {"requests": [{}]}}'))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.reasons() == [("POST", "unknown", "answer-unclear")]


def test_if_not_found_it_may_be_sent_once_more(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("close"))
    flows.apply("one", SOURCE + IMPORT + 'if_not_found = "repeat"\n')
    deliver(flows)
    for _ in range(3):
        pass_time(flows, 16 * MINUTE)
    assert flows.states() == [("done", "")]
    assert len(requests_there(api)) == 1
    assert len(posts(api)) == 2


def test_once_more_is_not_twice_more(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("close", times=5, path="create"))
    flows.apply("one", SOURCE + IMPORT + 'if_not_found = "repeat"\n')
    deliver(flows)
    for _ in range(12):
        pass_time(flows, 16 * MINUTE)
    assert flows.states() == [("unknown", "broken")]
    assert len(posts(api)) == 2
    assert looks(api) == 6


def test_a_look_that_cannot_be_done_is_none(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("slow", seconds=1, path="create"))
    api.state.faults.order(ApiFault("500", times=2, path="RestAPI"))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    wait_for(lambda: bool(requests_there(api)))
    pass_time(flows, 2 * MINUTE + 1)
    assert flows.states() == [("waiting", "looking-up")]
    pass_time(flows, MINUTE)
    pass_time(flows, 5 * MINUTE)
    assert flows.states() == [("done", "")]


def test_a_person_may_have_it_sent_again(flows: Flows, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("close"))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    for _ in range(3):
        pass_time(flows, 16 * MINUTE)
    assert flows.states() == [("unknown", "broken")]
    flows.decide(1, "again")
    flows.run()
    assert flows.states() == [("done", "")]
    assert len(requests_there(api)) == 1


@pytest.mark.parametrize("is_there", [True, False])
def test_after_a_crash_it_is_looked_for(flows: Flows, api: RunningApi, is_there: bool) -> None:
    """The process died between the first byte and the answer."""
    flows.apply("one", SOURCE + IMPORT, running=False)
    deliver(flows)
    store = StoreWriter(flows.place.flows_store)
    now = datetime.now(UTC).isoformat()
    store.write(lambda db: attempts.begin_attempt(db, 1, 0, now, "127.0.0.1", "POST", 1))
    store.write(lambda db: db.execute("update operations set state = 'running'"))
    store.close()
    flows.apply("one", SOURCE + IMPORT)
    if is_there:
        flows.apply("two", SOURCE + IMPORT)
        flows.deliver("two", "id=1&name=Anna")
    flows.run()
    assert looks(api) == 0, "it may not be in the export yet"
    for _ in range(4):
        pass_time(flows, 16 * MINUTE)
    assert flows.states()[0] == (("done", "") if is_there else ("unknown", "crash"))
    assert len(posts(api)) == int(is_there)


def test_when_it_is_looked_for_is_a_setting(flows: Flows, world: World) -> None:
    with account(flows, world, flow_look_after="10s") as api:
        api.state.faults.order(ApiFault("close"))
        flows.apply("one", SOURCE + IMPORT)
        deliver(flows)
        pass_time(flows, 11)
        assert flows.states() == [("unknown", "broken")]
        assert looks(api) == 1


def test_the_token_is_stored_and_logged_nowhere(
    flows: Flows, api: RunningApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.state.faults.order(ApiFault("api-error", message=f"Нет токена {TOKEN} 79990001122"))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    api.state.faults.order(ApiFault("close"))
    deliver(flows)
    pass_time(flows, 2 * MINUTE + 1)
    assert len(flows.stored("request")) == 1
    (shown,) = flows.stored("request")
    assert shown.startswith(f"POST {api.url}/lead-service/v1/api/request/create\nSiteId: {SITE}")
    assert '"phoneNumber":"79990001122"' in shown
    texts = [*flows.stored("request", 2), *flows.stored("answer"), *flows.stored("answer", 2)]
    texts += [shown, caplog.text, str(flows.operations())]
    assert not any(TOKEN in text for text in texts)
    assert "79990001122" not in caplog.text


def test_points_are_shared_and_tomorrow_there_are_new_ones(flows: Flows, world: World) -> None:
    with account(flows, world, api_points_per_day="1") as api:
        flows.apply("one", SOURCE + IMPORT)
        deliver(flows, "id=1&name=Anna")
        deliver(flows, "id=2&name=Bob")
        assert flows.states() == [("done", ""), ("waiting", "points-spent")]
        assert flows.operations()[1].tries == 0
        (due_at,) = flows.query("select due_at from operations where operation_id = 2")
        assert isinstance(due_at[0], float) and due_at[0] % 86_400 == 0
        assert len(posts(api)) == 1


def test_without_points_the_search_waits_for_tomorrow(flows: Flows, world: World) -> None:
    with account(flows, world, api_points_per_day="1") as api:
        api.state.faults.order(ApiFault("close"))
        flows.apply("one", SOURCE + IMPORT)
        deliver(flows)
        pass_time(flows, 2 * MINUTE + 1)
        assert flows.states() == [("waiting", "looking-up")]
        ((due_at,),) = flows.query("select due_at from operations")
        assert isinstance(due_at, float) and abs(due_at % 86_400) < 5
        assert looks(api) == 0


def test_points_that_cannot_be_noted_keep_it_waiting(flows: Flows, api: RunningApi) -> None:
    flows.place.state.write_bytes(b"no database at all, and longer than a header of one" * 4)
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.states() == [("waiting", "state-file")]
    assert posts(api) == []


def test_which_site_is_said_or_the_only_one(flows: Flows, world: World) -> None:
    with account(flows, world, site_ids="10001,10002") as api:
        flows.apply("one", SOURCE + IMPORT)
        flows.apply("two", SOURCE + IMPORT + f"site = {SITE}\n")
        deliver(flows)
        flows.deliver("two", "id=2&name=Bob")
        flows.run()
        assert flows.states() == [("failed", "missing-site"), ("done", "")]
        assert [request.number for request in requests_there(api)] == ["crm-2"]


@pytest.mark.parametrize(
    ("name", "reason"), [("api_token", "missing-token"), ("site_ids", "missing-site")]
)
def test_what_is_not_set_is_named(flows: Flows, tmp_path: Path, name: str, reason: str) -> None:
    environ = {"CALLTOUCH_DATA_DIR": str(tmp_path), "CALLTOUCH_API_TOKEN": TOKEN}
    environ |= {"CALLTOUCH_SITE_IDS": str(SITE)}
    del environ[f"CALLTOUCH_{name.upper()}"]
    flows.calltouch = CalltouchAccount(Settings.load(environ))
    flows.apply("one", SOURCE + IMPORT)
    deliver(flows)
    assert flows.states() == [("failed", reason)]


SEED_BODY = """
{
"requests":
[
{
"requestNumber": "form-{{id}}",
"subject": "Название формы",
"requestUrl": "https://example.ru/",
"requestDate": "{{at | date(\\"calltouch\\")}}",
"sessionId": "{{session}}",
"phoneNumber": "{{phone}}",
"email": "Почта клиента",
"fio": "{{name}}",
"comment": {
"text": "Комментарий к заявке"
},
"addTags": [
{"tag": "Тег 1"},
{"tag": "Тег 2"},
{"tag": "Тег N"}
],
"customSources": {
"source": "Произвольный источник",
"medium": "Произвольный канал",
"campaign": "Произвольная кампания",
"content": "Произвольное объявление",
"term": "Произвольная ключевая фраза"
}
}
]
}
"""


def seed_step(api: RunningApi) -> str:
    return f"""
[[steps]]
kind = "http"
name = "import"
method = "POST"
url = "{api.url}/lead-service/v1/api/request/create"
headers = ["Access-Token: {{{{secret.token}}}}", "SiteId: {SITE}"]
body.json = '''{SEED_BODY}'''
success_when = [{{path = '["data"]["requests"][0]["imported"]', is = true}}]
"""


def test_the_body_of_the_instructions_works_as_pasted(flows: Flows, api: RunningApi) -> None:
    flows.secrets = {"token": TOKEN}
    flows.apply("one", SOURCE + seed_step(api))
    deliver(flows, "id=9&phone=79990001122&name=%22Анна%22&at=2026-11-20 10:00:00&session=1")
    deliver(flows, "id=9&phone=79990001122&name=Анна&at=2026-11-20 10:00:00&session=1")
    assert flows.states() == [("done", ""), ("failed", "says-no")]
    (request,) = requests_there(api)
    assert (request.number, request.fio, request.phone) == ("form-9", '"Анна"', "79990001122")
    assert flows.query("select request_number from made_requests") == [("form-9",)]
    assert request.life[0].condition.tags == {"api": ("Тег 1", "Тег 2", "Тег N")}


def test_http_steps_to_calltouch_spend_points_of_their_site(flows: Flows, world: World) -> None:
    with account(flows, world, api_points_per_day="1") as api:
        flows.secrets = {"token": TOKEN}
        flows.apply("one", SOURCE + seed_step(api))
        deliver(flows, "id=1&phone=79990001122&at=2026-11-20 10:00:00")
        deliver(flows, "id=2&phone=79990001122&at=2026-11-20 10:00:00")
        assert flows.states() == [("done", ""), ("waiting", "points-spent")]


def test_http_steps_to_calltouch_wait_their_turn(flows: Flows, world: World) -> None:
    options = ApiOptions(token=TOKEN, per_second=5)
    with account(flows, world, options) as api:
        flows.secrets = {"token": TOKEN}
        use_pace(flows, api.url)
        flows.apply("one", SOURCE + seed_step(api))
        flows.deliver("one", *(f"id={n}&phone=79990001122&at=1760000000" for n in range(7)))
        flows.run(threads=8)
        assert [state for state, _ in flows.states()] == ["done"] * 7
        assert api.state.journal.statuses == {200: 7}
        assert api.state.journal.most_in_a_second <= 5


def use_pace(flows: Flows, url: str) -> None:
    """The one of the settings."""
    use(flows, url)
    assert flows.calltouch is not None
    flows.calltouch = type(flows.calltouch)(flows.calltouch.settings)
