"""`calendar.toml`, read and written for the page and the command."""

import hashlib
from pathlib import Path

from calltouch.flow_pages.definition_files import locked
from dashboards.pages.calendar.desk import CalendarChanged, CalendarFile, CalendarNotWritten
from receiver.whole_file import replace_file


class StoredCalendar:
    """A `CalendarDesk`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def file(self) -> CalendarFile:
        """What is no UTF-8 is shown as far as it can be, and is not accepted."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return CalendarFile(None, "")
        except OSError as error:
            return CalendarFile(f"# {error.strerror}\n!", "")
        return CalendarFile(raw.decode("utf-8", "replace"), hashlib.sha256(raw).hexdigest())

    def save(self, seen: str, text: str) -> None:
        try:
            with locked(self._path.parent):
                if self.file().seen != seen:
                    raise CalendarChanged
                replace_file(self._path, text, keeps_mode=True)
        except OSError as error:
            raise CalendarNotWritten(error.strerror or type(error).__name__) from error
