"""The power fails while flows run: what was answered before is exactly one operation afterwards,
and nothing that may not be repeated has reached its target twice.

The target stands outside of the disk, and forgets nothing.
"""

import os
import time
from itertools import count
from pathlib import Path

from tests.faults.durability.power import Disk
from tests.faults.durability.processes import PATIENCE_SECONDS, kill_everything
from tests.faults.flows.flow_load import (
    KEPT,
    FlowLoad,
    Promises,
    begin_flow,
    check_promises,
    environment,
    rows_of,
)
from tests.faults.flows.target import RecordingTarget, recording
from tests.faults.flows.test_kills import note, run_to_the_end
from tests.faults.rounds import chance, rounds
from tests.road.server import serving, wait_until

_CLIENTS = 3
_MOST_CONTROLS = 4
_UNSYNCED = {"SABOTAGE": "lax_store"}
_SABOTAGE = str(Path(__file__).parents[1] / "sabotage")


def test_operations_survive_power_cuts(disk: Disk) -> None:
    acknowledged, found = cut_again_and_again(disk, rounds(1, 25), {})
    note(f"flows: power cut, {disk.kind}", disk.data_dir, acknowledged, found)
    assert len(acknowledged) > 5
    assert found == KEPT


def test_a_store_that_does_not_sync_is_found_out(disk: Disk) -> None:
    path = os.pathsep.join((_SABOTAGE, os.environ.get("PYTHONPATH", "")))
    unsynced = {**_UNSYNCED, "PYTHONPATH": path}
    acknowledged, found = cut_again_and_again(disk, _MOST_CONTROLS, unsynced)
    name = f"flows: power cut, {disk.kind}: control with synchronous = off"
    note(name, disk.data_dir, acknowledged, found)
    assert found.lost + found.posted_twice > 0


def cut_again_and_again(
    disk: Disk, cuts: int, environ: dict[str, str]
) -> tuple[set[int], Promises]:
    """Numbers answered 200 before their cut, and how often a promise was broken. Of a control, up
    to the first time."""
    numbers, acknowledged = count(1), set[int]()
    with recording() as target:
        path = begin_flow(disk.data_dir, target)
        # The first cut comes a while after a flow is set up, not within its second.
        os.sync()
        for cut in range(cuts):
            acknowledged |= cut_under_load(disk, target, path, numbers, cut, environ)
            if environ and (broken := promises_of(disk, target, acknowledged)) != KEPT:
                return acknowledged, broken
        return acknowledged, promises_of(disk, target, acknowledged)


def cut_under_load(
    disk: Disk,
    target: RecordingTarget,
    path: str,
    numbers: "count[int]",
    cut: int,
    environ: dict[str, str],
) -> set[int]:
    luck = chance("flows", "power cut", disk.kind, cut)
    with (
        serving(disk.data_dir, **environment(target), **environ) as server,
        FlowLoad(server.receiver, path, _CLIENTS, target, numbers) as load,
    ):
        seen = len(target.arrivals)
        wait_until(lambda: load.acknowledged and len(target.arrivals) > seen, PATIENCE_SECONDS)
        time.sleep(luck.uniform(0.3, 2))
        moment = disk.cut()
        kill_everything(server)
    target.forget_since(moment)
    disk.remount()
    return {number for number, answered in load.acknowledged.items() if answered < moment}


def promises_of(disk: Disk, target: RecordingTarget, acknowledged: set[int]) -> Promises:
    """Once all that is left has been run."""
    run_to_the_end(disk.data_dir, target)
    return check_promises(rows_of(disk.data_dir), target, acknowledged)
