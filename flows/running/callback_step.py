"""A callback that Calltouch is asked for: one client once, at hours that suit, so many a day.

It is noted before it is asked for, in the transaction that begins the attempt, and forgotten only
where it was surely not ordered. So two flows that meet the same client at once ring once.
"""

import sqlite3
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from flows.definition.steps import CallbackStep
from flows.hours import next_opening
from flows.outcomes import Judgement, Outcome
from flows.refusal import FlowRefusal
from flows.running.attempting import MadeAttempt, RetryRules, StepPlace, make_attempt
from flows.running.calltouch_account import CalltouchAccount
from flows.running.calltouch_posts import TRIES, CalltouchPost, usual_sending
from flows.steps.calltouch import callback_item, planned_post
from flows.steps.computing import Skipped
from flows.store import attempts
from flows.store.callbacks import (
    NewCallback,
    callbacks_since,
    forget_callback,
    name_callback,
    note_callback,
    was_rung_since,
)
from flows.store.writer import Change
from receiver.calltouch_api.bodies import CallbackOrder
from receiver.calltouch_api.methods import Sender
from receiver.calltouch_api.validation import callback_phone

# A 503 may have come from what stands in front of a Calltouch that rings already.
_SURELY_NOT_ORDERED = frozenset({429})
_CALLBACK_ID = "widget_request_id"


def run_callback_step(place: StepPlace, step: CallbackStep, account: CalltouchAccount) -> None:
    progress = place.progress
    filler = progress.filler()
    order = callback_item(step, filler)
    hidden = callback_item(step, progress.filler(hides_secrets=True))
    planned_post(order)
    progress.notes += filler.notes
    rules = _rules(place, step)
    order = _within_hours(place, step, order, rules)
    shown = planned_post(replace(hidden, at=order.at))
    new = NewCallback(
        progress.operation_id,
        place.number,
        account.phone_hash(callback_phone(order.phone)),
        progress.tools.clock(),
        progress.operation.replay_of,
    )

    def ring(sender: Sender) -> tuple[Judgement, dict[str, Any]]:
        number = sender.request_callback(order)
        return Judgement(Outcome.DONE), {place.frame.name: {_CALLBACK_ID: number}}

    access = account.access(step.site)
    post = CalltouchPost(account, access, planned_post(order), shown, ring, _SURELY_NOT_ORDERED)
    check = _check(place, step, account, new)
    progress.write(check)
    sending = replace(
        usual_sending(place, post, rules),
        at_begin=_checked_and_noted(check, new),
        at_end=lambda made: _noted(place, new, made),
    )
    make_attempt(place, sending)


def _rules(place: StepPlace, step: CallbackStep) -> RetryRules:
    """A callback is of no use much later: it is given up soon after its first try."""
    progress = place.progress
    first_at, tries = progress.tools.clock(), progress.tries(place.number)
    if tries:
        tried = progress.write(
            lambda db: attempts.attempts_at(db, progress.operation_id, place.number)
        )
        first_at = datetime.fromisoformat(tried[-tries:][0].begun_at).timestamp()
    return RetryRules(False, TRIES, first_at + step.give_up_after)


def _within_hours(
    place: StepPlace, step: CallbackStep, order: CallbackOrder, rules: RetryRules
) -> CallbackOrder:
    """The order, at an hour when people may be rung. Raises `Paused`, `Skipped` and
    `FlowRefusal`."""
    progress = place.progress
    zone = progress.tools.settings.zone
    now = asked = progress.tools.clock()
    if order.at:
        asked = datetime.fromisoformat(str(order.at)).replace(tzinfo=zone).timestamp()
    rings_at = max(asked, now)
    opening = next_opening(rings_at, step.hours, zone)
    if opening == rings_at:
        return order
    if step.outside == "skip":
        raise Skipped("outside-hours")
    if asked > now:
        moment = datetime.fromtimestamp(opening, zone)
        return replace(order, at=f"{moment:%Y-%m-%d %H:%M:%S}")
    tries = progress.tries(place.number)
    if tries and opening > rules.gives_up_at:
        raise FlowRefusal("tries-used-up", place.frame.name, "outside of its hours")
    progress.put_back(opening, "outside-hours", tries)
    raise AssertionError("unreachable")


def _check(
    place: StepPlace, step: CallbackStep, account: CalltouchAccount, new: NewCallback
) -> Change[None]:
    """Raises `Skipped` and `FlowRefusal`."""
    zone = place.progress.tools.settings.zone
    today = datetime.fromtimestamp(new.at, zone).date()
    midnight = datetime.combine(today, time(), zone).timestamp()

    def check(db: sqlite3.Connection) -> None:
        if was_rung_since(db, new, new.at - step.phone_interval):
            raise Skipped("phone-interval")
        if callbacks_since(db, midnight, new) >= account.callbacks_per_day:
            raise FlowRefusal("callbacks-per-day", place.frame.name)

    return check


def _checked_and_noted(check: Change[None], new: NewCallback) -> Change[None]:
    def note(db: sqlite3.Connection) -> None:
        check(db)
        note_callback(db, new)

    return note


def _noted(place: StepPlace, new: NewCallback, made: MadeAttempt) -> Change[None]:
    def note(db: sqlite3.Connection) -> None:
        if made.judgement.outcome is Outcome.DONE:
            number = made.values[place.frame.name][_CALLBACK_ID]
            name_callback(db, new.operation_id, new.step, number)
        else:
            forget_callback(db, new.operation_id, new.step)

    return note
