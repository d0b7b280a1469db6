"""What /proc and the inbox tell about a running server."""

import os
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.inbox.segment import SUFFIX
from tests.road.server import Server

RECEIVER = "calltouch.receiver_app:load"
_TICKS = os.sysconf("SC_CLK_TCK")


def workers(server: Server) -> list[int]:
    """The receiver's worker processes: those whose parent runs the same command."""
    running = server.children(RECEIVER)
    return [pid for pid in running if _status(pid, "PPid") in running]


def descriptors(server: Server) -> int:
    """Of the receiver's workers, but for segments of the inbox: while the disk is slow a worker has
    two, and when one is full another one."""
    return sum(
        not os.path.realpath(link).endswith(SUFFIX)
        for pid in workers(server)
        for link in Path(f"/proc/{pid}/fd").iterdir()
    )


def resident_mb(server: Server) -> dict[int, float]:
    """Of each of the receiver's workers."""
    return {pid: _status(pid, "VmRSS") / 1024 for pid in workers(server)}


def cpu_seconds(server: Server) -> float:
    """What the receiver's workers have computed so far."""
    seconds = 0.0
    for pid in workers(server):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / _TICKS
    return seconds


def deliveries(data_dir: Path) -> list[Delivery]:
    """All that inbox and archive hold; the server may run, but must not archive meanwhile."""
    place = DataDir(data_dir)
    reader = InboxReader(place.inbox)
    entries = [item for item in reader.look().entries({}) if isinstance(item, InboxEntry)]
    reader.close()
    archived = [numbered.entry for numbered in Archive(place.archive).read()]
    found = {entry.key: entry for entry in [*archived, *entries]}
    return [entry.received.delivery for entry in found.values()]


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0
