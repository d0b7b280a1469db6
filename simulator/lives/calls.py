"""A call: how it arrives, whether it is answered, and what follows."""

from collections.abc import Iterator

from simulator.lives.aftermath import LifeChange, NewLead, call_aftermath, unfold
from simulator.lives.arrivals import Arrival
from simulator.lives.leads import (
    Call,
    Callback,
    CallEnding,
    Condition,
    Event,
    LeadKind,
    OfflineSource,
    Talk,
)
from simulator.lives.uniqueness import Uniqueness
from simulator.market.chance import WeightedChoice, seconds
from simulator.market.people import uuid
from simulator.market.schedule import Contact, LeadStart
from simulator.market.sites import StaticNumber

# Calltouch's default for a target call; accounts may change it.
TARGET_SECONDS = 30
LONGEST_TALK = 2400

_SHORTEST_TALK = 4
_TALK_SECONDS = 95
_JUNK_SECONDS = 12
_LATEST_START = 8
_NEVER_ENDED_SHARE = 0.003
_MISSED_SHARE = {True: 0.08, False: 0.62}
_UNKNOWN_NUMBER_SHARE = 0.12
_NUMBER_TAG_SHARE = 0.06
_EXTENSION_SHARE = 0.05

_ANSWERED = WeightedChoice([(CallEnding.CALLER_HUNG_UP, 7), (CallEnding.CALLEE_HUNG_UP, 3)])
_MISSED = WeightedChoice(
    [
        (CallEnding.CALLER_GAVE_UP, 6),
        (CallEnding.NO_ANSWER, 3),
        (CallEnding.BUSY, 1),
        (CallEnding.UNREACHABLE, 0.4),
    ]
)
_EXTENSIONS = ("Добавочный 1: продажи", "Добавочный 2: сервис", "Добавочный 3: оператор")


def make_call(arrival: Arrival, known: Uniqueness, callback_request_id: int) -> Call:
    """The call with its life; updates `known`. `callback_request_id`: of its chain."""
    rng, site, start = arrival.rng, arrival.site, arrival.start
    static = site.static_numbers.pick(rng) if start.contact is Contact.OFFLINE_CALL else None
    offline = OfflineSource(static.source, static.medium) if static else None
    number, pool, sub_pool = _number(arrival, static)
    is_unique = known.is_first(start.at)
    talk = _talk(arrival, known) if rng.random() >= _NEVER_ENDED_SHARE else None
    known.note(start.at, talk is not None and talk.is_target)
    return Call(
        lead_id=arrival.lead_id,
        site=site,
        person=arrival.person,
        happened_at=start.at,
        last_touch=offline or arrival.last_touch,
        last_non_direct=offline or arrival.last_non_direct,
        is_unique=is_unique,
        life=_life(arrival, talk),
        phone_number=number,
        pool=pool,
        sub_pool=sub_pool,
        is_worktime=site.is_open(start.at),
        reference=uuid(rng, "11f"),
        page=_page(arrival) if static is None else None,
        callback=_callback(start, callback_request_id),
    )


def _callback(start: LeadStart, request_id: int) -> Callback | None:
    return Callback(request_id, start.attempt) if start.contact is Contact.CALLBACK else None


def _number(arrival: Arrival, static: StaticNumber | None) -> tuple[str, str | None, str | None]:
    """The number called, its pool and its sub-pool."""
    if static:
        return static.number, static.pool, static.sub_pool
    if arrival.start.contact is Contact.CALLBACK:
        return arrival.site.callback_number, None, None
    return arrival.rng.choice(arrival.site.dynamic_numbers), "dynamic", "Остальные"


def _page(arrival: Arrival) -> str | None:
    business = arrival.site.business
    if not arrival.site.keeps_call_page:
        return None
    return f"https://{business.domain}{arrival.rng.choice(business.pages)}"


def _talk(arrival: Arrival, known: Uniqueness) -> Talk:
    rng, start = arrival.rng, arrival.start
    is_answered = _is_answered(arrival)
    duration = _duration(arrival) if is_answered else 0
    is_target = duration >= TARGET_SECONDS
    is_number_known = is_answered or rng.random() >= _UNKNOWN_NUMBER_SHARE
    return Talk(
        waiting=1 + int(rng.expovariate(1 / 8 if is_answered else 1 / 22)),
        duration=duration,
        ending=(_ANSWERED if is_answered else _MISSED).pick(rng),
        redirect_number=rng.choice(arrival.site.redirect_numbers) if is_number_known else None,
        sip_call_id=uuid(rng, "123"),
        is_target=is_target,
        is_unique_target=is_target and known.is_first_target(start.at),
        is_final_attempt=start.attempt == start.attempts,
    )


def _is_answered(arrival: Arrival) -> bool:
    start, rng = arrival.start, arrival.rng
    if start.contact is Contact.CALLBACK:
        # A chain continues until someone answers, but ends with the fourth attempt.
        return start.attempt == start.attempts and (start.attempts < 4 or rng.random() < 0.4)
    return rng.random() >= _MISSED_SHARE[arrival.site.is_open(start.at)]


def _duration(arrival: Arrival) -> int:
    median = _JUNK_SECONDS if arrival.person.is_junk else _TALK_SECONDS
    return min(_SHORTEST_TALK + seconds(arrival.rng, median, 1.0), LONGEST_TALK)


def _life(arrival: Arrival, talk: Talk | None) -> tuple[Event, ...]:
    rng, at = arrival.rng, arrival.start.at
    tags = {"auto_pn": ("Постоянный клиент",)} if rng.random() < _NUMBER_TAG_SHARE else {}
    # Observed: the start is sent some seconds later.
    began = Event(at + rng.randrange(1, _LATEST_START), LeadKind.CALL_STARTED, Condition(tags=tags))
    changes = _changes(arrival, talk) if talk else ()
    return unfold(began, changes, arrival.until)


def _changes(arrival: Arrival, talk: Talk) -> Iterator[LifeChange]:
    rng, at = arrival.rng, arrival.start.at
    ended_at = at + max(talk.waiting + talk.duration, _LATEST_START)
    tags = {}
    if talk.duration and rng.random() < _EXTENSION_SHARE:
        tags["auto_ct"] = (rng.choice(_EXTENSIONS),)
    ended = {"talk": talk, "is_successful": talk.duration > 0}
    yield LifeChange(ended_at, LeadKind.CALL_ENDED, ended, tags)
    case = NewLead(ended_at, arrival.site, arrival.person, talk.duration, talk.is_target)
    yield from call_aftermath(rng, case)
