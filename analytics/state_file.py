"""`state.sqlite`: users, tokens, and how far resync, reconcile and mails got; durable."""

import os
import sqlite3
import time
from pathlib import Path

_PATIENCE_SECONDS = 30.0
_RETRY_SECONDS = 0.01
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def open_state(
    path: Path | str, tables: str, patience: float = _PATIENCE_SECONDS
) -> sqlite3.Connection:
    """Open it durably, for use by any thread; `tables` creates those that are missing. `path` may
    be ":memory:" for a rehearsal, `patience` is how long to wait for another writer.

    Raises `sqlite3.Error`, also for what the file system refuses.
    """
    if isinstance(path, Path):
        _make_private(path)
    db = sqlite3.connect(path, timeout=patience, check_same_thread=False, isolation_level=None)
    try:
        _write_ahead(db, patience)
        db.execute("pragma synchronous = full")
        db.executescript(tables)
    except BaseException:
        db.close()
        raise
    return db


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error


def _write_ahead(db: sqlite3.Connection, patience: float) -> None:
    """SQLite's own timeout does not cover several processes switching a new file at once."""
    give_up_at = time.monotonic() + patience
    while True:
        try:
            db.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
        time.sleep(_RETRY_SECONDS)


def check(path: Path) -> None:
    """Read the whole file. Raises `sqlite3.Error` and `OSError` when it cannot be used."""
    with path.open("r+b"):
        pass
    db = sqlite3.connect(path, timeout=_PATIENCE_SECONDS)
    try:
        ((verdict,),) = db.execute("pragma quick_check(1)").fetchall()
    finally:
        db.close()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict.replace("\n", " "))


def trouble_with(path: Path, error: sqlite3.Error | OSError) -> str:
    """What is wrong with the file, and what to do."""
    if isinstance(error, sqlite3.DatabaseError) and _is_damage(error):
        return (
            f"{path} is damaged ({error}): end `serve`, put a backup in its place or move it away "
            f"(mv {path} {path}.damaged; rm -f {path}-wal {path}-shm) and start `serve` again. "
            "Users, tokens, saved views, audit and the progress of resync then begin anew; "
            "deliveries and leads lie elsewhere and are whole"
        )
    if isinstance(error, sqlite3.Error) and _code(error) == sqlite3.SQLITE_BUSY:
        return f"{path} is in use by another process for too long ({error}); try again"
    if isinstance(error, sqlite3.Error) and _code(error) in _DISK:
        return f"{path} cannot be used ({error}): make room on its disk, and check that"
    return (
        f"{path} cannot be used ({_words(error)}): the user that runs this (uid {os.geteuid()}) "
        f"has to own it: chown <user> {path} {path}-wal {path}-shm; its directory and file system "
        "have to be writable"
    )


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Includes what a check found, for which SQLite has no code."""
    return _code(error) in _DAMAGED or type(error) is sqlite3.DatabaseError


def _code(error: sqlite3.Error) -> int | None:
    """The primary code, without its extension."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _words(error: sqlite3.Error | OSError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
