"""What the page of alerts asks and does outside of the published file. The factory gives what does
it: pages know nothing of channels and of `state.sqlite`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flask import Flask, current_app

from analytics.alerts.rule import AlertRule
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


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """`tried`: on so many days before today; `days`: those on which it would have told, the newest
    first. `is_cut`: it took too long to try them all."""

    tried: int
    days: tuple[date, ...]
    is_cut: bool = False


RULE_FAULTS = (
    *("no_report", "no_column", "no_number", "bad_query", "too_little", "failed"),
    "of_settings",
)


class RuleRefused(Exception):
    """It cannot be computed or changed. `fault`: one of `RULE_FAULTS`."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.detail = detail


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

    def rules(self) -> Sequence[tuple[AlertRule, bool]]:
        """Each with whether it stands in the settings, where alone it can be changed."""
        ...

    def check_rule(self, rule: AlertRule) -> None:
        """Raises `RuleRefused` where it cannot be computed now; little history is no obstacle."""
        ...

    def try_rule(self, rule: AlertRule) -> RuleTrial:
        """Raises `RuleRefused`."""
        ...

    def save_rule(self, rule: AlertRule, who: str) -> None:
        """Raises `RuleRefused`."""
        ...

    def remove_rule(self, name: str) -> None:
        """Raises `RuleRefused`."""
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
