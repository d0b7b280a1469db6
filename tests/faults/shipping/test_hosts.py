"""Two hosts that ship and one that takes, under load, while everything is killed: what a living
host acknowledged is digested once."""

import os
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path

from tests.faults.load import Load
from tests.faults.rounds import FULL, chance, rounds
from tests.faults.shipping.fleet import (
    CENTER,
    Fleet,
    fleet_of,
    lead_ids,
    shipping_delays,
    wait_until_hosts_ship,
)
from tests.faults.table import record
from tests.postgres import postgres_server
from tests.road.server import Server, wait_until

# In all rounds much is waiting when the last one is over, on a lake without S3 most of it.
PATIENCE_SECONDS = 1800.0 if FULL else 120.0


def blows(fleet: Fleet) -> dict[str, tuple[str, str]]:
    return {
        "shipper of anna": ("anna", "calltouch.cli ship"),
        "shipper of boris": ("boris", "calltouch.cli ship"),
        "receiver of anna": ("anna", "calltouch.receiver_app"),
        "receiver of boris": ("boris", "calltouch.receiver_app"),
        "taker": (CENTER, "calltouch.cli take"),
        "digest": (CENTER, "calltouch.cli digest"),
    }


def strike(fleet: Fleet, name: str) -> int:
    if name == "PostgreSQL":
        fleet.postgres.kill()
        fleet.postgres.start()
        return 1
    return fleet.kill(*blows(fleet)[name])


def settled(fleet: Fleet) -> None:
    for server in (*(s for s in fleet.servers.values() if s.ships), fleet.servers[CENTER]):
        patience = PATIENCE_SECONDS
        done = server.calltouch("settle", "--timeout", str(patience), timeout=patience + 180)
        assert done.returncode == 0, done.stderr + server.log[-3000:]


def verified(center: Server) -> None:
    """The store is the one that the archive makes, row for row, read in the order of taking."""
    done = center.calltouch("rebuild", "--verify", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_kill_9_of_everything_between_the_hosts(tmp_path: Path) -> None:
    luck, numbers, kills = chance("hosts"), count(1), 0
    with postgres_server() as postgres, fleet_of(tmp_path, postgres) as fleet:
        loads = [Load(s.receiver, 2, numbers=numbers) for s in fleet.servers.values()]
        for load in loads:
            load.__enter__()
        for _ in range(rounds(1, 20)):
            names = [*blows(fleet), "PostgreSQL"]
            luck.shuffle(names)
            for name in names:
                threading.Event().wait(luck.uniform(0.1, 0.8))
                kills += strike(fleet, name)
        for load in loads:
            load.stop()
        settled(fleet)
        found = lead_ids(fleet.servers[CENTER])
        acknowledged = {number for load in loads for number in load.acknowledged}
        sent = {number for load in loads for number in load.sent}
        lost, twice = len(acknowledged - {*found}), sum(n > 1 for n in found.values())
        counted = {"acknowledged": len(acknowledged), "lost": lost, "twice": twice}
        record("many hosts: kill -9 of everything", kills=kills, **counted)
        assert (lost, twice, {*found} - sent) == (0, 0, set())
        assert len(acknowledged) > 100
        verified(fleet.servers[CENTER])


def test_a_disk_that_is_gone_takes_what_was_not_handed_over(tmp_path: Path) -> None:
    """And its host starts again with an empty one, under the same name."""
    numbers = count(1)
    with postgres_server() as postgres, fleet_of(tmp_path, postgres) as fleet:
        wait_until_hosts_ship(fleet)
        with (
            Load(fleet.servers["anna"].receiver, 2, numbers=numbers) as whole,
            Load(fleet.servers["boris"].receiver, 2, numbers=numbers) as broken,
        ):
            wait_until(lambda: len(broken.acknowledged) > 200, PATIENCE_SECONDS)
            gone_at = fleet.lose("boris")
            broken.stop()
            wait_until(lambda: max(whole.acknowledged.values()) > gone_at + 1, PATIENCE_SECONDS)
        delays = shipping_delays(postgres)
        p95 = delays[len(delays) * 95 // 100]
        taken_over(fleet, "boris", tmp_path / "new disk")
        with (
            fleet.running("boris", "new disk") as new,
            Load(new.receiver, 2, numbers=numbers) as more,
        ):
            wait_until(lambda: len(more.acknowledged) > 50, PATIENCE_SECONDS)
            more.stop()
            settled(fleet)
            found = lead_ids(fleet.servers[CENTER])
            lost = {
                "living": len({*whole.acknowledged, *more.acknowledged} - {*found}),
                "with the disk": len({*broken.acknowledged} - {*found}),
            }
            record(
                "many hosts: a disk gone",
                acknowledged=len(whole.acknowledged) + len(more.acknowledged),
                lost=lost["living"],
                lost_with_the_disk=lost["with the disk"],
                twice=sum(n > 1 for n in found.values()),
                shipped_after_s_p95=p95,
            )
            assert lost["living"] == 0
            assert max(found.values()) == 1
            missing = {*broken.acknowledged} - {*found}
            oldest = min((broken.acknowledged[n] for n in missing), default=gone_at)
            assert gone_at - oldest < 5.0, "more than what had not been handed over is lost"
            said = fleet.servers[CENTER].calltouch("doctor").stdout
            assert "a new inbox took this name over" in said
            verified(fleet.servers[CENTER])


def taken_over(fleet: Fleet, name: str, data_dir: Path) -> None:
    given = {k: v for k, v in os.environ.items() if not k.startswith("CALLTOUCH_")}
    given |= {"CALLTOUCH_DATA_DIR": str(data_dir), **fleet.environ(name)}
    command = [sys.executable, "-m", "calltouch.cli", "ship", "--take-over", "--once"]
    subprocess.run(command, env=given, check=True, timeout=60)
