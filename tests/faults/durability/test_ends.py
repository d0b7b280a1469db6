"""Told to end, or killed, while it is busy: after 15 seconds nothing of it is there any more."""

import signal
import time
from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.inbox.writer import InboxWriter
from receiver.processes import processes
from receiver.settings.settings import Settings
from tests.faults.durability.clients import SABOTAGE
from tests.faults.rounds import rounds
from tests.faults.table import record
from tests.receiver.deliveries import call
from tests.road.server import Server, start, wait_until

ROOT = Path(__file__).parents[3]
WITHIN_SECONDS = 15.0
# What a busy machine may add.
_GRACE_SECONDS = 5.0
HOW = (signal.SIGTERM, signal.SIGKILL)
BACKLOG = rounds(8_000, 200_000)
_STUCK = {"PYTHONPATH": f"{SABOTAGE}:{ROOT}", "SABOTAGE": "long_batches"}


@pytest.mark.parametrize("number", HOW)
def test_in_the_middle_of_a_backlog(tmp_path: Path, number: signal.Signals) -> None:
    put(tmp_path / "data")
    server = start(tmp_path / "data")
    wait_until(lambda: pending(server) < BACKLOG, 60)
    ended(server, number, "T-30 backlog")
    settings = Settings.load(server.environ)
    Digest(settings).finish()
    assert server.ask("select count(*), max(delivery_id) from deliveries") == [(BACKLOG, BACKLOG)]


@pytest.mark.parametrize("number", HOW)
def test_in_a_statement_without_end(tmp_path: Path, number: signal.Signals) -> None:
    put(tmp_path / "data", 10)
    server = start(tmp_path / "data", **_STUCK)
    wait_until(lambda: "folding without end" in server.log, 60)
    ended(server, number, "T-30 endless statement")
    Digest(Settings.load(server.environ)).finish()
    assert server.ask("select count(*), count(*) filter (outcome = 'quarantined') from deliveries"
                      ) == [(10, 0)]  # fmt: skip


def put(data_dir: Path, count: int = BACKLOG) -> None:
    inbox = InboxWriter(DataDir(data_dir).inbox)
    for first in range(0, count, 5000):
        inbox.put_all([call(n, comment="x" * 200) for n in range(first, min(first + 5000, count))])
    inbox.close()


def pending(server: Server) -> int:
    """Deliveries that are not in the published file yet."""
    if not DataDir(server.data_dir).published.exists():
        return BACKLOG
    ((done,),) = server.ask("select count(*) from deliveries")
    return BACKLOG - int(done)


def ended(server: Server, number: signal.Signals, test: str) -> None:
    """Kill or stop it, and wait until nothing of it lives."""
    mine = [server.process.pid, *server.children("")]
    groups = {one.group for one in processes() if one.pid in mine[1:]}
    began = time.monotonic()
    server.process.send_signal(number)
    wait_until(lambda: not alive(groups), WITHIN_SECONDS + _GRACE_SECONDS)
    seconds = time.monotonic() - began
    server.process.wait(5)
    record(f"{test}, {number.name}", seconds_to_end=seconds)
    if number == signal.SIGTERM:
        assert server.process.returncode == 0


def alive(groups: set[int]) -> list[int]:
    return [one.pid for one in processes() if one.group in groups and one.state != "Z"]
