"""What a crash left: operations that were running when the process died.

A web request that was begun and whose end nobody noted may have been done. Where the step may be
repeated it is; a request to Calltouch is looked for; of any other the operation ends as unknown,
and a person decides.
"""

import logging
import sqlite3

from flows.definition.flow import Flow
from flows.definition.steps import HttpStep, RequestStep, Step
from flows.store import attempts, operations
from flows.store.attempts import AttemptEnd
from flows.store.operations import Operation

log = logging.getLogger(__name__)

_CRASH = AttemptEnd("", "unknown", "crash")


def recover(db: sqlite3.Connection, flows: dict[tuple[str, int], Flow], now: str) -> int:
    """Put back what was running. `flows`: by name and version. Returns how many there were."""
    rows = db.execute("select * from operations where state = 'running'").fetchall()
    for row in rows:
        left = Operation.from_row(row)
        flow = flows.get((left.flow, left.version))
        _recover(db, left, flow, now)
    if rows:
        log.warning("%d operations were running when the runner died", len(rows))
    return len(rows)


def _recover(db: sqlite3.Connection, left: Operation, flow: Flow | None, now: str) -> None:
    begun = attempts.begun_and_not_ended(db, left.operation_id)
    if begun is None:
        operations.put_back(db, left.operation_id, 0.0, left.reason, left.tries)
        return
    attempts.end_attempt(db, left.operation_id, begun.step, begun.attempt, now, _CRASH)
    step = flow.steps[begun.step] if flow and begun.step < len(flow.steps) else None
    tries = (left.tries if left.step == begun.step else 0) + 1
    is_repeated = isinstance(step, HttpStep) and step.repeat_unknown
    if isinstance(step, HttpStep) and is_repeated and tries >= step.tries:
        _give_up(db, left, flow, step, begun.step, now, "failed", "tries-used-up")
    elif is_repeated or isinstance(step, RequestStep):
        operations.go_on_at(db, left.operation_id, begun.step)
        operations.put_back(db, left.operation_id, 0.0, "crash", tries)
    else:
        _give_up(db, left, flow, step, begun.step, now, "unknown", "crash")


def _give_up(
    db: sqlite3.Connection,
    left: Operation,
    flow: Flow | None,
    step: Step | None,
    number: int,
    now: str,
    state: str,
    reason: str,
) -> None:
    """As the runner does it, had it lived: the flow may go on without this step, or hold those
    behind."""
    if step is not None and step.frame.on_failure == "go on":
        notes = (*left.notes, f"{step.frame.name}: crash")
        attempts.save_result(db, left.operation_id, number, "given up", {})
        operations.save_notes(db, left.operation_id, tuple(dict.fromkeys(notes)))
        operations.go_on_at(db, left.operation_id, number + 1)
        operations.put_back(db, left.operation_id, 0.0, "crash", 0)
        return
    holds = flow is not None and flow.source.after_failure == "hold"
    text = "" if step is None else f"{step.frame.name}: crash"
    operations.end(db, left, state, now, reason, text, left.notes, holds_followers=holds)
