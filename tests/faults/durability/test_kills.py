"""Killed processes: what was answered 200 is there afterwards, whoever was killed and whenever."""

import random
import time
from functools import partial
from itertools import count
from pathlib import Path

from tests.faults.durability.clients import (
    CLIENTS,
    NOTHING,
    SABOTAGE,
    both_kinds,
    compare,
    failures,
)
from tests.faults.durability.processes import (
    PATIENCE_SECONDS,
    has_stored,
    kill,
    kill_everything,
    receiver_master,
    receiver_workers,
)
from tests.faults.load import Load
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.road.server import Server, is_ready, serving, start, wait_until

GONE_WITHIN_SECONDS = 20.0
# A data directory that grows for ever would make every round slower than the one before.
_ROUNDS_A_DIRECTORY = 20


def test_everything_killed_under_load(tmp_path: Path) -> None:
    """T-01. Started again on the same directory, round after round, and at last digested."""
    numbers = count(1)
    todo = rounds(3, 200)
    for first in range(0, todo, _ROUNDS_A_DIRECTORY):
        data_dir = tmp_path / f"data{first}"
        loads: list[Load] = []
        for number in range(first, min(first + _ROUNDS_A_DIRECTORY, todo)):
            boot = killed_under_load(data_dir, chance("T-01", number), numbers, loads)
            found = compare(data_dir, loads)
            record(
                "T-01 kill -9 of everything",
                acknowledged=len(loads[-1].acknowledged),
                lost=found.lost,
                made_up=found.made_up,
                boot_seconds=boot,
            )
            assert found == NOTHING
        with serving(data_dir) as server:
            # Told to stop it digests and archives what there is.
            server.stop()
        assert compare(data_dir, loads) == NOTHING


def test_what_is_acknowledged_too_early_is_seen_to_be_lost(tmp_path: Path) -> None:
    """T-01 must be able to fail: a server that answers from memory does lose deliveries."""
    numbers, loads = count(1), list[Load]()
    broken = {"PYTHONPATH": SABOTAGE, "SABOTAGE": "early"}
    for number in range(3):
        luck = chance("T-01 control", number)
        killed_under_load(tmp_path / "data", luck, numbers, loads, broken)
        lost = compare(tmp_path / "data", loads).lost
        if lost:
            break
    record("T-01 control: acknowledged from memory", lost=lost)
    assert lost > 0


def test_one_worker_killed_under_load(tmp_path: Path) -> None:
    """T-02. The others go on; what is not answered is what the dead one had in its hands."""
    luck = chance("T-02")
    with serving(tmp_path / "data") as server:
        with both_kinds(server.receiver) as loads:
            for _ in range(rounds(3, 50)):
                time.sleep(luck.uniform(0.1, 0.4))
                known, failed_before = set(receiver_workers(server)), failures(loads)
                victim, killed = luck.choice(sorted(known)), time.monotonic()
                kill(victim)
                wait_until(partial(new_worker_serves, server, known), PATIENCE_SECONDS)
                failed = failures(loads) - failed_before
                record(
                    "T-02 kill -9 of one worker",
                    not_answered=failed,
                    until_replaced_seconds=time.monotonic() - killed,
                )
                assert failed <= CLIENTS
        found = compare(server.data_dir, loads)
        acknowledged = sum(len(load.acknowledged) for load in loads)
        record("T-02 in all", acknowledged=acknowledged, lost=found.lost)
        assert found == NOTHING


def test_the_receivers_master_killed_under_load(tmp_path: Path) -> None:
    """T-03. Its workers leave by themselves, and the supervisor starts a new receiver."""
    luck = chance("T-03 master")
    with serving(tmp_path / "data") as server:
        with both_kinds(server.receiver) as loads:
            for _ in range(rounds(1, 10)):
                time.sleep(luck.uniform(0.2, 0.5))
                before, orphans = failures(loads), set(receiver_workers(server))
                killed = time.monotonic()
                kill(receiver_master(server))
                wait_until(partial(all_gone, server, orphans), PATIENCE_SECONDS)
                left = time.monotonic() - killed
                wait_until(partial(new_worker_serves, server, orphans), PATIENCE_SECONDS)
                record(
                    "T-03 kill -9 of the receiver's master",
                    not_answered=failures(loads) - before,
                    workers_gone_seconds=left,
                    served_anew_seconds=time.monotonic() - killed,
                )
                assert left < GONE_WITHIN_SECONDS
                assert failures(loads) == before
        found = compare(server.data_dir, loads)
        acknowledged = sum(len(load.acknowledged) for load in loads)
        record("T-03 master, in all", acknowledged=acknowledged, lost=found.lost)
        assert found == NOTHING


def test_the_supervisor_killed_under_load(tmp_path: Path) -> None:
    """T-03. Nobody is left to hold the port or the data, and nothing accepted is lost."""
    numbers = count(1)
    loads: list[Load] = []
    for number in range(rounds(1, 10)):
        luck = chance("T-03 supervisor", number)
        with serving(tmp_path / "data") as server:
            loads.append(Load(server.receiver, CLIENTS, numbers=numbers))
            with loads[-1]:
                time.sleep(luck.uniform(0.1, 0.5))
                killed = time.monotonic()
                server.process.kill()
                server.process.wait()
                wait_until(partial(all_gone, server), PATIENCE_SECONDS)
                gone = time.monotonic() - killed
            assert not is_ready(server.receiver)
        found = compare(server.data_dir, loads)
        record(
            "T-03 kill -9 of the supervisor",
            acknowledged=len(loads[-1].acknowledged),
            lost=found.lost,
            children_gone_seconds=gone,
        )
        assert found == NOTHING
        assert gone < GONE_WITHIN_SECONDS


def killed_under_load(
    data_dir: Path,
    luck: random.Random,
    numbers: "count[int]",
    loads: list[Load],
    environ: dict[str, str] | None = None,
) -> float:
    """Start, send, kill at a random moment. The seconds until it was ready."""
    began = time.monotonic()
    server = start(data_dir, **environ or {})
    try:
        wait_until(lambda: is_ready(server.receiver), PATIENCE_SECONDS)
        boot = time.monotonic() - began
        loads.append(Load(server.receiver, CLIENTS, numbers=numbers))
        with loads[-1]:
            time.sleep(luck.uniform(0.02, 0.5))
            kill_everything(server)
    finally:
        kill_everything(server)
    return boot


def new_worker_serves(server: Server, known: set[int]) -> bool:
    return any(has_stored(server, pid) for pid in set(receiver_workers(server)) - known)


def all_gone(server: Server, pids: set[int] | None = None) -> bool:
    """These of its processes, or all."""
    running = set(server.children(""))
    return not (running if pids is None else running & pids)
