"""Whatever the texts, a server that knows nothing of flows reads back exactly those, wherever they
stand in a web request: in a template's own words as in the values that fill it."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition.kinds import read_step
from flows.definition.steps import HttpStep
from flows.definition.tables import DefinitionText
from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings
from flows.filling.lookup import Fields
from flows.steps.http import PlannedRequest, plan_request
from outgoing.guard import GuardSettings
from outgoing.sending import send

SETTINGS = FilterSettings(ZoneInfo("Europe/Moscow"))
UNICODE = st.characters(exclude_categories=["Cs"])
CYRILLIC = st.characters(codec="cp1251")
NASTY = st.sampled_from(
    ["{{secret.crm}}", "{{@body}}", "</script>", '"', "\\", "\r\nX: 1\r\n\r\n", "&a=b", "+7", "%2B"]
)
TEXTS = st.text(UNICODE) | NASTY
# Braces of a template's own are another matter.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}"))
SEGMENTS = TEXTS.filter(lambda text: text not in ("", ".", ".."))
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))


@dataclass
class Received:
    path: str
    headers: Message
    body: bytes

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.path).query, keep_blank_values=True)


@dataclass
class Recorder:
    port: int
    last: Received


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as found:
        yield found


@contextmanager
def recording() -> Iterator[Recorder]:
    class Handled(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.last = Received(self.path, self.headers, body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *values: object) -> None:
            """The tests look for themselves."""

    with HTTPServer(("127.0.0.1", 0), Handled) as server:
        found = Recorder(server.server_port, Received("", Message(), b""))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def planned(raw: Mapping[str, Any], values: Mapping[str, Any]) -> PlannedRequest:
    text = DefinitionText("")
    step = read_step({"kind": "http", "url": "https://crm.example/", **raw}, 1, text)
    assert isinstance(step, HttpStep), text.problems
    fields = Fields(values, {"crm": "TOKEN"})
    hidden = Filler(fields, SETTINGS, hides_secrets=True)
    return plan_request(step, Filler(fields, SETTINGS), hidden, "key")


def received(recorder: Recorder, raw: Mapping[str, Any], **values: Any) -> Received:
    url = f"http://127.0.0.1:{recorder.port}{raw.get('url', '/')}"
    request = planned({**raw, "url": url}, values).request
    guard = GuardSettings(ports=(recorder.port,), networks=(ip_network("127.0.0.1/32"),))
    assert send(request, guard).status == 200
    return recorder.last


@given(SEGMENTS, TEXTS, WORDS, WORDS.filter(bool))
def test_the_address(recorder: Recorder, a: str, b: str, word: str, name: str) -> None:
    query = [["q", f"{word}{{{{b}}}}{word}"], [name, "{{a}}"]]
    seen = received(recorder, {"url": "/v1/{{a}}/put?x={{b}}", "query": query}, a=a, b=b)
    path = urlsplit(seen.path).path
    assert [unquote(segment) for segment in path.split("/")] == ["", "v1", a, "put"]
    assert seen.pairs == [("x", b), ("q", f"{word}{b}{word}"), (name, a)]


@given(TEXTS, WORDS, WORDS.filter(bool))
def test_a_form(recorder: Recorder, a: str, word: str, name: str) -> None:
    form = [[name, "{{a}}"], ["q", f"{word}{{{{a}}}}{word}"], ["q", word]]
    seen = received(recorder, {"body": {"form": form}}, a=a)
    assert parse_qsl(seen.body.decode("ascii"), keep_blank_values=True) == [
        (name, a), ("q", f"{word}{a}{word}"), ("q", word)
    ]  # fmt: skip


@given(st.text(CYRILLIC))
def test_a_charset_of_the_service(recorder: Recorder, a: str) -> None:
    raw = {"charset": "windows-1251", "query": {"q": "{{a}}"}, "body": {"form": {"f": "{{a}}"}}}
    seen = received(recorder, raw, a=a)
    query = urlsplit(seen.path).query
    assert parse_qsl(query, keep_blank_values=True, encoding="cp1251") == [("q", a)]
    form = parse_qsl(seen.body.decode("ascii"), keep_blank_values=True, encoding="cp1251")
    assert form == [("f", a)]
    assert seen.headers["Content-Type"] == (
        "application/x-www-form-urlencoded; charset=windows-1251"
    )


@given(TEXTS, TEXTS)
def test_json(recorder: Recorder, a: str, b: str) -> None:
    raw = {"body": {"json": {"a": "{{a}}", "b{{a}}": ["{{b}}", 1.5, True, "{{b | json}}"]}}}
    seen = received(recorder, raw, a=a, b=b)
    assert json.loads(seen.body) == {"a": a, f"b{a}": [b, 1.5, True, b or None]}
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["Idempotency-Key"] == "key"


@given(TEXTS)
def test_xml(recorder: Recorder, a: str) -> None:
    body = '<?xml version="1.0" encoding="utf-8"?><lead a="{{a}}">{{a}}</lead>'
    root = ElementTree.fromstring(received(recorder, {"body": {"xml": body}}, a=a).body)
    # What no XML document may hold.
    kept = "".join(
        char if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff") else "\ufffd"
        for char in a
    )
    assert (root.attrib["a"], root.text or "") == (kept, kept)


@given(TEXTS)
def test_text(recorder: Recorder, a: str) -> None:
    seen = received(recorder, {"body": {"text": "<{{a}}>"}}, a=a)
    assert seen.body.decode() == f"<{a}>"


@given(PRINTABLE, PRINTABLE)
def test_headers(recorder: Recorder, a: str, b: str) -> None:
    raw = {
        "headers": {"X-A": "{{a}}", "X-B": "v{{b}}v", "X-C": "{{secret.crm}}"},
        "body": {"text": ""},
    }
    seen = received(recorder, raw, a=a, b=b)
    assert seen.headers["X-A"] == a.strip()
    assert seen.headers["X-B"] == f"v{b.strip()}v"
    assert seen.headers["X-C"] == "TOKEN"


def test_what_people_see_is_read_in_the_charset_it_was_written_in() -> None:
    raw = {"charset": "windows-1251", "body": {"text": "{{a}}"}, "query": {"k": "{{secret.crm}}"}}
    found = planned(raw, {"a": "Иван"})
    assert found.request.body == "Иван".encode("cp1251")
    assert found.shown.endswith("\n\nИван")
    assert "k={{secret.crm}}" in found.shown
    assert "k=TOKEN" in found.request.url


@pytest.mark.parametrize("key", ["query", "body"])
def test_names_of_pairs_are_literal(key: str) -> None:
    text = DefinitionText("")
    pairs = {"{{name}}": "1"}
    raw = {"kind": "http", "url": "https://crm.example/"}
    assert read_step({**raw, key: {"form": pairs} if key == "body" else pairs}, 1, text) is None
    assert "literal" in text.problems[0].text
