"""What the pages of operations need of the flows themselves: a desk that the factory hands them.

Pages import nothing of flows. The values here are what people may be shown; bodies are as they were
kept, with secrets as `{{secret.name}}`, and masked by the pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from flask import Flask, current_app

Decision = Literal["was-done", "again", "drop"]
ReplayVersion = Literal["current", "original"]

REASONS = (
    *("unfinished", "no_flow", "no_input", "replayed", "may_have_rung", "all_done"),
    *("none_left", "not_undecided", "phone_not_kept", "wrong_digits"),
)
"""Why an operation is left out of a replay, or nothing was done: words of the texts [undone]."""

_EXTENSION = "operation_desk"


class DeskClosed(Exception):
    """There are no flows yet, or their file cannot be read or written now."""


class NothingDone(Exception):
    """What was asked for cannot be done any more, or needs more to be said: `reason` is one of
    `REASONS`. Nothing has changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OperationInput:
    """What an operation began with. `fields`: as the flow sees them; `body`: of a web request."""

    fields: Sequence[tuple[str, Any]]
    method: str = ""
    query: str = ""
    address: str = ""
    content_type: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class AttemptMade:
    """`request`, `answer`: None where they are not kept, or there was none."""

    attempt: int
    begun_at: datetime
    seconds: float | None
    host: str
    method: str
    status: int | None
    outcome: str | None
    reason: str
    phase: str
    bytes_out: int
    bytes_in: int
    request: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class StepMade:
    """`number`: from 1. `state`: `done`, `given-up` or `decided` with a result; `computed` or
    `passed-over` without one; `current`, where the operation stands; `ahead` of it."""

    number: int
    name: str
    kind: str
    state: str
    attempts: Sequence[AttemptMade] = ()


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """`waits_for`: an earlier one of the same order. `decided_step`: the name of the step in
    question, where a person has to decide. `rang`: whether it has ordered a callback, or may have;
    `phone`: whom, where that is kept; `rang_at`: when."""

    operation_id: int
    flow: str
    version: int
    source: str
    state: str
    reason: str
    text: str
    received_at: datetime
    finished_at: datetime | None
    due_at: datetime | None
    tries: int
    lead_type: str | None
    lead_id: int | None
    replay_of: int | None
    replayed_as: Sequence[int]
    times_received: int
    notes: Sequence[str]
    waits_for: int | None
    steps: Sequence[StepMade]
    input: OperationInput | None
    decided_step: str = ""
    rang: Literal["", "unknown", "done"] = ""
    phone: str = ""
    rang_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FlowVersion:
    version: int
    made_at: datetime
    made_by: str
    definition: str


@dataclass(frozen=True, slots=True)
class FlowRecord:
    """`held`: operations that came while it was stopped. `is_there`: False of one that has been
    removed; its history stays."""

    name: str
    title: str
    is_there: bool
    is_running: bool
    version: int
    source: str
    held: int
    versions: Sequence[FlowVersion]


@dataclass(frozen=True, slots=True)
class ReplayWish:
    """`rings_again`: the last two digits of the phone that a callback goes to, given by somebody
    who wants it rung again; for one operation alone. `is_bulk`: they were found by a filter."""

    numbers: Sequence[int]
    version: ReplayVersion = "current"
    from_start: bool = False
    is_bulk: bool = True
    rings_again: str | None = None


@dataclass(frozen=True, slots=True)
class ReplayOutline:
    """What would run: `numbers`, the `steps` of them by name and how many of each, `left_out`: why
    the others are not, one of `REASONS`, and which they are. `stopped`: flows that do not run,
    whose replays are held."""

    numbers: Sequence[int]
    steps: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, Sequence[int]] = field(default_factory=dict)
    stopped: Sequence[str] = ()


class OperationDesk(Protocol):
    """All raise `DeskClosed`; what changes something raises `NothingDone`. `who`: is noted."""

    def operation(self, number: int) -> OperationRecord | None: ...

    def numbers_of(self, contact: str, at_most: int) -> list[int]:
        """Of operations about a phone or an e-mail address, the newest first."""

    def flow(self, name: str) -> FlowRecord | None: ...

    def outline(self, wish: ReplayWish) -> ReplayOutline: ...

    def replay(self, wish: ReplayWish, who: str) -> dict[int, int]:
        """The new operations by the old ones."""

    def decide(self, number: int, decision: Decision, digits: str, who: str) -> None:
        """`digits`: see `ReplayWish.rings_again`."""

    def start(self, name: str, *, runs_held: bool, who: str) -> None: ...

    def stop(self, name: str, who: str) -> None: ...


def attach_desk(app: Flask, desk: OperationDesk) -> None:
    app.extensions[_EXTENSION] = desk


def operation_desk() -> OperationDesk:
    """Of the application that answers this web request. Raises `DeskClosed`."""
    desk: OperationDesk | None = current_app.extensions.get(_EXTENSION)
    if desk is None:
        raise DeskClosed
    return desk
