"""One digest at a time: the store has one writer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from receiver import process_lock
from receiver.process_lock import LockHeld


class DigestRunning(Exception):
    """Another process digests this data directory; the text says which."""


@contextmanager
def digest_lock(data_dir: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock; raises `DigestRunning` when another process still does after `patience` s."""
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with process_lock.hold(_path(data_dir), patience):
            yield
    except LockHeld as held:
        raise DigestRunning(_in_words(data_dir, str(held))) from held


def holder(data_dir: Path) -> str | None:
    """Who holds the lock now, in words; None when nobody does."""
    who = process_lock.holder(_path(data_dir))
    return who and _in_words(data_dir, who)


def _path(data_dir: Path) -> Path:
    return data_dir / "digest.lock"


def _in_words(data_dir: Path, who: str) -> str:
    return f"{data_dir} is being digested by {who}"
