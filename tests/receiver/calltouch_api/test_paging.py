"""Pages of a moving, capped or inconsistent export of a simulated Calltouch: nothing is missed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from receiver.calltouch_api import client as client_module
from receiver.calltouch_api.client import ApiAnswer, ApiClient, UnexpectedAnswer
from receiver.calltouch_api.exports import ExportPage, ExportWindow, LeadType, id_name
from receiver.calltouch_api.paging import PASSES, Placed, Tally, read_window
from simulator.api import ApiOptions, RunningApi, serving
from simulator.api.faults import ApiFault
from simulator.market.rhythm import MOSCOW
from simulator.world import World

UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)
TYPES: tuple[LeadType, ...] = ("call", "request")
FAST = 1_000_000


@pytest.fixture(scope="module")
def world() -> World:
    return World(UNTIL, leads=80, days=2)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("receiver.calltouch_api.rate_limit.RateLimit.wait", lambda pace: None)


@dataclass
class Read:
    tally: Tally
    ids: list[Any]
    requests: int


@contextmanager
def account(world: World, **options: Any) -> Iterator[RunningApi]:
    with serving(world, ApiOptions(per_second=FAST, **options)) as served:
        yield served


def window(lead_type: LeadType) -> ExportWindow:
    return ExportWindow(
        UNTIL.date().replace(day=20), 10001, lead_type, 1 if lead_type == "call" else None
    )


def read(served: RunningApi, lead_type: LeadType) -> Read:
    ids: list[Any] = []
    before = len(served.state.journal.entries)

    def take(page: ExportPage, records: list[Placed]) -> None:
        ids.extend(record[id_name(lead_type)] for _, record in records)

    client = ApiClient(served.url, FAST)
    tally = read_window(client, window(lead_type), "simulated-token", take)
    return Read(tally, ids, len(served.state.journal.entries) - before)


def known(served: RunningApi, lead_type: LeadType) -> set[int]:
    account = served.state.account
    since = int(UNTIL.replace(day=20).timestamp())
    of_type = account.calls if lead_type == "call" else account.requests
    return {lead.lead_id for lead, _ in of_type(10001, since, since + 86_400)}


@pytest.mark.parametrize("lead_type", TYPES)
def test_a_day_that_fits_a_page_costs_no_more_than_it_must(
    world: World, lead_type: LeadType
) -> None:
    """Calls give totals; for requests only the next page shows that this was the last."""
    with account(world) as served:
        tally = read(served, lead_type)
        assert set(tally.ids) == known(served, lead_type)
        assert tally.tally.is_whole
        assert tally.requests == (1 if lead_type == "call" else 2)


@pytest.mark.parametrize("lead_type", TYPES)
@pytest.mark.parametrize("counts_by_limit", [False, True])
@pytest.mark.parametrize("most", [1, 3, 7])
def test_an_export_that_gives_less_a_page_is_read_to_its_end(
    world: World, lead_type: LeadType, most: int, counts_by_limit: bool
) -> None:
    with account(world, most_per_page=most, counts_pages_by_limit=counts_by_limit) as served:
        tally = read(served, lead_type)
        assert sorted(tally.ids) == sorted(known(served, lead_type))
        assert tally.tally.is_whole


@pytest.mark.parametrize("lead_type", TYPES)
@pytest.mark.parametrize("records", [1, -1, 2])
@pytest.mark.parametrize("newest_first", [False, True])
def test_records_that_move_between_two_pages_are_asked_for_again(
    world: World, lead_type: LeadType, records: int, newest_first: bool
) -> None:
    """A new call pushes others to the next page; a removed one pulls them up."""
    with account(world, most_per_page=3, newest_first=newest_first) as served:
        client = ApiClient(served.url, FAST)
        ids: set[int] = set()

        def take(page: ExportPage, taken: list[Placed]) -> None:
            if page.number == 1 and not ids:
                served.state.faults.order(ApiFault("moved", records=records))
            ids.update(record[id_name(lead_type)] for _, record in taken)

        tally = read_window(client, window(lead_type), "simulated-token", take)
        assert ids == known(served, lead_type)
        assert tally.is_whole


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_call_that_comes_while_pages_are_asked_for_is_not_missed(
    world: World, newest_first: bool
) -> None:
    with account(world, most_per_page=3, newest_first=newest_first) as served:
        everybody = known(served, "call")
        ends = sorted(call.happened_at for call in world if call.lead_id in everybody)
        served.state.account.present = ends[-1] - 1
        client = ApiClient(served.url, FAST)
        ids: list[int] = []

        def take(page: ExportPage, taken: list[Placed]) -> None:
            ids.extend(record["callId"] for _, record in taken)
            if page.number == 2:
                served.state.account.present = None

        tally = read_window(client, window("call"), "simulated-token", take)
        assert set(ids) == everybody
        assert tally == Tally(len(everybody), len(everybody), is_whole=True)


def test_what_is_said_again_in_the_same_words_is_given_once(world: World) -> None:
    with account(world, most_per_page=3) as served:
        tally = read(served, "request")
        assert len(tally.ids) == len(set(tally.ids)) > 3


def test_an_export_that_never_comes_to_rest_is_named(world: World) -> None:
    with account(world, most_per_page=3) as served:
        served.state.faults.order(ApiFault("moved", times=10_000, path="calls", records=1))
        moved = iter(range(10_000))
        client = ApiClient(served.url, FAST)
        real = client.get

        def get(path: str, params: Any, site_id: int) -> ApiAnswer:
            answer = real(path, params, site_id)
            answer.document["recordsTotal"] += next(moved)
            return answer

        client.get = get  # type: ignore[method-assign]
        passes: list[int] = []
        tally = read_window(
            client,
            window("call"),
            "simulated-token",
            lambda page, records: passes.append(page.number),
        )
        assert not tally.is_whole
        assert passes.count(1) == PASSES


@dataclass
class Answers:
    """Stands in for the client: what each page of an export answers, repeatedly."""

    of_page: Callable[[int], Any]
    asked: list[int] = field(default_factory=list)

    def get(self, path: str, params: Any, site_id: int) -> ApiAnswer:
        number = int(params["page"])
        self.asked.append(number)
        return ApiAnswer(self.of_page(number), 1)


def read_answers(of_page: Callable[[int], Any], lead_type: LeadType = "call") -> tuple[Tally, Any]:
    answers, given = Answers(of_page), list[Any]()

    def take(page: ExportPage, records: list[Placed]) -> None:
        given.extend(record for _, record in records)

    tally = read_window(answers, window(lead_type), "", take)  # type: ignore[arg-type]
    return tally, (given, answers.asked)


def test_a_count_that_is_not_reached_is_named() -> None:
    """Fetched once more; if that is identical, a third time would be too."""
    page = {"records": [{"callId": 1}], "pageTotal": 1, "recordsTotal": 3}
    tally, (given, asked) = read_answers(
        lambda number: page if number == 1 else {**page, "records": []}
    )
    assert tally == Tally(1, 3, is_whole=False)
    assert given == [{"callId": 1}]
    assert asked == [1, 2, 1, 2]


@pytest.mark.parametrize("lead_type", TYPES)
def test_a_bare_list_is_read_to_its_end(lead_type: LeadType) -> None:
    name = id_name(lead_type)
    pages = [[{name: 1}, {name: 2}], [{name: 3}], []]
    tally, (given, asked) = read_answers(lambda number: pages[number - 1], lead_type)
    assert given == [{name: 1}, {name: 2}, {name: 3}]
    assert tally == Tally(3, None, is_whole=True)
    assert asked == [1, 2, 3, 1, 2, 3]


def test_an_export_that_heeds_no_page_ends() -> None:
    tally, (given, asked) = read_answers(lambda number: [{"callId": 1}, {"callId": 2}])
    assert (len(given), asked, tally) == (2, [1, 2], Tally(2, None, is_whole=True))


@pytest.mark.parametrize(
    "totals",
    [
        {},
        {"pageTotal": "2", "recordsTotal": "3"},
        {"pageTotal": None, "recordsTotal": 3},
        {"pageTotal": 9, "recordsTotal": 3},
        {"pageTotal": 1},
    ],
)
def test_counts_are_believed_as_far_as_they_can_be(totals: dict[str, Any]) -> None:
    pages: dict[int, list[Any]] = {1: [{"callId": 1}, {"callId": "2"}], 2: [{"callId": 3}]}
    tally, (given, _) = read_answers(lambda number: {"records": pages.get(number, []), **totals})
    assert given == [*pages[1], *pages[2]]
    assert tally.is_whole


def test_one_call_in_two_records_is_no_reason_to_ask_for_ever() -> None:
    records = [{"callId": 1}, {"callId": 1, "duration": 5}]
    page = {"records": records, "pageTotal": 1, "recordsTotal": 2}
    tally, (given, asked) = read_answers(
        lambda number: page if number == 1 else {**page, "records": []}
    )
    assert given == records
    assert tally.is_whole
    assert asked == [1, 2, 1, 2]


@pytest.mark.parametrize(
    "empty",
    [[], {"records": [], "pageTotal": 0, "recordsTotal": 0}, {"records": None, "recordsTotal": 0}],
)
def test_an_empty_day_is_one_web_request(empty: Any) -> None:
    tally, (given, asked) = read_answers(lambda number: empty)
    assert (given, asked, tally.is_whole) == ([], [1], True)


@pytest.mark.parametrize("odd", ["", 7, None, {"records": {"callId": 1}}, {"records": None}, {}])
def test_what_is_no_export_at_all_is_an_error(odd: Any) -> None:
    with pytest.raises(UnexpectedAnswer, match="neither a list nor a page"):
        read_answers(lambda number: odd)


def test_whatever_stands_in_a_list_is_given_as_it_is() -> None:
    odd: list[Any] = [None, "x", 7, [], {"callId": None}, {}, float("nan"), {"callId": [1]}]
    page = {"records": odd, "pageTotal": 1, "recordsTotal": len(odd)}
    tally, (given, asked) = read_answers(lambda number: page)
    assert list(map(str, given)) == list(map(str, odd))
    assert (tally.is_whole, asked) == (True, [1])
