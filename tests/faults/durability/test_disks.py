"""Disks that are full, fail or are slow: stored and answered 200, or refused with 503. Never a 200
for what is not stored, never a process that is gone, and no restart to get over it."""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
import requests

from tests.faults.durability.clients import CLIENTS, NOTHING, SABOTAGE, compare, failures
from tests.faults.durability.disks import Filler, shim, small_disk
from tests.faults.durability.processes import PATIENCE_SECONDS, receiver_workers
from tests.faults.load import Load
from tests.faults.rounds import rounds
from tests.faults.table import record
from tests.road.server import Server, is_alive, is_ready, serving, started, wait_until

ONCE, EVERY_THIRD, FOREVER = "0", "3", "1"
PASSING = [
    ("fdatasync", "20", EVERY_THIRD),
    ("open", "1", ONCE),
    ("fsync", "1", ONCE),
    ("fsync", "2", ONCE),
    ("fdatasync", "20", ONCE),
    ("write", "20", ONCE),
    ("write", "20", EVERY_THIRD),
    ("open", "1", EVERY_THIRD),
]
LASTING = [("fdatasync", "20"), ("write", "20")]
DISKS = ["tmpfs", "ext4"]
DELAYS = [5, 50]
_SLOWEST_SECONDS = 10.0


@pytest.mark.parametrize("kind", DISKS[: rounds(1, len(DISKS))])
def test_a_full_disk(tmp_path: Path, kind: str) -> None:
    """T-08. First the reserve is used up, then 503; room again, and all is as before."""
    numbers = count(1)
    with small_disk(kind, tmp_path) as disk:
        filler, data_dir = Filler(disk), disk / "data"
        with serving(data_dir) as server:
            before = load_until(server, numbers, "200", 100)
            # Mostly; with digest at work the rest is only less tidy.
            server.calltouch("settle", "--timeout", "100")
            filler.take_all()
            on_reserve = load_until(server, numbers, "200", rounds(200, 10_000))
            assert set(on_reserve.answers) == {"200"}
            assert not (data_dir / "inbox" / "reserve").exists()
            filler.take_all()
            full = load_until(server, numbers, "503", 100)
            assert_refuses(server, filler.take_all)
        with started(data_dir) as server:
            full_again = load_until(server, numbers, "503", 20)
            assert_refuses(server, filler.take_all)
            workers = receiver_workers(server)
            filler.remove()
            wait_until(lambda: is_ready(server.receiver), PATIENCE_SECONDS)
            after = load_until(server, numbers, "200", 100)
            assert set(after.answers) == {"200"}
            assert receiver_workers(server) == workers
        loads = [before, on_reserve, full, full_again, after]
        found = compare(data_dir, loads)
    record(
        f"T-08 disk full, {kind}",
        accepted_after_full=len(on_reserve.acknowledged),
        refused_503=full.answers["503"] + full_again.answers["503"],
        other_answers=failures(loads) - sum(load.answers["503"] for load in loads),
        lost=found.lost,
    )
    assert found == NOTHING
    assert all(set(load.answers) <= {"200", "503"} for load in loads)


@pytest.mark.parametrize(("call", "first", "every"), PASSING[: rounds(2, len(PASSING))])
def test_an_error_that_passes(tmp_path: Path, call: str, first: str, every: str) -> None:
    """T-09. A failed write, sync or open is made good with a new segment; nobody notices."""
    failing = {"FAILING_CALL": call, "FAILING_FROM": first, "FAILING_EVERY": every}
    with started(tmp_path / "data", **shim(tmp_path), **failing) as server:
        load = load_until(server, count(1), "200", rounds(300, 3000))
        assert "Input/output error" in server.log
    found = compare(server.data_dir, [load])
    record(
        f"T-09 {call} fails {'once' if every == ONCE else 'every third time'}",
        acknowledged=len(load.acknowledged),
        refused=load.not_answered_200,
        lost=found.lost,
    )
    assert set(load.answers) == {"200"}
    assert found == NOTHING


@pytest.mark.parametrize(("call", "first"), LASTING[: rounds(1, len(LASTING))])
def test_an_error_that_lasts(tmp_path: Path, call: str, first: str) -> None:
    """T-09. Refused with 503 by processes that live on; accepted again after a restart."""
    numbers = count(1)
    failing = {"FAILING_CALL": call, "FAILING_FROM": first, "FAILING_EVERY": FOREVER}
    with serving(tmp_path / "data", **shim(tmp_path), **failing) as server:
        workers = receiver_workers(server)
        failed = load_until(server, numbers, "503", 200)
        assert_refuses(server)
        assert receiver_workers(server) == workers
    with serving(tmp_path / "data") as server:
        after = load_until(server, numbers, "200", 100)
    found = compare(server.data_dir, [failed, after])
    record(
        f"T-09 {call} fails for ever",
        acknowledged=len(failed.acknowledged),
        refused_503=failed.answers["503"],
        other_answers=failed.not_answered_200 - failed.answers["503"],
        lost=found.lost,
    )
    assert set(failed.answers) <= {"200", "503"}
    assert set(after.answers) == {"200"}
    assert found == NOTHING


def test_what_is_acknowledged_without_being_written_is_seen_to_be_lost(tmp_path: Path) -> None:
    """T-09 must be able to fail: a server that does not wait for the disk does lose."""
    failing = {"FAILING_CALL": "write", "FAILING_FROM": "20", "FAILING_EVERY": FOREVER}
    broken = {"PYTHONPATH": SABOTAGE, "SABOTAGE": "early"}
    with started(tmp_path / "data", **shim(tmp_path), **failing, **broken) as server:
        load = load_until(server, count(1), "200", 200)
    lost = compare(server.data_dir, [load]).lost
    record("T-09 control: acknowledged from memory", lost=lost)
    assert lost > 0


@pytest.mark.parametrize("milliseconds", DELAYS[: rounds(1, len(DELAYS))])
def test_a_slow_disk(tmp_path: Path, milliseconds: int) -> None:
    """T-12. Many clients share each sync, so they wait for one or two, not for each other's."""
    slow = {"SLOW_MICROSECONDS": str(milliseconds * 1000)}
    seconds = float(rounds(3, 20))
    with (
        serving(tmp_path / "data", **shim(tmp_path), **slow) as server,
        Load(server.receiver, clients=64) as load,
    ):
        time.sleep(seconds)
        load.stop()
    found = compare(server.data_dir, [load])
    record(
        f"T-12 every sync {milliseconds:02} ms slower",
        acknowledged=len(load.acknowledged),
        not_answered=load.not_answered_200,
        seconds=seconds,
        p99_seconds=load.percentile(99),
        slowest_seconds=load.slowest,
    )
    assert set(load.answers) == {"200"}
    assert found == NOTHING
    # Nobody is answered before the sync, and nobody waits long after it.
    assert milliseconds / 1000 <= min(load.seconds)
    assert load.slowest < _SLOWEST_SECONDS


def load_until(server: Server, numbers: "count[int]", answer: str, times: int) -> Load:
    """Send until an answer has come so many times."""
    with Load(server.receiver, CLIENTS, numbers=numbers) as load:
        wait_until(lambda: load.answers[answer] >= times, 2 * PATIENCE_SECONDS)
    return load


def assert_refuses(server: Server, keep_full: Callable[[], None] = lambda: None) -> None:
    """503 and when to come again; alive, but not ready, and why."""
    refused = refusal(lambda: server.send(b"without a number"), keep_full)
    assert int(refused.headers["Retry-After"]) > 0
    assert is_alive(server)
    readiness = f"{server.receiver}/readyz"
    reason = refusal(lambda: requests.get(readiness, timeout=30), keep_full).text
    assert reason.startswith("not ready:"), reason
    assert "Errno" in reason


def refusal(
    ask: Callable[[], requests.Response], keep_full: Callable[[], None]
) -> requests.Response:
    """The first 503: one of the workers may have found room, or a disk that works, until now.
    Digest makes room as well, with each segment that it has archived; `keep_full` takes that."""
    found: list[requests.Response] = []

    def refused() -> bool:
        keep_full()
        found[:] = [ask()]
        return found[0].status_code == 503

    wait_until(refused, PATIENCE_SECONDS)
    return found[0]
