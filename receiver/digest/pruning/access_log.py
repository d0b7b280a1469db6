"""Lines of the access log, which belongs to the pages, that are too old."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from receiver.digest.erasing.sqlite_files import erase_values


def count_old_lines(state: Path, before: datetime) -> int:
    if not state.exists():
        return 0
    uri = f"{state.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=30.0)) as db:
        if not _has_log(db):
            return 0
        ((count,),) = db.execute("select count(*) from audit where at < ?", [_written(before)])
        return int(count)


def end_old_lines(state: Path, before: datetime) -> int:
    """Leaves nothing of them in free pages and logs. Returns how many."""
    count = count_old_lines(state, before)
    if count:
        erase_values(state, lambda stored: stored.value, lambda db: _delete(db, before))
    return count


def _delete(db: sqlite3.Connection, before: datetime) -> None:
    db.execute("delete from audit where at < ?", [_written(before)])


def _has_log(db: sqlite3.Connection) -> bool:
    return bool(db.execute("select 1 from sqlite_master where name = 'audit'").fetchone())


def _written(moment: datetime) -> str:
    """As dashboards/access/state.py writes them."""
    return moment.isoformat(timespec="microseconds")
