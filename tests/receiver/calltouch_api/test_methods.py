"""The methods that change data, against a simulated Calltouch."""

import http.server
import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from receiver.calltouch_api import client as client_module
from receiver.calltouch_api.bodies import (
    CallbackOrder,
    LeadComment,
    LeadId,
    LeadManagers,
    LeadTags,
    NewRequest,
)
from receiver.calltouch_api.client import AccessDenied, ApiError, ApiUnavailable, UnexpectedAnswer
from receiver.calltouch_api.methods import AnnotationResult, CallbackRefused, ImportResult, Sender
from receiver.calltouch_api.post_once import OutcomeUnknown, Poster, PostRefused, SiteToken
from receiver.calltouch_api.validation import InvalidValue
from simulator.api import ApiOptions, CallbackRules, RunningApi, serving
from simulator.api.faults import ApiFault
from simulator.lives.leads import Call, Request, Visit
from simulator.market.rhythm import MOSCOW
from simulator.world import World
from tests.simulator.api.api_client import ApiClient

TOKEN = "t0ken-of-nobody"
SITE = 10001
UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)
HURRY = 1_000_000
CALLBACK = CallbackOrder("routekey_1", "+7 (999) 000-11-22")
REQUEST = NewRequest("FORM-1", fio="Тест Тестов", at="2026-10-01 12:00:00")
COMMENT = LeadComment(LeadId("call", 1), "Перезвонить")


@pytest.fixture(scope="module")
def world() -> World:
    return World(UNTIL, leads=60, days=2)


@pytest.fixture
def api(world: World) -> Iterator[RunningApi]:
    with serving(world, ApiOptions(token=TOKEN, per_second=HURRY)) as served:
        yield served


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_FIRST_PAUSE_SECONDS", 0.01)


@pytest.fixture
def sender(api: RunningApi) -> Sender:
    return sender_to(api)


def sender_to(
    api: RunningApi, token: str = TOKEN, site: int = SITE, patience: float = 10
) -> Sender:
    return Sender(Poster(api.url, HURRY, timeout=(patience, patience)), SiteToken(site, token))


def create(sender: Sender) -> object:
    return sender.create_requests([REQUEST])


def ring(sender: Sender) -> object:
    return sender.request_callback(CALLBACK)


def tag(sender: Sender) -> object:
    return sender.add_tags([LeadTags(LeadId("call", 1), ("VIP",))])


def comment(sender: Sender) -> object:
    return sender.add_comments([COMMENT])


def manage(sender: Sender) -> object:
    return sender.add_managers([LeadManagers(LeadId("call", 1), ("Иван Примеров",))])


METHODS = (create, ring, tag, comment, manage)
Method = Callable[[Sender], object]


def a_call(world: World) -> Call:
    return next(c for c in world if isinstance(c, Call) and c.site.site_id == SITE)


def a_request(world: World) -> Request:
    return next(r for r in world if isinstance(r, Request) and r.site.site_id == SITE)


def record_of(api: RunningApi, lead: Call) -> dict[str, Any]:
    day = datetime.fromtimestamp(lead.happened_at, MOSCOW).strftime("%d/%m/%Y")
    flags = {"withCallTags": 1, "withComments": 1}
    (record,) = ApiClient(api, TOKEN).calls(day, day, callId=lead.lead_id, **flags).json()
    assert isinstance(record, dict)
    return record


def test_a_request_is_in_the_export(api: RunningApi, sender: Sender) -> None:
    request = NewRequest(
        "CRM-17",
        subject="Форма",
        at="2026-10-01 12:00:00",
        phone="8 999 000-11-22",
        fio="Тест Тестов",
        comment="Перезвонить",
        tags=("VIP",),
    )
    assert sender.create_requests([request]) == [ImportResult("CRM-17", True)]
    asked = ApiClient(api, TOKEN).requests("10/01/2026", "10/01/2026", withRequestTags=1)
    (record,) = asked.json()
    assert record["requestNumber"] == "CRM-17"
    assert record["dateStr"] == "01/10/2026 12:00:00"
    assert record["client"]["phones"][0]["phoneNumber"] == "79990001122"
    assert record["comments"][0]["comment"] == "Перезвонить"
    assert record["RequestTags"][0]["names"] == ["VIP"]


def test_a_hundred_are_one_web_request_and_each_has_its_outcome(
    api: RunningApi, sender: Sender
) -> None:
    requests = [NewRequest(f"N-{number}", fio="Тест") for number in range(98)]
    nameless = NewRequest(fio="Тест")
    of_no_one = NewRequest("S", session_id="1")
    results = sender.create_requests([*requests, nameless, of_no_one])
    assert [one.imported for one in results] == [True] * 99 + [False]
    assert results[98].number
    assert results[99] == ImportResult("S", False, "Нужен phoneNumber, email или fio")
    assert len(api.state.journal.entries) == 1


def test_a_number_that_is_known_is_refused(sender: Sender) -> None:
    again = [NewRequest("B", fio="Тест"), REQUEST]
    assert sender.create_requests([REQUEST]) == [ImportResult("FORM-1", True)]
    assert [one.imported for one in sender.create_requests(again)] == [True, False]


def test_tags_comments_and_managers_are_in_the_export(
    api: RunningApi, sender: Sender, world: World
) -> None:
    call = a_call(world)
    lead = LeadId("call", call.lead_id)
    (results,) = sender.add_tags([LeadTags(lead, ("А", "Б"))])
    assert results == AnnotationResult(str(lead), True)
    sender.add_tags([LeadTags(lead, ("В",), overwrite=True)])
    sender.add_comments([LeadComment(lead, "Перезвонить & уточнить")])
    sender.add_managers([LeadManagers(lead, ("Иван Примеров",), overwrite=True)])
    record = record_of(api, call)
    assert [one["names"] for one in record["callTags"] if one["type"] == "API"] == [["В"]]
    assert record["comments"][-1]["comment"] == "Перезвонить & уточнить"
    assert record["manager"] == "Иван Примеров"


def test_one_lead_that_is_not_there_does_not_stop_the_others(sender: Sender, world: World) -> None:
    there, missing = LeadId("request", a_request(world).lead_id), LeadId("request", 999_999_999)
    results = sender.add_comments([LeadComment(missing, "а"), LeadComment(there, "б")])
    assert results == [
        AnnotationResult("request 999999999", False, "Лид не найден"),
        AnnotationResult(str(there), True),
    ]


def test_a_callback_is_taken(api: RunningApi, sender: Sender) -> None:
    assert sender.request_callback(CALLBACK) == 242_000_000
    assert api.state.callbacks.orders == [CALLBACK.body()]


def test_what_does_not_fit_is_not_sent(api: RunningApi, sender: Sender) -> None:
    with pytest.raises(InvalidValue):
        sender.request_callback(CallbackOrder("routekey_1", "88001234567"))
    with pytest.raises(InvalidValue):
        sender.create_requests([REQUEST, REQUEST])
    with pytest.raises(InvalidValue):
        sender.add_comments([COMMENT] * 101)
    assert api.state.journal.entries == []


@pytest.mark.parametrize("code", [1, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10013, 10099])
def test_each_code_of_a_refused_callback(api: RunningApi, sender: Sender, code: int) -> None:
    api.state.faults.order(ApiFault("api-error", code=code, message="Причина"))
    with pytest.raises(CallbackRefused, match=rf"\({code}\).*Причина") as raised:
        ring(sender)
    assert raised.value.code == code
    assert raised.value.may_help_later == (code in (10005, 10006, 10007))
    assert isinstance(raised.value, ApiError)
    assert len(api.state.journal.entries) == 1


def test_codes_that_the_callback_service_itself_gives(world: World) -> None:
    """As far as invalid input gets past the client's own checks."""
    visits = (c.last_touch for c in world if c.site.site_id == SITE)
    session = next(str(one.session_id) for one in visits if isinstance(one, Visit))
    by_session = CallbackOrder("routekey_1", "79990001122", session_id=session)
    rules = CallbackRules(interval=0, per_phone=1, per_session=1, requests_paid=2)
    results = []
    with serving(world, ApiOptions(token=TOKEN, per_second=HURRY, callbacks=rules)) as served:
        sender = sender_to(served)
        other = CallbackOrder("routekey_1", "79990001123")
        unknown = CallbackOrder("routekey_1", "79990001122", session_id="1")
        for one in (
            CALLBACK,
            CALLBACK,
            by_session,
            other,
            CallbackOrder("x", "79990001122"),
            unknown,
        ):
            try:
                results.append(sender.request_callback(one))
            except CallbackRefused as refused:
                results.append(refused.code)
    assert results == [242_000_000, 10006, 242_000_001, 10001, 10003, 10004]


def test_a_validation_error_has_its_messages(api: RunningApi, sender: Sender) -> None:
    for method in METHODS:
        api.state.faults.order(ApiFault("validation-error", message="phone: обязателен"))
        with pytest.raises(PostRefused, match="phone: обязателен") as raised:
            method(sender)
        assert raised.value.messages == ("phone: обязателен",)
        assert raised.value.code is None


def test_a_refusal_of_a_batch_has_its_code(api: RunningApi, sender: Sender) -> None:
    api.state.faults.order(ApiFault("api-error", code=42, message="Причина"))
    with pytest.raises(PostRefused, match="Причина") as raised:
        create(sender)
    assert raised.value.code == 42


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "kind", ["close", "500", "502", "truncated", "broken-json", "error-object-200"]
)
def test_what_may_have_been_done_is_not_repeated(
    api: RunningApi, sender: Sender, method: Method, kind: str
) -> None:
    api.state.faults.order(ApiFault(kind, times=9))
    with pytest.raises(OutcomeUnknown, match="journal"):
        method(sender)
    assert len(api.state.journal.entries) == 1


def test_a_callback_that_is_answered_too_late_is_not_repeated(api: RunningApi) -> None:
    """And it was accepted: a second one would call the client twice."""
    api.state.faults.order(ApiFault("slow", seconds=0.5))
    with pytest.raises(OutcomeUnknown, match="called twice"):
        ring(sender_to(api, patience=0.1))
    wait_for(lambda: bool(api.state.journal.entries))
    assert len(api.state.callbacks.orders) == len(api.state.journal.entries) == 1


def wait_for(is_so: Callable[[], bool]) -> None:
    for _ in range(100):
        if is_so():
            return
        threading.Event().wait(0.05)
    raise AssertionError("too long")


@pytest.mark.parametrize("method", METHODS)
def test_only_too_many_requests_is_tried_again(
    api: RunningApi, sender: Sender, method: Method
) -> None:
    api.state.faults.order(ApiFault("429", times=2))
    method(sender)
    assert [one.status for one in api.state.journal.entries] == [429, 429, 200]


def test_in_the_end_it_gives_up(api: RunningApi, sender: Sender) -> None:
    api.state.faults.order(ApiFault("429", times=100))
    with pytest.raises(ApiUnavailable, match="nothing was done"):
        ring(sender)
    assert len(api.state.journal.entries) == client_module.TRIES


def test_the_pause_that_calltouch_asks_for_is_kept(api: RunningApi) -> None:
    pauses: list[float] = []
    api.state.faults.order(ApiFault("429", retry_after=7))
    ring(Sender(Poster(api.url, HURRY, sleep=pauses.append), SiteToken(SITE, TOKEN)))
    assert pauses == [7.0]


def test_all_wait_their_turn(world: World) -> None:
    with serving(world, ApiOptions(token=TOKEN)) as served:
        sender = Sender(Poster(served.url, 4), SiteToken(SITE, TOKEN))
        for _ in range(6):
            comment(sender)
        assert served.state.journal.statuses == {200: 6}


@pytest.mark.parametrize("method", METHODS)
def test_the_wrong_token_says_what_to_check(api: RunningApi, method: Method) -> None:
    with pytest.raises(AccessDenied, match="CALLTOUCH_API_TOKEN"):
        method(sender_to(api, token="other"))
    with pytest.raises(AccessDenied, match=r"\[sites.77\]"):
        method(sender_to(api, site=77))


def test_a_path_that_is_not_there_says_what_to_check(api: RunningApi, sender: Sender) -> None:
    api.state.faults.order(ApiFault("redirect"))
    with pytest.raises(UnexpectedAnswer, match="CALLTOUCH_API_URL"):
        create(sender)


def test_nobody_there_means_that_nothing_was_sent() -> None:
    nobody = Sender(Poster("http://127.0.0.1:9", HURRY), SiteToken(SITE, TOKEN))
    with pytest.raises(ApiUnavailable, match="nothing was sent"):
        ring(nobody)


@pytest.mark.parametrize("kind", ["500", "403", "close", "429", "redirect", "api-error"])
def test_the_token_is_in_no_error_and_no_log(
    api: RunningApi, sender: Sender, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.state.faults.order(ApiFault(kind, times=100, message=f"Нет токена {TOKEN}"))
    with pytest.raises(ApiError) as raised:
        ring(sender)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(SiteToken(SITE, TOKEN))


@pytest.mark.parametrize("token", ["", "s3cret\nX: y", "s3cret ", "s3cret-ё", "s3\x7fcret"])
def test_a_token_that_no_header_holds_is_not_quoted(api: RunningApi, token: str) -> None:
    with pytest.raises(AccessDenied, match="CALLTOUCH_API_TOKEN") as raised:
        ring(sender_to(api, token=token))
    assert "s3" not in str(raised.value)
    assert api.state.journal.entries == []


@contextmanager
def answering(document: object) -> Iterator[str]:
    """An API that always answers 200 with this."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            text = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def sender_answered(document: object) -> Iterator[Sender]:
    with answering(document) as url:
        yield Sender(Poster(url, HURRY), SiteToken(SITE, TOKEN))


@pytest.mark.parametrize(
    "document", [[], {}, {"data": []}, {"data": {}}, {"data": {"message": "x"}}]
)
def test_an_answer_that_does_not_say_leaves_the_outcome_unknown(document: object) -> None:
    with sender_answered(document) as sender:
        for method in (create, ring):
            with pytest.raises(OutcomeUnknown):
                method(sender)


def test_an_error_inside_a_200_is_an_error() -> None:
    error = {"type": "apiErrorData", "apiErrorData": {"errorCode": "10007", "errorMessage": "рано"}}
    with sender_answered({"data": error}) as sender, pytest.raises(CallbackRefused) as raised:
        ring(sender)
    assert raised.value.may_help_later


def test_answers_find_their_requests_by_number() -> None:
    answers = [
        {"requestNumber": "B", "imported": False},
        {"requestNumber": "A", "imported": True},
    ]
    requests = [NewRequest(number, fio="Тест") for number in ("A", "B", "C")]
    with sender_answered({"data": {"requests": answers}}) as sender:
        results = sender.create_requests(requests)
    assert [(one.number, one.imported) for one in results] == [
        ("A", True),
        ("B", False),
        ("C", False),
    ]
    assert results[1].error == "Calltouch gives no reason"
    assert "Look for their numbers" in str(results[2].error)


def test_leads_of_which_nothing_is_said() -> None:
    with sender_answered({"data": {}}) as sender:
        assert comment(sender) == [AnnotationResult("call 1", None)]
