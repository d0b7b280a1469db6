"""Two web requests, part by part."""

import pytest

from flows.differences import different_parts, json_leaves, parts_of_request
from flows.json_documents import read_json
from outgoing.sending import WebRequest

JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def request(
    url: str = "https://a.example/x", body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()
) -> WebRequest:
    return WebRequest("POST", url, headers, body)


@pytest.mark.parametrize(
    ("before", "after", "different"),
    [
        (request(), request(), {}),
        (
            request("https://a.example/x?a=1&b=2"),
            request("https://a.example/x?b=2&a=%31&a=3"),
            {"query a": ("1", "1, 3")},
        ),
        (
            request("https://a.example/x"),
            request("https://a.example/y"),
            {"url": ("https://a.example/x", "https://a.example/y")},
        ),
        (
            request(body=b'{"requests": [{"phoneNumber": "8 999"}], "n": 1.10}', headers=JSON),
            request(body=b'{"n":1.10,"requests":[{"phoneNumber":"7999"}]}', headers=JSON),
            {"requests[0].phoneNumber": ("8 999", "7999")},
        ),
        (
            request(body=b"a=1&b=%D1%82", headers=FORM),
            request(body=b"a=2&b=%D1%82", headers=FORM),
            {"form a": ("1", "2")},
        ),
        (
            request(body=b'{"a": 1, "b": true}', headers=JSON),
            request(body=b'{"a": "1", "b": null}', headers=JSON),
            {"a": ("number 1", "1"), "b": ("true", "null")},
        ),
        (request(body=b"<a/>"), request(body=b"<b/>"), {"body": ("<a/>", "<b/>")}),
        (
            request(headers=(("X-A", "1"),)),
            request(headers=(("x-a", "1"), ("X-B", "2"))),
            {"header x-b": (None, "2")},
        ),
    ],
)
def test_what_differs(
    before: WebRequest, after: WebRequest, different: dict[str, tuple[str | None, str | None]]
) -> None:
    found = different_parts(parts_of_request(before), parts_of_request(after))
    assert found == different


def test_paths_of_strange_names() -> None:
    document = read_json('{"a b": [1, {}], "c": {"d": null}}')
    assert dict(json_leaves(document)) == {
        '["a b"][0]': "number 1",
        '["a b"][1]': "{}",
        "c.d": "null",
    }


def test_a_huge_document_is_one_part() -> None:
    body = b"[" + b",".join([b"1"] * 3_000) + b"]"
    assert parts_of_request(request(body=body))["body"] == body.decode()
