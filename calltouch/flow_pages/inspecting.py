"""One operation as a person looks at it: what came in, each step, each attempt."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dashboards.pages.operations.desk import (
    AttemptMade,
    OperationInput,
    OperationRecord,
    StepMade,
)
from flows.book import FlowBook
from flows.deciding import UNDECIDED
from flows.definition.flow import Flow, HttpSource
from flows.definition.steps import CallbackStep, ComposeStep, FilterStep, JsonStep, Step
from flows.filling.lookup import RepeatedText
from flows.json_documents import read_json
from flows.refusal import FlowRefusal
from flows.running.inputs import operation_fields, stored_delivery
from flows.store import attempts
from flows.store.attempts import Attempt
from flows.store.definitions import NoSuchFlow
from flows.store.operations import Operation
from receiver.decode.charset import best_text

_COMPUTING = (JsonStep, ComposeStep, FilterStep)
_RESULT_STATES = {"given up": "given-up"}


@dataclass(frozen=True, slots=True)
class CallbackQuestion:
    """A callback that was or may have been ordered. `phone`: empty where that is not kept any
    more. `is_settled`: it was, or a person has said so."""

    step: int
    phone: str
    at: datetime
    is_settled: bool


def operation_record(db: sqlite3.Connection, book: FlowBook, found: Operation) -> OperationRecord:
    flow = _flow_of(db, book, found)
    made = attempts.attempts_of(db, found.operation_id)
    step = made[-1].step if made else found.step
    question = callback_question(db, book, found)
    due_at = found.due_at if found.state in ("waiting", "running") else None
    return OperationRecord(
        operation_id=found.operation_id,
        flow=found.flow,
        version=found.version,
        source=found.source,
        state=found.state,
        reason=found.reason,
        text=found.text,
        received_at=_moment(found.received_at),
        finished_at=_moment(found.finished_at) if found.finished_at else None,
        due_at=datetime.fromtimestamp(due_at, UTC) if due_at else None,
        tries=found.tries,
        lead_type=found.lead_type,
        lead_id=found.lead_id,
        replay_of=found.replay_of,
        replayed_as=_replays(db, found),
        times_received=_times(db, found),
        notes=found.notes,
        waits_for=_waits_for(db, found),
        steps=_steps(db, found, flow, made),
        input=_input(db, found, flow),
        decided_step=_step_name(flow, step) if found.state in UNDECIDED else "",
        rang="" if question is None else "done" if question.is_settled else "unknown",
        phone=question.phone if question else "",
        rang_at=question.at if question else None,
    )


def callback_question(
    db: sqlite3.Connection, book: FlowBook, found: Operation
) -> CallbackQuestion | None:
    """None where no callback of it was or may have been ordered."""
    flow = _flow_of(db, book, found)
    callbacks = {
        number
        for number, step in enumerate(flow.steps if flow else ())
        if isinstance(step, CallbackStep)
    }
    results = attempts.results_of(db, found.operation_id)
    for attempt in reversed(attempts.attempts_of(db, found.operation_id)):
        if attempt.step in callbacks and attempt.outcome in ("", "unknown", "done"):
            at, is_settled = _moment(attempt.begun_at), attempt.step in results
            return CallbackQuestion(attempt.step, _phone(db, attempt), at, is_settled)
    return None


def _phone(db: sqlite3.Connection, attempt: Attempt) -> str:
    sent = attempts.body_of(db, attempt.operation_id, attempt.step, attempt.attempt, "request")
    if sent is None:
        return ""
    try:
        document = read_json(sent.partition(b"\n\n")[2])
    except FlowRefusal:
        return ""
    return str(document.get("phone", "")) if isinstance(document, dict) else ""


def _flow_of(db: sqlite3.Connection, book: FlowBook, found: Operation) -> Flow | None:
    try:
        return book.flow(db, found.flow, found.version) if found.version else None
    except NoSuchFlow:
        return None


def _step_name(flow: Flow | None, number: int) -> str:
    steps = flow.steps if flow else ()
    return steps[number].frame.name if number < len(steps) else f"{number + 1}"


def _replays(db: sqlite3.Connection, found: Operation) -> list[int]:
    rows = db.execute(
        "select operation_id from operations where replay_of = ? order by operation_id limit 20",
        (found.operation_id,),
    )
    return [row[0] for row in rows]


def _times(db: sqlite3.Connection, found: Operation) -> int:
    row = db.execute(
        "select max(times) from seen_keys where operation_id = ?", (found.operation_id,)
    ).fetchone()
    return int(row[0] or 1)


def _waits_for(db: sqlite3.Connection, found: Operation) -> int | None:
    """The one before it in its order."""
    if found.state != "behind":
        return None
    row = db.execute(
        "select max(operation_id) from operations where flow = ? and order_key = ? "
        "and operation_id < ? and state in ('waiting', 'running', 'behind')",
        (found.flow, found.order_key, found.operation_id),
    ).fetchone()
    return None if row is None else row[0]


def _steps(
    db: sqlite3.Connection, found: Operation, flow: Flow | None, made: list[Attempt]
) -> list[StepMade]:
    """Those of its version; of one that cannot be read, those that were tried."""
    rows = db.execute(
        "select step, state from results where operation_id = ?", (found.operation_id,)
    )
    states = {row["step"]: row["state"] for row in rows}
    steps = flow.steps if flow else ()
    count = max([len(steps), *(attempt.step + 1 for attempt in made)])
    return [
        StepMade(
            number + 1,
            _step_name(flow, number),
            steps[number].frame.kind if number < len(steps) else "",
            _step_state(number, steps[number] if number < len(steps) else None, found, states),
            [_attempt(db, attempt) for attempt in made if attempt.step == number],
        )
        for number in range(count)
    ]


def _step_state(number: int, step: Step | None, found: Operation, states: dict[int, str]) -> str:
    if number in states:
        return _RESULT_STATES.get(states[number], states[number])
    if number < found.step or found.state == "done":
        return "computed" if isinstance(step, _COMPUTING) else "passed-over"
    return "current" if number == found.step and found.state != "skipped" else "ahead"


def _attempt(db: sqlite3.Connection, attempt: Attempt) -> AttemptMade:
    place = (attempt.operation_id, attempt.step, attempt.attempt)
    begun_at = _moment(attempt.begun_at)
    ended_at = _moment(attempt.ended_at) if attempt.ended_at else None
    return AttemptMade(
        attempt=attempt.attempt,
        begun_at=begun_at,
        seconds=(ended_at - begun_at).total_seconds() if ended_at else None,
        host=attempt.host,
        method=attempt.method,
        status=attempt.status,
        outcome=attempt.outcome or None,
        reason=attempt.reason,
        phase=attempt.phase,
        bytes_out=attempt.bytes_out,
        bytes_in=attempt.bytes_in,
        request=_text(attempts.body_of(db, *place, "request")),
        answer=_text(attempts.body_of(db, *place, "answer")),
    )


def _input(db: sqlite3.Connection, found: Operation, flow: Flow | None) -> OperationInput | None:
    stored = attempts.input_of(db, found.operation_id)
    if stored is None:
        return None
    if found.source == "lead" or "query" not in stored or "body" not in stored:
        return OperationInput(list(stored.items()))
    delivery = stored_delivery(stored)
    fields: list[tuple[str, Any]] = []
    if flow is not None and isinstance(flow.source, HttpSource):
        values = operation_fields(found, flow, stored).values
        fields = [(name, _plain(one)) for name, one in values.items() if not name.startswith("@")]
    return OperationInput(
        fields=fields,
        method=delivery.method,
        query=delivery.query.decode("utf-8", "replace"),
        address=delivery.ip,
        content_type=delivery.content_type,
        headers=list(delivery.headers.items()),
        body=best_text(delivery.body)[0],
    )


def _plain(value: Any) -> Any:
    return list(value.values) if isinstance(value, RepeatedText) else value


def _text(body: bytes | None) -> str | None:
    return None if body is None else best_text(body)[0]


def _moment(text: str) -> datetime:
    """One without an offset is in UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
