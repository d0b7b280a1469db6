"""Looking for a request that may have been created: after 2, 15 and 30 minutes, by its number.

Each look is an attempt of its own, so the attempts say how far the search has come: after a restart
it goes on there.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from flows.definition.steps import RequestStep
from flows.json_documents import written
from flows.outcomes import Judgement, Outcome
from flows.retrying import next_try_at
from flows.running.attempting import (
    MadeAttempt,
    Move,
    PlannedAttempt,
    StepPlace,
    StepSending,
    again,
    done,
    given_up,
    make_attempt,
)
from flows.running.calltouch_account import CalltouchAccount
from flows.running.calltouch_turns import POINTS_SPENT, next_points_at
from flows.store.attempts import Attempt
from outgoing.connection import Phase
from receiver.calltouch_api.bodies import NewRequest
from receiver.calltouch_api.client import ApiError
from receiver.calltouch_api.post_once import SiteToken
from receiver.resync.progress import PointsSpent

LOOKING_UP = "looking-up"
_NOT_FOUND, _FAILED = "not-found", "look-up-failed"
_FOUND_NOTE = "found in the journal"
_LONGEST_SECONDS = 86_400.0
# Calltouch may have dated it by its own clock.
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RequestSearch:
    """`sent`: the attempt whose outcome is unknown; `times`: how many of those there were.
    `looked`: how often it was looked for and not found; `failed`: how often that could not be
    done."""

    sent: Attempt
    times: int
    looked: int
    failed: int
    look_after: tuple[int, ...]

    @classmethod
    def of(cls, tried: Sequence[Attempt], look_after: tuple[int, ...]) -> "RequestSearch | None":
        """None where the last thing sent has an outcome that is known."""
        posts = [attempt for attempt in tried if attempt.method == "POST"]
        if not posts or posts[-1].outcome != Outcome.UNKNOWN.value:
            return None
        looks = [attempt for attempt in tried if attempt.attempt > posts[-1].attempt]
        looked = sum(look.reason == _NOT_FOUND for look in looks)
        times = sum(post.outcome == Outcome.UNKNOWN.value for post in posts)
        return cls(posts[-1], times, looked, len(looks) - looked, look_after)

    @property
    def is_open(self) -> bool:
        """Whether it is to be looked for yet; else a person, or the step, has it sent again."""
        return self.looked < len(self.look_after)

    @property
    def ended_at(self) -> float:
        return datetime.fromisoformat(self.sent.ended_at or self.sent.begun_at).timestamp()

    def due_at(self, look: int) -> float:
        return self.ended_at + self.look_after[look]

    def days(self, zone: tzinfo, item: NewRequest) -> list[date]:
        """Of the journal, on which it would stand."""
        if item.at:
            return [datetime.fromisoformat(str(item.at)).date()]
        begun = datetime.fromisoformat(self.sent.begun_at)
        ended = datetime.fromisoformat(self.sent.ended_at or self.sent.begun_at)
        moments = (begun - _SLACK, begun, ended + _SLACK)
        return sorted({moment.astimezone(zone).date() for moment in moments})


def look_up(
    place: StepPlace,
    step: RequestStep,
    account: CalltouchAccount,
    access: SiteToken,
    search: RequestSearch,
    item: NewRequest,
) -> None:
    progress = place.progress
    number = (item.number or "").strip()
    due_at = search.due_at(search.looked)
    if progress.tools.clock() < due_at:
        progress.put_back(due_at, LOOKING_UP, progress.tries(place.number))
    days = search.days(progress.tools.settings.zone, item)
    listed = ", ".join(map(str, days))
    shown = f"GET {account.url}: requests of site {access.site_id} of {listed}\n\n{number}"
    sending = StepSending(
        PlannedAttempt(account.host, "GET", shown, 0),
        lambda: _looked(place, account, access, number, days),
        lambda made: _next(place, step, search, made),
    )
    make_attempt(place, sending)


def _looked(
    place: StepPlace, account: CalltouchAccount, access: SiteToken, number: str, days: list[date]
) -> MadeAttempt:
    phase = Phase.READING.value
    try:
        found = account.find_request(access, number, days)
    except (ApiError, sqlite3.Error):
        return MadeAttempt(Judgement(Outcome.NOT_DONE, _FAILED), phase)
    except PointsSpent:
        # The day's end is far, yet no person can say more than the journal.
        pause = next_points_at(place.progress.tools.clock()) - place.progress.tools.clock()
        return MadeAttempt(Judgement(Outcome.NOT_DONE, POINTS_SPENT), phase, asked=pause)
    if found.record is None:
        answer = f"{found.count} requests, none with this number".encode()
        notes = () if found.is_whole else ("journal not whole",)
        return MadeAttempt(
            Judgement(Outcome.NOT_DONE, _NOT_FOUND, notes=notes), phase, answer=answer
        )
    values = {"number": number, "lead_type": "request", "lead_id": found.record.get("requestId")}
    return MadeAttempt(
        Judgement(Outcome.DONE, notes=(_FOUND_NOTE,)),
        phase,
        answer=written(found.record).encode(),
        values={place.frame.name: values},
    )


def _next(place: StepPlace, step: RequestStep, search: RequestSearch, made: MadeAttempt) -> Move:
    progress = place.progress
    now, tries = progress.tools.clock(), progress.tries(place.number)
    if made.judgement.outcome is Outcome.DONE:
        return done(place, made)
    if made.judgement.reason != _NOT_FOUND:
        gives_up_at = search.ended_at + _LONGEST_SECONDS
        chance, pauses = progress.tools.chance(), progress.tools.pauses
        due_at = next_try_at(now, search.failed + 1, chance, made.asked, gives_up_at, pauses)
        if now < gives_up_at and due_at <= gives_up_at:
            return again(place, due_at, LOOKING_UP, tries)
        return given_up(place, _still_unknown(search, made.judgement.reason))
    if search.looked + 1 < len(search.look_after):
        return again(place, max(search.due_at(search.looked + 1), now), LOOKING_UP, tries)
    is_sure = not made.judgement.notes
    if step.if_not_found == "repeat" and search.times == 1 and is_sure:
        return again(place, now, _NOT_FOUND, tries)
    return given_up(place, _still_unknown(search, _NOT_FOUND))


def _still_unknown(search: RequestSearch, why: str) -> Judgement:
    """As it was sent; what the search came to stands beside it."""
    return Judgement(Outcome.UNKNOWN, search.sent.reason, why)
