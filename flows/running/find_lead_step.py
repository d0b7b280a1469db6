"""One look for a lead; not found, it looks again until `wait_for` is over."""

import sqlite3
from typing import Any

from flows.definition.steps import FindLeadStep
from flows.filling.template import parse_template
from flows.refusal import FlowRefusal
from flows.running.progress import OperationProgress
from flows.steps.computing import Skipped
from flows.store import attempts, operations

_LOOK_AGAIN_SECONDS = 15.0


def find_lead(progress: OperationProgress, number: int, step: FindLeadStep) -> None:
    """Its columns are `{{name.…}}`. Raises `Paused`, `Skipped` and `FlowRefusal`."""
    filler = progress.filler()
    by = {name: filler.text(parse_template(template)) for name, template in step.by}
    progress.notes += filler.notes
    if not all(by.values()):
        missing = next(name for name, text in by.items() if not text)
        raise FlowRefusal("missing-field", missing)
    now = progress.tools.clock()
    found = progress.tools.leads.find(by, step.lead_type, step.within, now)
    if found is not None:
        _keep(progress, number, step, found)
        return
    if now < progress.operation.received_seconds + step.wait_for:
        progress.put_back(now + _LOOK_AGAIN_SECONDS, "no-such-lead", progress.tries(number))
    if step.if_absent == "stop":
        raise FlowRefusal("no-such-lead", step.frame.name)
    if step.if_absent == "skip":
        raise Skipped("no-such-lead")
    _keep(progress, number, step, {})


def _keep(
    progress: OperationProgress, number: int, step: FindLeadStep, lead: dict[str, Any]
) -> None:
    """Stored, for tomorrow's newest lead may be another one: a retry is about the same."""
    values = {step.frame.name: lead}
    progress.values |= values

    def note(db: sqlite3.Connection) -> None:
        attempts.save_result(db, progress.operation_id, number, "done", values)
        operations.go_on_at(db, progress.operation_id, number + 1)

    progress.write(note)
