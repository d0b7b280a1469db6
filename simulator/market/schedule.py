"""Who makes contact when and how: drawn person by person, before anything else."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from random import Random

from simulator.market.chance import WeightedChoice, seconds, stream, zipf
from simulator.market.rhythm import DAY, SimulatedTime
from simulator.market.sites import Site

# Minimum time between contacts of a person, so that no two of their leads overlap.
_LEAST_GAP = 3600
_MEDIAN_RETURN = 2 * DAY
# A lead starting later would send nothing any more.
_LAST_MOMENT = 60


class Contact(Enum):
    CALL = "call"
    OFFLINE_CALL = "call to a static number"
    CALLBACK = "callback"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class LeadStart:
    """The start of a lead. Attempts of a callback are separate leads."""

    at: int
    contact: Contact
    attempt: int = 1
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A person's leads. `calls_before`, `requests_before`: of all people with lower numbers."""

    index: int
    site: Site
    starts: tuple[LeadStart, ...]
    calls_before: int
    requests_before: int


_CONTACTS = WeightedChoice(
    [
        (Contact.CALL, 0.57),
        (Contact.REQUEST, 0.28),
        (Contact.OFFLINE_CALL, 0.1),
        (Contact.CALLBACK, 0.05),
    ]
)
_OCCASIONS = zipf(range(1, 21), 2.4)
_ATTEMPTS = WeightedChoice([(1, 0.55), (2, 0.25), (3, 0.12), (4, 0.08)])


class PersonSchedule:
    """People by number. The requested number of leads does not affect their plans."""

    def __init__(self, seed: int, sites: tuple[Site, ...], window: SimulatedTime) -> None:
        self._seed = seed
        self._window = window
        self._sites = WeightedChoice((site, site.volume) for site in sites)

    def starts_of(self, index: int) -> tuple[Site, tuple[LeadStart, ...]]:
        """The person's site and all their leads, possibly none."""
        rng = stream(self._seed, "plan", index)
        site = self._sites.pick(rng)
        starts: list[LeadStart] = []
        for _ in range(_OCCASIONS.pick(rng)):
            contact = _CONTACTS.pick(rng)
            at = self._moment(rng, site, contact, starts[-1].at if starts else None)
            if at is None:
                break
            starts += (
                _attempts(rng, at) if contact is Contact.CALLBACK else [LeadStart(at, contact)]
            )
        last_moment = self._window.until - _LAST_MOMENT
        return site, tuple(start for start in starts if start.at < last_moment)

    def plans(self, leads: int) -> Iterator[PersonPlan]:
        """As many people as needed for that many leads; the last one's are cut to fit."""
        index = calls = requests = 0
        while (left := leads - calls - requests) > 0:
            site, starts = self.starts_of(index)
            starts = starts[:left]
            if starts:
                yield PersonPlan(index, site, starts, calls, requests)
            made = sum(start.contact is Contact.REQUEST for start in starts)
            requests += made
            calls += len(starts) - made
            index += 1

    def _moment(
        self, rng: Random, site: Site, contact: Contact, previous: int | None
    ) -> int | None:
        rhythm = site.request_rhythm if contact is Contact.REQUEST else site.call_rhythm
        if previous is None:
            return rhythm.moment(rng.random())
        # Most returning clients come back soon; those due after the end do not.
        about = previous + seconds(rng, _MEDIAN_RETURN, 1.4)
        earliest = max(previous + _LEAST_GAP, about - DAY // 2)
        return rhythm.moment(rng.random(), earliest, about + DAY // 2)


def _attempts(rng: Random, at: int) -> list[LeadStart]:
    attempts = _ATTEMPTS.pick(rng)
    starts = []
    for attempt in range(1, attempts + 1):
        starts.append(LeadStart(at, Contact.CALLBACK, attempt, attempts))
        at += rng.randrange(180, 1200)
    return starts
