"""The power fails under load: what was answered before is there after the next start.

The processes are real, and so is the file system. Each disk lives through several cuts, so a store,
an archive and an inbox that were cut before are cut again.
"""

import time
from itertools import count
from pathlib import Path

import pytest

from tests.faults.durability.power import Disk
from tests.faults.durability.processes import kill_everything
from tests.faults.load import Load, kept
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.road.server import Server, serving, wait_until

CLIENTS = 8
CUTS = rounds(2, 10)
VERIFY_EVERY = 2
SABOTAGED_CUTS = 4
SABOTAGE = {"SABOTAGE": "no_sync", "PYTHONPATH": str(Path(__file__).parents[1] / "sabotage")}


@pytest.mark.parametrize("number", range(rounds(1, 10)))
def test_nothing_answered_before_the_cut_is_lost(disk: Disk, number: int) -> None:
    chances = chance("power cut", number)
    numbers = count(1)
    sent: set[int] = set()
    held: set[int] = set()
    for cut in range(CUTS + 1):
        with serving(disk.data_dir) as server:
            if cut:
                assert_store_is_right(disk, server, held, verify=cut % VERIFY_EVERY == 0)
            if cut == CUTS:
                break
            load, acknowledged = cut_under_load(disk, server, numbers, chances.uniform(0.3, 2))
        sent |= load.sent
        survived = kept(disk.data_dir)
        record(
            f"T-04 power cut, {disk.kind}",
            acknowledged=len(acknowledged),
            lost=len(acknowledged - survived),
            lost_later=len(held - survived),
            phantom=len(survived - sent),
            answered_after_the_cut=len(load.acknowledged) - len(acknowledged),
        )
        assert acknowledged - survived == set()
        assert held - survived == set(), "was on the disk after an earlier cut"
        assert survived <= sent
        held = survived


def test_a_server_that_does_not_sync_is_found_out(disk: Disk) -> None:
    numbers = count(1)
    lost: set[int] = set()
    for _ in range(SABOTAGED_CUTS):
        with serving(disk.data_dir, **SABOTAGE) as server:
            _, acknowledged = cut_under_load(disk, server, numbers, 1)
        lost = acknowledged - kept(disk.data_dir)
        record(
            f"T-04 power cut, {disk.kind}: control without syncs",
            acknowledged=len(acknowledged),
            lost=len(lost),
        )
        if lost:
            break
    assert lost


def cut_under_load(
    disk: Disk, server: Server, numbers: "count[int]", seconds: float
) -> tuple[Load, set[int]]:
    """The load, and what it was answered before the cut. The disk is mounted again afterwards."""
    with Load(server.receiver, CLIENTS, numbers=numbers) as load:
        wait_until(lambda: load.acknowledged, 60)
        time.sleep(seconds)
        cut = disk.cut()
        kill_everything(server)
    disk.remount()
    return load, {number for number, answered in load.acknowledged.items() if answered < cut}


def assert_store_is_right(disk: Disk, server: Server, held: set[int], verify: bool) -> None:
    """Digest has found its way out of what the cut left of the store, without help."""
    server.settle()
    leads = {lead for (lead,) in server.ask("select lead_id from leads")}
    steps = server.log.count("the store does not open")
    rebuilt = server.log.count("rebuilding the store")
    record(
        f"T-15 power cut, {disk.kind}: the store",
        leads=len(leads),
        missing=len(held - leads),
        not_in_the_inbox=len(leads - held),
        steps_to_open=steps,
        rebuilt=rebuilt,
        verified=int(verify),
    )
    assert leads == held
    if verify:
        verified = server.calltouch("rebuild", "--verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
