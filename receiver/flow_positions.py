"""How far flows have taken in their inbox, as their store knows it."""

import sqlite3
from contextlib import closing
from pathlib import Path

_PATIENCE_SECONDS = 30


def flow_positions(store: Path) -> dict[str, int]:
    """Per segment; of other hosts also those that are gone. Raises `sqlite3.Error`."""
    if not store.exists():
        return {}
    address = f"{store.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_SECONDS)) as db:
        return dict(db.execute("select segment, position from positions").fetchall())
