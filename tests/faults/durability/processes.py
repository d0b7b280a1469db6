"""The processes a running server consists of, and how they are killed."""

import os
import signal
from pathlib import Path

from tests.road.server import Server, wait_until

PATIENCE_SECONDS = 60.0
_RECEIVER = "calltouch.receiver_app:load"
# What a segment without deliveries holds at most: its header, and frames of /readyz.
_EMPTY_BYTES = 900


def receiver_master(server: Server) -> int:
    """The receiver as the supervisor started it; waited for, as it may be about to start one."""
    found: list[int] = []

    def look() -> list[int]:
        pids = server.children(_RECEIVER)
        found[:] = [pid for pid in pids if _parent_of(pid) == server.process.pid]
        return found

    wait_until(look, PATIENCE_SECONDS)
    return found[0]


def receiver_workers(server: Server) -> list[int]:
    master = receiver_master(server)
    return [pid for pid in server.children(_RECEIVER) if _parent_of(pid) == master]


def has_stored(server: Server, pid: int) -> bool:
    """Whether a worker has taken deliveries: the only proof from outside that it serves."""
    return any(_size(segment) > _EMPTY_BYTES for segment in segments_of(server, pid))


def segments_of(server: Server, pid: int) -> list[Path]:
    return list((server.data_dir / "inbox").glob(f"*-{pid}-*.seg"))


def kill_everything(server: Server) -> None:
    """The supervisor and all its children, before any of them can act on the death of another."""
    for pid in [server.process.pid, *server.children("")]:
        kill(pid)
    server.process.wait()

    def rest() -> list[int]:
        for pid in server.children(""):
            kill(pid)
        return server.children("")

    wait_until(lambda: not rest(), PATIENCE_SECONDS)


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _size(segment: Path) -> int:
    """0 when it has been archived and deleted meanwhile."""
    try:
        return segment.stat().st_size
    except FileNotFoundError:
        return 0


def _parent_of(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    # The name in parentheses may hold spaces; state and parent come after it.
    return int(stat.rpartition(")")[2].split()[1])
