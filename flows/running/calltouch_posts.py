"""One POST of a step to Calltouch: planned, sent once, and judged."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from flows.outcomes import SURELY_NOT_DONE, Judgement
from flows.running.attempting import (
    MadeAttempt,
    PlannedAttempt,
    RetryRules,
    StepPlace,
    StepSending,
    next_move,
)
from flows.running.calltouch_account import CalltouchAccount
from flows.running.calltouch_turns import spend_point
from flows.steps.calltouch import PlannedPost
from flows.steps.calltouch_answers import judge_error
from receiver.calltouch_api.client import ApiError
from receiver.calltouch_api.methods import Sender
from receiver.calltouch_api.post_once import SiteToken

TRIES = 9
GIVE_UP_SECONDS = 86_400.0

Perform = Callable[[Sender], tuple[Judgement, dict[str, Any]]]
"""Calls the method; gives what became of it, and what the step gives. Raises `ApiError`."""


@dataclass(frozen=True, slots=True)
class CalltouchPost:
    """`shown`: the same as people may see it. `not_done`: statuses with which nothing was done."""

    account: CalltouchAccount
    access: SiteToken
    planned: PlannedPost
    shown: PlannedPost
    perform: Perform
    not_done: Set[int] = SURELY_NOT_DONE

    def planned_attempt(self) -> PlannedAttempt:
        head = f"POST {self.account.url}{self.planned.path}\nSiteId: {self.access.site_id}"
        shown = f"{head}\n\n{self.shown.body.decode()}"
        return PlannedAttempt(self.account.host, "POST", shown, len(self.planned.body))

    def send(self) -> MadeAttempt:
        exchange = self.account.exchange()
        values: dict[str, Any] = {}
        try:
            judgement, values = self.perform(self.account.sender(self.access, exchange))
        except ApiError as error:
            judgement = judge_error(error, exchange.reason, exchange.status, self.not_done)
        answer = exchange.answer
        if answer is not None:
            answer = answer.replace(self.access.token.encode(), b"***")
        return MadeAttempt(
            judgement, exchange.phase.value, exchange.status, answer, values, exchange.asked
        )


def usual_rules(place: StepPlace) -> RetryRules:
    """Of a POST that may not be done twice."""
    received_at = place.progress.operation.received_seconds
    return RetryRules(False, TRIES, received_at + GIVE_UP_SECONDS)


def usual_sending(place: StepPlace, post: CalltouchPost, rules: RetryRules) -> StepSending:
    return StepSending(
        post.planned_attempt(),
        post.send,
        lambda made: next_move(place, made, rules),
        lambda: spend_point(place, post.account, post.access.site_id, rules),
    )
