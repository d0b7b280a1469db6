"""The steps by which digest gets a store that opens, whatever happened to the file.

The store is a projection: what it lost is made again from inbox and archive. So every step may lose
part of the store, and none may lose a delivery. Each step is logged and counted.

1. Open it.
2. Attach it from an empty database and checkpoint: some versions replay that way a log that they
   refuse otherwise.
3. Move the write-ahead log away: the file returns to its last checkpoint, and digest reads the
   inbox from the position stored there.
4. Move the file away and rebuild.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from analytics.statements import attach
from analytics.store import StoreFingerprint, fingerprint_of, open_store
from receiver.data_dir import DataDir
from receiver.digest.disk_room import DiskRoom
from receiver.digest.store_files import wal_of

log = logging.getLogger(__name__)

Count = Callable[[str], None]
"""Called with the name of each step."""

_FAILURES_BEFORE_REBUILD = 3


class NeedsRebuild(Exception):
    """No store could be opened; the text says why."""


class FingerprintChanged(NeedsRebuild):
    """The store was made with other settings or by another version. `names`: what differs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"it was made with another {', '.join(names)}")
        self.names = names


def open_or_recover(path: Path, fingerprint: StoreFingerprint, count: Count) -> DuckDBPyConnection:
    """Open a store made with this fingerprint; raises `NeedsRebuild`."""
    if _failures(path) >= _FAILURES_BEFORE_REBUILD:
        _move_away(path, count)
        raise NeedsRebuild(f"digest failed on it {_FAILURES_BEFORE_REBUILD} times in a row")
    db = _open(path, fingerprint)
    for name, step in _STEPS:
        if db is not None:
            break
        if step(path):
            log.warning("the store does not open: %s", name)
            count(name)
            db = _open(path, fingerprint)
    if db is None:
        _move_away(path, count)
        raise NeedsRebuild("it could not be opened")
    differing = _differing(db, fingerprint)
    if differing:
        db.close()
        raise FingerprintChanged(differing)
    return db


def note_digest_failure(data_dir: Path) -> None:
    """Suspect the store, unless the disk is full."""
    if DiskRoom(data_dir).is_there():
        note_failure(DataDir(data_dir).store)


def note_failure(path: Path) -> None:
    """Digest failed on this store; a few failures in a row condemn the store itself."""
    _suspicion(path).write_text(str(_failures(path) + 1))


def note_success(path: Path) -> None:
    _suspicion(path).unlink(missing_ok=True)


def _failures(path: Path) -> int:
    try:
        return int(_suspicion(path).read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _suspicion(path: Path) -> Path:
    return path.with_suffix(".failures")


def _open(path: Path, fingerprint: StoreFingerprint) -> DuckDBPyConnection | None:
    try:
        return open_store(path, fingerprint)
    except (duckdb.Error, UnicodeDecodeError) as error:
        log.error("opening %s: %s", path.name, str(error).splitlines()[0])
        return None


def _checkpoint_from_outside(path: Path) -> bool:
    if not wal_of(path).exists():
        return False
    try:
        with duckdb.connect() as db:
            attach(db, path, "broken", read_only=False)
            db.execute("checkpoint broken")
    except duckdb.Error:
        return False
    return True


def _move_log_away(path: Path) -> bool:
    if not wal_of(path).exists():
        return False
    wal_of(path).rename(path.with_name(f"{path.name}.wal.broken-{time.time_ns()}"))
    return True


def _move_away(path: Path, count: Count) -> None:
    count("file set aside")
    if path.exists():
        path.rename(path.with_name(f"{path.stem}.broken-{time.time_ns()}{path.suffix}"))
    _move_log_away(path)
    note_success(path)


def _differing(db: DuckDBPyConnection, fingerprint: StoreFingerprint) -> list[str]:
    made_with, wanted = fingerprint_of(db), dict(fingerprint.rows())
    return [name for name in wanted if made_with.get(name) != wanted[name]]


_STEPS: tuple[tuple[str, Callable[[Path], bool]], ...] = (
    ("log checkpointed from outside", _checkpoint_from_outside),
    ("log set aside", _move_log_away),
)
