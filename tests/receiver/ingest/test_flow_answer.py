"""How flows answer: a status, a reason, headers and a body, which may take fields."""

import json
from html import unescape
from queue import SimpleQueue
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiver.inbox.delivery import Delivery
from receiver.ingest.flow_answer import AnswerPart, FlowAnswer
from receiver.server.pending import encode
from tests.receiver.ingest.flow_places import FlowWorld

FORM = "application/x-www-form-urlencoded"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
HTML = 'headers = {Content-Type = "text/html"}\n'
JSON = 'headers = {Content-Type = "application/json"}\n'
EVIL = "<script>\"'&</script>\\\u2028"


@pytest.mark.parametrize("status", [200, 201, 202, 299, 400, 404, 503, 599])
def test_the_status_and_its_reason(world: FlowWorld, status: int) -> None:
    path = world.apply(answer=f'status = {status}\nreason = "Prinj\u00e1to"\nbody = "thanks"')
    answer = world.send(path)
    assert (answer.status, answer.text) == (f"{status} Prinj\u00e1to", "thanks")
    assert len(world.kept) == 1


def test_without_a_reason_it_is_the_usual_one(world: FlowWorld) -> None:
    assert world.send(world.apply(answer="status = 202")).status == "202 Accepted"
    assert world.send(world.apply("odd", answer="status = 299")).status == "299 Unknown"


@pytest.mark.parametrize(
    "headers",
    [
        '["Access-Control-Allow-Origin:*", "X-Two: b: c"]',
        '["Access-Control-Allow-Origin: *", "X-Two:b: c"]',
        '{Access-Control-Allow-Origin = "*", X-Two = "b: c"}',
    ],
)
def test_headers_as_lines_and_as_a_table(world: FlowWorld, headers: str) -> None:
    answer = world.send(world.apply(answer=f"headers = {headers}"))
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Two"] == "b: c"
    assert {name: answer.headers[name] for name in SAFE} == SAFE


def test_what_protects_the_address_is_not_taken_away(world: FlowWorld) -> None:
    """Nor said twice."""
    given_headers = (
        'headers = ["cache-control: public", "referrer-policy: unsafe-url", '
        '"X-CONTENT-TYPE-OPTIONS: x"]'
    )
    answer = world.send(world.apply(answer=given_headers))
    assert {name: answer.headers.getlist(name) for name in SAFE} == {
        name: [value] for name, value in SAFE.items()
    }


@pytest.mark.parametrize(
    ("given_type", "sent"),
    [
        ("", "text/plain; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/html; charset=windows-1251", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("image/gif", "image/gif"),
    ],
)
def test_texts_say_that_they_are_utf_8(world: FlowWorld, given_type: str, sent: str) -> None:
    header = f'headers = ["content-type: {given_type}"]\n' if given_type else ""
    answer = world.send(world.apply(answer=header + 'body = "Спасибо"'))
    assert answer.headers.getlist("Content-Type") == [sent]
    assert answer.data.decode() == "Спасибо"


def test_a_form_is_led_on(world: FlowWorld) -> None:
    """A browser comes back from 303 with GET."""
    path = world.apply(answer='status = 303\nheaders = {Location = "https://site.example/ok?a=1"}')
    answer = world.send(path, data=b"a=1", content_type=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://site.example/ok?a=1")
    assert len(world.kept) == 1


@pytest.mark.parametrize("status", [204, 205])
def test_a_status_without_a_body_has_none(world: FlowWorld, status: int) -> None:
    """Its bytes would be taken for the next answer."""
    answer = world.send(world.apply(answer=f'status = {status}\nbody = "thanks"'))
    assert (answer.status_code, answer.data) == (status, b"")
    answers = SimpleQueue[bytes]()
    flow = FlowAnswer(status, "", (), (AnswerPart("thanks", False),), "utf-8").fixed
    assert flow is not None
    answers.put(encode(flow, closes=False))
    head, _, body = answers.get().partition(b"\r\n\r\n")
    assert body == b""
    assert (b"Content-Length" in head) == (status == 205)


def sent_with(body: bytes, content_type: str) -> dict[str, Any]:
    return {"data": body, "content_type": content_type}


PART = "--x\r\nContent-Disposition: form-data; name="
MULTIPART = f'{PART}"Name"\r\n\r\nАнна\r\n{PART}"a.b[c]"\r\n\r\n1\r\n--x--\r\n'.encode()


@pytest.mark.parametrize(
    "sent",
    [
        sent_with(b"Name=%D0%90%D0%BD%D0%BD%D0%B0&a.b[c]=1", FORM),
        sent_with("Name=Анна&a.b%5Bc%5D=1".encode(), ""),
        sent_with("Name=Анна&a.b[c]=1".encode("cp1251"), FORM),
        sent_with("Name=x&Name=Анна&a.b[c]=1".encode(), FORM),
        sent_with(MULTIPART, "multipart/form-data; boundary=x"),
        sent_with('{"Name": "Анна", "a.b[c]": 1}'.encode(), "application/json"),
        sent_with('\ufeff{"Name": "Анна", "a.b[c]": 1}'.encode(), "application/json"),
        sent_with(b'{"Name": "\\u0410\\u043d\\u043d\\u0430", "a.b[c]": 1}', "text/plain"),
    ],
    ids=lambda sent: str(sent["content_type"]),
)
def test_fields_of_every_kind_of_body(world: FlowWorld, sent: dict[str, Any]) -> None:
    path = world.apply(answer='body = "{{Name}}, {{ a.b[c] }} [{{absent}}] {{q}}"')
    assert world.send(f"{path}?q=2&Name=no", **sent).text == "Анна, 1 [] 2"


def test_the_charset_of_forms_that_do_not_say(world: FlowWorld) -> None:
    path = world.apply(source='charset = "koi8-r"', answer='body = "{{a}}"')
    assert world.send(path, data=b"a=" + "Заявка".encode("koi8-r")).text == "Заявка"
    assert world.send(path, data="a=Заявка".encode()).text == "Заявка"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.10", "1.10"),
        ("12345678901234567890", "12345678901234567890"),
        ("1e5", "1e5"),
        ("true", "true"),
        ("null", ""),
        ('{"b": [1, 1.5, "ж"]}', '{"b":[1,1.5,"ж"]}'),
        ("[]", "[]"),
        ('"\\ud800\\u0000!"', "\ufffd\ufffd!"),
        ("NaN", "NaN"),
    ],
)
def test_texts_of_values(world: FlowWorld, value: str, text: str) -> None:
    path = world.apply(answer='body = "{{a}}"')
    assert world.send(path, data=f'{{"a": {value}}}'.encode()).text == text


def test_the_id_of_the_delivery_is_that_of_its_operation(world: FlowWorld) -> None:
    path = world.apply(answer='body = "{{@delivery}}"')
    told = [world.send(path).text for _ in range(2)]
    assert [kept.headers.split(b"\n")[0] for kept in world.kept] == [
        f"@delivery: {delivery_id}".encode() for delivery_id in told
    ]
    assert len({*told}) == 2


def test_braces_of_the_template_and_of_the_sender_stay(world: FlowWorld) -> None:
    path = world.apply(answer="""body = '{{"{{"}}a}} {{a}}'""")
    assert world.send(path, data=b"a={{@delivery}}&@delivery=x").text == "{{a}} {{@delivery}}"
    path = world.apply("id", answer='body = "{{@delivery}}"')
    assert len(world.send(path, data=b"@delivery=x").text) == 32


@pytest.mark.parametrize(
    "media", ["text/css", "text/javascript", "image/svg+xml; a=html", "text/plain; a=json"]
)
def test_an_echo_that_cannot_be_escaped_is_plain_text(world: FlowWorld, media: str) -> None:
    headers = f'headers = ["Content-Type: {media}"]\n'
    answer = world.send(world.apply(answer=headers + 'body = "{{a}}"'), json={"a": EVIL})
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.text == EVIL


def test_an_echo_in_html_is_text(world: FlowWorld) -> None:
    path = world.apply(answer=HTML + """body = '<b title="{{a}}">{{a}}</b>'""")
    answer = world.send(path, json={"a": EVIL})
    inside = answer.text.removeprefix('<b title="').removesuffix("</b>")
    assert not any(char in inside.replace('">', "", 1) for char in "<>\"'")
    assert unescape(inside) == f'{EVIL}">{EVIL}'


def test_an_echo_in_json_is_text(world: FlowWorld) -> None:
    path = world.apply(answer=JSON + """body = '{"a": "{{a}}", "b": "{{b}}"}'""")
    answer = world.send(path, json={"a": EVIL, "b": '", "c": "'})
    assert json.loads(answer.text) == {"a": EVIL, "b": '", "c": "'}
    assert "</" not in answer.text


def test_of_what_is_refused_nothing_is_echoed(world: FlowWorld) -> None:
    path = world.apply(source="max_body_bytes = 5", answer='body = "{{a}}"')
    assert EVIL not in world.send(path, data=f"a={EVIL}".encode()).text
    assert world.send(path, data=b"a=" + b"[" * 3).text == "[[["


@settings(max_examples=60)
@given(
    query=st.binary(max_size=60),
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.floats() | st.integers() | st.text(), lambda inner: st.lists(inner)
        ).map(lambda value: json.dumps({"a": value}).encode()),
        st.text(st.characters(), max_size=50).map(
            lambda text: b"a=" + text.encode("utf-16", "surrogatepass")
        ),
    ),
    content_type=st.sampled_from(["", FORM, "application/json", "multipart/form-data; boundary=x"]),
    media=st.sampled_from(["text/html", "application/json", "text/plain", "x"]),
    charset=st.sampled_from(["utf-8", "cp1251", "utf-16", "ascii"]),
)
def test_nothing_that_comes_makes_it_raise(
    query: bytes, body: bytes, content_type: str, media: str, charset: str
) -> None:
    parts = (AnswerPart("a", True), AnswerPart("<", False), AnswerPart("", True))
    answer = FlowAnswer(200, "", (("Content-Type", media),), parts, charset)
    delivery = Delivery("a", "POST", "/flow/a", query, body, content_type, "")
    assert b"<" in answer.filled(delivery, "id").body


@pytest.mark.parametrize("depth", [900, 950, 985, 990, 995, 1000, 5000, 100_000])
def test_deep_json_is_no_field(world: FlowWorld, depth: int) -> None:
    path = world.apply(answer='body = "{{a}}!"')
    body = b'{"a": ' + b"[" * depth + b"]" * depth + b"}"
    answer = world.send(path, data=body)
    assert (answer.status_code, answer.text[-1]) == (200, "!")
    assert [kept.body for kept in world.kept] == [body]


CORS = 'headers = ["Access-Control-Allow-Origin:*"]\n'
ASKED = {
    "Origin": "https://site.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type, X-Token",
}


def test_a_preflight_is_answered_and_not_kept(world: FlowWorld) -> None:
    path = world.apply(source='methods = ["POST", "PUT"]', answer=CORS + "status = 201")
    answer = world.send(path, "OPTIONS", headers=ASKED)
    assert (answer.status, answer.data) == ("204 No Content", b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, PUT"
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type, X-Token"
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert world.kept == []


def test_a_preflight_grants_names_of_headers_alone(world: FlowWorld) -> None:
    path = world.apply(answer=CORS)
    asked = {**ASKED, "Access-Control-Request-Headers": "x-a, b c, \xe9, ok_1, <b>, a:b, ,"}
    granted = world.send(path, "OPTIONS", headers=asked).headers["Access-Control-Allow-Headers"]
    assert granted == "x-a, ok_1"
    del asked["Access-Control-Request-Headers"]
    answer = world.send(path, "OPTIONS", headers=asked)
    assert answer.status_code == 204
    assert "Access-Control-Allow-Headers" not in answer.headers


def test_what_the_flow_says_of_a_preflight_goes_before(world: FlowWorld) -> None:
    headers = (
        'headers = {Access-Control-Allow-Origin = "https://site.example", X-Other = "1", '
        'Access-Control-Allow-Credentials = "true", Access-Control-Max-Age = "5"}'
    )
    answer = world.send(world.apply(answer=headers), "OPTIONS", headers=ASKED)
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers.getlist("Access-Control-Max-Age") == ["5"]
    assert "X-Other" not in answer.headers


def test_without_an_allowed_origin_options_are_told(world: FlowWorld) -> None:
    answer = world.send(world.apply(), "OPTIONS", headers=ASKED)
    assert (answer.status, answer.data) == ("200 OK", b"")
    assert answer.headers["Allow"] == "OPTIONS, HEAD, GET, POST"
    assert not any(name.startswith("Access-Control") for name, _ in answer.headers)
    assert world.kept == []
