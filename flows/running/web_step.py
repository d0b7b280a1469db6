"""One attempt at one HTTP step.

Before the first byte goes out it is noted as begun; its end is noted together with its result and
with what is next. What was begun and not ended, because the process died, is unknown.
"""

import sqlite3

from flows.definition.steps import HttpStep
from flows.json_documents import read_json
from flows.outcomes import Judgement, Outcome, judge_answer, judge_failure
from flows.refusal import FlowRefusal
from flows.retrying import next_try_at, seconds_asked, seconds_in
from flows.running.progress import OperationProgress, Paused
from flows.steps.http import PlannedRequest, answer_values, plan_request
from flows.store import attempts, operations
from flows.store.attempts import AttemptEnd
from outgoing.connection import Phase
from outgoing.guard import BlockedTarget
from outgoing.sending import NotAnswered, WebAnswer

_KEPT_ANSWER_BYTES = 64 << 10
_SERVER_ERROR = 500


def run_web_step(progress: OperationProgress, number: int, step: HttpStep) -> None:
    """Raises `Paused` where it is tried again later or has ended the operation, `FlowRefusal` where
    nothing may be sent."""
    operation = progress.operation
    # A test is asked for by a person, also of a flow that is stopped.
    if operation.source != "test" and not progress.tools.is_running(operation.flow):
        progress.hold("flow-stopped")
    filler, hidden = progress.filler(), progress.filler(hides_secrets=True)
    planned = plan_request(step, filler, hidden, progress.idempotency_key(number))
    progress.notes += filler.notes
    tools = progress.tools
    wait = tools.hosts.enter(planned.host, tools.clock())
    if wait:
        progress.put_back(tools.clock() + wait, "host-busy", progress.tries(number))
    is_answered = False
    try:
        attempt = _begin(progress, number, planned)
        judgement, end, answer = _attempt(progress, planned, step)
        is_answered = end.status is not None and end.status < _SERVER_ERROR
    finally:
        tools.hosts.leave(planned.host, tools.clock(), answered=is_answered)
    _finish(progress, number, step, attempt, judgement, end, answer)


def may_repeat(step: HttpStep, outcome: Outcome) -> bool:
    """Whether the step may be tried again after this."""
    return outcome is Outcome.NOT_DONE or (outcome is Outcome.UNKNOWN and step.repeat_unknown)


def _begin(progress: OperationProgress, number: int, planned: PlannedRequest) -> int:
    request, now = planned.request, progress.tools.now()

    def begin(db: sqlite3.Connection) -> int:
        attempt = attempts.begin_attempt(
            db, progress.operation_id, number, now, planned.host, request.method, len(request.body)
        )
        shown = planned.shown.encode()
        attempts.save_body(db, progress.operation_id, number, attempt, "request", shown)
        return attempt

    return int(progress.write(begin))


def _attempt(
    progress: OperationProgress, planned: PlannedRequest, step: HttpStep
) -> tuple[Judgement, AttemptEnd, WebAnswer | None]:
    try:
        answer = progress.tools.send(planned.request)
    except BlockedTarget as blocked:
        judgement = judge_failure(blocked)
        return judgement, _end(judgement, Phase.CONNECTING), None
    except NotAnswered as failure:
        judgement = judge_failure(failure)
        return judgement, _end(judgement, failure.phase), None
    judgement = judge_answer(answer, step.rules)
    return judgement, _end(judgement, Phase.READING, answer), answer


def _end(judgement: Judgement, phase: Phase, answer: WebAnswer | None = None) -> AttemptEnd:
    status, size = (answer.status, len(answer.body)) if answer else (None, 0)
    return AttemptEnd(phase.value, judgement.outcome.value, judgement.reason, status, size)


def _finish(
    progress: OperationProgress,
    number: int,
    step: HttpStep,
    attempt: int,
    judgement: Judgement,
    end: AttemptEnd,
    answer: WebAnswer | None,
) -> None:
    """In one transaction: how the attempt ended, and what is next."""
    progress.notes += judgement.notes
    operation_id, now = progress.operation_id, progress.tools.now()
    values = {step.frame.name: answer_values(answer)} if answer else {}
    is_done = judgement.outcome is Outcome.DONE
    due_at = None if is_done else _next_try(progress, number, step, judgement, answer)

    def note(db: sqlite3.Connection) -> None:
        attempts.end_attempt(db, operation_id, number, attempt, now, end)
        if answer is not None:
            kept = progress.without_secrets(answer.body[:_KEPT_ANSWER_BYTES])
            attempts.save_body(db, operation_id, number, attempt, "answer", kept)
        if is_done:
            attempts.save_result(db, operation_id, number, "done", values)
            operations.go_on_at(db, operation_id, number + 1)
        elif due_at is not None:
            tries = progress.tries(number) + 1
            operations.go_on_at(db, operation_id, number)
            operations.put_back(db, operation_id, due_at, judgement.reason, tries)

    progress.write(note)
    if is_done:
        progress.values |= values
    elif due_at is not None:
        raise Paused
    else:
        _give_up(progress, number, step, judgement)


def _next_try(
    progress: OperationProgress,
    number: int,
    step: HttpStep,
    judgement: Judgement,
    answer: WebAnswer | None,
) -> float | None:
    """When the step is tried again, in Unix seconds; None where it is not."""
    now, tries = progress.tools.clock(), progress.tries(number) + 1
    gives_up_at = progress.operation.received_seconds + step.give_up_after
    if not may_repeat(step, judgement.outcome) or tries >= step.tries or now >= gives_up_at:
        return None
    asked = None if answer is None else _asked(step, answer, now)
    at = next_try_at(now, tries, progress.tools.chance(), asked, gives_up_at)
    return at if at <= gives_up_at else None


def _give_up(
    progress: OperationProgress, number: int, step: HttpStep, judgement: Judgement
) -> None:
    if step.frame.on_failure == "go on":
        progress.go_on_without(number, step, judgement.reason)
        return
    text = f"{step.frame.name}: {judgement.reason}"
    if may_repeat(step, judgement.outcome):
        progress.end("failed", "tries-used-up", text)
    else:
        state = "unknown" if judgement.outcome is Outcome.UNKNOWN else "failed"
        progress.end(state, judgement.reason, text)
    raise Paused


def _asked(step: HttpStep, answer: WebAnswer, now: float) -> float | None:
    """The seconds that the service asks to wait."""
    if step.retry_after is not None:
        try:
            found = seconds_in(step.retry_after.find(read_json(answer.body)), now)
        except FlowRefusal:
            found = None
        if found is not None:
            return found
    return seconds_asked(answer.header("retry-after"), now)
