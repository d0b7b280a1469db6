"""How far flows have taken in their inbox, as their store knows it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from receiver.shipping.ledger import ParcelsRefused

_PATIENCE_SECONDS = 30


def flow_positions(store: Path) -> dict[str, int]:
    """Per segment; of other hosts also those that are gone. Raises `ParcelsRefused`: without them
    operations might run twice."""
    if not store.exists():
        return {}
    try:
        with closing(_read_only(store)) as db:
            return dict(db.execute("select segment, position from positions").fetchall())
    except sqlite3.Error as error:
        raise ParcelsRefused(f"{store} cannot be read: {error}") from error


def _read_only(store: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{store.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_SECONDS
    )
