"""The account's calendar, from `calendar.toml` into the published file."""

import logging
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from analytics.calendar.definition import InvalidCalendar, WorkCalendar, read_calendar
from analytics.calendar.table import has_calendar, replace_calendar
from analytics.noted import forget, note, noted
from receiver import __version__

log = logging.getLogger(__name__)

_NOTED = "calendar"

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

    def begin(self, db: DuckDBPyConnection) -> None:
        """With another store."""
        year, signature = self._year(), self._signature()
        is_there = noted(db, _NOTED) == _said(year, signature)
        self._written = (year, signature) if is_there else None

    def write(self, db: DuckDBPyConnection) -> None:
        year, signature = self._year(), self._signature()
        self._written = (year, signature)
        forget(db, _NOTED)
        try:
            calendar = WorkCalendar() if signature is None else self._read()
        except (InvalidCalendar, OSError, UnicodeDecodeError) as error:
            log.error("%s is not used: %s", self._path.name, error)
            if has_calendar(db):
                return
            replace_calendar(db, WorkCalendar(), year)
            return
        replace_calendar(db, calendar, year)
        note(db, _NOTED, _said(year, signature))

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


def _said(year: int, signature: _Signature | None) -> str:
    """Another version of the program may know other days."""
    return f"{year} {signature} {__version__}"
