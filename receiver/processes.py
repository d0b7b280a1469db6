"""Processes as the kernel lists them (Linux: proc(5)), and how to bind one to its parent."""

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Process(NamedTuple):
    pid: int
    state: str
    parent: int
    group: int


def processes() -> Iterator[Process]:
    """All that are visible now."""
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            text = (directory / "stat").read_text(errors="replace")
        except OSError:
            continue
        # The name in brackets may contain anything, even brackets.
        state, parent, group, *_ = text.rpartition(")")[2].split()
        yield Process(int(directory.name), state, int(parent), int(group))


def children_of(pid: int) -> list[int]:
    return [process.pid for process in processes() if process.parent == pid]


def die_with_parent(number: signal.Signals, parent: int) -> None:
    """Have the kernel send this signal to this process when `parent`, which started it, ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def available_memory(path: Path = Path("/proc/meminfo")) -> int | None:
    """Bytes that a new process may take without others being swapped out; None where the kernel
    does not say."""
    with suppress(OSError):
        for line in path.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return None
