"""`state.sqlite`: what the programs remember of themselves, synced at every commit."""

import sqlite3
from pathlib import Path


def open_state(path: Path, tables: str) -> sqlite3.Connection:
    """Open it for writing, by any thread; `tables` makes those that are not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
    path.chmod(0o600)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.executescript(tables)
    return db
