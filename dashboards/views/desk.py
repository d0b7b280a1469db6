"""What the pages ask of whatever sends reports. The factory gives what does it: pages know neither
mail servers nor the data directory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from flask import Flask, current_app

from dashboards.views.schedules import PageSchedule, SendBy

_EXTENSION = "reports"


class BadRecipients(Exception):
    """One of them is nobody to send to; the text is that one."""


@dataclass(frozen=True, slots=True)
class LastSending:
    """`remark`: what went wrong, or who did not get it; without addresses."""

    at: datetime
    outcome: Literal["begun", "sent", "failed", "unknown"]
    remark: str


@dataclass(frozen=True, slots=True)
class ConfiguredReport:
    """One of the settings, which is not changed here."""

    key: str
    page: str
    query: str
    recipients: int
    next_at: datetime | None


class ReportDesk(Protocol):
    def channels(self) -> Sequence[SendBy]:
        """Those that are set up."""

    def read_recipients(self, channel: SendBy, written: str) -> tuple[str, ...]:
        """Raises `BadRecipients`."""

    def configured(self) -> Sequence[ConfiguredReport]: ...

    def next_at(self, schedule: PageSchedule) -> datetime | None: ...

    def last(self) -> Mapping[str, LastSending]:
        """By the key of the report."""

    def scheduled(self) -> None:
        """There is something to send now: whatever sends it is to run."""


def attach_reports(app: Flask, desk: ReportDesk) -> None:
    app.extensions[_EXTENSION] = desk


def report_desk() -> ReportDesk | None:
    """None in an application that was given none."""
    desk: ReportDesk | None = current_app.extensions.get(_EXTENSION)
    return desk
