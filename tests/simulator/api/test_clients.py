"""The methods clients post to: envelopes, errors and effects."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests as http

from simulator.api import ApiOptions, CallbackRules, serving
from simulator.lives.leads import Call, Lead, Request, Visit
from simulator.market.rhythm import MOSCOW
from simulator.world import World
from tests.simulator.api.api_client import SITE, ApiClient, differences, sample

CREATE = "/lead-service/v1/api/request/create"
TAG = "/lead-service/v1/api/tag/lead/add"
COMMENT = "/lead-service/v1/api/comment/lead/add"
MANAGER = "/lead-service/v1/api/manager/lead/add"
CALLBACK = "/widget-service/v1/api/widget-request/user-form/create"
ALL = (CREATE, TAG, COMMENT, MANAGER, CALLBACK)
MINIMAL = sample("callback_create_request_min")


@pytest.fixture
def patient(small_world: World) -> Iterator[ApiClient]:
    """Its callback service has no minimum interval."""
    rules = CallbackRules(interval=0, per_phone=2, per_session=3, requests_paid=4)
    with serving(small_world, ApiOptions(per_second=1000, callbacks=rules)) as served:
        yield ApiClient(served)


def _code(answer: http.Response) -> int:
    assert answer.status_code == 400
    document = answer.json()
    assert differences(document, sample("callback_create_response_400_api_error")) == []
    return int(document["data"]["apiErrorData"]["errorCode"])


def _violations(answer: http.Response) -> list[str]:
    assert answer.status_code == 400
    document = answer.json()
    assert differences(document, sample("callback_create_response_400_validation")) == []
    return [one["message"] for one in document["data"]["validationErrorData"]["violations"]]


def _some(world: World, kind: type[Lead]) -> Any:
    return next(lead for lead in world if isinstance(lead, kind) and lead.site.site_id == SITE)


def _day(lead: Lead) -> str:
    return datetime.fromtimestamp(lead.happened_at, MOSCOW).strftime("%d/%m/%Y")


def _call_of(api: ApiClient, call: Call) -> dict[str, Any]:
    flags = {"withCallTags": 1, "withComments": 1}
    (record,) = api.calls(_day(call), _day(call), callId=call.lead_id, **flags).json()
    assert isinstance(record, dict)
    return record


@pytest.mark.parametrize("path", ALL)
def test_the_wrong_token_is_refused_everywhere(api: ApiClient, path: str) -> None:
    answer = ApiClient(api.served, "other").post(path, {})
    assert answer.status_code == 403
    assert answer.json() == sample("error_403_invalid_credentials")
    assert api.post(path, {}, site=99).status_code == 403


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("body", [b"", b"{", b'{"requests": [}'])
def test_no_json_is_error_1(api: ApiClient, path: str, body: bytes) -> None:
    assert _code(api.post(path, body)) == 1


@pytest.mark.parametrize("path", ALL[:-1])
def test_batches_have_1_to_100_items(api: ApiClient, path: str) -> None:
    name = {CREATE: "requests", COMMENT: "comments"}.get(path, "leads")
    wrong: tuple[object, ...] = ([], [{}] * 101, "x", None)
    for items in wrong:
        assert _violations(api.post(path, {name: items}))
    assert len(api.post(path, {name: [{}] * 100}).json()["data"][name]) == 100
    assert _violations(api.post(path, []))


def test_a_request_that_is_brought_in_is_exported(api: ApiClient) -> None:
    body = sample("request_create_request")
    body["requests"][0]["phoneNumber"] = "+7 (999) 000-11-22"
    answer = api.post(CREATE, body)
    assert answer.status_code == 200
    assert answer.json() == {"data": {"requests": [{"requestNumber": "FORM-1", "imported": True}]}}
    (record,) = api.requests("09/25/2023", "09/25/2023", withRequestTags=1).json()
    assert differences(record, sample("requests_export")[1]) == []
    assert record["requestNumber"] == "FORM-1"
    assert record["dateStr"] == "25/09/2023 23:35:16"
    assert record["client"]["phones"][0]["phoneNumber"] == "79990001122"
    assert record["client"]["contacts"][0]["contactValue"] == "test@example.com"
    assert record["comments"][0]["comment"] == "Комментарий к заявке"
    assert record["RequestTags"] == [{"category": "", "type": "API", "names": ["Тег 1", "Тег 2"]}]


def test_a_request_of_a_known_session_has_its_traffic(api: ApiClient, small_world: World) -> None:
    call = next(
        c for c in small_world if isinstance(c.last_touch, Visit) and c.site.site_id == SITE
    )
    assert isinstance(call.last_touch, Visit)
    item = {
        "requestNumber": "S-1",
        "fio": "Тест",
        "requestDate": "01-10-2026 12:00:00",
        "sessionId": str(call.last_touch.session_id),
    }
    api.post(CREATE, {"requests": [item]})
    (record,) = api.requests("10/01/2026", "10/01/2026").json()
    assert record["session"]["sessionId"] == call.last_touch.session_id
    assert record["session"]["source"] == call.last_touch.traffic.source


def test_one_bad_item_does_not_stop_the_others(api: ApiClient) -> None:
    bad_date = {"requestNumber": "B", "fio": "Тест", "requestDate": "2023-09-25 23:35:16"}
    items = [{"requestNumber": "A", "phoneNumber": "+7 999 000-11-22"}, {"requestNumber": "C"}]
    answer = api.post(CREATE, {"requests": [*items, bad_date, "x"]})
    assert answer.status_code == 200
    answer = answer.json()["data"]["requests"]
    assert [(item["requestNumber"], item["imported"]) for item in answer] == [
        ("A", True),
        ("C", False),
        ("B", False),
        (None, False),
    ]
    theirs = sample("request_create_response_200_partial")["data"]["requests"]
    assert list(answer[0]) == list(theirs[0])
    assert list(answer[1]) == [*theirs[1], "error"]


def test_a_number_that_is_known_is_refused_or_not(api: ApiClient, small_world: World) -> None:
    body = {"requests": [{"requestNumber": "A", "fio": "Тест"}] * 2}
    answer = api.post(CREATE, body).json()["data"]["requests"]
    assert [item["imported"] for item in answer] == [True, False]
    with serving(small_world, ApiOptions(refuses_known_numbers=False)) as served:
        answer = ApiClient(served).post(CREATE, body).json()["data"]["requests"]
    assert [item["imported"] for item in answer] == [True, True]


def _by_id(lead: Lead) -> list[dict[str, Any]]:
    kind = "call" if isinstance(lead, Call) else "request"
    return [{"type": kind, f"{kind}Params": {f"{kind}Id": lead.lead_id}}]


def test_tags_are_added_or_take_the_place_of_others(api: ApiClient, small_world: World) -> None:
    call = _some(small_world, Call)
    for tag, overwrite in (("А", False), ("Б", False), ("В", True)):
        tags = {"overwrite": overwrite, "tags": [{"tag": tag}]}
        answer = api.post(TAG, {"leads": [{"matching": _by_id(call), "addTags": tags}]})
        assert answer.json() == {"data": {"leads": [{"callId": call.lead_id}]}}
        names = [t["names"] for t in _call_of(api, call)["callTags"] if t["type"] == "API"]
        assert names[0][-1] == tag
    assert names == [["В"]]


def test_comments_and_managers_are_added(api: ApiClient, small_world: World) -> None:
    call = _some(small_world, Call)
    before = _call_of(api, call)["comments"]
    comment = {"matching": _by_id(call), "addComment": "Перезвонить & уточнить"}
    assert api.post(COMMENT, {"comments": [comment]}).status_code == 200
    managers = {"overwrite": True, "managers": [{"manager": "Иван Примеров"}]}
    api.post(MANAGER, {"leads": [{"matching": _by_id(call), "addManagers": managers}]})
    record = _call_of(api, call)
    assert record["comments"][: len(before)] == before
    assert record["comments"][-1]["comment"] == "Перезвонить & уточнить"
    assert record["manager"] == "Иван Примеров"


@pytest.mark.parametrize("name", ["tag", "comment", "manager"])
def test_documented_bodies_find_nobody_here(api: ApiClient, name: str) -> None:
    body = sample(f"{name}_lead_add_request")
    (key,) = body
    answer = api.post(f"/lead-service/v1/api/{name}/lead/add", body)
    assert answer.status_code == 200
    assert answer.json() == {"data": {key: [{"error": "Лид не найден"}]}}


@pytest.mark.parametrize("name", ["tag", "comment", "manager"])
def test_documented_bodies_fall_through_to_the_contact(
    api: ApiClient, small_world: World, name: str
) -> None:
    """The first matching entry wins: here the third, by phone, near the time of the call."""
    call = next(
        c for c in small_world if isinstance(c, Call) and c.is_unique and c.site.site_id == SITE
    )
    body = sample(f"{name}_lead_add_request")
    (key,) = body
    contact = body[key][0]["matching"][2]["leadContactParams"]
    phone = call.person.phone
    contact["phones"] = [f"+{phone[0]} ({phone[1:4]}) {phone[4:7]}-{phone[7:9]}-{phone[9:]}"]
    contact["date"] = datetime.fromtimestamp(call.happened_at, MOSCOW).strftime("%d-%m-%Y %H:%M:%S")
    del contact["tags"]
    answer = api.post(f"/lead-service/v1/api/{name}/lead/add", body)
    assert answer.json() == {"data": {key: [{"callId": call.lead_id}]}}
    for minutes in (119, 121, -119, -121):
        at = datetime.fromtimestamp(call.happened_at + minutes * 60, MOSCOW)
        contact["date"] = at.strftime("%d-%m-%Y %H:%M:%S")
        answer = api.post(f"/lead-service/v1/api/{name}/lead/add", body).json()["data"][key][0]
        assert answer != {"callId": call.lead_id} or abs(minutes) < contact["searchDepth"]


def test_only_unique_leads_match_if_only_those_are_meant(
    api: ApiClient, small_world: World
) -> None:
    call = next(
        c for c in small_world if isinstance(c, Call) and not c.is_unique and c.site.site_id == SITE
    )
    contact: dict[str, Any] = {"phones": [call.person.phone]}
    item = {"matching": [{"type": "callContact", "callContactParams": contact}], "addComment": "ок"}
    assert "callId" in api.post(COMMENT, {"comments": [item]}).json()["data"]["comments"][0]
    contact |= {"callTypeToMatch": "nearestUniq", "date": "01-10-2020 12:00:00", "searchDepth": 1}
    assert "error" in api.post(COMMENT, {"comments": [item]}).json()["data"]["comments"][0]
    uniques = {c.lead_id for c in small_world if c.person == call.person and c.is_unique}
    del contact["date"]
    answer = api.post(COMMENT, {"comments": [item]}).json()["data"]["comments"][0]
    assert answer == {"error": "Лид не найден"} or answer["callId"] in uniques


def test_a_match_may_want_tags_and_keeps_to_the_site(api: ApiClient, small_world: World) -> None:
    request = _some(small_world, Request)
    (entry,) = _by_id(request)
    tags = {"overwrite": False, "tags": [{"tag": "А"}]}
    item = {"matching": [entry], "addTags": tags}
    assert api.post(TAG, {"leads": [item]}, site=SITE + 1).json()["data"]["leads"][0]["error"]
    entry["requestParams"] |= {"tags": ["А"], "tagsLogic": "and"}
    assert api.post(TAG, {"leads": [item]}).json()["data"]["leads"][0]["error"]
    del entry["requestParams"]["tags"]
    api.post(TAG, {"leads": [item]})
    entry["requestParams"]["tags"] = ["А"]
    answer = api.post(TAG, {"leads": [item]})
    assert answer.json()["data"]["leads"] == [{"requestId": request.lead_id}]


def test_a_session_matches_too(api: ApiClient, small_world: World) -> None:
    call = next(
        c for c in small_world if isinstance(c.last_touch, Visit) and c.site.site_id == SITE
    )
    assert isinstance(call.last_touch, Visit)
    matching = [{"type": "session", "sessionParams": {"sessionId": [call.last_touch.session_id]}}]
    answer = api.post(COMMENT, {"comments": [{"matching": matching, "addComment": "ок"}]})
    assert "error" not in answer.json()["data"]["comments"][0]


def test_a_callback_is_taken(api: ApiClient) -> None:
    answer = api.post(CALLBACK, MINIMAL)
    assert answer.status_code == 200
    assert answer.json() == sample("callback_create_response_200")
    assert api.get("/simulate/callbacks").json() == [MINIMAL]


def test_a_callback_needs_no_site_in_the_headers(api: ApiClient) -> None:
    headers = {"Access-Token": api.token}
    answer = http.post(f"{api.served.url}{CALLBACK}", json=MINIMAL, headers=headers, timeout=5)
    assert answer.status_code == 200


def test_a_full_callback_needs_a_session_of_the_site(api: ApiClient, small_world: World) -> None:
    body = sample("callback_create_request_full")
    assert _code(api.post(CALLBACK, body)) == 10004
    call = next(
        c for c in small_world if isinstance(c.last_touch, Visit) and c.site.site_id == SITE
    )
    assert isinstance(call.last_touch, Visit)
    body["sessionId"] = str(call.last_touch.session_id)
    assert api.post(CALLBACK, body).status_code == 200
    assert _code(api.post(CALLBACK, body, site=SITE + 1)) == 10004


@pytest.mark.parametrize("phone", ["78001234567", "78041234567", "7999000112", "89990001122", "x"])
def test_the_phone_is_checked_before_the_key(api: ApiClient, phone: str) -> None:
    assert _code(api.post(CALLBACK, {"routeKey": "unknown", "phone": phone})) == 10013


def test_a_key_without_a_widget_is_the_sampled_error(api: ApiClient) -> None:
    answer = api.post(CALLBACK, MINIMAL | {"routeKey": "unknown"})
    assert answer.status_code == 400
    assert answer.json() == sample("callback_create_response_400_api_error")


def test_the_service_may_be_off(small_world: World) -> None:
    options = ApiOptions(callbacks=CallbackRules(is_enabled=False))
    with serving(small_world, options) as served:
        assert _code(ApiClient(served).post(CALLBACK, MINIMAL)) == 10002


def test_two_at_once_for_a_phone_are_too_many(api: ApiClient) -> None:
    api.post(CALLBACK, MINIMAL)
    assert _code(api.post(CALLBACK, MINIMAL)) == 10007
    assert api.post(CALLBACK, MINIMAL | {"phone": "79990001123"}).status_code == 200


def test_phones_sessions_and_minutes_have_their_limits(
    patient: ApiClient, small_world: World
) -> None:
    call = next(
        c for c in small_world if isinstance(c.last_touch, Visit) and c.site.site_id == SITE
    )
    assert isinstance(call.last_touch, Visit)
    by_session = MINIMAL | {"sessionId": call.last_touch.session_id}
    assert [patient.post(CALLBACK, MINIMAL).status_code for _ in range(2)] == [200, 200]
    assert _code(patient.post(CALLBACK, MINIMAL)) == 10006
    assert [patient.post(CALLBACK, by_session).status_code for _ in range(2)] == [200, 200]
    assert _code(patient.post(CALLBACK, by_session)) == 10001


def test_a_session_has_its_own_limit(small_world: World) -> None:
    call = next(
        c for c in small_world if isinstance(c.last_touch, Visit) and c.site.site_id == SITE
    )
    assert isinstance(call.last_touch, Visit)
    body = MINIMAL | {"sessionId": call.last_touch.session_id}
    rules = CallbackRules(interval=0, per_session=1)
    with serving(small_world, ApiOptions(callbacks=rules)) as served:
        assert ApiClient(served).post(CALLBACK, body).status_code == 200
        assert _code(ApiClient(served).post(CALLBACK, body)) == 10005


@pytest.mark.parametrize(
    "wrong",
    [
        {"routeKey": ""},
        {"routeKey": "x" * 256},
        {"phone": 79990001122},
        {"fields": [{"name": "Имя", "value": "Тест"}] * 6},
        {"fields": [{"name": "", "value": "Тест"}]},
        {"fields": [{"name": "Имя"}]},
        {"tags": ["т"] * 11},
        {"tags": ["т" * 101]},
        {"tags": [{"tag": "т"}]},
        {"sessionId": "1" * 101},
        {"scheduleTime": "01-02-2021 17:10:00"},
        {"unitId": "x"},
        {"utmSource": ["source"]},
    ],
)
def test_the_rules_of_the_fields(api: ApiClient, wrong: dict[str, Any]) -> None:
    assert len(_violations(api.post(CALLBACK, MINIMAL | wrong))) == 1
