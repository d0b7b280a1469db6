"""A request (заявка) that is created in Calltouch.

Its own number is noted before it is sent. An outcome that is unknown is looked up in the requests
export, a few times, before anybody decides anything.
"""

import sqlite3
from dataclasses import replace
from typing import Any

from flows.definition.steps import RequestStep
from flows.outcomes import Judgement, Outcome
from flows.running.attempting import MadeAttempt, Move, StepPlace, again, make_attempt, next_move
from flows.running.calltouch_account import CalltouchAccount
from flows.running.calltouch_posts import CalltouchPost, usual_rules, usual_sending
from flows.running.request_search import LOOKING_UP, RequestSearch, look_up
from flows.steps.calltouch import planned_post, request_item
from flows.steps.calltouch_answers import judge_import
from flows.store import attempts
from flows.store.callbacks import note_request
from receiver.calltouch_api.methods import Sender


def run_request_step(place: StepPlace, step: RequestStep, account: CalltouchAccount) -> None:
    progress = place.progress
    filler = progress.filler()
    item = request_item(step, filler)
    planned = planned_post(item)
    access = account.access(step.site)
    number = (item.number or "").strip()
    tried = progress.write(lambda db: attempts.attempts_at(db, progress.operation_id, place.number))
    search = RequestSearch.of(tried, account.look_after)
    if search is not None and search.is_open:
        look_up(place, step, account, access, search, item)
        return
    progress.notes += filler.notes

    def create(sender: Sender) -> tuple[Judgement, dict[str, Any]]:
        (result,) = sender.create_requests([item])
        return judge_import(result), {place.frame.name: {"number": number}}

    def note(db: sqlite3.Connection) -> None:
        note_request(db, number, progress.tools.now())

    post = CalltouchPost(account, access, planned, planned, create)
    sending = usual_sending(place, post, usual_rules(place))
    make_attempt(
        place, replace(sending, decide=lambda made: _next(place, account, made), at_begin=note)
    )


def _next(place: StepPlace, account: CalltouchAccount, made: MadeAttempt) -> Move:
    if made.judgement.outcome is not Outcome.UNKNOWN:
        return next_move(place, made, usual_rules(place))
    due_at = place.progress.tools.clock() + account.look_after[0]
    return again(place, due_at, LOOKING_UP, place.progress.tries(place.number) + 1)
