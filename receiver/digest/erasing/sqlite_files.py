"""Values of SQLite files, erased so that no page keeps them: not in the log, not in free space.

Every text and every blob of every table is read; which tables there are is not known here. Left out
by their names are secrets, hashes, accounts of those who work here (who removes one does so by
`calltouch user`), and definitions that people wrote, which are theirs to change.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.statements import rendered

_PATIENCE_SECONDS = 60.0
_AT_ONCE = 500
_LEFT_OUT = ("hash", "sha256", "hmac", "generation", "nonce", "segment", "definition")
_ACCOUNTS = {
    *("users", "limited_users", "tokens", "limited_tokens", "live_sessions", "ended_sessions"),
    *("session_keys", "set_up_links", "sign_in_links"),
}
_WHO_DID_IT = {"user_name", "reader", "made_by", "changed_by"}

Value = str | bytes


class FileInUse(Exception):
    """Others read or write the file all the time; the text says which."""


@dataclass(frozen=True, slots=True)
class StoredValue:
    """`row`: all of its row, by column."""

    table: str
    column: str
    value: Value
    row: Mapping[str, Any]


EraseValue = Callable[[StoredValue], Value]
"""What becomes of a value; the same one where it stays."""


def count_values(path: Path, erase: EraseValue) -> dict[str, int]:
    """Per table, the rows that hold something. The file need not be there."""
    if not path.exists():
        return {}
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_SECONDS)) as db:
        db.row_factory = sqlite3.Row
        found = {table: sum(1 for _ in _changes(db, table, erase)) for table in _tables(db)}
    return {table: count for table, count in found.items() if count}


def erase_values(
    path: Path,
    erase: EraseValue,
    forget: Callable[[sqlite3.Connection], None] = lambda db: None,
) -> None:
    """Change the rows, and leave nothing of what they were. `forget`: deletes rows before.

    Raises `FileInUse`; then it is to be done again. Whoever reads meanwhile sees the one or the
    other."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.execute("pragma secure_delete = on")
        db.execute("pragma synchronous = full")
        db.execute("begin immediate")
        try:
            forget(db)
            for table in _tables(db):
                for number, values in list(_changes(db, table, erase)):
                    _update(db, table, number, values)
        except BaseException:
            db.execute("rollback")
            raise
        db.execute("commit")
        _leave_no_trace(db, path)


def _leave_no_trace(db: sqlite3.Connection, path: Path) -> None:
    """Pages that were freed at any time before may hold what was in them, and so may the log."""
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            db.execute("vacuum")
            ((is_busy, *_),) = db.execute("pragma wal_checkpoint(truncate)").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            is_busy = 1
        if not is_busy:
            return
        if time.monotonic() > give_up_at:
            raise FileInUse(f"{path.name} is in use by others all the time")
        time.sleep(0.1)


def _tables(db: sqlite3.Connection) -> list[str]:
    rows = db.execute(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
    )
    return [name for (name,) in rows if name not in _ACCOUNTS]


def _changes(
    db: sqlite3.Connection, table: str, erase: EraseValue
) -> Iterator[tuple[int, dict[str, Value]]]:
    """Rows with what changes in them."""
    command, last = rendered("state/rows_after", table=table), -1 << 63
    while True:
        rows = db.execute(command, {"last": last, "most": _AT_ONCE}).fetchall()
        for row in map(dict, rows):
            last = row["row_number"]
            if values := _erased(table, row, erase):
                yield last, values
        if len(rows) < _AT_ONCE:
            return


def _erased(table: str, row: Mapping[str, Any], erase: EraseValue) -> dict[str, Value]:
    changed = {}
    for column, value in row.items():
        is_left_out = column.endswith(_LEFT_OUT) or column in _WHO_DID_IT
        if isinstance(value, str | bytes) and not is_left_out:
            new = erase(StoredValue(table, column, value, row))
            if new != value:
                changed[column] = new
    return changed


def _update(db: sqlite3.Connection, table: str, number: int, values: dict[str, Value]) -> None:
    for column, value in values.items():
        command = rendered("state/replace_value", table=table, column=column)
        try:
            db.execute(command, {"value": value, "row_number": number})
        except sqlite3.IntegrityError:
            # Two names that were different are the same without the person.
            db.execute(command, {"value": f"{value!s}-{number}", "row_number": number})
