"""Restarts nobody notices: reloads, single workers, and the whole server on a socket that is held.

Every request of every client has to be answered 200, whether it keeps its connection or not.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

from tests.faults.durability.clients import CLIENTS, NOTHING, both_kinds, compare
from tests.faults.durability.processes import (
    PATIENCE_SECONDS,
    has_stored,
    kill,
    receiver_workers,
)
from tests.faults.load import Load
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.road.server import Server, is_ready, serving, start, wait_until

IDLE_CONNECTIONS = 200
_REQUEST = b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nx=1\n"

# What systemd does with the sockets of a .socket unit: descriptors from 3 on, for this process.
_LAUNCH = """
import fcntl, os, sys
held = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 20) for number in sys.argv[1:3]]
for place, number in enumerate(held, 3):
    os.dup2(number, place)
environ = {**os.environ, "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2"}
os.execve(sys.executable, [sys.executable, "-m", "calltouch.cli", "serve"], environ)
"""


def test_reloads_and_stopped_workers_under_load(tmp_path: Path) -> None:
    """T-10. SIGHUP to the supervisor: all workers are new ones then. SIGTERM to a worker: it
    answers what it has, and another takes its place."""
    with serving(tmp_path / "data") as server:
        with both_kinds(server.receiver) as loads:
            for _ in range(rounds(1, 10)):
                time.sleep(0.2)
                old = set(receiver_workers(server))
                server.process.send_signal(signal.SIGHUP)
                wait_until(partial(replaced, server, old), PATIENCE_SECONDS)
        note("T-10 reload", server.data_dir, loads)
    with serving(tmp_path / "other data") as server:
        with both_kinds(server.receiver) as loads:
            for _ in range(rounds(1, 10)):
                time.sleep(0.2)
                stopped = receiver_workers(server)[0]
                kill(stopped, signal.SIGTERM)
                wait_until(partial(replaced_one, server, stopped), PATIENCE_SECONDS)
        note("T-10 worker told to stop", server.data_dir, loads)


def test_full_restarts_on_a_held_socket(tmp_path: Path) -> None:
    """T-11. Between two servers the connections wait in the socket that neither of them owns."""
    data_dir = tmp_path / "data"
    with held_sockets() as sockets:
        address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        server = start_on(sockets, data_dir)
        try:
            wait_until(lambda: is_ready(address), PATIENCE_SECONDS)
            with both_kinds(address) as loads:
                for _ in range(rounds(1, 10)):
                    time.sleep(0.3)
                    assert server.stop() == 0
                    server = start_on(sockets, data_dir)
                    wait_until(lambda: is_ready(address), PATIENCE_SECONDS)
        finally:
            server.stop()
    note("T-11 full restart on a held socket", data_dir, loads)


def test_a_full_restart_without_a_held_socket_does_refuse(tmp_path: Path) -> None:
    """T-11 must be able to fail: with a socket of its own the server refuses while it is away."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    server = start(tmp_path / "data", "--port", port)
    try:
        wait_until(lambda: is_ready(server.receiver), PATIENCE_SECONDS)
        with Load(server.receiver, CLIENTS) as load:
            time.sleep(0.3)
            server.stop()
            server = start(tmp_path / "data", "--port", port)
            wait_until(lambda: is_ready(server.receiver), PATIENCE_SECONDS)
            time.sleep(0.2)
    finally:
        server.stop()
    found = compare(tmp_path / "data", [load])
    record("T-11 control: own socket", refused=load.not_answered_200, lost=found.lost)
    assert load.not_answered_200 > 0
    assert found.lost == 0


def test_requests_that_meet_the_end_of_an_idle_connection(tmp_path: Path) -> None:
    """T-10. A worker that stops closes idle connections in the end. What came just before is
    answered: only what crosses the close on its way, which no server can see, may be lost."""
    sent, dropped = 0, 0
    with serving(tmp_path / "data", "--workers", "1") as server:
        for number in range(rounds(1, 10)):
            luck = chance("T-10 idle", number)
            connections = [idle_connection(server) for _ in range(IDLE_CONNECTIONS)]
            (worker,) = receiver_workers(server)
            kill(worker, signal.SIGTERM)
            ends = time.monotonic() + STOP_KEEPALIVE_LINGER
            moments = sorted(ends + luck.uniform(-0.05, 0.3) for _ in connections)
            asked = [c for c, at in zip(connections, moments, strict=True) if ask_at(c, at)]
            sent += len(asked)
            dropped += sum(not is_answered(connection) for connection in asked)
            for connection in connections:
                connection.close()
            wait_until(partial(one_other_than, server, worker), PATIENCE_SECONDS)
    record("T-10 idle connections that end", asked_just_then=sent, not_answered=dropped)
    assert sent > 0
    # The busier the machine, the longer the moment between a client's look and its sending.
    assert dropped <= 2 + sent // 200


def idle_connection(server: Server) -> socket.socket:
    """One that has had an answer and is kept."""
    address = urlsplit(server.receiver)
    connection = socket.create_connection((address.hostname, address.port), 30)
    connection.sendall(_REQUEST)
    assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    return connection


def ask_at(connection: socket.socket, moment: float) -> bool:
    """Send a request then, as a careful client does: not if the connection has been closed."""
    time.sleep(max(0.0, moment - time.monotonic()))
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    if poll.poll(0):
        return False
    with suppress(OSError):
        connection.sendall(_REQUEST)
    return True


def is_answered(connection: socket.socket) -> bool:
    try:
        return connection.recv(4096).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def note(test: str, data_dir: Path, loads: list[Load]) -> None:
    """Write the figures down, then hold them to the promise."""
    found = compare(data_dir, loads)
    for load, kind in zip(loads, ("keep-alive", "a connection each"), strict=True):
        record(
            f"{test}, {kind}",
            times=rounds(1, 10),
            acknowledged=len(load.acknowledged),
            not_answered=load.not_answered_200,
            lost=found.lost,
            slowest_seconds=load.slowest,
        )
    assert [set(load.answers) for load in loads] == [{"200"}, {"200"}], loads[0].answers
    assert found == NOTHING


def replaced(server: Server, old: set[int]) -> bool:
    """None of the old workers is left, and a new one has taken deliveries."""
    running = set(server.children(""))
    return not running & old and any(has_stored(server, pid) for pid in running)


def one_other_than(server: Server, old: int) -> bool:
    workers = receiver_workers(server)
    return len(workers) == 1 and workers[0] != old


def replaced_one(server: Server, old: int) -> bool:
    workers = receiver_workers(server)
    return old not in workers and len(workers) > 1


@contextmanager
def held_sockets() -> Iterator[list[socket.socket]]:
    """For receiver and dashboards, open as long as the test goes on."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=2048) as receiver,
        socket.create_server(("127.0.0.1", 0), backlog=2048) as dashboards,
    ):
        yield [receiver, dashboards]


def start_on(sockets: list[socket.socket], data_dir: Path) -> Server:
    environ = {
        **{name: text for name, text in os.environ.items() if not name.startswith("CALLTOUCH_")},
        "CALLTOUCH_DATA_DIR": str(data_dir),
        "CALLTOUCH_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    descriptors = [listener.fileno() for listener in sockets]
    process = subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, *map(str, descriptors)],
        env=environ,
        pass_fds=descriptors,
        cwd=data_dir.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return Server(process, environ, data_dir)
