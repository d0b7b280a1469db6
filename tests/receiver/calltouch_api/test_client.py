"""The client against a simulated Calltouch with its limits, errors and answer formats."""

import logging
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from receiver.calltouch_api import client as client_module
from receiver.calltouch_api.client import (
    AccessDenied,
    ApiClient,
    ApiError,
    ApiUnavailable,
    UnexpectedAnswer,
)
from receiver.calltouch_api.exports import ExportPage, ExportWindow
from receiver.calltouch_api.paging import Placed, read_window
from receiver.calltouch_api.rate_limit import RateLimit
from simulator.api import ApiOptions, RunningApi, serving
from simulator.api.faults import ApiFault
from simulator.market.rhythm import MOSCOW
from simulator.world import World

TOKEN = "t0ken-of-nobody"
UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)


@pytest.fixture(scope="module")
def world() -> World:
    return World(UNTIL, leads=60, days=2)


@pytest.fixture
def api(world: World) -> Iterator[RunningApi]:
    with serving(world, ApiOptions(token=TOKEN, per_second=1_000_000, page_size=7)) as served:
        yield served


@pytest.fixture
def client(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> ApiClient:
    """Without rate limit or pauses."""
    monkeypatch.setattr(client_module, "_FIRST_PAUSE_SECONDS", 0.01)
    return ApiClient(api.url, per_second=1_000_000)


def fetch(
    client: ApiClient, api: RunningApi, lead_type: str, site: int = 10001
) -> list[ExportPage]:
    day = UNTIL.date().replace(day=20)
    model = 1 if lead_type == "call" else None
    window = ExportWindow(day, site, lead_type, model)  # type: ignore[arg-type]
    answer: list[ExportPage] = []

    def take(page: ExportPage, records: list[Placed]) -> None:
        answer.append(replace(page, records=[record for _, record in records]))

    read_window(client, window, TOKEN, take)
    return answer


@pytest.mark.parametrize("lead_type", ["call", "request"])
def test_a_day_is_fetched_whole(client: ApiClient, api: RunningApi, lead_type: str) -> None:
    answer = [record for page in fetch(client, api, lead_type) for record in page.records]
    assert len(answer) == api.state.journal.entries[0].fetched.records  # type: ignore[union-attr]
    assert len(answer) > 2


@pytest.mark.parametrize("lead_type", ["call", "request"])
def test_pages_follow_one_another(
    client: ApiClient, api: RunningApi, lead_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fetch(client, api, lead_type)[0].records
    monkeypatch.setattr("receiver.calltouch_api.exports.PAGE_RECORDS", 2)
    in_pages = fetch(client, api, lead_type)
    assert len(in_pages) >= len(whole) / 2
    assert [record for page in in_pages for record in page.records] == whole


def test_a_requests_export_that_ignores_pages_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("receiver.calltouch_api.exports.PAGE_RECORDS", 2)
    options = ApiOptions(token=TOKEN, per_second=1_000_000, pages_requests=False)
    with serving(world, options) as served:
        answer = fetch(ApiClient(served.url, 1_000_000), served, "request")
        ids = [record["requestId"] for page in answer for record in page.records]
        assert len(ids) == len(set(ids)) > 2
        assert len(served.state.journal.entries) <= 2


@pytest.mark.parametrize(
    "kind", ["500", "502", "429", "broken-json", "truncated", "error-object-200", "close"]
)
def test_what_may_pass_is_tried_again(client: ApiClient, api: RunningApi, kind: str) -> None:
    api.state.faults.order(ApiFault(kind, times=3))
    assert sum(len(page.records) for page in fetch(client, api, "call")) > 2
    assert len(api.state.journal.entries) == 4


def test_in_the_end_it_gives_up_and_says_what_to_do(client: ApiClient, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("500", times=100))
    with pytest.raises(ApiUnavailable, match="run the same command again"):
        fetch(client, api, "call")
    assert len(api.state.journal.entries) == client_module.TRIES


def test_the_pause_that_calltouch_asks_for_is_kept(client: ApiClient, api: RunningApi) -> None:
    api.state.faults.order(ApiFault("429", retry_after=1))
    started = time.monotonic()
    fetch(client, api, "call")
    assert time.monotonic() - started >= 1.0


@pytest.mark.parametrize(
    ("kind", "error", "says"),
    [
        ("403", AccessDenied, "CALLTOUCH_API_TOKEN"),
        ("redirect", UnexpectedAnswer, "CALLTOUCH_API_URL"),
        ("api-error", UnexpectedAnswer, "Ошибка по заказу"),
    ],
)
def test_what_will_not_pass_is_an_error_at_once(
    client: ApiClient, api: RunningApi, kind: str, error: type[Exception], says: str
) -> None:
    api.state.faults.order(ApiFault(kind))
    with pytest.raises(error, match=says):
        fetch(client, api, "call")
    assert len(api.state.journal.entries) == 1


def test_an_unknown_site_names_the_site(client: ApiClient, api: RunningApi) -> None:
    with pytest.raises(AccessDenied, match=r"\[sites.77\]"):
        fetch(client, api, "call", site=77)


@pytest.mark.parametrize("kind", ["500", "403", "close", "broken-json", "redirect", "429"])
def test_the_token_is_in_no_error_and_no_log(
    client: ApiClient, api: RunningApi, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.state.faults.order(ApiFault(kind, times=100))
    with pytest.raises(ApiError) as raised:
        fetch(client, api, "call")
    shown = "".join(traceback.format_exception(raised.value))
    assert TOKEN not in shown.replace(f'TOKEN = "{TOKEN}"', "")
    assert TOKEN not in caplog.text


def test_nobody_there_is_an_error_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_FIRST_PAUSE_SECONDS", 0.01)
    client = ApiClient("http://127.0.0.1:9", per_second=1_000_000)
    with pytest.raises(ApiUnavailable, match="ConnectionError"):
        client.get("/x", {"clientApiId": TOKEN}, 1)


def asked_at(client: ApiClient) -> int:
    path = "/calls-service/RestAPI/10001/calls-diary/calls"
    query = {"clientApiId": TOKEN, "dateFrom": "20/11/2026", "dateTo": "20/11/2026"}
    return client.get(path, query, 10001).asked_at


@pytest.mark.parametrize("skew", [0, 420, -420])
def test_an_answer_is_as_old_as_its_web_request_by_calltouchs_clock(
    world: World, skew: int
) -> None:
    options = ApiOptions(token=TOKEN, per_second=1_000_000, date_skew=skew)
    with serving(world, options) as served:
        began = time.time()
        answer = asked_at(ApiClient(served.url, 1_000_000))
        assert began + skew - 3 < answer <= time.time() + skew


def test_it_is_as_old_as_the_try_that_was_answered_however_long_that_took(
    client: ApiClient, api: RunningApi
) -> None:
    api.state.faults.order(ApiFault("slow", seconds=1.2))
    began = time.time()
    assert began - 2 < asked_at(client) <= began + 0.2
    api.state.faults.order(ApiFault("429", retry_after=2))
    began = time.time()
    assert began + 2 - 2 < asked_at(client) <= time.time()


@pytest.mark.parametrize("date", ["", "the day before", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_without_the_time_of_the_answer_our_clock_has_to_do(
    client: ApiClient, api: RunningApi, date: str
) -> None:
    api.state.faults.order(ApiFault("date", message=date))
    began = time.time()
    assert int(began) <= asked_at(client) <= time.time()


@pytest.mark.parametrize("body", ["[" * 100_000, "[" + "9" * 5000 + "]", "[1,"])
def test_a_body_that_no_reader_can_take_is_tried_again(
    client: ApiClient, api: RunningApi, body: str
) -> None:
    api.state.faults.order(ApiFault("body", message=body))
    assert asked_at(client)
    assert len(api.state.journal.entries) == 2


def test_processes_share_one_pace() -> None:
    """Four processes, five slots each: together no faster than one would be."""
    host = f"pace-{time.monotonic_ns()}.example"
    code = (
        "import time; from receiver.calltouch_api.rate_limit import RateLimit\n"
        "limit = RateLimit({!r}, 10)\n"
        "for _ in range(5): limit.wait(); print(time.monotonic())"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code.format(host)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    turns = sorted(float(line) for one in running for line in one.communicate()[0].split())
    assert len(turns) == 20
    assert turns[-1] - turns[0] >= 1.8


def test_no_turn_is_given_twice() -> None:
    pace = RateLimit(f"turns-{time.monotonic_ns()}.example", 100_000)
    with ThreadPoolExecutor(16) as pool:
        turns = sorted(pool.map(lambda _: pace._take_turn(), range(2000)))
    assert min(later - turn for turn, later in pairwise(turns)) > 0.9 / 100_000


def test_a_turn_given_by_the_clock_of_an_earlier_boot_does_not_count() -> None:
    pace = RateLimit(f"boot-{time.monotonic_ns()}.example", 10)
    pace.wait()
    pace._path.write_bytes(struct.pack("<d", time.monotonic() + 10**6))
    started = time.monotonic()
    pace.wait()
    assert time.monotonic() - started < 5
