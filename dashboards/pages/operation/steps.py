"""The steps of an operation and their attempts, as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.page.context import CardContext
from dashboards.pages.flows.states import number_text, outcome_text
from dashboards.pages.operation.shown import ShownTexts, cut
from dashboards.pages.operations.desk import AttemptMade, OperationRecord

_STATES = {
    "done": "done",
    "given-up": "given_up",
    "decided": "decided",
    "computed": "computed",
    "passed-over": "passed_over",
    "current": "current",
    "ahead": "ahead",
}


@dataclass(frozen=True, slots=True)
class ShownBody:
    """A web request or an answer. `label`: what it is, to be read aloud."""

    title: str
    label: str
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class ShownAttempt:
    """`facts`: its names and values in order."""

    title: str
    outcome: str
    outcome_name: str
    facts: Sequence[tuple[str, str]]
    bodies: Sequence[ShownBody]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class ShownStep:
    title: str
    kind: str
    state: str
    state_name: str
    attempts: Sequence[ShownAttempt]


def shown_steps(
    record: OperationRecord, texts: ShownTexts | None, context: CardContext
) -> list[ShownStep]:
    return [
        ShownStep(
            f"{step.number}. {step.name}",
            step.kind,
            context.texts(f"operation.step_{_STATES[step.state]}"),
            step.state,
            [_attempt(step.name, attempt, texts, context) for attempt in step.attempts],
        )
        for step in record.steps
    ]


def _attempt(
    step: str, attempt: AttemptMade, texts: ShownTexts | None, context: CardContext
) -> ShownAttempt:
    t, formats = context.texts, context.formats
    at = f"{formats.short_moment(attempt.begun_at)}:{attempt.begun_at.second:02}"
    seconds = "" if attempt.seconds is None else formats.number(attempt.seconds, 2)
    sizes = f"{formats.number(attempt.bytes_out)} → {formats.number(attempt.bytes_in)}"
    facts = (
        (t("flows.host"), f"{attempt.method} {attempt.host}"),
        (t("flows.http_status"), number_text(attempt.status, context)),
        (t("flows.reason"), attempt.reason),
        (t("flows.attempt_seconds"), seconds),
        (t("operation.bytes"), sizes),
    )
    bodies = [] if texts is None else _bodies(step, attempt, texts, context)
    return ShownAttempt(
        t("operation.attempt", number=attempt.attempt, at=at),
        outcome_text(attempt.outcome, context),
        attempt.outcome or "",
        [(name, text) for name, text in facts if text],
        bodies,
        attempt.request is not None,
    )


def _bodies(
    step: str, attempt: AttemptMade, texts: ShownTexts, context: CardContext
) -> list[ShownBody]:
    shown = []
    for title, text in (
        ("operation.request", attempt.request and texts.message(attempt.request)),
        ("operation.answer", attempt.answer and texts.body(attempt.answer)),
    ):
        if text:
            label = f"{step}, {attempt.attempt}: {context.texts(title)}"
            shown.append(ShownBody(context.texts(title), label, *cut(text)))
    return shown
