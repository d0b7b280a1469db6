"""One digest at a time: the store has one writer. The lock goes when its holder dies."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson


class DigestRunning(Exception):
    """Another process digests this data directory; the text says which."""


@contextmanager
def digest_lock(data_dir: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock; raises `DigestRunning` when another process still does after `patience` s."""
    data_dir.mkdir(parents=True, exist_ok=True)
    fd = os.open(_path(data_dir), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        give_up_at = time.monotonic() + patience
        while not _take(fd, fcntl.LOCK_EX):
            if time.monotonic() >= give_up_at:
                raise DigestRunning(_who(fd, data_dir))
            time.sleep(0.05)
        _sign(fd)
        yield
    finally:
        os.close(fd)


def holder(data_dir: Path) -> str | None:
    """Who holds the lock now, in words; None when nobody does."""
    try:
        fd = os.open(_path(data_dir), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return None if _take(fd, fcntl.LOCK_SH) else _who(fd, data_dir)
    finally:
        os.close(fd)


def _take(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _path(data_dir: Path) -> Path:
    return data_dir / "digest.lock"


def _sign(fd: int) -> None:
    command = " ".join(Path(word).name if i == 0 else word for i, word in enumerate(sys.argv[:2]))
    started = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(fd, 0)
    os.pwrite(fd, orjson.dumps({"pid": os.getpid(), "command": command, "since": started}), 0)


def _who(fd: int, data_dir: Path) -> str:
    try:
        who = orjson.loads(os.pread(fd, 4096, 0))
        by = f"by process {who['pid']} ({who['command']}) since {who['since']}"
    except (orjson.JSONDecodeError, KeyError):
        by = "by a process that has just started"
    return f"{data_dir} is being digested {by}"
