"""What the page of alerts asks and does outside of the published file. The factory gives what does
it: pages know nothing of channels and of `state.sqlite`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Flask, current_app

from analytics.alerts.trouble import AlertRecord

_EXTENSION = "alerts"


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel as the settings have it. `kind`: mail, telegram or http. `quiet`: as 22:00–08:00.
    `reason`: why nothing gets out since `failed_at`; empty while it does."""

    name: str
    kind: str
    kinds: tuple[str, ...]
    quiet: str
    language: str
    failed_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteWish:
    """A note that is to be kept. `ended_at` None: of one moment; `site_id` None: of all sites."""

    began_at: datetime
    ended_at: datetime | None
    site_id: int | None
    text: str


class NoteRefused(Exception):
    """`fault`: text, long or order."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class AlertDesk(Protocol):
    def going_on(self) -> Sequence[AlertRecord]:
        """As they are known this moment, whatever is published."""
        ...

    def channels(self) -> Sequence[ChannelState]: ...

    def try_channel(self, name: str) -> str:
        """Send a test message; why it did not get out, else empty. Raises `KeyError`."""
        ...

    def add_note(self, wish: NoteWish, author: str) -> None:
        """Raises `NoteRefused`."""
        ...

    def remove_note(self, note_id: int) -> bool:
        """Whether there was one."""
        ...


def attach_alerts(app: Flask, desk: AlertDesk) -> None:
    app.extensions[_EXTENSION] = desk


def alert_desk() -> AlertDesk | None:
    """None in an application that was given none."""
    desk: AlertDesk | None = current_app.extensions.get(_EXTENSION)
    return desk


def alerts_going_on() -> int:
    """For the menu: how much is wrong now."""
    desk = alert_desk()
    return 0 if desk is None else len(desk.going_on())
