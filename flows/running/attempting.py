"""How an attempt is noted, whatever it sends.

Before the first byte goes out it is noted as begun; its end is noted together with its result and
with what is next, in one transaction. What was begun and not ended, because the process died, is
unknown.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flows.definition.steps import StepFrame
from flows.outcomes import Judgement, Outcome
from flows.retrying import next_try_at
from flows.running.progress import OperationProgress, Paused
from flows.store import attempts, operations
from flows.store.attempts import AttemptEnd
from flows.store.writer import Change

_KEPT_ANSWER_BYTES = 64 << 10
_LONGEST_TEXT = 300
_SERVER_ERROR = 500


def _nothing(db: sqlite3.Connection) -> None:
    return


@dataclass(frozen=True, slots=True)
class PlannedAttempt:
    """`shown`: what will be sent, as people may see it, without secrets."""

    host: str
    method: str
    shown: str
    bytes_out: int


@dataclass(frozen=True, slots=True)
class MadeAttempt:
    """`values`: what the step gives, if it is done. `asked`: the seconds that the service asks to
    wait."""

    judgement: Judgement
    phase: str
    status: int | None = None
    answer: bytes | None = None
    values: dict[str, Any] = field(default_factory=dict)
    asked: float | None = None

    @property
    def is_answered(self) -> bool:
        return self.answer is not None and (self.status is None or self.status < _SERVER_ERROR)


@dataclass(frozen=True, slots=True)
class RetryRules:
    """`gives_up_at`: in Unix seconds."""

    repeat_unknown: bool
    tries: int
    gives_up_at: float

    def may_repeat(self, outcome: Outcome) -> bool:
        """Whether the step may be tried again after this."""
        return outcome is Outcome.NOT_DONE or (outcome is Outcome.UNKNOWN and self.repeat_unknown)


@dataclass(frozen=True, slots=True)
class StepPlace:
    """The step that an operation has come to."""

    progress: OperationProgress
    number: int
    frame: StepFrame


@dataclass(frozen=True, slots=True)
class Move:
    """What is next after an attempt. `goes_on`: to the next step, at once."""

    note: Change[None]
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class StepSending:
    """What an attempt does: `before` it begins, when its host's turn has come; `at_begin` and
    `at_end` are noted together with its begin and its end."""

    planned: PlannedAttempt
    send: Callable[[], MadeAttempt]
    decide: Callable[[MadeAttempt], Move]
    before: Callable[[], None] = lambda: None
    at_begin: Change[None] = _nothing
    at_end: Callable[[MadeAttempt], Change[None]] = lambda made: _nothing


def make_attempt(place: StepPlace, sending: StepSending) -> None:
    """From its begin to its end. Raises `Paused` unless the operation goes on, and what `before`,
    `at_begin` and `send` raise."""
    progress, planned = place.progress, sending.planned
    tools = progress.tools
    wait = tools.hosts.enter_soon(planned.host, tools.clock)
    if wait:
        progress.put_back(tools.clock() + wait, "host-busy", progress.tries(place.number))
    is_answered: bool | None = None
    try:
        sending.before()
        attempt = _begin(place, planned, sending.at_begin)
        is_answered = False
        made = sending.send()
        is_answered = made.is_answered
    finally:
        tools.hosts.leave(planned.host, tools.clock(), answered=is_answered)
    _finish(place, attempt, made, sending.decide(made), sending.at_end(made))


def _begin(place: StepPlace, planned: PlannedAttempt, at_begin: Change[None]) -> int:
    progress, number = place.progress, place.number
    operation_id, now = progress.operation_id, progress.tools.now()

    def begin(db: sqlite3.Connection) -> int:
        at_begin(db)
        attempt = attempts.begin_attempt(
            db, operation_id, number, now, planned.host, planned.method, planned.bytes_out
        )
        shown = planned.shown.encode()
        attempts.save_body(db, operation_id, number, attempt, "request", shown)
        return attempt

    return int(progress.write(begin))


def _finish(
    place: StepPlace, attempt: int, made: MadeAttempt, move: Move, also: Change[None]
) -> None:
    progress, number = place.progress, place.number
    operation_id, now = progress.operation_id, progress.tools.now()
    size = len(made.answer or b"")
    judgement = made.judgement
    end = AttemptEnd(made.phase, judgement.outcome.value, judgement.reason, made.status, size)

    def note(db: sqlite3.Connection) -> None:
        attempts.end_attempt(db, operation_id, number, attempt, now, end)
        if made.answer is not None:
            kept = progress.without_secrets(made.answer[:_KEPT_ANSWER_BYTES])
            attempts.save_body(db, operation_id, number, attempt, "answer", kept)
        also(db)
        move.note(db)

    progress.write(note)
    if not move.goes_on:
        raise Paused
    if judgement.outcome is Outcome.DONE:
        progress.values |= made.values


def next_move(place: StepPlace, made: MadeAttempt, rules: RetryRules) -> Move:
    """By the outcome: on to the next step, again later, or the end."""
    if made.judgement.outcome is Outcome.DONE:
        return done(place, made)
    due_at = _next_try(place, made, rules)
    if due_at is not None:
        tries = place.progress.tries(place.number) + 1
        return again(place, due_at, made.judgement.reason, tries)
    return given_up(place, made.judgement, is_used_up=rules.may_repeat(made.judgement.outcome))


def done(place: StepPlace, made: MadeAttempt) -> Move:
    """After the last step the operation ends in the same transaction: a sync less."""
    progress, number = place.progress, place.number
    progress.notes += made.judgement.notes
    notes = progress.all_notes
    is_last = number + 1 == len(progress.flow.steps)
    end = progress.ending("done") if is_last else _nothing

    def note(db: sqlite3.Connection) -> None:
        attempts.save_result(db, progress.operation_id, number, "done", made.values)
        operations.go_on_at(db, progress.operation_id, number + 1)
        if made.judgement.notes:
            operations.save_notes(db, progress.operation_id, notes)
        end(db)

    return Move(note, goes_on=not is_last)


def again(place: StepPlace, due_at: float, reason: str, tries: int) -> Move:
    """`tries` are of this step, whatever only computed before it."""
    operation_id = place.progress.operation_id

    def note(db: sqlite3.Connection) -> None:
        operations.go_on_at(db, operation_id, place.number)
        operations.put_back(db, operation_id, due_at, reason, tries)

    return Move(note)


def given_up(place: StepPlace, judgement: Judgement, *, is_used_up: bool = False) -> Move:
    """The operation ends, unless its flow goes on without this step."""
    progress, frame = place.progress, place.frame
    if frame.on_failure == "go on":
        note = progress.given_up(place.number, frame, judgement.reason)
        return Move(note, goes_on=True)
    parts = (frame.name, judgement.reason, judgement.text)
    text = ": ".join(part for part in parts if part)[:_LONGEST_TEXT]
    if is_used_up:
        return Move(progress.ending("failed", "tries-used-up", text))
    state = "unknown" if judgement.outcome is Outcome.UNKNOWN else "failed"
    return Move(progress.ending(state, judgement.reason, text))


def _next_try(place: StepPlace, made: MadeAttempt, rules: RetryRules) -> float | None:
    """When the step is tried again, in Unix seconds; None where it is not."""
    tools = place.progress.tools
    now, tries = tools.clock(), place.progress.tries(place.number) + 1
    is_over = tries >= rules.tries or now >= rules.gives_up_at
    if not rules.may_repeat(made.judgement.outcome) or is_over:
        return None
    at = next_try_at(now, tries, tools.chance(), made.asked, rules.gives_up_at, tools.pauses)
    return at if at <= rules.gives_up_at else None
