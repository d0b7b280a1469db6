"""The two exports: response modes, pages, dates, flags, access, failures."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import requests as http

from simulator.api import ApiOptions, serving
from simulator.lives.leads import Call, Lead
from simulator.market.rhythm import MOSCOW, local_text
from simulator.world import World
from tests.simulator.api.api_client import ALL_OF_CALLS, SITE, ApiClient, Record, sample

MONTH = ("01/11/2026", "30/11/2026")
WRAPPER = ["page", "pageTotal", "pageSize", "recordsTotal", "records"]


def _ids(records: list[Record]) -> list[int]:
    return [record.get("callId") or record["requestId"] for record in records]


def _of_day(leads: list[Lead], day: str, is_call: bool) -> list[int]:
    return sorted(
        lead.lead_id
        for lead in leads
        if lead.site.site_id == SITE
        and isinstance(lead, Call) is is_call
        and local_text(lead.happened_at).startswith(day)
    )


def test_one_day_without_paging_is_a_bare_array(reading: ApiClient, leads: list[Lead]) -> None:
    for slash in ("", "/"):
        answer = reading.get(
            f"/calls-service/RestAPI/{SITE}/calls-diary/calls{slash}",
            {"clientApiId": reading.token, "dateFrom": "10/11/2026", "dateTo": "10/11/2026"},
        )
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert sorted(_ids(answer.json())) == _of_day(leads, "2026-11-10", True) != []


def test_several_days_without_paging_are_an_error(reading: ApiClient) -> None:
    answer = reading.calls(*MONTH)
    assert answer.status_code == 400
    assert answer.json()["data"]["apiErrorData"]["errorMessage"]


def test_pages_have_all_records_once(reading: ApiClient, leads: list[Lead]) -> None:
    first = reading.calls(*MONTH, page=1, limit=50).json()
    assert list(first) == list(sample("calls_diary_page")) == WRAPPER
    pages = [
        reading.calls(*MONTH, page=n, limit=50).json() for n in range(1, first["pageTotal"] + 1)
    ]
    records = [call for page in pages for call in _ids(page["records"])]
    assert [page["page"] for page in pages] == list(range(1, first["pageTotal"] + 1))
    assert {page["pageSize"] for page in pages} == {50}
    assert len(records) == len(set(records)) == first["recordsTotal"]
    assert sorted(records) == _of_day(leads, "2026", True)


@pytest.mark.parametrize(
    ("paging", "size"), [({"page": 1}, 100), ({"limit": 7}, 7), ({"page": 1, "limit": 5000}, 1000)]
)
def test_page_sizes(reading: ApiClient, paging: dict[str, Any], size: int) -> None:
    answer = reading.calls(*MONTH, **paging).json()
    assert (answer["page"], answer["pageSize"]) == (1, size)
    assert len(answer["records"]) == min(size, answer["recordsTotal"])


def test_an_empty_period_has_no_pages(reading: ApiClient) -> None:
    answer = reading.calls("01/01/2020", "31/01/2020", page=1).json()
    assert answer == {"page": 1, "pageTotal": 0, "pageSize": 100, "recordsTotal": 0, "records": []}
    assert reading.calls("01/01/2020", "01/01/2020").json() == []
    assert reading.requests("01/01/2020", "01/01/2020").json() == []


def test_past_the_last_page_there_is_nothing(reading: ApiClient) -> None:
    answer = reading.calls(*MONTH, page=999).json()
    assert answer["records"] == []
    assert answer["pageTotal"] < 999


def test_cheap_count(reading: ApiClient, leads: list[Lead]) -> None:
    total = reading.calls(*MONTH, page=1, limit=1).json()["recordsTotal"]
    assert total == len(_of_day(leads, "2026", True))


def test_a_swapped_date_is_silently_another_period(reading: ApiClient, leads: list[Lead]) -> None:
    """Requests take the month first."""
    right = reading.requests("11/10/2026", "11/10/2026").json()
    assert sorted(_ids(right)) == _of_day(leads, "2026-11-10", False) != []
    assert reading.requests("10/11/2026", "10/11/2026").json() == []
    assert reading.calls("11/10/2026", "11/10/2026").json() == []


def test_an_impossible_month_breaks_the_requests_export(reading: ApiClient) -> None:
    answer = reading.requests("15/11/2026", "15/11/2026")
    assert answer.status_code == 500
    assert answer.json() == sample("error_calls_service_500")


@pytest.mark.parametrize(
    "asked",
    [
        {"dateFrom": "11/15/2026"},
        {"dateFrom": ""},
        {"dateTo": "09/11/2026", "page": "1"},
        {"page": "0"},
        {"limit": "many"},
        {"timeFrom": "25:00:00"},
    ],
)
def test_what_cannot_be_read_is_an_error_of_the_calls_export(
    reading: ApiClient, asked: dict[str, str]
) -> None:
    answer = reading.calls("10/11/2026", "10/11/2026", **asked)
    assert answer.status_code == 400
    assert answer.json()["data"]["type"] == "apiErrorData"


def test_requests_are_always_a_bare_array(reading: ApiClient, leads: list[Lead]) -> None:
    whole = reading.requests("11/01/2026", "11/30/2026").json()
    assert sorted(_ids(whole)) == _of_day(leads, "2026", False)
    for page in (1, 2):
        shown = reading.requests("11/01/2026", "11/30/2026", page=page, limit=10).json()
        assert shown == whole[page * 10 - 10 : page * 10]


def test_an_account_may_ignore_the_page_of_requests(small_world: World) -> None:
    with serving(small_world, ApiOptions(pages_requests=False)) as served:
        first, second = (
            ApiClient(served).requests("11/01/2026", "11/30/2026", page=n, limit=5).json()
            for n in (1, 2)
        )
    assert len(first) > 5
    assert first == second


def test_the_last_second_of_a_day_belongs_to_it(api: ApiClient, small_world: World) -> None:
    call = next(
        lead for lead in small_world if isinstance(lead, Call) and lead.site.site_id == SITE
    )
    midnight = int(datetime(2026, 10, 2, tzinfo=MOSCOW).timestamp())
    for number, at in enumerate((midnight - 1, midnight), 1):
        api.served.state.account.add(replace(call, lead_id=number, happened_at=at))
    assert _ids(api.calls("01/10/2026", "01/10/2026").json()) == [1]
    assert _ids(api.calls("02/10/2026", "02/10/2026").json()) == [2]


def test_requests_are_asked_for_in_no_model_unless_the_account_heeds_it(world: World) -> None:
    records = []
    for heeds in (False, True):
        options = ApiOptions(per_second=100, requests_heed_attribution=heeds)
        with serving(world, options) as served:
            answer = ApiClient(served).requests("11/01/2026", "11/30/2026", attribution=0)
        sessions = [record["session"] for record in answer.json() if record["session"]]
        records.append({session["attribution"] for session in sessions})
    assert records == [{1}, {0}]


def test_a_period_may_be_too_long(small_world: World) -> None:
    with serving(small_world, ApiOptions(most_days=29)) as served:
        assert ApiClient(served).calls(*MONTH, page=1).status_code == 400
        assert ApiClient(served).calls("02/11/2026", MONTH[1], page=1).status_code == 200


def test_the_time_of_day_bounds_the_period(reading: ApiClient) -> None:
    day = ("10/11/2026", "10/11/2026")
    morning = reading.calls(*day, timeFrom="00:00:00", timeTo="11:59:59").json()
    rest = reading.calls(*day, timeFrom="12:00:00", timeTo="23:59:59").json()
    assert _ids(morning) + _ids(rest) == _ids(reading.calls(*day).json())
    assert morning and rest


@pytest.mark.parametrize("yes", ["true", "True", "1"])
def test_flags_are_said_in_three_ways(reading: ApiClient, yes: str) -> None:
    day = ("10/11/2026", "10/11/2026")
    assert all(r["callTags"] is not None for r in reading.calls(*day, withCallTags=yes).json())
    assert all(r["callTags"] is None for r in reading.calls(*day, withCallTags="false").json())
    days = ("11/01/2026", "11/30/2026")
    assert all(
        r["RequestTags"] is not None for r in reading.requests(*days, withRequestTags=yes).json()
    )


def test_a_flag_fills_its_own_field_alone(reading: ApiClient) -> None:
    fields = {
        "withCallTags": "callTags",
        "withComments": "comments",
        "withText": "phrases",
        "withCallbackInfo": "callbackInfo",
        "withOrders": "orders",
        "withAttrs": "attrs",
    }
    plain = reading.calls(*MONTH, limit=1000).json()["records"]
    assert set(fields) == set(ALL_OF_CALLS)
    for flag, field in fields.items():
        full = reading.calls(*MONTH, limit=1000, **{flag: "true"}).json()["records"]
        changed = {
            name for a, b in zip(plain, full, strict=True) for name in a if a[name] != b[name]
        }
        assert changed == {field}, flag


@pytest.mark.parametrize(
    ("flag", "field"),
    [
        ("uniqueOnly", "uniqueCall"),
        ("targetOnly", "targetCall"),
        ("uniqTargetOnly", "uniqTargetCall"),
        ("callbackOnly", "callbackCall"),
    ],
)
def test_filters(reading: ApiClient, flag: str, field: str) -> None:
    whole = reading.calls(*MONTH, limit=1000).json()["records"]
    records = reading.calls(*MONTH, limit=1000, **{flag: "true"}).json()["records"]
    assert records == [record for record in whole if record[field]] != []


def test_bind_to_is_passed_over_and_a_call_id_is_not(reading: ApiClient) -> None:
    whole = reading.calls(*MONTH, limit=1000).json()
    assert reading.calls(*MONTH, limit=1000, bindTo="session").json() == whole
    wanted = whole["records"][3]
    assert reading.calls(*MONTH, limit=1000, callId=wanted["callId"]).json()["records"] == [wanted]


def test_the_wrong_token_or_site_is_refused(reading: ApiClient) -> None:
    stranger = ApiClient(reading.served, "other")
    day = ("10/11/2026", "10/11/2026")
    for answer in (
        stranger.calls(*day),
        reading.calls(*day, site=99),
        stranger.requests(*day),
        reading.requests(*day, siteId=99),
        reading.requests(*day, siteId="x"),
        reading.get(f"/calls-service/RestAPI/{SITE}/calls-diary/calls"),
    ):
        assert answer.status_code == 403
        assert answer.json() == sample("error_403_invalid_credentials")


def test_a_site_may_have_its_own_token_which_then_names_it(small_world: World) -> None:
    options = ApiOptions(site_tokens={SITE: "a/b.c", SITE + 1: "other"}, per_second=100)
    day = {"dateFrom": "11/19/2026", "dateTo": "11/19/2026"}
    with serving(small_world, options) as served:
        api = ApiClient(served, "a/b.c")
        records = api.get(
            "/calls-service/RestAPI/requests/", {"clientApiId": "a/b.c", **day}
        ).json()
        assert {record["siteId"] for record in records} == {SITE}
        assert api.calls("19/11/2026", "19/11/2026", site=SITE + 1).status_code == 403


def test_one_token_for_two_sites_names_none(reading: ApiClient) -> None:
    day = {"clientApiId": reading.token, "dateFrom": "11/19/2026", "dateTo": "11/19/2026"}
    assert reading.get("/calls-service/RestAPI/requests", day).status_code == 400


@pytest.mark.parametrize("path", ["/", "/api/sites", "/calls-service/RestAPI/x/calls-diary/calls"])
def test_an_unknown_path_leads_to_a_page(reading: ApiClient, path: str) -> None:
    answer = reading.get(path)
    assert answer.status_code == 302
    page = reading.get(answer.headers["Location"])
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_recording_is_an_mp3_of_a_call_that_somebody_answered(
    reading: ApiClient, leads: list[Lead]
) -> None:
    calls = [lead for lead in leads if isinstance(lead, Call) and lead.site.site_id == SITE]
    answered = {call.life[-1].condition.is_successful: call.lead_id for call in calls}
    path = f"/calls-service/RestAPI/{SITE}/calls-diary/calls"
    token = {"clientApiId": reading.token}
    recording = reading.get(f"{path}/{answered[True]}/download", token)
    assert recording.headers["Content-Type"] == "audio/mpeg"
    assert recording.content.startswith(b"\xff\xfb")
    assert reading.get(f"{path}/{answered[False]}/download", token).status_code == 404
    assert reading.get(f"{path}/{answered[True]}/download").status_code == 403


def test_the_node_is_told_with_or_without_a_token(reading: ApiClient) -> None:
    for slash in ("", "/"):
        answer = reading.get(f"/calls-service/RestAPI/{SITE}/getnodeid{slash}")
        assert answer.json() == {"nodeId": SITE % 30 + 1}


def test_old_statistics_count_the_same_calls(reading: ApiClient, leads: list[Lead]) -> None:
    asked = {"access_token": reading.token, "dateFrom": MONTH[0], "dateTo": MONTH[1]}
    path = f"/calls-service/RestAPI/statistics/{SITE}/calls"
    total = reading.get(f"{path}/total-count", asked).json()
    by_date = reading.get(f"{path}/count-by-date", asked).json()
    assert total == sum(by_date.values()) == len(_of_day(leads, "2026", True))
    assert by_date["10/11/2026"] == len(_of_day(leads, "2026-11-10", True))
    assert reading.get(f"{path}/total-count", asked | {"access_token": "x"}).status_code == 403


def test_a_moment_shows_leads_as_they_stood_then(small_world: World) -> None:
    noon = int(datetime(2026, 11, 19, 12, tzinfo=MOSCOW).timestamp())
    with serving(small_world, ApiOptions(per_second=100)) as served:
        api = ApiClient(served)
        after_all = api.calls(*MONTH, limit=1000, **ALL_OF_CALLS).json()["records"]
        served.state.account.present = noon
        then = api.calls(*MONTH, limit=1000, **ALL_OF_CALLS).json()["records"]
    assert then and max(record["timestamp"] for record in then) <= noon
    later = {record["callId"]: record for record in after_all}
    assert any(record != later[record["callId"]] for record in then)


@pytest.mark.parametrize("by_limit", [False, True])
def test_an_account_may_give_less_on_a_page_than_is_asked_for(
    small_world: World, by_limit: bool
) -> None:
    options = ApiOptions(most_per_page=7, counts_pages_by_limit=by_limit, per_second=1_000_000)
    with serving(small_world, options) as served:
        client = ApiClient(served)
        whole = client.calls("19/11/2026", "19/11/2026").json()
        first, second = (
            client.calls("19/11/2026", "19/11/2026", page=n, limit=1000).json() for n in (1, 2)
        )
    assert first["records"] + second["records"] == whole[:14]
    assert (first["pageSize"], first["recordsTotal"]) == (7, len(whole))
    assert first["pageTotal"] == (1 if by_limit else -(-len(whole) // 7))


def test_newest_first_and_ids_as_texts(small_world: World) -> None:
    options = ApiOptions(newest_first=True, ids_as_text=True, per_second=1_000_000)
    with serving(small_world, options) as served:
        turned = ApiClient(served).calls("19/11/2026", "19/11/2026").json()
    with serving(small_world, ApiOptions(per_second=1_000_000)) as served:
        usual = ApiClient(served).calls("19/11/2026", "19/11/2026").json()
    assert [record["callId"] for record in turned] == [str(r["callId"]) for r in usual[::-1]]


@pytest.mark.parametrize("lead_type", ["call", "request"])
def test_odd_records_stand_behind_the_others(api: ApiClient, lead_type: str) -> None:
    odd = [None, {"callId": None}, "x"]
    http.post(f"{api.served.url}/simulate/oddities", json={lead_type: odd}, timeout=10)
    calls = api.calls("19/11/2026", "19/11/2026", page=1, limit=1000).json()
    requests = api.requests("11/19/2026", "11/19/2026").json()
    assert (calls["records"] if lead_type == "call" else requests)[-3:] == odd
    assert calls["recordsTotal"] == len(calls["records"])
    http.delete(f"{api.served.url}/simulate/oddities", timeout=10)
    assert api.requests("11/19/2026", "11/19/2026").json()[-1] != "x"
    answer = http.post(f"{api.served.url}/simulate/oddities", json={"deal": odd}, timeout=10)
    assert answer.status_code == 400
