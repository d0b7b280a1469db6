"""What the page of the calendar asks of its file. The factory gives what does it: pages know
nothing of the data directory."""

from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app

_EXTENSION = "calendar"


class CalendarChanged(Exception):
    """The file is no longer the one that the page was made of; nothing was written."""


class CalendarNotWritten(Exception):
    """The file system refuses; the text says why."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """`text`: None where there is no file. `seen`: changes with every byte of it."""

    text: str | None
    seen: str


class CalendarDesk(Protocol):
    def file(self) -> CalendarFile: ...

    def save(self, seen: str, text: str) -> None:
        """Raises `CalendarChanged`, `CalendarNotWritten`."""


def attach_calendar(app: Flask, desk: CalendarDesk) -> None:
    app.extensions[_EXTENSION] = desk


def calendar_desk() -> CalendarDesk | None:
    """None in an application that was given none."""
    desk: CalendarDesk | None = current_app.extensions.get(_EXTENSION)
    return desk
