"""The account's calendar, from `calendar.toml` into the published file."""

import logging
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from analytics.calendar.definition import InvalidCalendar, WorkCalendar, read_calendar
from analytics.calendar.table import has_calendar, replace_calendar

log = logging.getLogger(__name__)

_Signature = tuple[int, int, int]


class CalendarTable:
    """Writes it when the file has changed, or a new year has begun. Without a file it is that of
    the country; a bad file changes nothing, and the log says why."""

    def __init__(self, path: Path, timezone: str) -> None:
        self._path = path
        self._zone = ZoneInfo(timezone)
        self._written: tuple[int, _Signature | None] | None = None

    def have_changed(self) -> bool:
        """Since the last `write`; cheap enough to call all the time."""
        return self._written != (self._year(), self._signature())

    def forget(self) -> None:
        """The store was replaced by one without it."""
        self._written = None

    def write(self, db: DuckDBPyConnection) -> None:
        year, signature = self._year(), self._signature()
        self._written = (year, signature)
        try:
            calendar = WorkCalendar() if signature is None else self._read()
        except (InvalidCalendar, OSError, UnicodeDecodeError) as error:
            log.error("%s is not used: %s", self._path.name, error)
            if has_calendar(db):
                return
            calendar = WorkCalendar()
        replace_calendar(db, calendar, year)

    def _read(self) -> WorkCalendar:
        return read_calendar(self._path.read_text(encoding="utf-8"))

    def _year(self) -> int:
        return datetime.now(self._zone).year

    def _signature(self) -> _Signature | None:
        """Changes with the file; None without one."""
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns
