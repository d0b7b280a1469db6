"""`state.sqlite`: what the programs remember of themselves, synced at every commit."""

import sqlite3
import time
from pathlib import Path

_PATIENCE_SECONDS = 30.0


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
