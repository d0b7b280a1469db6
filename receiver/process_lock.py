"""A file that one process at a time holds, with its name in it. The lock goes with its holder,
however that ends."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import orjson


class LockHeld(Exception):
    """Another process holds it; the text names that process."""


@contextmanager
def hold(path: Path, patience: float = 0.0) -> Iterator[None]:
    """Raises `LockHeld` when another process still holds it after `patience` s, and `OSError`."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        give_up_at = time.monotonic() + patience
        while not _take(fd, fcntl.LOCK_EX):
            if time.monotonic() >= give_up_at:
                raise LockHeld(_who(fd))
            time.sleep(0.05)
        _sign(fd)
        yield
    finally:
        os.close(fd)


def holder(path: Path) -> str | None:
    """Who holds it now, in words; None when nobody does."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return None if _take(fd, fcntl.LOCK_SH) else _who(fd)
    finally:
        os.close(fd)


def _take(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(fd: int) -> None:
    command = " ".join(Path(word).name if i == 0 else word for i, word in enumerate(sys.argv[:2]))
    started = datetime.now(UTC).isoformat(timespec="seconds")
    # On a full disk it holds without a name.
    with suppress(OSError):
        os.ftruncate(fd, 0)
        os.pwrite(fd, orjson.dumps({"pid": os.getpid(), "command": command, "since": started}), 0)


def _who(fd: int) -> str:
    try:
        who = orjson.loads(os.pread(fd, 4096, 0))
        return f"process {who['pid']} ({who['command']}) since {who['since']}"
    except (orjson.JSONDecodeError, KeyError):
        return "a process that has just started"
