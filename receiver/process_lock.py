"""Locks that one process at a time holds: files with the holder's name in them.

The kernel releases a lock when its holder ends, however it ends. The store has one writer, so there
is one digest at a time per data directory: `digest_lock`.
"""

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
    """Another process holds the lock; the text names that process."""


class DigestRunning(Exception):
    """Another process digests this data directory; the text says which."""


@contextmanager
def digest_lock(data_dir: Path, patience: float = 0.0) -> Iterator[None]:
    """Raises `DigestRunning` when another process still holds it after `patience` s."""
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with hold(_digest_lock_in(data_dir), patience):
            yield
    except LockHeld as held:
        raise DigestRunning(_digesting(data_dir, str(held))) from held


def digest_holder(data_dir: Path) -> str | None:
    """Which process digests now, in words; None when there is none."""
    who = holder(_digest_lock_in(data_dir))
    return who and _digesting(data_dir, who)


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
    """Which process holds the lock now, in words; None when there is none."""
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
    # On a full disk the lock holds without a name.
    with suppress(OSError):
        os.ftruncate(fd, 0)
        os.pwrite(fd, orjson.dumps({"pid": os.getpid(), "command": command, "since": started}), 0)


def _who(fd: int) -> str:
    try:
        who = orjson.loads(os.pread(fd, 4096, 0))
        return f"process {who['pid']} ({who['command']}) since {who['since']}"
    except (orjson.JSONDecodeError, KeyError):
        return "a process that has just started"


def _digest_lock_in(data_dir: Path) -> Path:
    return data_dir / "digest.lock"


def _digesting(data_dir: Path, who: str) -> str:
    return f"{data_dir} is being digested by {who}"
