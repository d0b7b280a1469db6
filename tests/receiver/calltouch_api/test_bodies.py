"""Request bodies match the samples; invalid values are never sent."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from receiver.calltouch_api.bodies import (
    CallbackOrder,
    LeadComment,
    LeadId,
    LeadManagers,
    LeadTags,
    NewRequest,
    TrafficSource,
    check_numbers,
    comments_body,
    in_batches,
    managers_body,
    requests_body,
    tags_body,
)
from receiver.calltouch_api.from_json import read_requests
from receiver.calltouch_api.validation import InvalidValue, callback_phone, request_phone
from tests.simulator.api.api_client import differences, sample

CALL, REQUEST = LeadId("call", 2), LeadId("request", 1)
CALLBACK = CallbackOrder("routekey_1", "79990001122")
FULL_REQUEST = NewRequest(
    number="FORM-1",
    subject="Форма",
    page="https://shop.example/",
    at="2023-09-25 23:35:16",
    session_id="10266000",
    phone="+7 (999) 000-11-22",
    email="test@example.com",
    fio="Тест Тестов",
    comment="Комментарий к заявке",
    tags=("Тег 1", "Тег 2"),
    source=TrafficSource("s", "m", "c", "ct", "t"),
)


def test_a_full_request_is_the_sample() -> None:
    assert requests_body([FULL_REQUEST]) == sample("request_create_request")


def test_callbacks_are_the_samples() -> None:
    assert CALLBACK.body() == sample("callback_create_request_min")
    full = CallbackOrder(
        "routekey_1",
        "8 999 000 11 22",
        fields=(("Имя", "Тест"), ("Город", "Москва")),
        session_id="11223344",
        at=datetime(2021, 2, 1, 17, 10),
        source=TrafficSource("source", "medium", "campaign", "content", "term"),
        page="https://shop.example/",
        tags=("tag1", "tag2"),
        unit_id=112233,
    )
    assert full.body() == sample("callback_create_request_full")


@pytest.mark.parametrize(
    ("name", "bodies"),
    [
        ("tag", [tags_body([LeadTags(lead, ("Тег 1", "Тег 2"))]) for lead in (REQUEST, CALL)]),
        ("comment", [comments_body([LeadComment(lead, "Комментарий к лиду")])
                     for lead in (REQUEST, CALL)]),
        ("manager", [managers_body([LeadManagers(lead, ("Иван Иванов",))])
                     for lead in (REQUEST, CALL)]),
    ],
)  # fmt: skip
def test_annotations_are_the_samples_with_one_way_to_match(
    name: str, bodies: list[dict[str, Any]]
) -> None:
    for place, body in enumerate(bodies):
        theirs = sample(f"{name}_lead_add_request")
        (key,) = theirs
        match = theirs[key][0]["matching"][place]
        params = match[f"{match['type']}Params"]
        del params["tags"], params["tagsLogic"]
        theirs[key][0]["matching"] = [match]
        assert body == theirs
        assert differences(body, theirs) == []


def test_what_is_empty_is_left_out() -> None:
    assert NewRequest(phone="79990001122", session_id=" ", fio="", subject="").body() == {
        "phoneNumber": "79990001122"
    }
    assert "sessionId" not in replace(CALLBACK, session_id="").body()


@pytest.mark.parametrize(
    "text",
    [
        "79990001122",
        "+7 (999) 000-11-22",
        "8 999 000 11 22",
        "8(999)000-11-22",
        "+7\xa0999\xa0000‑11–22",
    ],
)
def test_spellings_of_a_phone(text: str) -> None:
    assert callback_phone(text) == request_phone(text) == "79990001122"


@pytest.mark.parametrize(
    "text",
    ["", "7999000112", "799900011223", "69990001122", "+8 999 000-11-22", "78001234567",
     "8 804 123 45 67", "7999000112x", "٧٩٩٩٠٠٠١١٢٢", "+375 29 000 11 22"],
)  # fmt: skip
def test_phones_that_no_callback_rings(text: str) -> None:
    with pytest.raises(InvalidValue):
        callback_phone(text)


def test_a_request_may_come_from_abroad() -> None:
    assert request_phone("+375 29 000-11-22") == "375290001122"
    assert request_phone("+81 3 0000 1122") == "81300001122"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"route_key": " "}, "routeKey is empty"),
        ({"route_key": "x" * 256}, "routeKey has 256 characters"),
        ({"phone": "88001234567"}, "8800"),
        ({"fields": (("Имя", "Тест"),) * 6}, "6 fields: Calltouch accepts up to 5"),
        ({"fields": (("", "Тест"),)}, "name of a field is empty"),
        ({"fields": (("Имя", "x" * 256),)}, "field Имя has 256"),
        ({"tags": ("a",) * 11}, "11 tags: Calltouch accepts up to 10"),
        ({"tags": ("x" * 101,)}, "tag has 101"),
        ({"session_id": "x" * 101}, "sessionId has 101"),
        ({"at": "tomorrow"}, "scheduleTime tomorrow: write it like 2026-11-21 17:10:00"),
        ({"at": "2026-11-21"}, "scheduleTime"),
        ({"at": datetime(2026, 11, 21, tzinfo=UTC)}, "without a time zone"),
    ],
)
def test_callbacks_that_never_leave(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        replace(CALLBACK, **wrong).body()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "at least one of phone, email, fio and session"),
        (
            {"fio": "Тест", "subject": "x" * 257},
            "subject has 257 characters, Calltouch accepts 256",
        ),
        ({"session_id": "x" * 101}, "sessionId has 101"),
        ({"phone": "12"}, "write the whole number"),
        ({"phone": "nobody"}, "only digits"),
        ({"email": "nobody"}, "name@example.com"),
        ({"fio": "Тест", "at": "25/09/2023 23:35"}, "requestDate"),
        ({"fio": "Тест", "tags": ("",)}, "tag is empty"),
        ({"fio": "\udcd0"}, "UTF-8"),
    ],
)
def test_requests_that_never_leave(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        NewRequest(**wrong).body()


@pytest.mark.parametrize(
    "make",
    [
        lambda: tags_body([LeadTags(CALL, ())]),
        lambda: tags_body([LeadTags(LeadId("call", 0), ("a",))]),
        lambda: comments_body([LeadComment(CALL, " ")]),
        lambda: managers_body([LeadManagers(CALL, ())]),
        lambda: requests_body([]),
        lambda: requests_body([NewRequest(fio="Тест")] * 101),
        lambda: comments_body([LeadComment(CALL, "a")] * 101),
        lambda: requests_body([NewRequest("A", fio="Тест"), NewRequest("A ", fio="Тест")]),
    ],
)
def test_batches_that_never_leave(make: Any) -> None:
    with pytest.raises(InvalidValue):
        make()


def test_the_bad_one_of_many_is_named() -> None:
    with pytest.raises(InvalidValue, match="request 2: a request needs"):
        requests_body([NewRequest(fio="Тест"), NewRequest()])


def test_numbers_are_needed_once_and_may_be_left_out() -> None:
    check_numbers([NewRequest(), NewRequest(), NewRequest("A"), NewRequest("B")])
    assert [len(batch) for batch in in_batches(range(201))] == [100, 100, 1]


def test_json_says_requests_as_calltouch_does() -> None:
    whole = sample("request_create_request")
    assert requests_body(read_requests(whole)) == whole
    item = whole["requests"][0] | {"comment": "Комментарий к заявке", "addTags": ["Тег 1", "Тег 2"]}
    item |= {"phoneNumber": 79990001122, "sessionId": 10266000}
    assert requests_body(read_requests([item])) == whole


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({}, "must be a list of objects"),
        ([], "must be a list of objects"),
        (["x"], "request 1: must be an object"),
        ([{"fio": "Тест"}, {"phone": "7"}], "request 2: unknown field 'phone'; did you mean"),
        ([{"fio": ["Тест"]}], "fio must be text"),
        ([{"fio": True}], "fio must be text"),
        ([{"comment": {"text": 1.5}}], "text must be text"),
        ([{"addTags": "VIP"}], "addTags must be a list"),
        ([{"customSources": ["crm"]}], "customSources must be an object"),
        ([{"customSources": {"sorce": "crm"}}], "did you mean source"),
    ],
)
def test_json_that_says_no_requests(document: Any, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        read_requests(document)
