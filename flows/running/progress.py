"""How far an operation has come: its fields, its results, and what may be done about it."""

import hashlib
import logging
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.definition.flow import Flow
from flows.definition.steps import Step, StepFrame
from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings
from flows.filling.lookup import Fields
from flows.retrying import PAUSES
from flows.running.calltouch_account import CalltouchAccount
from flows.running.hosts import Hosts
from flows.running.mail_outlet import MailOutlet
from flows.secret_values import without_secrets
from flows.sources.published_leads import PublishedLeads
from flows.store import attempts, operations
from flows.store.operations import Operation
from flows.store.writer import Change, StoreWriter
from outgoing.sending import WebAnswer, WebRequest

log = logging.getLogger(__name__)

Send = Callable[[WebRequest], WebAnswer]


@dataclass(frozen=True, slots=True)
class Tools:
    """What an operation may do to the world. `send` raises as `outgoing.sending.send` does;
    `clock` is in Unix seconds; `is_running` tells whether a flow still runs. `calltouch` and
    `mail` are None where there is no account or no mail server. `pauses`: before the next tries
    of a step, in seconds."""

    store: StoreWriter
    send: Send
    hosts: Hosts
    secrets: dict[str, str]
    settings: FilterSettings
    is_running: Callable[[str], bool]
    leads: PublishedLeads
    person_key: Path
    calltouch: CalltouchAccount | None = None
    mail: MailOutlet | None = None
    clock: Callable[[], float] = lambda: datetime.now(UTC).timestamp()
    chance: Callable[[], float] = random.random
    pauses: tuple[int, ...] = PAUSES

    def now(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).isoformat()


class Paused(Exception):
    """The operation has been put back, or has ended: this thread is done with it."""


@dataclass(slots=True)
class OperationProgress:
    """`values`: the fields so far. `results`: of steps that have ended. `notes`: what was odd."""

    tools: Tools
    operation: Operation
    flow: Flow
    values: dict[str, Any]
    results: dict[int, dict[str, Any]]
    notes: list[str] = field(default_factory=list)

    @property
    def operation_id(self) -> int:
        return self.operation.operation_id

    @property
    def all_notes(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys(self.notes))

    def write(self, change: Callable[[sqlite3.Connection], Any]) -> Any:
        return self.tools.store.write(change)

    def find(self, name: str) -> Any:
        return self.filler().fields.find(name)

    def filler(self, *, hides_secrets: bool = False) -> Filler:
        fields = Fields(self.values, self.tools.secrets)
        return Filler(fields, self.tools.settings, hides_secrets=hides_secrets)

    def tries(self, number: int) -> int:
        """Of this step: those of the operation are of the first step without a result."""
        return self.operation.tries if number == self.operation.step else 0

    def idempotency_key(self, number: int) -> str:
        """The same for all tries of a step, another one for a replay: its nonce is new."""
        digest = hashlib.sha256(f"{self.operation.nonce}/{number}".encode()).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"

    def without_secrets(self, value: Any) -> Any:
        """A text, bytes or JSON that a service sent."""
        return without_secrets(value, self.tools.secrets)

    def put_back(self, due_at: float, reason: str, tries: int) -> None:
        """It waits until then; raises `Paused`."""
        self.write(lambda db: operations.put_back(db, self.operation_id, due_at, reason, tries))
        raise Paused

    def hold_if_stopped(self) -> None:
        """Before anything is sent; raises `Paused`. A test is asked for by a person, also of a
        flow that is stopped."""
        is_test = self.operation.source == "test"
        if not is_test and not self.tools.is_running(self.operation.flow):
            self.hold("flow-stopped")

    def hold(self, reason: str) -> None:
        """It waits for a person; raises `Paused`."""
        self.write(lambda db: operations.hold(db, self.operation_id, reason))
        raise Paused

    def go_on_without(self, number: int, step: Step, reason: str) -> None:
        """The step has failed, and its flow says that this does not matter."""
        self.write(self.given_up(number, step.frame, reason))

    def given_up(self, number: int, frame: StepFrame, reason: str) -> Change[None]:
        """The same as a part of a larger change."""
        self.notes.append(f"{frame.name}: {reason}")
        notes = self.all_notes

        def note(db: sqlite3.Connection) -> None:
            attempts.save_result(db, self.operation_id, number, "given up", {})
            operations.go_on_at(db, self.operation_id, number + 1)
            operations.save_notes(db, self.operation_id, notes)

        return note

    def end(self, state: str, reason: str = "", text: str = "") -> None:
        self.write(self.ending(state, reason, text))

    def ending(self, state: str, reason: str = "", text: str = "") -> Change[None]:
        """The same as a part of a larger change."""
        after_failure = getattr(self.flow.source, "after_failure", "go on")
        holds = state in ("failed", "unknown") and after_failure == "hold"
        notes, now = self.all_notes, self.tools.now()

        def note(db: sqlite3.Connection) -> None:
            operations.end(
                db, self.operation, state, now, reason, text, notes, holds_followers=holds
            )
            words = (self.flow.name, self.operation_id, state, reason)
            log.info("flow %s operation %d: %s %s", *words)

        return note
