"""A line in the access log, which belongs to the pages: who had a person erased, when, by which
act; nothing of whom."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

ACTION = "person erased"


def note_erased(state: Path, by: str, act: int, leads: int) -> None:
    """Once, and only where there is a log."""
    if not state.exists():
        return
    with closing(sqlite3.connect(state, timeout=30.0, isolation_level=None)) as db:
        if not db.execute("select 1 from sqlite_master where name = 'audit'").fetchone():
            return
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        db.execute(
            "insert into audit (at, reader, role, action, report, query, rows, address) "
            "select ?, ?, '', ?, '', ?, ?, '' "
            "where not exists (select 1 from audit where action = ? and query = ?)",
            [at, by, ACTION, f"act={act}", leads, ACTION, f"act={act}"],
        )
