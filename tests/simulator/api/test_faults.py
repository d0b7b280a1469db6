"""Faults on demand: as many as ordered, where ordered, and then none."""

import time
from email.utils import parsedate_to_datetime

import pytest
import requests as http

from simulator.api import ApiOptions, serving
from simulator.world import World
from tests.simulator.api.api_client import ApiClient, sample

DAY = ("19/11/2026", "19/11/2026")


def _status_and_body(api: ApiClient) -> tuple[int, object]:
    answer = api.calls(*DAY)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("500", 500, sample("error_calls_service_500")),
        ("error-object-200", 200, sample("error_calls_service_500")),
        ("403", 403, sample("error_403_invalid_credentials")),
        ("429", 429, {"message": "Too many requests"}),
    ],
)
def test_an_error_in_place_of_an_answer(
    api: ApiClient, kind: str, status: int, body: object
) -> None:
    usual = _status_and_body(api)
    api.order_fault(kind=kind, times=2)
    assert [_status_and_body(api) for _ in range(3)] == [(status, body), (status, body), usual]


def test_typed_errors(api: ApiClient) -> None:
    api.order_fault(kind="api-error", code=10002, message="нет")
    error = sample("callback_create_response_400_api_error")
    error["data"]["apiErrorData"] = {"errorCode": 10002, "errorMessage": "нет"}
    assert _status_and_body(api) == (400, error)
    api.order_fault(kind="validation-error", message="...")
    assert _status_and_body(api) == (400, sample("callback_create_response_400_validation"))


def test_a_page_of_the_gateway(api: ApiClient) -> None:
    api.order_fault(kind="502")
    answer = api.calls(*DAY)
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_redirect_to_a_page(api: ApiClient) -> None:
    api.order_fault(kind="redirect")
    answer = api.calls(*DAY)
    assert answer.status_code == 302
    assert api.get(answer.headers["Location"]).status_code == 200


def test_broken_json(api: ApiClient) -> None:
    api.order_fault(kind="broken-json")
    answer = api.calls(*DAY)
    assert answer.status_code == 200
    with pytest.raises(http.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize("kind", ["truncated", "close"])
def test_a_broken_connection(api: ApiClient, kind: str) -> None:
    api.order_fault(kind=kind)
    with pytest.raises((http.ConnectionError, http.exceptions.ChunkedEncodingError)):
        api.calls(*DAY)
    assert api.calls(*DAY).status_code == 200


def test_no_answer_is_noted_as_none(api: ApiClient) -> None:
    api.order_fault(kind="close")
    with pytest.raises(http.ConnectionError):
        api.calls(*DAY)
    (entry,) = api.served.state.journal.entries
    assert (entry.status, entry.fault) == (0, "close")


def test_slow(api: ApiClient) -> None:
    usual = _status_and_body(api)
    api.order_fault(kind="slow", seconds=0.3)
    started = time.monotonic()
    assert _status_and_body(api) == usual
    assert time.monotonic() - started >= 0.3


def test_retry_after_is_said_if_ordered(api: ApiClient) -> None:
    api.order_fault(kind="429", retry_after=7)
    assert api.calls(*DAY).headers["Retry-After"] == "7"
    api.order_fault(kind="429")
    assert "Retry-After" not in api.calls(*DAY).headers


def test_a_fault_waits_for_its_path(api: ApiClient) -> None:
    api.order_fault(kind="500", path=r"/10002/calls-diary|/requests$")
    assert api.calls(*DAY).status_code == 200
    assert api.calls(*DAY, site=10002).status_code == 500
    assert api.requests("11/19/2026", "11/19/2026").status_code == 200


def test_the_first_ordered_comes_first_and_what_is_left_can_be_taken_back(api: ApiClient) -> None:
    api.order_fault(kind="500", times=2)
    left = api.order_fault(kind="429", times=5).json()["pending"]
    assert [(fault["kind"], fault["times"]) for fault in left] == [("500", 2), ("429", 5)]
    assert [api.calls(*DAY).status_code for _ in range(3)] == [500, 500, 429]
    assert http.delete(f"{api.served.url}/simulate/faults", timeout=5).json() == {"pending": []}
    assert api.calls(*DAY).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "504"},
        {},
        {"kind": "500", "path": "("},
        {"kind": "500", "often": 2},
        {"kind": "500", "times": "2"},
    ],
)
def test_what_cannot_be_ordered_is_said(api: ApiClient, fault: dict[str, object]) -> None:
    answer = api.order_fault(**fault)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert api.calls(*DAY).status_code == 200


def test_the_present_can_be_moved_over_http(api: ApiClient) -> None:
    month = ("01/11/2026", "30/11/2026")
    whole = api.calls(*month, limit=1).json()["recordsTotal"]
    moved = http.post(
        f"{api.served.url}/simulate/present", json={"at": "2026-11-19T12:00"}, timeout=5
    )
    assert moved.json() == {"present": 1795078800}
    assert 0 < api.calls(*month, limit=1).json()["recordsTotal"] < whole
    http.post(f"{api.served.url}/simulate/present", json={"at": None}, timeout=5)
    assert api.calls(*month, limit=1).json()["recordsTotal"] == whole
    wrong = http.post(f"{api.served.url}/simulate/present", json={"at": "noon"}, timeout=5)
    assert wrong.status_code == 400


def test_it_says_what_it_holds(api: ApiClient) -> None:
    about = api.get("/simulate").json()
    assert about["site_ids"] == [10001, 10002]
    assert about["calls"] + about["requests"] == 120


def test_the_clock_of_an_answer(small_world: World) -> None:
    with serving(small_world, ApiOptions(date_skew=900, per_second=1_000_000)) as served:
        api = ApiClient(served)
        ahead = parsedate_to_datetime(api.calls(*DAY).headers["Date"]).timestamp() - time.time()
        assert 890 < ahead <= 900
        api.order_fault(kind="date", message="noon")
        assert api.calls(*DAY).headers["Date"] == "noon"
        api.order_fault(kind="date", message="")
        assert "Date" not in api.calls(*DAY).headers
        assert "Date" in api.calls(*DAY).headers


def test_an_answer_may_lag_behind(api: ApiClient) -> None:
    usual = api.calls(*DAY).json()
    noon = 1_795_078_800
    api.order_fault(kind="lagging", at=noon)
    before = api.calls(*DAY).json()
    assert 0 < len(before) < len(usual)
    assert all(record["timestamp"] <= noon for record in before)
    assert api.calls(*DAY).json() == usual


@pytest.mark.parametrize(("records", "first"), [(1, 3), (-1, 5)])
def test_records_move_from_page_to_page(api: ApiClient, records: int, first: int) -> None:
    """A new call in front pushes one to the next page; a removed one pulls one up."""
    whole = api.calls(*DAY).json()
    api.order_fault(kind="moved", records=records)
    page = api.calls(*DAY, page=2, limit=4).json()
    assert page["records"] == whole[first : first + 4]
    assert page["recordsTotal"] == len(whole) + records
    assert api.calls(*DAY, page=2, limit=4).json()["records"] == whole[4:8]
