"""A target that misbehaves: what is said of each attempt, and how long it may take."""

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme

from flows.conditions import FieldComparison
from flows.outcomes import Judgement, SuccessRules, judge_answer, judge_failure
from outgoing.connection import Phase
from outgoing.guard import BlockedTarget, GuardSettings
from outgoing.sending import NotAnswered, WebAnswer, WebRequest, send
from tests.outgoing.misbehaving import Misbehaving, misbehaving

ANY_SUCCESS = SuccessRules()
LOOPBACK = ip_network("127.0.0.1/32")
NEEDS_OK = SuccessRules(conditions=(FieldComparison('["ok"]', "is", "true"),))


@pytest.fixture(scope="module")
def target() -> Iterator[Misbehaving]:
    with misbehaving() as target:
        yield target


def settings(target: Misbehaving) -> GuardSettings:
    return GuardSettings(ports=(target.port,), networks=(LOOPBACK,))


def attempt(
    target: Misbehaving, path: str, rules: SuccessRules = ANY_SUCCESS, seconds: float = 1.0
) -> Judgement:
    request = WebRequest("POST", target.url(path), body=b"{}", seconds=seconds)
    return judged(request, settings(target), rules)


def judged(request: WebRequest, guard: GuardSettings, rules: SuccessRules) -> Judgement:
    try:
        return judge_answer(send(request, guard), rules)
    except (NotAnswered, BlockedTarget) as failure:
        return judge_failure(failure)


@pytest.mark.parametrize(
    ("path", "outcome", "reason"),
    [
        ("200", "done", ""),
        ("204", "done", ""),
        ("interim-100", "done", ""),
        ("interim-102", "done", ""),
        ("interim-103", "done", ""),
        ("408", "not done", "status-408"),
        ("421", "not done", "status-421"),
        ("425", "not done", "status-425"),
        ("429", "not done", "status-429"),
        ("503", "not done", "status-503"),
        ("500", "unknown", "status-500"),
        ("502", "unknown", "status-502"),
        ("504", "unknown", "status-504"),
        ("507", "unknown", "status-507"),
        ("520", "unknown", "status-520"),
        ("599", "unknown", "status-599"),
        ("switching", "unknown", "status-101"),
        ("endless-interim", "unknown", "broken"),
        ("redirect", "refused", "redirect"),
        ("404", "refused", "status-404"),
        ("409", "refused", "status-409"),
        ("501", "refused", "status-501"),
        ("505", "refused", "status-505"),
        ("slow", "unknown", "timeout"),
        ("drip", "unknown", "timeout"),
        ("drip-headers", "unknown", "timeout"),
        ("cut-headers", "unknown", "broken"),
        ("cut-header", "unknown", "broken"),
        ("cut-status", "unknown", "broken"),
        ("without-length", "done", ""),
        ("close", "unknown", "broken"),
        ("reset", "unknown", "broken"),
        ("garbage", "unknown", "broken"),
        ("5000-headers", "unknown", "broken"),
        ("long-header", "unknown", "broken"),
        ("html", "done", ""),
        ("says-no", "done", ""),
    ],
)
def test_what_is_said_of_an_answer(
    target: Misbehaving, path: str, outcome: str, reason: str
) -> None:
    judgement = attempt(target, path)
    assert (judgement.outcome.value, judgement.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("cut-body", "answer-broken"),
        ("drip-body", "answer-broken"),
        ("drip-without-length", "answer-broken"),
        ("drip-and-close", "answer-broken"),
        ("drip-chunks", "answer-broken"),
        ("huge", "answer-cut"),
        ("bomb", "answer-cut"),
        ("brotli", "answer-packed"),
        ("not-packed", "answer-packed"),
    ],
)
def test_a_body_that_nobody_needs_may_be_odd(target: Misbehaving, path: str, note: str) -> None:
    judgement = attempt(target, path)
    assert (judgement.outcome.value, judgement.notes) == ("done", (note,))
    judgement = attempt(target, path, NEEDS_OK)
    assert (judgement.outcome.value, judgement.reason) == ("unknown", "answer-unclear")


@pytest.mark.parametrize(
    ("path", "outcome", "reason"),
    [
        ("200", "done", ""),
        ("without-length", "done", ""),
        ("gzip", "done", ""),
        ("says-no", "refused", "says-no"),
        ("html", "unknown", "answer-unclear"),
        ("cp1251", "unknown", "answer-unclear"),
        ("204", "unknown", "answer-unclear"),
        ("404", "refused", "status-404"),
    ],
)
def test_an_answer_can_be_asked_for_more_than_its_status(
    target: Misbehaving, path: str, outcome: str, reason: str
) -> None:
    judgement = attempt(target, path, NEEDS_OK)
    assert (judgement.outcome.value, judgement.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("masks", "done"),
    [(("2**",), False), (("4*4",), True), (("200-404",), True), (("3**",), False)],
)
def test_success_codes_are_masks_or_ranges(
    target: Misbehaving, masks: tuple[str, ...], done: bool
) -> None:
    outcome = attempt(target, "404", SuccessRules(statuses=masks)).outcome
    assert (outcome.value == "done") == done


def test_a_service_can_say_which_statuses_mean_that_nothing_was_done(target: Misbehaving) -> None:
    rules = SuccessRules(not_done=frozenset({500, 404}))
    assert attempt(target, "500", rules).outcome.value == "not done"
    assert attempt(target, "404", rules).outcome.value == "not done"


@pytest.mark.parametrize(
    "path",
    ["slow", "drip", "drip-headers", "drip-body", "drip-and-close", "drip-without-length", "huge"],
)
def test_one_deadline_holds_for_all_of_it(target: Misbehaving, path: str) -> None:
    started = time.monotonic()
    attempt(target, path, seconds=0.5)
    assert time.monotonic() - started < 3


def test_what_is_sent(target: Misbehaving) -> None:
    headers = (("X-Token", "abc"), ("Host", "evil"), ("Connection", "keep-alive"))
    request = WebRequest("POST", target.url("200?a=%20b"), headers, b'{"a":1}')
    answer = send(request, settings(target))
    assert answer == WebAnswer(200, answer.headers, b'{"ok":true}')
    assert answer.header("Content-Type") == "application/json"
    (seen,) = target.seen["200?a=%20b"]
    head, _, body = seen.decode().partition("\r\n\r\n")
    assert body == '{"a":1}'
    assert head.split("\r\n") == [
        "POST /200?a=%20b HTTP/1.1",
        f"Host: 127.0.0.1:{target.port}",
        "Connection: close",
        "Accept-Encoding: identity",
        "Content-Length: 7",
        "X-Token: abc",
        "User-Agent: calltouch-receiver",
    ]


def test_before_the_first_byte_nothing_was_done(target: Misbehaving) -> None:
    guard = replace(settings(target), ports=(1, target.port))
    judgement = judged(WebRequest("POST", "http://127.0.0.1:1/"), guard, ANY_SUCCESS)
    assert (judgement.outcome.value, judgement.reason) == ("not done", "connect")
    unknown = WebRequest("POST", "http://does-not-exist.invalid.example./")
    assert judged(unknown, GuardSettings(), ANY_SUCCESS).reason == "dns"
    inside = WebRequest("POST", target.url("200"))
    judgement = judged(inside, GuardSettings(ports=(target.port,)), ANY_SUCCESS)
    assert (judgement.outcome.value, judgement.reason) == ("refused", "blocked-address")


def test_certificates_are_checked(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with misbehaving(context) as target:
        request = WebRequest("POST", target.url("200", "https"), ca_file=str(tmp_path / "ca.pem"))
        assert judged(request, settings(target), ANY_SUCCESS).outcome.value == "done"
        for wrong in (
            replace(request, ca_file=None),
            replace(
                request,
                url=target.url("200", "https").replace("127.0.0.1", "localhost.example.com"),
            ),
        ):
            with pytest.raises(NotAnswered) as failure:
                send(wrong, settings(target), lambda host, port: ["127.0.0.1"])
            assert (failure.value.phase, failure.value.reason) == (Phase.CONNECTING, "tls")
        assert "200" in target.seen
        assert len(target.seen["200"]) == 1


def test_a_handshake_that_hangs_has_sent_nothing() -> None:
    with misbehaving(shakes_hands=False) as target:
        started = time.monotonic()
        request = WebRequest("POST", target.url("200", "https"), seconds=0.5)
        judgement = judged(request, settings(target), ANY_SUCCESS)
        assert (judgement.outcome.value, judgement.reason) == ("not done", "tls")
        assert time.monotonic() - started < 3


def test_what_is_said_of_a_failure_quotes_no_address() -> None:
    request = WebRequest("POST", "http://127.0.0.1:1/bot123:SECRET/send", (("A", "SECRET"),))
    assert "SECRET" not in repr(request)
    with pytest.raises(NotAnswered) as failure:
        send(request, GuardSettings(ports=(1,), networks=(LOOPBACK,)))
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__
    assert "SECRET" not in str(failure.value)
