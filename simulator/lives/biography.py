"""One person's visits and leads, in chronological order."""

from random import Random

from simulator.lives.arrivals import Arrival
from simulator.lives.calls import make_call
from simulator.lives.leads import Lead, Visit
from simulator.lives.requests import make_request
from simulator.lives.uniqueness import Uniqueness
from simulator.market.chance import seconds, stream, zipf
from simulator.market.people import address, make_person
from simulator.market.rhythm import DAY, HOUR, day_number
from simulator.market.schedule import Contact, LeadStart, PersonPlan
from simulator.market.traffic import DIRECT

# Some session ids exceed 2^31, as Calltouch's do.
_FIRST_SESSION_ID = 2_147_000_000
# The maximum: up to 20 occasions with 5 visits before the first and 3 before each later one.
_MOST_SESSIONS = 64
_FIRST_CALLBACK_ID = 510_000
_FIRST_DAY = 18_262  # 2020-01-01
_IDS_PER_DAY = 1_000_000

_KNOWN_BEFORE_SHARE = 0.14
_SAME_SESSION_SHARE = 0.12
_DIRECT_RETURN_SHARE = 0.42
_AWAY_SHARE = 0.25
_VISITS_BEFORE_FIRST = zipf((1, 2, 3, 4, 5), 1.3)
_VISITS_BETWEEN = zipf((1, 2, 3), 1.5)


class Biography:
    """Creates a person's leads one by one; `next_at`: start of the next, None after the last."""

    def __init__(self, seed: int, plan: PersonPlan, uniqueness_days: int, until: int) -> None:
        self._seed = seed
        self._plan = plan
        self._until = until
        self._next = 0
        self._calls_made = plan.calls_before
        self._requests_made = plan.requests_before
        self._person = make_person(seed, plan.index, plan.starts[0].at - HOUR)
        self._calls, self._requests = _before_the_window(seed, plan, uniqueness_days * DAY)
        self._visits = 0
        self._last: Visit | None = None
        self._last_non_direct: Visit | None = None

    @property
    def next_at(self) -> int | None:
        starts = self._plan.starts
        return starts[self._next].at if self._next < len(starts) else None

    def next_lead(self) -> Lead:
        start = self._plan.starts[self._next]
        rng = stream(self._seed, "lead", self._plan.index, self._next)
        self._next += 1
        last = self._come_to_the_site(rng, start)
        is_call = start.contact is not Contact.REQUEST
        arrival = Arrival(
            rng=rng,
            lead_id=self._number(start, is_call),
            site=self._plan.site,
            person=self._person,
            start=start,
            last_touch=last,
            last_non_direct=self._last_non_direct or last,
            until=self._until,
        )
        if is_call:
            chain = _FIRST_CALLBACK_ID + self._calls_made - start.attempt
            return make_call(arrival, self._calls, chain)
        return make_request(arrival, self._requests)

    def _number(self, start: LeadStart, is_call: bool) -> int:
        """Increases daily; calls and requests are counted separately, so their ids overlap."""
        if is_call:
            self._calls_made += 1
        else:
            self._requests_made += 1
        made = self._calls_made if is_call else self._requests_made
        return (day_number(start.at) - _FIRST_DAY) * _IDS_PER_DAY + made

    def _come_to_the_site(self, rng: Random, start: LeadStart) -> Visit:
        """The visits leading to this contact; the contact is made in the last one."""
        stays = start.attempt > 1 or rng.random() < _SAME_SESSION_SHARE
        if self._last is not None and stays:
            return self._last
        count = (_VISITS_BETWEEN if self._last else _VISITS_BEFORE_FIRST).pick(rng)
        earliest = self._last.began_at + 60 if self._last else start.at - 30 * DAY
        moments = [start.at - seconds(rng, 240)]
        moments += [moments[0] - seconds(rng, 2 * DAY, 1.3) for _ in range(count - 1)]
        for at in sorted(max(moment, earliest) for moment in moments):
            self._last = visit = self._visit(rng, at)
            if not visit.traffic.is_direct:
                self._last_non_direct = visit
        assert self._last is not None
        return self._last

    def _visit(self, rng: Random, at: int) -> Visit:
        site = self._plan.site
        is_direct = self._last is not None and rng.random() < _DIRECT_RETURN_SHARE
        channel = DIRECT if is_direct else site.channels.pick(rng, at)
        self._visits += 1
        return Visit(
            session_id=_FIRST_SESSION_ID + self._plan.index * _MOST_SESSIONS + self._visits,
            traffic=site.links.click(rng, channel),
            ip=address(rng) if rng.random() < _AWAY_SHARE else self._person.home_ip,
            began_at=at,
        )


def _before_the_window(seed: int, plan: PersonPlan, depth: int) -> tuple[Uniqueness, Uniqueness]:
    """What Calltouch knows of the person's earlier calls and requests."""
    rng = stream(seed, "past", plan.index)
    calls, requests = Uniqueness(depth), Uniqueness(depth)
    for known in (calls, requests):
        if rng.random() < _KNOWN_BEFORE_SHARE:
            known.note(plan.starts[0].at - rng.randrange(HOUR, 90 * DAY), rng.random() < 0.5)
    return calls, requests
