"""What resync, reconcile, alerts and people recorded in `state.sqlite`, flows in `flows.sqlite`,
and the calendar, for the published file."""

import logging
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.noted import forget, note, noted
from analytics.run_tables import NOTES, replace_notes
from analytics.statements import rendered
from receiver.data_dir import DataDir
from receiver.digest.calendar_table import CalendarTable
from receiver.digest.flow_tables import FlowTables

log = logging.getLogger(__name__)

_NOTED = "notes of runs"

_Rows = tuple[list[str], list[tuple[Any, ...]]]
_Tables = dict[str, _Rows]


class PublishedNotes:
    """All that is published beside the function of the deliveries, but for the archive's state."""

    def __init__(self, place: DataDir, timezone: str) -> None:
        self._runs = RunNotes(place.state)
        self._flows = FlowTables(place.flows_store, place.operations_archive)
        self._calendar = CalendarTable(place.calendar, timezone)

    def have_changed(self) -> bool:
        copies = (self._runs, self._flows, self._calendar)
        return any(copied.have_changed() for copied in copies)

    def write(self, db: DuckDBPyConnection) -> None:
        """What has changed, into the store."""
        self._runs.write(db)
        if self._flows.have_changed():
            self._flows.copy_to(db)
        if self._calendar.have_changed():
            self._calendar.write(db)

    def begin(self, db: DuckDBPyConnection) -> None:
        """With another store: what it has of them is not written again."""
        self._runs.begin(db)
        self._flows.begin(db)
        self._calendar.begin(db)

    def close(self) -> None:
        self._runs.close()


class RunNotes:
    """Reads them when somebody has written to the file. It may not exist yet, and an unreadable one
    does not stop the rest from being published."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._seen = -1
        self._known: str | None = None
        self._news: _Tables | None = None

    def begin(self, db: DuckDBPyConnection) -> None:
        """With another store."""
        self._seen, self._known, self._news = -1, noted(db, _NOTED), None

    def have_changed(self) -> bool:
        """Since the last `write`; cheap enough to call all the time. Most of what is written to the
        file is not published: users, sessions, the access log."""
        version = self._version()
        if version is not None and version != self._seen:
            self._seen = version
            tables = self._read()
            self._news = None if _digest_of(tables) == self._known else tables
        return self._news is not None

    def write(self, db: DuckDBPyConnection) -> None:
        """What has changed, into the store, instants and days as ISO texts."""
        if not self.have_changed() or self._news is None:
            return
        tables, self._news = self._news, None
        forget(db, _NOTED)
        replace_notes(db, {name: _as_arrow(*table) for name, table in tables.items()})
        self._known = _digest_of(tables)
        note(db, _NOTED, self._known)

    def close(self) -> None:
        if self._db is not None:
            self._db.close()

    def _version(self) -> int | None:
        """A number that SQLite changes with every commit of another connection."""
        try:
            if self._db is None:
                if not self._path.exists():
                    return None
                address = f"{self._path.absolute().as_uri()}?mode=ro"
                self._db = sqlite3.connect(address, uri=True, timeout=30)
            return int(self._db.execute("pragma data_version").fetchone()[0])
        except sqlite3.Error:
            return None

    def _read(self) -> _Tables:
        """The columns and rows of each existing table."""
        assert self._db is not None
        try:
            tables = {name for (name,) in self._db.execute("select name from sqlite_master")}
            return {name: self._rows(name) for name in NOTES if name in tables}
        except sqlite3.Error as error:
            log.error("%s cannot be read: %s", self._path.name, error)
            return {}

    def _rows(self, table: str) -> _Rows:
        assert self._db is not None
        cursor = self._db.execute(rendered("state/all_rows", table=table))
        return [column[0] for column in cursor.description], cursor.fetchall()


def _digest_of(tables: _Tables) -> str:
    return sha256(repr(tables).encode()).hexdigest()


def _as_arrow(names: list[str], rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    return pa.table([list(column) for column in columns], names=names)
