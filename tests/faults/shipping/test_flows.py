"""Flows whose deliveries other hosts receive, while everything in between is killed: what a host
acknowledged is exactly one operation on the center."""

import threading
from itertools import count
from pathlib import Path

from tests.faults.flows.flow_load import (
    KEPT,
    FlowLoad,
    begin_flow,
    check_promises,
    environment,
    rows_of,
)
from tests.faults.flows.target import recording
from tests.faults.flows.test_kills import note, run_to_the_end
from tests.faults.rounds import chance, rounds
from tests.faults.shipping.fleet import CENTER, RECEIVERS, Fleet, fleet_of
from tests.faults.shipping.test_hosts import PATIENCE_SECONDS, blows, settled, strike
from tests.postgres import postgres_server
from tests.road.server import wait_until

_RUNNER = "runner of flows"


def strike_at(fleet: Fleet, name: str) -> int:
    return fleet.kill(CENTER, "flow run") if name == _RUNNER else strike(fleet, name)


def test_kill_9_of_everything_between_hosts_and_flows(tmp_path: Path) -> None:
    luck, numbers = chance("flows of hosts"), count(1)
    with postgres_server() as postgres, recording() as target:
        path = begin_flow(tmp_path / CENTER, target)
        with fleet_of(tmp_path, postgres, **environment(target)) as fleet:
            loads = [
                FlowLoad(fleet.servers[name].receiver, path, 1, target, numbers)
                for name in RECEIVERS
            ]
            for load in loads:
                load.__enter__()
            wait_until(lambda: all(load.acknowledged for load in loads), PATIENCE_SECONDS)
            for _ in range(rounds(1, 20)):
                names = [*blows(fleet), _RUNNER, "PostgreSQL"]
                luck.shuffle(names)
                for name in names:
                    threading.Event().wait(luck.uniform(0.3, 1.0))
                    strike_at(fleet, name)
            for load in loads:
                load.stop()
            settled(fleet)
        run_to_the_end(tmp_path / CENTER, target)
        acknowledged = {number for load in loads for number in load.acknowledged}
        promises = check_promises(rows_of(tmp_path / CENTER), target, acknowledged)
        note("many hosts: kill -9, flows", tmp_path / CENTER, acknowledged, promises)
        assert len(acknowledged) > 50
        assert promises == KEPT
