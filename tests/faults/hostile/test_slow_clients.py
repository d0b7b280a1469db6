"""Clients that hold connections and send nothing, or little by little: nobody else may notice."""

import resource
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.durability.clients import SABOTAGE
from tests.faults.hostile.looking import cpu_seconds, workers
from tests.faults.hostile.raw import Raw, allow_descriptors, get, post
from tests.faults.load import Load, kept
from tests.faults.rounds import FULL, rounds
from tests.faults.table import record
from tests.road.server import Server, serving, wait_until

KINDS: dict[str, tuple[bytes, bytes]] = {
    "idle": (b"", b""),
    "head drip": (b"POST /webhook HTTP/1.1\r\n", b"X: y\r\n"),
    "body drip": (post(b"x" * 1000)[:-1000], b"x"),
    "half a body": (post(b"id=1" + b"x" * 1000)[:-500], b""),
    "never reads": (get(b"/healthz") * 20, b""),
}
"""Per kind what it sends at once, and what it sends again and again."""

# Ten seconds for a request, fifteen between requests; the rest is for a busy machine. In the short
# round the server gives less time.
CLOSED_SECONDS = rounds(14, 20)
SHORT: dict[str, str] = {} if FULL else {"PYTHONPATH": SABOTAGE, "SABOTAGE": "hasty"}
CONNECTIONS = rounds(60, 1500)


class Slow:
    """One connection of a kind, until the server closes it."""

    def __init__(self, address: str, kind: str) -> None:
        self.kind = kind
        self.raw = Raw(address, receive_buffer=4096)
        self.opened = time.monotonic()
        self.lasted: float | None = None
        self.raw.send(KINDS[kind][0])
        self.raw.sock.setblocking(False)

    def go_on(self, reads: bool) -> None:
        """Send what is next; note it when the connection is closed."""
        try:
            if KINDS[self.kind][1]:
                self.raw.sock.send(KINDS[self.kind][1])
            if not reads and self.kind == "never reads":
                return
            while self.raw.sock.recv(65536):
                pass
        except BlockingIOError:
            return
        except OSError:
            pass
        if self.lasted is None:
            self.lasted = time.monotonic() - self.opened
            self.raw.sock.close()


def test_slow_clients_hold_nobody_up(tmp_path: Path) -> None:
    """T-18"""
    allow_descriptors(3000)
    with serving(tmp_path / "data", **SHORT) as server, Load(server.receiver, clients=4) as load:
        kinds = list(KINDS) * (CONNECTIONS // len(KINDS))
        slow = [Slow(server.receiver, kind) for kind in kinds]
        started = time.monotonic()
        while time.monotonic() < started + CLOSED_SECONDS and open_ones(slow):
            reads = time.monotonic() > started + CLOSED_SECONDS - 3
            for one in open_ones(slow):
                one.go_on(reads)
            time.sleep(0.5)
            if all(one.kind == "never reads" for one in open_ones(slow)):
                break
        load.stop()
        for one in open_ones(slow):
            # Answered and kept alive: these may stay for longer than a test should last.
            assert not FULL or one.raw.is_closed(CLOSED_SECONDS), one.kind
            one.raw.sock.close()
        assert load.not_answered_200 == 0, load.answers
        assert load.acknowledged.keys() <= kept(server.data_dir)
    lasted = [one.lasted for one in slow if one.lasted is not None]
    assert {one.kind for one in slow if one.lasted is not None} >= set(KINDS) - {"never reads"}
    assert max(lasted) < CLOSED_SECONDS
    assert load.slowest < 5
    record(
        "T-18 slow clients",
        slow_connections=len(slow),
        good_deliveries=len(load.acknowledged),
        not_answered_200=load.not_answered_200,
        slowest_seconds=load.slowest,
        p99_seconds=load.percentile(99),
        last_closed_after_seconds=max(lasted),
    )


def open_ones(slow: list[Slow]) -> list[Slow]:
    return [one for one in slow if one.lasted is None]


@pytest.mark.parametrize("limit", [256, 1024] if FULL else [256])
def test_a_flood_of_connections_with_few_descriptors(tmp_path: Path, limit: int) -> None:
    """T-19: limited while they run, the workers have to meet the limit."""
    allow_descriptors(3500)
    connections = rounds(600, 2000)
    with serving(tmp_path / "data") as server:
        before = workers(server)
        for pid in before:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, limit))
        with Load(server.receiver, clients=4) as load:
            silent = flood(server, connections)
            busy = cpu_while(server, lambda: time.sleep(2))
            load.stop()
        # Without good deliveries in between: what the flood alone costs.
        idle = cpu_while(server, lambda: time.sleep(2))
        for sock in silent:
            sock.close()
        with Load(server.receiver, clients=2) as after:
            wait_until(lambda: len(after.acknowledged) > 20, 30)
        assert load.not_answered_200 == 0, load.answers
        assert after.not_answered_200 == 0, after.answers
        assert workers(server) == before, "a worker died"
        assert idle < 1.5, "the workers compute while nothing happens"
    record(
        "T-19 connection flood",
        idle_connections=connections,
        good_deliveries=len(load.acknowledged),
        not_answered_200=load.not_answered_200 + after.not_answered_200,
        slowest_seconds=load.slowest,
        cpu_share_while_served=busy,
        cpu_share_while_idle=idle,
    )


def flood(server: Server, count: int) -> list[socket.socket]:
    """Connections that say nothing; those the server closes meanwhile are left as they are."""
    silent = []
    for _ in range(count):
        raw = Raw(server.receiver)
        silent.append(raw.sock)
    return silent


def cpu_while(server: Server, something: Callable[[], None]) -> float:
    """CPU seconds of the workers per second that something takes."""
    before, started = cpu_seconds(server), time.monotonic()
    something()
    return (cpu_seconds(server) - before) / (time.monotonic() - started)
