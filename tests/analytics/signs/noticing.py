"""A fault strikes an account at some moment of working time: when is it noticed, and as what?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from analytics.signs.causes import Found
from analytics.signs.usual import Habit
from analytics.signs.watch import Watch
from tests.analytics.signs.accounts import Account, MadeLead, made_account
from tests.analytics.signs.breaking import (
    CLOSES,
    OPENS,
    Fault,
    is_working,
    usual_in_working_time,
    without,
)
from tests.analytics.signs.watching import Listening

WORKING_HOURS = 4.0
LEAST_USUAL = 12.0
_MOST_DAYS = 4
_STEP = 0.25
_ENDS = ("ended", "answered", "missed")

Kind = Callable[[Random, dict[Watch, Habit]], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Noticed:
    """`usual`: leads in four working hours of what the fault takes away. `hours`: working hours
    until it was noticed, infinite if it was not. `is_right`: kind, subject and cause."""

    fault: Fault
    account: Account
    usual: float
    hours: float
    found: Found | None

    @property
    def is_in_time(self) -> bool:
        return self.hours <= WORKING_HOURS

    @property
    def is_right(self) -> bool:
        found, fault = self.found, self.fault
        if found is None:
            return False
        return (found.kind, found.subject, found.cause) == (fault.kind, fault.subject, fault.cause)


def noticed(kind: Kind, seed: object, least: float = LEAST_USUAL) -> Noticed:
    """Of the first account, of those the seed makes, in which such a fault takes so many leads; on
    a day not near a holiday, when nobody could say how many are usual."""
    rng = Random(f"noticed/{kind.__name__}/{seed}")
    while True:
        begins = date(2025, 1, 1) + timedelta(days=rng.randrange(365))
        account = made_account(rng.random(), begins, _MOST_DAYS + 14, least_a_day=12.0)
        found = noticed_in(account, account.leads(), kind, rng, least)
        if found is not None:
            return found


def noticed_in(
    account: Account, leads: list[MadeLead], kind: Kind, rng: Random, least: float = LEAST_USUAL
) -> Noticed | None:
    """None if no such fault takes so many leads of that account at that moment."""
    listening = Listening(account)
    at = _moment(account, listening, rng)
    for lead in leads:
        if lead.at < at:
            listening.hear(lead)
    faults = [
        (fault, usual)
        for fault in kind(rng, dict(listening.usual_on(int(at // 24)).habits))
        if (usual := _usual(listening, fault, at)) >= least
    ]
    if not faults:
        return None
    fault, usual = rng.choice(faults)
    after = [lead for lead in leads if lead.at >= at]
    return _watched(account, listening, fault, usual, at, after)


def _moment(account: Account, listening: Listening, rng: Random) -> float:
    day = account.begins.toordinal()
    while not is_working(listening, day) or day in listening.special.near:
        day += 1
    return day * 24 + rng.uniform(OPENS, CLOSES)


def _usual(listening: Listening, fault: Fault, at: float) -> float:
    return usual_in_working_time(listening, fault.affected, at, WORKING_HOURS)[0]


def _watched(
    account: Account,
    listening: Listening,
    fault: Fault,
    usual: float,
    at: float,
    after: list[MadeLead],
) -> Noticed:
    known = {_key(one) for one in listening.look(at)}
    waiting = iter(after)
    upcoming = next(waiting, None)
    later: list[MadeLead] = []
    now, worked = at, 0.0
    while now < at + _MOST_DAYS * 24:
        now += _STEP
        if is_working(listening, int(now // 24)) and OPENS < now % 24 <= CLOSES:
            worked += _STEP
        while upcoming is not None and upcoming.at <= now:
            lead = fault.breaks(upcoming)
            if lead is not None:
                later += _heard(listening, lead)
            upcoming = next(waiting, None)
        for lead in [one for one in later if one.at + one.late / 60 <= now]:
            listening.hear(lead)
            later.remove(lead)
        new = [one for one in listening.look(now) if _key(one) not in known]
        if new:
            return Noticed(fault, account, usual, worked, new[0])
    return Noticed(fault, account, usual, float("inf"), None)


def _heard(listening: Listening, lead: MadeLead) -> list[MadeLead]:
    """Of a call whose end is late only the beginning; what its end says comes later."""
    ends = tuple(watch for watch in lead.watches if lead.late and watch.value in _ENDS)
    listening.hear(without(lead, *ends))
    return [MadeLead(lead.at, ends, None, lead.late)] if ends else []


def _key(found: Found) -> tuple[str, str]:
    return found.kind, found.subject
