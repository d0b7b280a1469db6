"""`state.sqlite`: what the programs remember of themselves, synced at every commit."""

import os
import sqlite3
import time
from pathlib import Path

_PATIENCE_SECONDS = 30.0
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def open_state(path: Path, tables: str) -> sqlite3.Connection:
    """Open it for writing, by any thread; `tables` makes those that are not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(
        path, timeout=_PATIENCE_SECONDS, check_same_thread=False, isolation_level=None
    )
    path.chmod(0o600)
    _write_ahead(db)
    db.execute("pragma synchronous = full")
    db.executescript(tables)
    return db


def _write_ahead(db: sqlite3.Connection) -> None:
    """SQLite does not wait, as it does elsewhere, for others that switch a new file at once."""
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            db.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
        time.sleep(0.01)


def check(path: Path) -> None:
    """Read all of it. Raises `sqlite3.Error` and `OSError` when it cannot be used."""
    with path.open("r+b"):
        pass
    db = sqlite3.connect(path, timeout=_PATIENCE_SECONDS)
    try:
        ((found,),) = db.execute("pragma quick_check(1)").fetchall()
    finally:
        db.close()
    if found != "ok":
        raise sqlite3.DatabaseError(found.replace("\n", " "))


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
    """Also when a check found it, which SQLite gives no code."""
    return _code(error) in _DAMAGED or type(error) is sqlite3.DatabaseError


def _code(error: sqlite3.Error) -> int | None:
    """Without what extends it."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _words(error: sqlite3.Error | OSError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
