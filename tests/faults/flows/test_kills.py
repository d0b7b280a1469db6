"""kill -9 while flows run: what was accepted is exactly one operation, a step that may not be
repeated reaches its target once at most, and the order of a key is kept."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Collection, Sized
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from tests.faults.durability.processes import (
    PATIENCE_SECONDS,
    kill,
    kill_everything,
    receiver_workers,
)
from tests.faults.flows.flow_load import (
    FLOW,
    KEPT,
    FlowLoad,
    FlowRows,
    Promises,
    begin_flow,
    check_promises,
    delivery_body,
    environment,
    rows_of,
)
from tests.faults.flows.target import Arrival, RecordingTarget, recording
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.road.server import Server, is_ready, serving, start, wait_until

_CLIENTS = 3
_RUNNER = "flow run"
_FORM = "application/x-www-form-urlencoded"
_DELIVERIES = 60
_MOST_CONTROLS = 8


def test_one_worker_or_the_runner_killed_under_load(tmp_path: Path) -> None:
    """The others go on, and the supervisor starts what is missing."""
    luck, data_dir = chance("flows", "one"), tmp_path / "data"
    with recording() as target:
        path = begin_flow(data_dir, target)
        with (
            serving(data_dir, **environment(target)) as server,
            FlowLoad(server.receiver, path, _CLIENTS, target) as load,
        ):
            for number in range(rounds(3, 100)):
                is_runner = number % 2 == 0
                wait_for_more(target.arrivals if is_runner else load.acknowledged)
                time.sleep(luck.uniform(0.0, 0.4))
                kill_one(server, luck, is_runner=is_runner)
        run_to_the_end(data_dir, target)
        promises = check_promises(rows_of(data_dir), target, {*load.acknowledged})
        note("flows: kill -9 of a worker or the runner", data_dir, load.acknowledged, promises)
        assert len(load.acknowledged) > 20
        assert promises == KEPT


def test_everything_killed_under_load(tmp_path: Path) -> None:
    numbers, data_dir = count(1), tmp_path / "data"
    acknowledged: set[int] = set()
    with recording() as target:
        path = begin_flow(data_dir, target)
        for number in range(rounds(2, 100)):
            luck = chance("flows", "everything", number)
            server = start(data_dir, **environment(target))
            try:
                wait_until(partial(is_ready, server.receiver), PATIENCE_SECONDS)
                with FlowLoad(server.receiver, path, _CLIENTS, target, numbers) as load:
                    # Every other time the runner is at work for certain.
                    if number % 2:
                        wait_for_more(target.arrivals)
                    time.sleep(luck.uniform(0.3, 1.2))
                    kill_everything(server)
            finally:
                kill_everything(server)
            acknowledged |= {*load.acknowledged}
        run_to_the_end(data_dir, target)
        promises = check_promises(rows_of(data_dir), target, acknowledged)
        note("flows: kill -9 of everything", data_dir, acknowledged, promises)
        assert len(acknowledged) > 5
        assert promises == KEPT


@pytest.mark.parametrize("repeats", [False, True])
def test_the_runner_killed_again_and_again(tmp_path: Path, repeats: bool) -> None:
    """With `repeat_unknown` the target must see doubles, or this proves nothing."""
    with recording(0.03) as target:
        data_dir = tmp_path / "data"
        begin_flow(data_dir, target, repeats=repeats)
        deliver(data_dir, range(_DELIVERIES))
        delivered = _DELIVERIES
        for number in range(_MOST_CONTROLS if repeats else rounds(2, 50)):
            if repeats and len({*target.of("POST")}) < len(target.of("POST")):
                break
            run_and_kill(data_dir, target, chance("flows", "runner", number))
            if target.newest > delivered - _DELIVERIES // 2:
                deliver(data_dir, range(delivered, delivered + _DELIVERIES))
                delivered += _DELIVERIES
        run_to_the_end(data_dir, target)
        rows = rows_of(data_dir)
        promises = check_promises(rows, target, {*rows.operations})
    name = "flows: control with repeat_unknown" if repeats else "flows: kill -9 of the runner"
    note(name, data_dir, rows.operations, promises)
    assert len(rows.operations) >= _DELIVERIES
    if repeats:
        assert promises.posted_twice > 0
        assert "unknown" not in rows.states.values()
    else:
        assert promises == KEPT


def test_the_comparison_sees_what_is_broken() -> None:
    """A delivery that is lost, one that is two operations, and one out of its order."""
    rows = FlowRows({1: [1], 2: [2, 4], 3: [3]}, {1: "done", 2: "done", 3: "running", 4: "done"})
    target = RecordingTarget(arrivals=[Arrival("POST", 2, "a"), Arrival("POST", 1, "a")])
    found = check_promises(rows, target, {1, 2, 3, 4})
    assert found == Promises(1, 1, 1, 0, 2, 1)


def wait_for_more(done: Sized) -> None:
    """Whoever is killed before it does anything proves nothing."""
    seen = len(done)
    wait_until(lambda: len(done) > seen, PATIENCE_SECONDS)


def kill_one(server: Server, luck: random.Random, *, is_runner: bool) -> None:
    """A process that is there by now."""
    found: list[int] = []

    def look() -> list[int]:
        assert server.process.poll() is None, server.log[-3_000:]
        found[:] = server.children(_RUNNER) if is_runner else receiver_workers(server)
        return found

    wait_until(look, PATIENCE_SECONDS)
    kill(luck.choice(found))


def run_and_kill(data_dir: Path, target: RecordingTarget, luck: random.Random) -> None:
    """The runner alone, killed while web requests are on their way."""
    process = subprocess.Popen(command(), env=given(data_dir, target), stderr=subprocess.DEVNULL)
    wait_for_more(target.arrivals)
    time.sleep(luck.uniform(0.0, 0.2))
    process.kill()
    process.wait()


def run_to_the_end(data_dir: Path, target: RecordingTarget) -> None:
    subprocess.run(
        command("--once"),
        env=given(data_dir, target),
        check=True,
        timeout=3 * PATIENCE_SECONDS,
        stderr=subprocess.DEVNULL,
    )


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "calltouch.cli", "flow", "run", *options]


def given(data_dir: Path, target: RecordingTarget) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if "CALLTOUCH" not in name}
    return clean | environment(target) | {"CALLTOUCH_DATA_DIR": str(data_dir)}


def deliver(data_dir: Path, numbers: range) -> None:
    writer = InboxWriter(DataDir(data_dir).flows_inbox)
    writer.put_all(
        Delivery(FLOW, "POST", "/flow", b"", delivery_body(number).encode(), _FORM, "192.0.2.1")
        for number in numbers
    )
    writer.close()


def note(test: str, data_dir: Path, accepted: Collection[int], found: Promises) -> None:
    states = list(rows_of(data_dir).states.values())
    record(
        test,
        accepted=len(accepted),
        operations=len(states),
        unknown=states.count("unknown"),
        lost=found.lost,
        doubled=found.doubled,
        posted_twice=found.posted_twice,
        out_of_order=found.out_of_order,
    )
