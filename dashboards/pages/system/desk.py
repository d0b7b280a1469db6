"""What the page of the system asks, and has done. The factory gives what does it: pages know
nothing of settings, backups or jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from flask import Flask, current_app

JobKind = Literal[
    "resync",
    "reconcile",
    "heal",
    "certificate",
    "backup",
    "erase_plan",
    "erase",
    "prune_plan",
    "prune",
]
JobStateName = Literal[
    "waiting", "running", "done", "differences", "failed", "stopped", "interrupted"
]
Obstacle = Literal[
    "bad_period", "long_period", "no_api", "no_backup_to", "no_such_lead", "keeps_all"
]
"""Why something cannot be done here: words of the texts [system]."""
RetentionClassName = Literal["raw", "persons", "transcripts", "recordings", "addresses", "audit"]
OF_THE_API: tuple[JobKind, ...] = ("resync", "reconcile", "heal", "certificate")

_EXTENSION = "system_desk"


class NotPossible(Exception):
    """What was asked for cannot be done here. `detail`: what a command says of it."""

    def __init__(self, reason: Obstacle, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """`value`: as `calltouch config` writes it, secrets masked. `origin`: where it is from."""

    name: str
    value: str
    origin: str
    meaning: str

    @property
    def is_default(self) -> bool:
        return self.origin == "default"


@dataclass(frozen=True, slots=True)
class WebhookSetUp:
    """What calltouch.toml says of a webhook."""

    model: int | None = None
    kind: str | None = None
    renames: Mapping[str, str] | None = None
    has_secret: bool = False


@dataclass(frozen=True, slots=True)
class BackupSetUp:
    """`directory`: None where none is set. `daily_at`: the local time of the daily one. `newest`:
    when the newest began; `is_old`: older than it may be."""

    directory: str | None
    daily_at: str | None
    keeps: int
    newest: datetime | None
    count: int
    is_old: bool


@dataclass(frozen=True, slots=True)
class RetentionSetUp:
    """`days`: by class of values, None of those that are kept. `nightly_at`: the local time."""

    days: Mapping[RetentionClassName, int | None]
    nightly_at: str

    @property
    def ends_something(self) -> bool:
        return any(self.days.values())


@dataclass(frozen=True, slots=True)
class JobWish:
    """What is to be done. Days in the account's zone, both inclusive; without sites, of all;
    `lead_type`: empty for both. `lead_id`: with its type, whose person is to be erased."""

    kind: JobKind
    first: date | None = None
    last: date | None = None
    sites: tuple[int, ...] = ()
    lead_type: Literal["", "call", "request"] = ""
    lead_id: int | None = None
    language: str = "ru"


@dataclass(frozen=True, slots=True)
class JobCost:
    """What it takes at least: web requests to the API, which are its points, and seconds."""

    days: int
    sites: int
    web_requests: int
    seconds: float
    points_per_day: int | None


@dataclass(frozen=True, slots=True)
class JobRecord:
    """`wish`: None where it cannot be read any more. `result`: what the command says of its work,
    empty while it has not ended, or without one. `problem`: the last line of what it complained
    of."""

    job_id: int
    kind: str
    wish: JobWish | None
    asked_by: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    state: JobStateName
    is_stopping: bool
    done: int
    total: int
    result: Mapping[str, Any]
    problem: str
    has_document: bool

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


class SystemDesk(Protocol):
    """What reads or writes jobs raises `sqlite3.Error`."""

    def settings(self) -> Sequence[SettingInForce]: ...

    def webhooks(self) -> Mapping[str, WebhookSetUp]:
        """Those that calltouch.toml names."""

    def backups(self) -> BackupSetUp: ...

    def retention(self) -> RetentionSetUp: ...

    def sites(self) -> Sequence[int]:
        """That the API can be asked about."""

    def cost(self, wish: JobWish) -> JobCost:
        """Of a wish about the API. Raises `NotPossible`."""

    def ask_for(self, wish: JobWish, who: str) -> int:
        """The id of its job. Raises `NotPossible`."""

    def jobs(self, at_most: int) -> Sequence[JobRecord]: ...

    def job(self, job_id: int) -> JobRecord | None: ...

    def document(self, job_id: int) -> str | None:
        """The page that the job wrote, in HTML."""

    def stop(self, job_id: int) -> bool:
        """Whether it had not ended yet."""


def attach_system(app: Flask, desk: SystemDesk) -> None:
    app.extensions[_EXTENSION] = desk


def system_desk() -> SystemDesk | None:
    """None in an application that was given none."""
    desk: SystemDesk | None = current_app.extensions.get(_EXTENSION)
    return desk
