"""Run an old operation's input again: a new operation, with a nonce of its own.

It goes on at the first step that is not done. A callback is never repeated blindly: whoever was
rung, or may have been, is rung again only where a person says so of one single operation.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flows.book import FlowBook
from flows.definition.flow import Flow
from flows.definition.steps import CallbackStep, ComposeStep, FilterStep, FindLeadStep, JsonStep
from flows.store import attempts, operations
from flows.store.operations import UNFINISHED, NewOperation, Operation

_ENDED_STEPS = ("done", "decided")
Version = Literal["current", "original"]
PER_SECOND = 4.0
_COMPUTING = (JsonStep, ComposeStep, FilterStep, FindLeadStep)


@dataclass(frozen=True, slots=True)
class ReplayFilter:
    """Which operations; what is empty or None does not matter."""

    flow: str
    state: str = "failed"
    reason: str | None = None
    since: str | None = None
    until: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class ReplayRules:
    """`rings_again`: also callbacks that were done or may have been; for one operation alone.
    `is_bulk`: it was found by a filter."""

    from_start: bool = False
    rings_again: bool = False
    is_bulk: bool = False


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """`version` with which it would run; `kept`: results that are taken over, by the number of the
    step; `steps`: the names of those that would run. `left_out`: why it is not, as a sentence, and
    `why` in a word; then nothing of the rest counts."""

    operation: Operation
    version: int = 0
    kept: tuple[tuple[int, dict[str, Any]], ...] = ()
    steps: tuple[str, ...] = ()
    left_out: str = ""
    why: str = ""


class NoSuchOperation(Exception):
    """There is no operation of this number."""


def find_operations(db: sqlite3.Connection, wanted: ReplayFilter) -> list[int]:
    """In order of their intake."""
    rows = db.execute(
        "select operation_id from operations as one where flow = :flow and state = :state "
        "and (:reason is null or reason = :reason) "
        "and (:since is null or received_at >= :since) "
        "and (:until is null or received_at < :until) "
        "and (:host is null or exists (select 1 from attempts "
        "where attempts.operation_id = one.operation_id and attempts.host = :host)) "
        "order by operation_id",
        {
            "flow": wanted.flow, "state": wanted.state, "reason": wanted.reason,
            "since": wanted.since, "until": wanted.until, "host": wanted.host,
        },
    )  # fmt: skip
    return [row[0] for row in rows]


def plan_replay(
    db: sqlite3.Connection,
    operation: Operation,
    original: Flow | None,
    flow: Flow | None,
    version: int,
    rules: ReplayRules,
) -> ReplayPlan:
    """`original`: the flow it ran with; `flow`: the one it would run with."""
    why, left_out = _left_out(db, operation, original, flow, rules)
    if why or flow is None or original is None:
        return ReplayPlan(operation, left_out=left_out, why=why)
    done = _results_by_name(db, operation, original)
    kept: list[tuple[int, dict[str, Any]]] = []
    steps: list[str] = []
    for number, step in enumerate(flow.steps):
        name, is_callback = step.frame.name, isinstance(step, CallbackStep)
        repeats = rules.from_start and (rules.rings_again or not is_callback)
        if name in done and not repeats:
            kept.append((number, done[name]))
        elif not isinstance(step, _COMPUTING):
            steps.append(name)
    if not steps:
        text = "every step is done: --from-start repeats them"
        return ReplayPlan(operation, left_out=text, why="all_done")
    return ReplayPlan(operation, version, tuple(kept), tuple(steps))


def plan_by_number(
    db: sqlite3.Connection, book: FlowBook, number: int, rules: ReplayRules, wanted: Version
) -> ReplayPlan:
    """`book`: fresh. `wanted`: the version in force, or the one that it began with. Raises
    `NoSuchOperation`."""
    operation = operations.operation(db, number)
    if operation is None:
        raise NoSuchOperation(number)
    stored = book.current.get(operation.flow)
    is_current = wanted == "current" and stored is not None
    version = stored.version if stored and is_current else operation.version
    original = book.flow(db, operation.flow, operation.version) if operation.version else None
    flow = book.flow(db, operation.flow, version) if stored else None
    return plan_replay(db, operation, original or flow, flow, version, rules)


def replay_all(
    db: sqlite3.Connection,
    book: FlowBook,
    plans: Sequence[ReplayPlan],
    now: datetime,
    per_second: float = PER_SECOND,
) -> dict[int, int]:
    """The new operations by the old ones, without those that are left out; due one after
    another."""
    made: dict[int, int] = {}
    for plan in plans:
        if not plan.left_out:
            old, due_at = plan.operation, now.timestamp() + len(made) / per_second
            is_running = book.is_running(old.flow)
            made[old.operation_id] = replay(
                db, plan, now.isoformat(), due_at, is_running=is_running
            )
    return made


def replay(
    db: sqlite3.Connection, plan: ReplayPlan, now: str, due_at: float, *, is_running: bool
) -> int:
    """The id of the new operation."""
    old = plan.operation
    new = NewOperation(
        old.flow, plan.version, old.source, now, old.order_key, old.lead_type, old.lead_id,
        old.delivery_id, old.operation_id,
    )  # fmt: skip
    state, reason = ("waiting", "") if is_running else ("held", "flow-stopped")
    operation_id = operations.add_operation(db, new, state, due_at, reason)
    db.execute(
        "update operations set contact_hash = (select contact_hash from operations "
        "where operation_id = ?) where operation_id = ?",
        (old.operation_id, operation_id),
    )
    stored = attempts.input_of(db, old.operation_id)
    assert stored is not None, "the plan has looked"
    attempts.save_input(db, operation_id, stored)
    for number, values in plan.kept:
        attempts.save_result(db, operation_id, number, "done", values)
    return operation_id


def _left_out(
    db: sqlite3.Connection,
    operation: Operation,
    original: Flow | None,
    flow: Flow | None,
    rules: ReplayRules,
) -> tuple[str, str]:
    """Why it cannot be run again, in a word and as a sentence; both empty where it can."""
    if operation.state in UNFINISHED:
        return "unfinished", f"it is {operation.state}"
    if flow is None or original is None:
        return "no_flow", "its flow is not there any more, or cannot be read"
    if attempts.body_of(db, operation.operation_id, attempts.INPUT_STEP, 0, "input") is None:
        return "no_input", "what it began with is not kept any more"
    replayed = db.execute(
        "select max(operation_id) from operations where replay_of = ?", (operation.operation_id,)
    ).fetchone()[0]
    if rules.is_bulk and replayed:
        return "replayed", f"it was replayed already, as {replayed}"
    if not rules.rings_again and _may_have_rung(db, operation, original):
        return (
            "may_have_rung",
            "somebody may have been rung: replay it by itself, with --ring-again",
        )
    return "", ""


def _may_have_rung(db: sqlite3.Connection, operation: Operation, original: Flow) -> bool:
    """A callback was asked for, and nobody knows what became of it."""
    results = attempts.results_of(db, operation.operation_id)
    callbacks = {
        number for number, step in enumerate(original.steps) if isinstance(step, CallbackStep)
    }
    return any(
        attempt.step in callbacks
        and attempt.step not in results
        and attempt.outcome in ("", "unknown")
        for attempt in attempts.attempts_of(db, operation.operation_id)
    )


def _results_by_name(
    db: sqlite3.Connection, operation: Operation, original: Flow
) -> dict[str, dict[str, Any]]:
    """Of steps that are done. One that was given up is tried again."""
    rows = db.execute(
        "select step, state from results where operation_id = ?", (operation.operation_id,)
    )
    states = {row["step"]: row["state"] for row in rows}
    return {
        original.steps[number].frame.name: values
        for number, values in attempts.results_of(db, operation.operation_id).items()
        if states[number] in _ENDED_STEPS and number < len(original.steps)
    }
