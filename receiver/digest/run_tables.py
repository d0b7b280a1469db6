"""What resync, reconcile, alerts and people recorded in `state.sqlite`, flows in `flows.sqlite`,
and the calendar, for the published file."""

import logging
import sqlite3
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.run_tables import NOTES, replace_notes
from analytics.statements import rendered
from receiver.data_dir import DataDir
from receiver.digest.calendar_table import CalendarTable
from receiver.digest.flow_tables import FlowTables

log = logging.getLogger(__name__)


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
        if self._runs.have_changed():
            replace_notes(db, self._runs.read())
        if self._flows.have_changed():
            self._flows.copy_to(db)
        if self._calendar.have_changed():
            self._calendar.write(db)

    def forget(self) -> None:
        """The store was replaced by one without them."""
        self._runs.forget()
        self._flows.forget()
        self._calendar.forget()

    def close(self) -> None:
        self._runs.close()


class RunNotes:
    """Reads them when they have changed. The file may not exist yet, and an unreadable one does not
    stop the rest from being published."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._seen = -1

    def have_changed(self) -> bool:
        """Since the last `read`; cheap enough to call all the time."""
        version = self._version()
        return version is not None and version != self._seen

    def forget(self) -> None:
        """The store was replaced by one without them."""
        self._seen = -1

    def read(self) -> dict[str, pa.Table]:
        """The rows of each existing table, instants and days as ISO texts."""
        version = self._version()
        if version is None or self._db is None:
            return {}
        self._seen = version
        try:
            tables = {name for (name,) in self._db.execute("select name from sqlite_master")}
            return {name: self._rows(name) for name in NOTES if name in tables}
        except sqlite3.Error as error:
            log.error("%s cannot be read: %s", self._path.name, error)
            return {}

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

    def _rows(self, table: str) -> pa.Table:
        assert self._db is not None
        cursor = self._db.execute(rendered("state/all_rows", table=table))
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        columns = list(zip(*rows, strict=True)) or [() for _ in names]
        return pa.table([list(column) for column in columns], names=names)
