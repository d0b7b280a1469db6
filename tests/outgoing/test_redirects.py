"""Redirects are followed where a flow says so, for what only asks, and never with a secret."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from flows.outcomes import SuccessRules, judge_answer
from outgoing.guard import BlockedTarget, GuardSettings
from outgoing.redirects import RedirectRules, send_following
from outgoing.sending import WebAnswer, WebRequest, send
from tests.outgoing.misbehaving import Misbehaving, misbehaving

HEADERS = (("X-Key", "SECRET"), ("Authorization", "Basic x"), ("X-Lead", "1"))
ADDRESSES = {"other.example.com": "127.0.0.1", "inside.example.com": "127.0.0.2"}
TWO = RedirectRules(2, secret_headers=("X-Key",))


@pytest.fixture(scope="module")
def target() -> Iterator[Misbehaving]:
    with misbehaving() as target:
        yield target


def followed(
    target: Misbehaving, path: str, rules: RedirectRules = TWO, method: str = "GET", body: str = ""
) -> WebAnswer:
    target.seen.clear()
    guard = GuardSettings(ports=(target.port,), networks=(ip_network("127.0.0.1/32"),))

    def send_guarded(request: WebRequest) -> WebAnswer:
        return send(request, guard, lambda host, port: [ADDRESSES[host]])

    request = WebRequest(method, target.url(path), HEADERS, body.encode(), seconds=5)
    return send_following(request, send_guarded, rules)


@pytest.mark.parametrize(
    ("path", "last"),
    [("moved", "200?from=moved"), ("moved-twice", "200?from=moved"), ("200", "200")],
)
def test_it_leads_to_the_answer(target: Misbehaving, path: str, last: str) -> None:
    assert followed(target, path).status == 200
    assert [*target.seen][-1] == last
    assert b"SECRET" in target.seen[last][0], "the same host"


def test_not_more_than_was_allowed(target: Misbehaving) -> None:
    assert followed(target, "moved-round").status == 302
    assert len(target.seen["moved-round"]) == 3
    assert followed(target, "moved", RedirectRules()).status == 302
    assert [*target.seen] == ["moved"]
    assert followed(target, "moved", RedirectRules(2, statuses=(301,))).status == 302


def test_secrets_stay_with_their_host(target: Misbehaving) -> None:
    assert followed(target, "moved-elsewhere").status == 200
    assert b"SECRET" in target.seen["moved-elsewhere"][0]
    (seen,) = target.seen["200"]
    assert b"SECRET" not in seen
    assert b"Basic" not in seen
    assert b"X-Lead: 1" in seen
    assert b"Host: other.example.com" in seen


@pytest.mark.parametrize(("method", "body"), [("POST", "{}"), ("POST", ""), ("GET", "{}")])
def test_what_has_a_body_or_does_something_is_never_sent_on(
    target: Misbehaving, method: str, body: str
) -> None:
    assert followed(target, "moved", method=method, body=body).status == 302
    assert [*target.seen] == ["moved"]


@pytest.mark.parametrize("path", ["moved-inside", "moved-to-a-file", "moved-to-nowhere"])
def test_each_is_checked_anew(target: Misbehaving, path: str) -> None:
    with pytest.raises(BlockedTarget):
        followed(target, path)
    assert "200" not in target.seen


def test_an_address_that_no_url_may_hold_is_written_as_one(target: Misbehaving) -> None:
    assert followed(target, "moved-%D0%B0").status == 200
    assert [*target.seen][-1] == "200?%D0%B8%D0%BC%D1%8F=%D0%B0%20%D0%B1"


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://crm.example/?token=SECRET", "crm.example"),
        ("/elsewhere", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_a_refused_one_names_the_host(location: str | None, host: str) -> None:
    headers = (("location", location),) if location else ()
    judgement = judge_answer(WebAnswer(302, headers, b""), SuccessRules())
    assert (judgement.reason, judgement.text) == ("redirect", host)
