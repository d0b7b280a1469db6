"""Records look like the recorded ones: names, order, types, ways to send nothing."""

import json
from dataclasses import replace
from typing import Any

import pytest

from simulator.api.call_records import call_record
from simulator.api.dates import moment_text, uneven_moment_text
from simulator.api.request_records import request_record
from simulator.api.wanted import RecordOptions
from simulator.lives.leads import (
    Call,
    Callback,
    CallEnding,
    Condition,
    Event,
    Lead,
    LeadKind,
    OfflineSource,
    Request,
    Visit,
)
from simulator.market.traffic import Traffic
from tests.simulator import lives
from tests.simulator.api.api_client import differences, sample

EVERYTHING = RecordOptions(1, True, True, True, True, True, True)
CALL, REQUEST = sample("calls_diary_record"), sample("requests_record")


def _recorded_call() -> dict[str, Any]:
    """The record of the sample's lead."""
    traffic = Traffic("link.2gis.ru", "referral", None, (), "https://shop.example/", CALL["ref"])
    visit = Visit(CALL["sessionId"], traffic, CALL["ip"], CALL["timestamp"] - 3077)
    talk = replace(
        lives.TALK,
        waiting=5,
        duration=72,
        ending=CallEnding.CALLEE_HUNG_UP,
        sip_call_id=CALL["sipCallId"],
        is_target=True,
        is_unique_target=True,
    )
    call = replace(
        lives.call(lives.started(), lives.ended()),
        lead_id=104002,
        happened_at=CALL["timestamp"],
        last_touch=visit,
        last_non_direct=visit,
        is_unique=True,
        phone_number=CALL["phoneNumber"],
        reference=CALL["callReferenceId"],
        person=_person(CALL, CALL["userAgent"]),
    )
    condition = Condition(talk=talk, is_successful=True)
    return call_record(call, condition) | {"callId": CALL["callId"]}


def _recorded_request() -> dict[str, Any]:
    session = REQUEST["session"]
    at = REQUEST["date"] // 1000
    traffic = Traffic("(direct)", "(none)", None, (), session["url"], session["ref"])
    visit = Visit(session["sessionId"], traffic, "203.0.113.12", at - 57)
    person = replace(
        _person(REQUEST, session["browser"]),
        city="irkutsk",
        yandex_client_id=session["yaClientId"],
        fio="ТЕСТ ТЕСТОВ",
    )
    request = replace(
        lives.request(Event(at, LeadKind.REQUEST_CREATED, Condition()), happened_at=at),
        lead_id=REQUEST["requestId"],
        last_touch=visit,
        last_non_direct=visit,
        is_target=False,
        phone="79991111111",
        fio="ТЕСТ ТЕСТОВ",
        person=person,
        page=REQUEST["requestUrl"],
    )
    request = replace(request, form=replace(request.form, name=REQUEST["subject"]))
    record = request_record(request, Condition())
    record["client"]["clientId"] = REQUEST["client"]["clientId"]
    return record


def _person(record: dict[str, Any], user_agent: str) -> Any:
    device = replace(lives.PERSON.device, os="Windows", user_agent=user_agent)
    return replace(
        lives.PERSON,
        device=device,
        phone=record.get("callerNumber", ""),
        ct_caller_id=record.get("ctCallerId", lives.PERSON.ct_caller_id),
        ct_client_id=str(record["ctClientId"]),
        yandex_client_id=record.get("yaClientId", ""),
    )


def test_the_call_of_the_sample_gives_the_sample_to_the_letter() -> None:
    assert json.dumps(_recorded_call()) == json.dumps(CALL)


def test_the_request_of_the_sample_gives_the_sample_to_the_letter() -> None:
    assert json.dumps(_recorded_request()) == json.dumps(REQUEST)


def _with_all_lists() -> Condition:
    return replace(lives.UPDATED, order_id=5001, tags={"manual": ("Лид",), "auto_pr": ("Продажа",)})


def _full_call() -> dict[str, Any]:
    traffic = replace(lives.DIRECT, url_params=(("abtest", "a"),))
    call = replace(lives.call(lives.started(), traffic=traffic), callback=Callback(777, 1))
    return call_record(call, _with_all_lists(), replace(EVERYTHING, newer_fields=True))


def test_every_list_of_a_call_is_shaped_like_the_sample_with_all_of_them() -> None:
    theirs = sample("calls_diary_page")["records"][1]
    assert differences(_full_call(), theirs) == []
    full = _full_call()
    for name in ("callTags", "comments", "phrases", "additionalTags", "orders"):
        assert full[name], name
        assert list(full[name][0]) == list(theirs[name][0])
    assert [phrase["channel"] for phrase in full["phrases"]] == [1, 0]
    assert full["callbackInfo"]["callbackRequestId"] == 777


@pytest.mark.parametrize("position", range(3))
def test_every_sample_of_a_request_has_the_shape(position: int) -> None:
    theirs = sample("requests_export")[position]
    request = lives.request(happened_at=lives.CALLED_AT)
    full = request_record(
        replace(request, email="test@example.com"),
        replace(lives.UPDATED, order_id=5001),
        EVERYTHING,
    )
    assert differences(full, theirs) == []
    assert full["RequestTags"] == [{"category": "", "type": "MANUAL", "names": ["Отдел продаж"]}]
    assert full["client"]["contacts"][0] == {
        "contactType": "EMAIL",
        "contactValue": "test@example.com",
    }


def test_without_flags_there_are_no_lists() -> None:
    record = call_record(lives.call(lives.started()), _with_all_lists())
    assert [record[name] for name in ("callTags", "comments", "phrases", "callbackInfo")] == [
        None
    ] * 4
    assert record["orders"] == []


def test_all_records_of_a_world_have_the_shape(leads: list[Lead]) -> None:
    for lead in leads:
        condition = lead.life[-1].condition
        if isinstance(lead, Call):
            records = differences(call_record(lead, condition, EVERYTHING), CALL)
        else:
            assert isinstance(lead, Request)
            records = differences(request_record(lead, condition, EVERYTHING), REQUEST)
        assert records == [], lead.lead_id


def test_a_call_that_goes_on_knows_nothing_of_its_end() -> None:
    record = call_record(lives.call(lives.started()), Condition())
    assert record["callphase"] == "callconnected"
    unknown = ("duration", "successful", "targetCall", "waitingConnect", "statusDetails")
    assert [record[name] for name in unknown] == [None] * 5


def test_without_a_session_there_is_none() -> None:
    touch = OfflineSource("Визитка", None)
    call = replace(lives.call(lives.started()), last_touch=touch, last_non_direct=touch)
    record = call_record(call, lives.ENDED)
    assert (record["sessionId"], record["ctClientId"], record["sessionDate"]) == (None, None, None)
    assert (record["source"], record["medium"]) == ("Визитка", "<не указано>")
    request = replace(lives.request(happened_at=1), last_touch=touch, last_non_direct=touch)
    assert request_record(request, Condition())["session"] is None


def test_a_model_gives_its_traffic(leads: list[Lead]) -> None:
    lead = next(
        lead
        for lead in leads
        if isinstance(lead, Call)
        and isinstance(lead.last_touch, Visit)
        and lead.last_touch.traffic.is_direct
        and lead.last_touch != lead.last_non_direct
    )
    condition = lead.life[-1].condition
    last, usual = (call_record(lead, condition, RecordOptions(model)) for model in (0, 1))
    assert (last["attribution"], last["source"]) == (0, "(direct)")
    assert (usual["attribution"], usual["source"]) != (1, "(direct)")
    assert call_record(lead, condition)["attribution"] == 1


def test_hours_are_uneven_now_and_then() -> None:
    nine = 1694757903
    assert uneven_moment_text(nine, 5) == "15/09/2023  9:05:03"
    assert uneven_moment_text(nine, 6) == "15/09/2023 9:05:03"
    assert uneven_moment_text(nine, 7) == moment_text(nine) == "15/09/2023 09:05:03"
