"""Five requests in any second per address, and the journal of what a client did."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import requests as http

from simulator.api import ApiOptions, serving
from simulator.api.journal import Journal, JournalEntry
from simulator.api.limit import SlidingLimit
from simulator.world import World
from tests.simulator.api.api_client import SITE, ApiClient

DAY = ("19/11/2026", "19/11/2026")
NODE = f"/calls-service/RestAPI/{SITE}/getnodeid/"


@pytest.fixture
def limited(small_world: World) -> Iterator[ApiClient]:
    """Its second lasts a minute, so that a slow machine does not matter."""
    with serving(small_world, ApiOptions(retry_after=2, limit_seconds=60)) as served:
        yield ApiClient(served)


def test_the_second_slides() -> None:
    limit = SlidingLimit(5)
    arrivals = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.02, 1.49, 1.51]
    admitted = [limit.admits("10.0.0.1", at) for at in arrivals]
    assert admitted == [True] * 5 + [False, True, False, False, True]


def test_every_address_has_its_own() -> None:
    limit = SlidingLimit(1)
    assert limit.admits("10.0.0.1", 0.0)
    assert limit.admits("10.0.0.2", 0.1)
    assert not limit.admits("10.0.0.1", 0.2)


def test_of_eleven_at_once_five_are_answered(limited: ApiClient) -> None:
    with ThreadPoolExecutor(11) as pool:
        answers = list(pool.map(lambda _: limited.get(NODE), range(11)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429] * 6
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["Retry-After"] == "2"
    assert refused.json()["message"]
    journal = limited.served.state.journal
    assert journal.statuses == {200: 5, 429: 6}
    assert 1 <= journal.most_in_a_second <= 11


def test_a_second_later_it_goes_on(small_world: World) -> None:
    with serving(small_world) as served:
        limited = ApiClient(served)
        with ThreadPoolExecutor(11) as pool:
            answers = list(pool.map(lambda _: limited.get(NODE).status_code, range(60)))
        assert set(answers) == {200, 429}
        time.sleep(1.05)
        assert limited.get(NODE).status_code == 200


def test_the_limit_is_one_for_all_methods_and_sites(limited: ApiClient) -> None:
    answers = [
        limited.get(NODE),
        limited.calls(*DAY),
        limited.calls(*DAY, site=SITE + 1),
        limited.requests("11/19/2026", "11/19/2026"),
        limited.post("/lead-service/v1/api/request/create", {"requests": [{"fio": "Тест"}]}),
        limited.get("/unknown"),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_another_address_is_not_held_up(limited: ApiClient) -> None:
    for _ in range(6):
        limited.get(NODE)
    with http.Session() as session:
        session.mount("http://", _From("127.0.0.2"))
        assert session.get(f"{limited.served.url}{NODE}", timeout=5).status_code == 200


class _From(http.adapters.HTTPAdapter):
    """Connects from another loopback address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **named: object) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **named)  # type: ignore[arg-type]


def test_no_header_unless_it_is_asked_for(small_world: World) -> None:
    with serving(small_world, ApiOptions(per_second=0)) as served:
        answer = ApiClient(served).get(NODE)
    assert answer.status_code == 429
    assert "Retry-After" not in answer.headers


def test_an_answer_may_take_longer(small_world: World) -> None:
    with serving(small_world, ApiOptions(latency=0.2)) as served:
        started = time.monotonic()
        ApiClient(served).get(NODE)
    assert time.monotonic() - started >= 0.2


def _entry(at: float, address: str = "127.0.0.1") -> JournalEntry:
    return JournalEntry(at, address, "GET", "/", {}, 200)


def test_the_journal_knows_the_busiest_second() -> None:
    journal = Journal()
    for at in (0.0, 0.9, 1.0, 1.2, 1.8, 5.0):
        journal.add(_entry(at))
    journal.add(_entry(1.1, "127.0.0.2"))
    assert journal.most_in_a_second == 4
    journal.clear()
    assert journal.most_in_a_second == 0


def test_the_journal_tells_which_days_were_fetched(api: ApiClient) -> None:
    api.calls(*DAY)
    api.calls("18/11/2026", "19/11/2026", page=1, limit=2)
    api.calls("18/11/2026", "19/11/2026", page=2, limit=2)
    api.requests("11/19/2026", "11/19/2026")
    api.calls("18/11/2026", "19/11/2026")
    assert api.served.state.journal.days == {
        ("call", SITE, date(2026, 11, 18)): 1,
        ("call", SITE, date(2026, 11, 19)): 2,
        ("request", SITE, date(2026, 11, 19)): 1,
    }


def test_the_log_can_be_read_over_http_without_the_token(api: ApiClient) -> None:
    before = time.monotonic()
    api.calls(*DAY)
    log = api.get("/simulate/log")
    assert api.token not in log.text
    (entry,) = log.json()["requests"]
    assert before <= entry["at"] <= time.monotonic()
    assert entry["fetched"]["days"] == ["2026-11-19"]
    assert (entry["status"], entry["query"]["clientApiId"]) == (200, "***")
    assert log.json()["days"] == [
        {"lead_type": "call", "site_id": SITE, "day": "2026-11-19", "times": 1}
    ]
    http.delete(f"{api.served.url}/simulate/log", timeout=5)
    assert api.get("/simulate/log").json()["requests"] == []


def test_a_large_body_that_is_refused_is_refused_in_order(small_world: World) -> None:
    body = {"requests": [{"fio": "Т" * 20_000}] * 100}
    with serving(small_world, ApiOptions(per_second=0)) as served:
        answers = [ApiClient(served).post("/lead-service/v1/api/request/create", body)]
    assert [answer.status_code for answer in answers] == [429]
