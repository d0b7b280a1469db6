"""The fields of a delivery keep the names and the values that came."""

from typing import Any, Literal

import pytest

from flows.fields import FlowDelivery, read_fields
from flows.filling.lookup import RepeatedText

FORM = "application/x-www-form-urlencoded"


def fields(
    query: str = "",
    body: bytes = b"",
    content_type: str = FORM,
    charset: str = "utf-8",
    unexpanded: Literal["absent", "keep"] = "absent",
) -> tuple[dict[str, Any], list[str]]:
    delivery = FlowDelivery(
        "POST", query.encode(), body, content_type, {"user-agent": "x"}, "192.0.2.1", "2026"
    )
    read = read_fields(delivery, charset, unexpanded)
    plain = {name: value for name, value in read.values.items() if not name.startswith("@")}
    return plain, list(read.notes)


CLIENT_ADDED = (
    "client_id={{id}}&client_phone= 79990001122&client_name="
    "%D0%98%D0%B2%D0%B0%D0%BD&client_deleted="
)
APPOINTMENT = "client_id=7&appointment.time=10:00&services=a&appointment_total_cost=1 200"
VISIT_PAID = "client_id=7&appointment_status={appointment.status}}&appointment_paid=1"


@pytest.mark.parametrize(
    ("query", "expected", "notes"),
    [
        (
            CLIENT_ADDED,
            {
                "client_phone": " 79990001122",
                "client_name": "Иван",
                "client_deleted": "",
            },
            ["unexpanded: client_id"],
        ),
        (
            APPOINTMENT,
            {
                "client_id": "7",
                "appointment.time": "10:00",
                "services": "a",
                "appointment_total_cost": "1 200",
            },
            [],
        ),
        (
            VISIT_PAID,
            {"client_id": "7", "appointment_paid": "1"},
            ["unexpanded: appointment_status"],
        ),
    ],
)
def test_queries_of_klientiks(query: str, expected: dict[str, str], notes: list[str]) -> None:
    assert fields(query) == (expected, notes)


@pytest.mark.parametrize(
    "query",
    [
        "client_id={{id}}&client_phone={{phone}}&client_name={{name}}&client_first_name="
        "{{first_name}}&client_patron_name={{patron_name}}&client_second_name={{second_name}}"
        "&client_deleted={{deleted}}&client_email={{email}}",
        "client_id={{client.id}}&client_phone={{client.phone}}&client_name={{client.name}}"
        "&appointment_id={{appointment.id}}&appointment_date={{appointment.date}}"
        "&appointment.time={{appointment_time}}&executor_name={{executor_name}}"
        "&executor_phone={{executor_phone}}&services={{services}}"
        "&appointment_total_cost={{appointment.total_cost}}&user_position={{user.position}}",
        "client_id={{client_id}}&client_name={{client.name}}&client_phone={{client.phone}}"
        "&appointment_id={{object_id}}&appointment_amount={{amount}}&appointment_paid={{paid}}"
        "&appointment_name={{name}}&appointment_description={{description}}"
        "&appointment_paid_sum={{paid_sum}}&appointment_left_to_pay={{left_to_pay}}",
        "client_id={{client_id}}&appointment_id={{appointment.id}}"
        "&appointment_account_id={{appointment.account_id}}"
        "&appointment_created={{appointment.created}}"
        "&appointment_appointment_id={{appointment.appointment_id}}"
        "&appointment_status={appointment.status}}&appointment_paid={{appointment.paid}}",
    ],
)
def test_the_instructions_strings_to_the_letter(query: str) -> None:
    names = [pair.partition("=")[0] for pair in query.split("&")]
    assert fields(query) == ({}, [f"unexpanded: {name}" for name in names])
    filled = "&".join(f"{name}=v" for name in names)
    assert fields(filled) == (dict.fromkeys(names, "v"), [])


def test_what_was_not_filled_can_be_kept() -> None:
    assert fields(VISIT_PAID, unexpanded="keep")[0]["appointment_status"] == "{appointment.status}}"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"data[FIELDS][ID]=7&a.b=1", FORM, {"data[FIELDS][ID]": "7", "a.b": "1"}),
        (b"a=1&a=2", FORM, {"a": RepeatedText(("1", "2"))}),
        (b"a=1+2%2B3", FORM, {"a": "1 2+3"}),
        (b"a=1", "text/plain", {"a": "1"}),
        (b"a=1\r\n", "", {"a": "1"}),
        (b'{"a": 1.10, "b": {"c": null}}', "application/json", {"a": 1.1, "b": {"c": None}}),
        (b' {"a": true}', "", {"a": True}),
        (b'{"a": "1=2&b=3"}', FORM, {"a": "1=2&b=3"}),
        (b"{a}=1&[b]=2", FORM, {"{a}": "1", "[b]": "2"}),
        (b'["a"]', "application/json", {}),
        (b"nothing", FORM, {}),
        (b"", FORM, {}),
        ("имя=Я".encode(), FORM, {"имя": "Я"}),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            {"a": "1"},
        ),
    ],
)
def test_bodies(body: bytes, content_type: str, expected: dict[str, Any]) -> None:
    assert fields(body=body, content_type=content_type)[0] == expected


def test_the_body_wins_over_the_query() -> None:
    assert fields("a=1&b=2", b"a=3")[0] == {"a": "3", "b": "2"}


@pytest.mark.parametrize(
    ("charset", "note"),
    [("utf-8", "not UTF-8, read as cp1251"), ("koi8-r", "not UTF-8, read as koi8-r")],
)
def test_texts_that_are_not_utf_8(charset: str, note: str) -> None:
    raw = "Заявка с сайта".encode("cp1251" if charset == "utf-8" else charset)
    assert fields(body=b"a=" + raw, charset=charset) == ({"a": "Заявка с сайта"}, [note])


def test_json_that_is_none_is_noted() -> None:
    assert fields(body=b'{"a": ', content_type="application/json") == (
        {},
        ["bad-json: line 1, column 7"],
    )
    assert fields(body=b"[" * 100_000, content_type="application/json")[0] == {}


def test_nul_and_lone_surrogates_are_replaced() -> None:
    assert fields(body=b"a=%00%ED%A0%80")[0]["a"].startswith("\N{REPLACEMENT CHARACTER}")


def test_limits() -> None:
    many = "&".join(f"n{number}=1" for number in range(1_500))
    found, notes = fields(many)
    assert len(found) == 1_000
    assert notes == ["more than 1000 names, the rest is left out"]
    found, notes = fields(body=b"a=" + b"x" * 300_000)
    assert len(found["a"]) == 256 << 10
    assert notes == ["longer than 262144 characters, cut"]


def test_what_is_known_of_the_delivery() -> None:
    delivery = FlowDelivery("POST", b"q=1", b"f=2", FORM, {"user-agent": "x"}, "192.0.2.1", "2026")
    values = read_fields(delivery).values
    assert {name: value for name, value in values.items() if name.startswith("@")} == {
        "@body": "f=2",
        "@method": "POST",
        "@received_at": "2026",
        "@ip": "192.0.2.1",
        "@header.user-agent": "x",
        "@query.q": "1",
        "@form.f": "2",
        "@fields": {"q": "1", "f": "2"},
    }
