"""multipart/form-data is read like a form, without its files."""

import base64
import time

import pytest
import requests

from receiver.decode import MAX_PARAMETERS, MAX_TEXT, decode
from receiver.decode.multipart import NOT_CLOSED, UNREADABLE

Field = tuple[str | None, bytes | str]
FIELDS: dict[str, Field] = {
    "leadtype": (None, "call"),
    "id": (None, "5"),
    "fio": (None, "Иван".encode()),
    "comment[0][party]": (None, "user1"),
    "comment[0][comment]": (None, "раз\r\nдва".encode()),
    "city": (None, "Пермь".encode("cp1251")),
}
PARAMS = {
    "leadtype": "call",
    "id": "5",
    "fio": "Иван",
    "comment": [{"party": "user1", "comment": "раз\r\nдва"}],
    "city": "Пермь",
}


def sent(fields: dict[str, Field]) -> tuple[bytes, str]:
    prepared = requests.Request("POST", "http://leads.example/", files=fields).prepare()
    assert isinstance(prepared.body, bytes)
    return prepared.body, prepared.headers["Content-Type"]


def test_fields_become_parameters() -> None:
    body, content_type = sent(FIELDS)
    found = decode(b"a=1", body, content_type, {})
    assert found.params == {"a": "1", **PARAMS}
    assert found.problems == ("not UTF-8, read as cp1251: city",)


def test_the_boundary_may_be_quoted_or_forgotten() -> None:
    body, content_type = sent(FIELDS)
    boundary = content_type.partition("=")[2]
    quoted = f'Multipart/Form-Data; charset=utf-8; boundary="{boundary}"'
    for said in (quoted, "multipart/form-data", "application/x-www-form-urlencoded", ""):
        assert decode(b"", body, said, {}).params == PARAMS, said
    unix = body.replace(b"\r\n", b"\n")
    assert decode(b"", unix, content_type, {}).params["id"] == "5"


def test_an_empty_line_in_a_field_is_part_of_it() -> None:
    body, content_type = sent({"fio": (None, "a\r\n\r\nb")})
    assert decode(b"", body, content_type, {}).params == {"fio": "a\r\n\r\nb"}


def test_a_boundary_that_is_said_wrongly_is_found_in_the_body() -> None:
    body, _ = sent(FIELDS)
    assert decode(b"", body, "multipart/form-data; boundary=another", {}).params == PARAMS


def test_what_stands_before_the_first_boundary_is_for_people() -> None:
    body, content_type = sent(FIELDS)
    folded = content_type.replace("; ", ";\n ")
    for said in (content_type, folded, folded.replace("\n", "\r\n")):
        assert decode(b"", b"Hello.\r\n" + body, said, {}).params == PARAMS, said


def test_files_are_left_and_named() -> None:
    body, content_type = sent({**FIELDS, "record": ("call.mp3", b"\x00\x01\r\n--")})
    found = decode(b"", body, content_type, {})
    assert found.params == PARAMS
    assert "file in a multipart body, not read: record" in found.problems


def test_encoded_parts_are_decoded() -> None:
    text = base64.b64encode("Иван".encode()).decode()
    body = (
        '--b\r\nContent-Disposition: form-data; name="fio"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{text}\r\n--b--\r\n"
    )
    found = decode(b"", body.encode(), "multipart/form-data; boundary=b", {})
    assert (found.params, found.problems) == ({"fio": "Иван"}, ())


@pytest.mark.parametrize("body", [b"hello", b"--other\r\n\r\n--other--", b"--b\r\n", b"--b--\r\n"])
def test_what_has_no_parts_is_not_read_and_is_no_probe(body: bytes) -> None:
    found = decode(b"", body, "multipart/form-data; boundary=b", {})
    assert found.params == {}
    assert UNREADABLE in found.problems
    assert not found.is_empty


@pytest.mark.parametrize("body", [b"leadtype=call&id=5", b'{"leadtype": "call", "id": "5"}'])
def test_another_body_under_that_name_is_read_and_said(body: bytes) -> None:
    found = decode(b"", body, "multipart/form-data; boundary=b", {})
    assert (found.params, found.problems) == ({"leadtype": "call", "id": "5"}, (UNREADABLE,))


def test_a_body_without_its_end_is_read_and_said() -> None:
    body, content_type = sent({"id": (None, "5")})
    for cut in (body.rpartition(b"\r\n--")[0], body.rpartition(b"--")[0].rpartition(b"--")[0]):
        for left in (cut, cut.replace(b"\r\n", b"\n")):
            found = decode(b"", left, content_type, {})
            assert (found.params, found.problems) == ({"id": "5"}, (NOT_CLOSED,))


def test_it_has_the_limits_of_a_form() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="text[]"\r\n\r\n'
    started = time.process_time()
    found = decode(
        b"", (head + b"x\r\n") * 110_000 + b"--b--", "multipart/form-data; boundary=b", {}
    )
    assert len(found.params["text"]) == MAX_PARAMETERS
    assert found.problems == (f"more than {MAX_PARAMETERS} parameters, the rest not decoded",)
    long = decode(
        b"", (head + b"x" * 100_000 + b"\r\n") * 20, "multipart/form-data; boundary=b", {}
    )
    assert sum(map(len, long.params["text"])) <= MAX_TEXT
    assert time.process_time() - started < 60
