"""What a process gives up for good, as the kernel sees it: Linux."""

import ctypes
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent(parent: int) -> None:
    """The kernel kills this process when `parent`, which started it, ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def end_at(seconds: float) -> None:
    """The kernel kills this process then, whatever it is doing and whoever still watches it."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def first_out_of_memory() -> None:
    """Where memory runs out, the kernel ends this process before any other: its work can be done
    again, and a webhook that nobody takes cannot."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def give_up(address_space: int, cpu_seconds: int) -> None:
    """No file, socket, pipe or program can be opened from here on and no file grows; those that
    are open stay. There is no way back, for the hard limits are lowered."""
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Nobody else of this user may look into it, and nothing of it is put on disk.
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_AS, address_space)
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    _lower(resource.RLIMIT_NOFILE, 0)
    # A process that fails to write for its size would be killed without a word.
    with suppress(ValueError):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _lower(limit: int, value: int) -> None:
    """As far as it is not lower already."""
    hard = resource.getrlimit(limit)[1]
    lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (lowest, lowest))
