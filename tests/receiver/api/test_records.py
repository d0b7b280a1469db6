"""Records of the exports become what the webhook of the same lead would have said."""

import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from receiver.api.records import call_params, happened_on, request_params

Sample = Callable[[str], bytes]
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def call(sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample("calls_diary_record.OBSERVED.json"))
    return found


@pytest.fixture
def rich_call(sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample("calls_diary_page.RECONSTRUCTED.json"))
    return dict(found["records"][1])


@pytest.fixture
def requests_export(sample: Sample) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(sample("requests_export.RECONSTRUCTED.json"))
    return found


def test_a_recorded_call(call: dict[str, Any]) -> None:
    params = call_params(call)
    assert params["leadtype"] == "call"
    assert (params["id"], params["callphase"]) == (call["callId"], "calldisconnected")
    assert (params["status"], params["unique"]) == ("successful", True)
    assert (params["targetcall"], params["uniqtargetcall"]) == ("target", "uniqtarget")
    assert params["callback"] == "non-callback"
    assert params["calltime"] == "2023-09-15 11:22:50"
    assert params["waiting_time"] == call["waitingConnect"]
    assert params["callReferenceNumber"] == call["callReferenceId"]
    assert params["gcid"] is None
    assert params["add_url_params"] == []


def test_what_only_webhooks_know_is_not_mentioned(call: dict[str, Any]) -> None:
    silent = {"rating", "spam", "worktime", "reclink", "changedFields", "sendingTimestamp"}
    assert not silent & set(call_params(call))


def test_without_its_flag_a_list_says_nothing(call: dict[str, Any]) -> None:
    assert call["callTags"] is call["comments"] is call["phrases"] is None
    assert not {"tags_manual", "tags_auto_pr", "comment", "text"} & set(call_params(call))


def test_tags_comments_and_phrases(rich_call: dict[str, Any]) -> None:
    params = call_params(rich_call)
    assert params["tags_manual"] == "Лид Самара"
    assert params["tags_auto_pr"] == "Продажа,Новый клиент"
    assert params["comment"][0]["comment"] == rich_call["comments"][0]["comment"]
    channels = {1: "operator", 0: "client"}
    assert [phrase["channel"] for phrase in params["text"]] == [
        channels[phrase["channel"]] for phrase in rich_call["phrases"]
    ]


def test_an_hour_without_its_zero(rich_call: dict[str, Any]) -> None:
    assert rich_call["date"] == "15/09/2023  9:05:03"
    assert call_params(rich_call)["calltime"] == "2023-09-15 09:05:03"


def test_a_tag_that_was_taken_away_is_said_to_be_gone(call: dict[str, Any]) -> None:
    params = call_params(call | {"callTags": []})
    assert params["tags_manual"] is params["tags_auto_pr"] is None
    assert "tags_auto_gr" not in params


def test_ids_beyond_what_a_double_can_hold_keep_all_digits(rich_call: dict[str, Any]) -> None:
    assert call_params(rich_call)["ctClientId"] == 2500000000005558301


def test_requests(requests_export: list[dict[str, Any]]) -> None:
    plain, rich, without_session = map(request_params, requests_export)
    assert (plain["requestId"], plain["requestNumber"]) == (78000, "78000")
    assert plain["requestDate"] == "2023-09-16 11:39:19"
    assert (plain["callerphone"], plain["fio"]) == ("79991111111", "ТЕСТ ТЕСТОВ")
    assert (plain["uniquerequest"], plain["targetrequest"]) == (False, "non-target")
    assert plain["ip"] == "203.0.113.12"
    assert (plain["attribution"], plain["source"]) == (1, "(direct)")
    assert rich["email"] == "test@example.com"
    assert rich["tags_manual"] == "Отдел продаж"
    assert rich["comment"] == [{"party": "user1", "comment": "Комментарий"}]
    assert "sessionId" not in without_session
    assert "attribution" not in without_session


def test_the_browser_of_a_request_is_its_user_agent(requests_export: list[dict[str, Any]]) -> None:
    params = request_params(requests_export[0])
    assert params["userAgent"].startswith("Mozilla/5.0")
    assert "browser" not in params


def test_the_day_is_the_accounts_day(
    call: dict[str, Any], requests_export: list[dict[str, Any]]
) -> None:
    assert happened_on(call, MOSCOW) == "2023-09-15"
    assert happened_on(requests_export[0], MOSCOW) == "2023-09-16"
    just_after_midnight = {"timestamp": 1694725260}
    assert happened_on(just_after_midnight, MOSCOW) == "2023-09-15"
    assert happened_on(just_after_midnight, ZoneInfo("Europe/London")) == "2023-09-14"
    assert happened_on({"date": "15/09/2023  0:01:00"}, MOSCOW) == "2023-09-15"
    assert happened_on({}, MOSCOW) is None


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"callTags": "нет", "comments": {}, "phrases": [None], "additionalTags": None},
        {"callTags": [None, {"type": None, "names": "x"}], "comments": ["x"]},
        {"date": 5, "orders": [None], "callbackInfo": [], "ip": None, "attrs": 7},
        {"successful": "True", "uniqueCall": None},
    ],
)
def test_a_record_of_another_shape_is_read_as_far_as_it_goes(odd: dict[str, Any]) -> None:
    assert call_params({"callId": 1} | odd)["id"] == 1


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"client": None, "session": [], "RequestTags": {}, "dateStr": None},
        {"client": {"phones": None, "contacts": None}, "requestNumber": 78000},
        {"client": {"phones": [], "contacts": [{"type": "EMAIL", "value": "a@b.example"}]}},
    ],
)
def test_a_request_of_another_shape_too(odd: dict[str, Any]) -> None:
    assert request_params({"requestId": 1} | odd)["requestId"] == 1
