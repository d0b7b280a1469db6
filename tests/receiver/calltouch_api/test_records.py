"""Export records become what the webhook of the same lead would have sent."""

import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from receiver.calltouch_api.parts import whole
from receiver.calltouch_api.records import call_params, happened_on, request_params

Sample = Callable[[str], bytes]
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def call(sample: Sample) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sample("calls_diary_record.OBSERVED.json"))
    return document


@pytest.fixture
def rich_call(sample: Sample) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sample("calls_diary_page.RECONSTRUCTED.json"))
    return dict(document["records"][1])


@pytest.fixture
def requests_export(sample: Sample) -> list[dict[str, Any]]:
    document: list[dict[str, Any]] = json.loads(sample("requests_export.RECONSTRUCTED.json"))
    return document


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


def test_of_a_running_call_what_is_null_is_not_known_yet(call: dict[str, Any]) -> None:
    unknown = {"sipCallId": None, "statusDetails": None, "redirectNumber": None, "duration": None}
    running = call_params({**call, **unknown, "callphase": "callconnected", "callTags": []})
    assert not {"sip_call_id", "statusDetails", "redirectNumber", "duration"} & set(running)
    assert None not in running.values()
    ended = call_params({**call, **unknown})
    assert ended["sip_call_id"] is ended["duration"] is None


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
    ("odd", "named"),
    [
        ({}, set()),
        ({"callTags": None, "comments": None, "phrases": None, "orders": None}, set()),
        ({"callTags": "нет", "comments": {}, "phrases": 7}, {"callTags", "comments", "phrases"}),
        ({"callTags": [None], "comments": ["x"]}, {"callTags", "comments"}),
        ({"callTags": [{"type": None, "names": ["x"]}]}, {"callTags"}),
        ({"callTags": [{"type": "MANUAL"}]}, {"callTags"}),
        ({"callTags": [{"type": "MANUAL", "names": [None]}]}, {"callTags"}),
        ({"comments": [{"partyName": "x"}], "phrases": [{"channel": 1}]}, {"comments", "phrases"}),
        ({"phrases": [None], "additionalTags": ["x"]}, {"phrases", "additionalTags"}),
        ({"orders": [None]}, {"orders"}),
        ({"orders": [{}]}, {"orders"}),
        ({"orders": [{"orderId": None}]}, {"orders"}),
        ({"orders": [{"orderId": [5]}]}, {"orders"}),
        ({"orders": {"orderId": 5}}, {"orders"}),
        ({"date": 5, "callbackInfo": [], "ip": None, "attrs": 7}, {"date", "callbackInfo"}),
        ({"date": "завтра", "timestamp": "x"}, {"date", "timestamp"}),
        ({"date": "01/01/0001 00:00:00", "timestamp": 0}, {"date", "timestamp"}),
        ({"timestamp": 10**30}, {"timestamp"}),
        ({"duration": "долго", "waitingConnect": [1], "sessionId": 1.5},
         {"duration", "waitingConnect", "sessionId"}),
        ({"successful": "может быть", "uniqueCall": {}}, {"successful", "uniqueCall"}),
        ({"manager": {"name": "Анна"}, "callerNumber": [], "ip": ["203.0.113.1"]},
         {"manager", "callerNumber", "ip"}),
        ({"attribution": 2}, {"attribution"}),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_read_is_named_and_empties_nothing(
    odd: dict[str, Any], named: set[str]
) -> None:
    unread: set[str] = set()
    params = call_params({"callId": 1, **odd}, unread)
    assert unread == named
    assert params.keys() <= {"leadtype", "id", "attrs"}
    assert None not in params.values()


def test_of_a_list_with_something_odd_the_rest_is_read() -> None:
    odd: set[str] = set()
    params = call_params(
        {
            "callId": 1,
            "orders": [{"orderId": 5}, {}, {"orderId": "6"}],
            "comments": [None, {"partyName": "user1", "comment": "Перезвонить"}],
            "callTags": [7, {"type": "manual", "names": ["VIP", None]}],
            "phrases": [{"channel": 1, "message": "Да"}, "x"],
        },
        odd,
    )
    assert params["orderId"] == "5,6"
    assert params["comment"] == [{"party": "user1", "comment": "Перезвонить"}]
    assert params["text"] == [{"channel": "operator", "phrase": "Да"}]
    assert params["tags_manual"] == "VIP"
    assert "tags_auto_pr" not in params
    assert odd == {"orders", "comments", "callTags", "phrases"}


@pytest.mark.parametrize(
    ("written", "read"),
    [(4242, 4242), ("4242", 4242), (" 4242 ", 4242), (4242.0, 4242), ("+4242", 4242)],
)
def test_an_id_may_be_a_text(written: Any, read: int) -> None:
    assert whole(written) == read
    assert call_params({"callId": written})["id"] == read
    assert request_params({"requestId": written})["requestId"] == read


@pytest.mark.parametrize(
    "written",
    [None, "", "x", True, 4242.5, [4242], {"id": 1}, 1 << 63, "٤٢", "42 42", float("nan")],
)
def test_what_is_no_id_is_none(written: Any) -> None:
    assert whole(written) is None
    assert call_params({"callId": written})["id"] is written


def test_numbers_and_flags_may_be_texts() -> None:
    params = call_params(
        {
            "duration": "72",
            "waitingConnect": 5.0,
            "timestamp": "1694766170",
            "date": "2023-09-15 11:22:50",
            "successful": "True",
            "uniqueCall": 1,
            "targetCall": "0",
            "attribution": "0",
        }
    )
    assert (params["duration"], params["waiting_time"], params["timestamp"]) == (72, 5, 1694766170)
    assert (params["status"], params["unique"]) == ("successful", True)
    assert (params["targetcall"], params["attribution"]) == ("non-target", 0)
    assert params["calltime"] == "2023-09-15 11:22:50"


@pytest.mark.parametrize(
    ("client", "says", "named"),
    [
        (None, {}, set()),
        ([], {}, {"client"}),
        ("Тест", {}, {"client"}),
        ({"phones": None, "contacts": None}, {}, set()),
        ({"phones": [], "contacts": []}, {"callerphone": None, "email": None}, set()),
        ({"phones": [None]}, {}, {"client.phones"}),
        ({"phones": [{"phoneNumber": None}]}, {}, {"client.phones"}),
        ({"phones": [None, {"phoneNumber": 79990002233}]}, {"callerphone": "79990002233"},
         {"client.phones"}),
        ({"phones": "79990002233"}, {"callerphone": "79990002233"}, set()),
        ({"phones": ["79990002233"]}, {"callerphone": "79990002233"}, set()),
        ({"phones": 5}, {}, {"client.phones"}),
        ({"contacts": "a@b.example"}, {"email": "a@b.example"}, set()),
        ({"contacts": ["x", "a@b.example"]}, {"email": "a@b.example"}, set()),
        ({"contacts": [{"type": "EMAIL", "value": "a@b.example"}]}, {"email": "a@b.example"},
         set()),
        ({"contacts": [7.5, None]}, {}, {"client.contacts"}),
        ({"contacts": True}, {}, {"client.contacts"}),
        ({"fio": ["Тест"]}, {}, {"client.fio"}),
    ],
)  # fmt: skip
def test_a_client_is_read_as_far_as_it_goes(
    client: Any, says: dict[str, Any], named: set[str]
) -> None:
    odd: set[str] = set()
    params = request_params({"requestId": 1, "client": client}, odd)
    if named == {"client.contacts"}:
        params.pop("email", None)
    assert params == {"leadtype": "request", "requestId": 1, **says}
    assert odd == named


@pytest.mark.parametrize("odd", [{"session": []}, {"RequestTags": {}}, {"dateStr": 7}])
def test_a_request_of_another_shape_too(odd: dict[str, Any]) -> None:
    named: set[str] = set()
    assert request_params({"requestId": 1} | odd, named) == {"leadtype": "request", "requestId": 1}
    assert named == set(odd)


@pytest.mark.parametrize(
    ("asked", "answered", "model", "says_traffic"),
    [
        (None, 1, 1, True),
        (None, None, None, True),
        (1, 1, 1, True),
        (0, 0, 0, True),
        (0, "0", 0, True),
        (0, 1, 1, True),
        (0, None, None, False),
        (0, 7, None, False),
    ],
)
def test_the_model_of_a_request_is_the_one_that_it_says(
    asked: int | None, answered: Any, model: int | None, says_traffic: bool
) -> None:
    record = {"requestId": 1, "session": {"attribution": answered, "source": "yandex"}}
    params = request_params(record, asked_model=asked)
    assert params.get("attribution") == model
    assert ("source" in params) is says_traffic


@pytest.mark.parametrize(
    "record",
    [
        {"timestamp": 0},
        {"timestamp": 10**30},
        {"timestamp": "x", "date": "завтра"},
        {"date": -62135596800000},
        {"date": "01/01/0001 00:00:00"},
    ],
)
def test_a_day_that_no_lead_can_have_is_none(record: dict[str, Any]) -> None:
    assert happened_on(record, MOSCOW) is None


def test_a_day_that_one_part_garbles_is_read_from_another() -> None:
    assert happened_on({"timestamp": "x", "date": "15/09/2023 11:22:50"}, MOSCOW) == "2023-09-15"
    assert happened_on({"date": [], "dateStr": "16/09/2023 11:39:19"}, MOSCOW) == "2023-09-16"
