"""The ladder by which digest gets a store that opens, whatever happened to the file.

The store is a projection: what it lost is made again from inbox and archive, so every step is
allowed to lose something of it, and none may lose a delivery. Each step is logged and counted.

1. Open it.
2. Attach it from an empty database and checkpoint: some versions replay a log that way which they
   refuse to replay otherwise.
3. Set the write-ahead log aside: the file goes back to its last checkpoint, and digest reads the
   inbox on from the position that is stored there.
4. Set the file aside and rebuild.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from analytics.statements import attach
from analytics.store import StoreFingerprint, basis_of, open_store
from receiver.data_dir import DataDir
from receiver.digest.disk_room import DiskRoom
from receiver.digest.rebuild import wal_of

log = logging.getLogger(__name__)

Count = Callable[[str], None]
"""Called with the name of each step that was taken."""

_FAILURES_BEFORE_REBUILD = 3


class NeedsRebuild(Exception):
    """There is no store that could be opened; the text says why."""


class FingerprintChanged(NeedsRebuild):
    """There is one, but it was made with other settings or by another version. `names`: of what
    differs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"it was made with another {', '.join(names)}")
        self.names = names


def open_or_recover(path: Path, basis: StoreFingerprint, count: Count) -> DuckDBPyConnection:
    """The store, opened and fit for this basis; raises `NeedsRebuild`."""
    if _failures(path) >= _FAILURES_BEFORE_REBUILD:
        _set_aside(path, count)
        raise NeedsRebuild(f"digest failed on it {_FAILURES_BEFORE_REBUILD} times in a row")
    db = _open(path, basis)
    for name, step in _STEPS:
        if db is not None:
            break
        if step(path):
            log.warning("the store does not open: %s", name)
            count(name)
            db = _open(path, basis)
    if db is None:
        _set_aside(path, count)
        raise NeedsRebuild("it could not be opened")
    differing = _differing(db, basis)
    if differing:
        db.close()
        raise FingerprintChanged(differing)
    return db


def note_digest_failure(data_dir: Path) -> None:
    """Suspect the store, unless it is the disk that is full."""
    if DiskRoom(data_dir).is_there():
        note_failure(DataDir(data_dir).store)


def note_failure(path: Path) -> None:
    """Digest failed on this store. After some times in a row the store itself is suspected."""
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


def _open(path: Path, basis: StoreFingerprint) -> DuckDBPyConnection | None:
    try:
        return open_store(path, basis)
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


def _set_log_aside(path: Path) -> bool:
    if not wal_of(path).exists():
        return False
    wal_of(path).rename(path.with_name(f"{path.name}.wal.broken-{time.time_ns()}"))
    return True


def _set_aside(path: Path, count: Count) -> None:
    count("file set aside")
    if path.exists():
        path.rename(path.with_name(f"{path.stem}.broken-{time.time_ns()}{path.suffix}"))
    _set_log_aside(path)
    note_success(path)


def _differing(db: DuckDBPyConnection, basis: StoreFingerprint) -> list[str]:
    made_with, wanted = basis_of(db), dict(basis.rows())
    return [name for name in wanted if made_with.get(name) != wanted[name]]


_STEPS: tuple[tuple[str, Callable[[Path], bool]], ...] = (
    ("log checkpointed from outside", _checkpoint_from_outside),
    ("log set aside", _set_log_aside),
)
