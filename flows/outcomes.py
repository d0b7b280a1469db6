"""What became of an attempt, judged by how far it got. Pure.

Nothing is done twice that may have been done: whatever fails after the first byte of a request went
out is unknown, unless the answer itself says that nothing was done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from flows.conditions import Condition, all_hold
from flows.json_documents import read_json
from flows.json_paths import json_path
from flows.refusal import FlowRefusal
from outgoing.connection import Phase
from outgoing.guard import BlockedTarget
from outgoing.sending import NotAnswered, WebAnswer

SURELY_NOT_DONE = frozenset({408, 421, 425, 429, 503})
_PERMANENT_FAILURES = (501, 505)


class Outcome(Enum):
    DONE = "done"
    NOT_DONE = "not done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reason`: a word of the contract; empty for what is done. `notes`: what was odd all the
    same."""

    outcome: Outcome
    reason: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SuccessRules:
    """`statuses`: masks like `2**`, or ranges like `200-204`. `conditions`: over the answer's JSON.
    `not_done`: statuses with which this service surely did nothing."""

    statuses: tuple[str, ...] = ("2**",)
    conditions: tuple[Condition, ...] = ()
    not_done: frozenset[int] = frozenset()


def judge_failure(failure: NotAnswered | BlockedTarget) -> Judgement:
    """There is no answer."""
    if isinstance(failure, BlockedTarget):
        if failure.reason == "dns":
            return Judgement(Outcome.NOT_DONE, "dns")
        return Judgement(Outcome.REFUSED, "blocked-address", failure.reason)
    is_begun = failure.phase is not Phase.CONNECTING
    return Judgement(Outcome.UNKNOWN if is_begun else Outcome.NOT_DONE, failure.reason)


def judge_answer(answer: WebAnswer, rules: SuccessRules) -> Judgement:
    status = answer.status
    if is_success(status, rules.statuses):
        return _judge_body(answer, rules.conditions)
    reason = f"status-{status}"
    if status in SURELY_NOT_DONE or status in rules.not_done:
        return Judgement(Outcome.NOT_DONE, reason)
    if 300 <= status < 400:
        return Judgement(Outcome.REFUSED, "redirect", redirect_host(answer))
    if 400 <= status < 500 or status in _PERMANENT_FAILURES:
        return Judgement(Outcome.REFUSED, reason)
    return Judgement(Outcome.UNKNOWN, reason)


def redirect_host(answer: WebAnswer) -> str:
    """Of its `Location`, whose other parts may hold a token; empty for one of the same host."""
    try:
        return (urlsplit(answer.header("location") or "").hostname or "")[:253]
    except ValueError:
        return ""


def is_success(status: int, masks: Sequence[str]) -> bool:
    return any(_matches(str(status), mask) for mask in masks)


def _matches(status: str, mask: str) -> bool:
    if "-" in mask:
        first, _, last = mask.partition("-")
        return first <= status <= last and len(status) == len(first)
    return len(mask) == len(status) and all(
        wanted in ("*", digit) for wanted, digit in zip(mask, status, strict=True)
    )


def _judge_body(answer: WebAnswer, conditions: Sequence[Condition]) -> Judgement:
    notes = () if answer.body_problem is None else (f"answer-{answer.body_problem}",)
    if not conditions:
        return Judgement(Outcome.DONE, notes=notes)
    if answer.body_problem is not None:
        return Judgement(Outcome.UNKNOWN, "answer-unclear", notes=notes)
    try:
        document = read_json(answer.body)
    except FlowRefusal:
        return Judgement(Outcome.UNKNOWN, "answer-unclear")
    try:
        says_yes = all_hold(conditions, lambda path: json_path(path).find(document))
    except FlowRefusal:
        return Judgement(Outcome.UNKNOWN, "answer-unclear")
    return Judgement(Outcome.DONE) if says_yes else Judgement(Outcome.REFUSED, "says-no")
