"""Broken and hostile requests: what can be kept is kept byte for byte, nothing else happens."""

import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from receiver.decode import decode
from tests.conftest import SAMPLES
from tests.faults.hostile.bodies import LARGE_BODIES
from tests.faults.hostile.cases import Case, cases
from tests.faults.hostile.looking import deliveries, resident_mb
from tests.faults.hostile.mutations import Mutation, mutate
from tests.faults.hostile.raw import Answer, Raw, post
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.road.server import Server, serving

OUTCOMES = {"created", "updated", "unchanged", "probe", "other", "quarantined"}
LONGEST_SECONDS = 40.0
HANGS = 999
"""Instead of a status: the server neither answered nor closed."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back: the statuses of all answers, then how long it took until the end."""

    statuses: list[int]
    seconds: float


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("hostile") / "data") as running:
        # The memory that so much needs for a moment stays with the allocator: that is no leak.
        large = [case.request for case in cases() if not case.kept and len(case.request) > 900_000]
        large += [post(b"x" * (16 << 20), b"/webhook/largest")] * 8
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda request: exchange(running.receiver, (request,)), large * 2))
        yield running


def worst_growth_mb(server: Server, before: dict[int, float]) -> float:
    """How much the worker that grew most has grown; none may have been replaced."""
    after = resident_mb(server)
    assert after.keys() == before.keys(), "a worker died"
    return max(after[pid] - before[pid] for pid in before)


def exchange(address: str, pieces: tuple[bytes, ...], ends: bool = True) -> Sent:
    """Send the pieces, say that no more will come (or wait for the server to give up), read."""
    started = time.monotonic()
    with Raw(address) as raw:
        raw.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.sock.settimeout(LONGEST_SECONDS)
        if raw.send(*pieces) and ends:
            raw.sock.shutdown(socket.SHUT_WR)
        found = []
        try:
            while (answer := raw.answer(not pieces[0].startswith(b"HEAD"))) is not None:
                found.append(answer.status)
        except TimeoutError:
            found.append(HANGS)
    return Sent(found, time.monotonic() - started)


def test_mutations_of_recorded_payloads(server: Server) -> None:
    """T-20"""
    payloads = [path.read_bytes() for path in sorted(SAMPLES.iterdir())]
    count = rounds(600, 10_000)
    memory = resident_mb(server)
    before = len(deliveries(server.data_dir))

    def run(number: int) -> tuple[Mutation, Sent]:
        one = chance("T-20", number)
        mutation = mutate(one, one.choice(payloads), b"m%d" % number)
        return mutation, exchange(server.receiver, mutation.pieces)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(count)))
    kept: dict[str, list[tuple[bytes, bytes]]] = {}
    for one in deliveries(server.data_dir)[before:]:
        kept.setdefault(one.webhook, []).append((one.query, one.body))
    answers: Counter[int] = Counter()
    for number, (mutation, sent) in enumerate(results):
        answers.update(sent.statuses)
        assert sent.seconds < LONGEST_SECONDS, number
        assert all(status < 500 or status == 501 for status in sent.statuses), (number, sent)
        if mutation.kept is not None:
            assert sent.statuses == [200], (number, mutation.pieces[0][:300])
            assert kept[f"m{number}"] == [mutation.kept], number
    exact = sum(mutation.kept is not None for mutation, _ in results)
    settle_and_check(server)
    growth = worst_growth_mb(server, memory)
    assert growth < 50
    record(
        "T-20 mutations",
        mutations=count,
        kept_byte_for_byte=exact,
        answered_200=answers[200],
        answered_4xx=sum(count for status, count in answers.items() if 400 <= status < 500),
        answered_501=answers[501],
        slowest_seconds=max(sent.seconds for _, sent in results),
        memory_growth_mb=growth,
    )


def test_fixed_cases(server: Server) -> None:
    """T-21 to T-27"""
    memory = resident_mb(server)
    known = list(cases())
    numbered = [(case, b"/webhook/c%d" % number) for number, case in enumerate(known)]

    def run(given: tuple[Case, bytes]) -> Sent:
        case, path = given
        request = case.request.replace(b"/webhook", path, 1)
        # Broken ones must meet the deadline by themselves.
        ends = case.kept is not None or not {200, 405}.isdisjoint(case.statuses)
        return exchange(server.receiver, (request,), ends)

    with ThreadPoolExecutor(24) as pool:
        results = list(pool.map(run, numbered))
    kept: dict[str, list[tuple[bytes, bytes]]] = {}
    for one in deliveries(server.data_dir):
        kept.setdefault(one.webhook, []).append((one.query, one.body))
    for number, (case, sent) in enumerate(zip(known, results, strict=True)):
        first = sent.statuses[0] if sent.statuses else None
        assert first in case.statuses, (case.name, sent)
        assert kept.get(f"c{number}", []) == ([case.kept] if case.kept else []), case.name
        assert sent.seconds < LONGEST_SECONDS, case.name
    assert "smuggled" not in kept
    settle_and_check(server)
    growth = worst_growth_mb(server, memory)
    # Bodies of 16 MB and floods of 100 MB, many at a time: what the allocator keeps of it varies.
    assert growth < 100
    record(
        "T-21…T-27 fixed cases",
        cases=len(known),
        kept_byte_for_byte=sum(case.kept is not None for case in known),
        refused=sum(case.kept is None for case in known),
        slowest_seconds=max(sent.seconds for sent in results),
        memory_growth_mb=growth,
    )


def test_after_every_case_the_connection_is_in_step_or_closed(server: Server) -> None:
    """T-24: a second request on the same socket is answered as itself, or not at all."""
    broken = [case for case in cases() if case.kept is None and len(case.request) < 200_000]
    second = post(b"id=7", b"/webhook/second")
    silent = 0

    def run(case: Case) -> list[Answer]:
        with Raw(server.receiver) as raw:
            if raw.send(case.request.replace(b"/webhook", b"/webhook/first", 1) + second):
                raw.sock.shutdown(socket.SHUT_WR)
            raw.sock.settimeout(LONGEST_SECONDS)
            found = []
            while (answer := raw.answer(not case.request.startswith(b"HEAD"))) is not None:
                found.append(answer)
                if len(found) == 2:
                    break
            return found

    with ThreadPoolExecutor(24) as pool:
        answered = list(pool.map(run, broken))
    for case, found in zip(broken, answered, strict=True):
        silent += len(found) < 2
        if len(found) == 2:
            assert found[1].status in (200, 400, 404), case.name
    webhooks = Counter(one.webhook for one in deliveries(server.data_dir))
    assert webhooks["smuggled"] == 0
    assert webhooks["second"] >= sum(len(found) == 2 and found[1].status == 200
                                     for found in answered)  # fmt: skip
    record("T-24 second requests", sent=len(broken), not_answered=silent, smuggled=0)


def test_reading_large_forms_costs_little() -> None:
    """T-21: caps, not the size of what came, bound what decoding costs."""
    for name in ("100,000 parameters", "1,000,000 parameters"):
        started = time.perf_counter()
        decoded = decode(b"", LARGE_BODIES[name], "", {})
        seconds = time.perf_counter() - started
        assert decoded.problems
        assert len(decoded.params) <= 1000
        assert seconds < 5
        record(f"T-21 decoding {name}", seconds=seconds)


def settle_and_check(server: Server) -> None:
    """Digest lives and has taken in everything that was kept."""
    digest = server.children("calltouch.cli digest")
    server.settle()
    assert server.children("calltouch.cli digest") == digest
    assert "digest ended" not in server.log
    counted = dict(server.ask("select outcome, count(*) from deliveries group by all"))
    assert counted.keys() <= OUTCOMES
    assert sum(counted.values()) == len(deliveries(server.data_dir))
    failed = (
        "select delivery_id from deliveries where problems::varchar like '%could not be folded%'"
    )
    assert server.ask(failed) == []
