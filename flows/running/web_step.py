"""One attempt at one HTTP step."""

import sqlite3

from flows.definition.steps import HttpStep
from flows.json_documents import read_json
from flows.outcomes import is_success, judge_answer, judge_failure
from flows.refusal import FlowRefusal
from flows.retrying import seconds_asked, seconds_in
from flows.running.attempting import (
    MadeAttempt,
    PlannedAttempt,
    RetryRules,
    StepPlace,
    StepSending,
    make_attempt,
    next_move,
)
from flows.running.calltouch_turns import made_by, wait_for_turn
from flows.running.progress import OperationProgress
from flows.steps.http import PlannedRequest, answer_values, plan_request
from flows.store.callbacks import note_request
from outgoing.connection import Phase
from outgoing.guard import BlockedTarget
from outgoing.redirects import REDIRECTS, RedirectRules, send_following
from outgoing.sending import NotAnswered, WebAnswer


def run_web_step(progress: OperationProgress, number: int, step: HttpStep) -> None:
    """Raises `Paused` where it is tried again later or has ended the operation, `FlowRefusal` where
    nothing may be sent."""
    progress.hold_if_stopped()
    filler, hidden = progress.filler(), progress.filler(hides_secrets=True)
    planned = plan_request(step, filler, hidden, progress.idempotency_key(number))
    progress.notes += filler.notes
    place = StepPlace(progress, number, step.frame)
    rules = RetryRules(
        step.repeat_unknown,
        step.tries,
        progress.operation.received_seconds + step.give_up_after,
    )
    request = planned.request
    attempt = PlannedAttempt(planned.host, request.method, planned.shown, len(request.body))
    numbers = made_by(request, progress.tools.calltouch)
    sending = StepSending(
        attempt,
        lambda: _sent(progress, planned, step),
        lambda made: next_move(place, made, rules),
        lambda: wait_for_turn(place, request, rules),
        lambda db: _note_made(db, progress, numbers),
    )
    make_attempt(place, sending)


def _note_made(db: sqlite3.Connection, progress: OperationProgress, numbers: list[str]) -> None:
    for number in numbers:
        note_request(db, number, progress.tools.now())


def _sent(progress: OperationProgress, planned: PlannedRequest, step: HttpStep) -> MadeAttempt:
    followed = [status for status in REDIRECTS if not is_success(status, step.rules.statuses)]
    rules = RedirectRules(step.redirects, followed, planned.secret_headers)
    try:
        answer = send_following(planned.request, progress.tools.send, rules)
    except BlockedTarget as blocked:
        return MadeAttempt(judge_failure(blocked), Phase.CONNECTING.value)
    except NotAnswered as failure:
        return MadeAttempt(judge_failure(failure), failure.phase.value)
    return MadeAttempt(
        judge_answer(answer, step.rules),
        Phase.READING.value,
        answer.status,
        answer.body,
        {step.frame.name: progress.without_secrets(answer_values(answer))},
        _asked(step, answer, progress.tools.clock()),
    )


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
