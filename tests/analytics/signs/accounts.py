"""Accounts of made-up leads: the simulator's sites and rhythm, with seasons that accounts have.

Only what a lead counts for is made of it, so that a quarter takes a second.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from analytics.calendar.days import calendar_days
from analytics.calendar.definition import WorkCalendar
from analytics.signs.usual import SpecialDays
from analytics.signs.watch import ALL, Watch
from simulator.market.chance import WeightedChoice
from simulator.market.rhythm import MOSCOW, SimulatedTime
from simulator.market.sites import Site, make_sites
from simulator.market.traffic import Channel

HISTORY_DAYS = 84
WEBHOOKS = ("default", "last-touch")
_CONTACTS = WeightedChoice([("call", 0.62), ("request", 0.28), ("static", 0.1)])
_REPEAT_SHARE = 0.27
_API_SHARE = 0.05
_DIRECT_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class MadeLead:
    """`at`: hours of the local clock; `watches`: what it counts for. Of a call: `wait`, seconds,
    and `late`, minutes from the end of the talk until its end comes."""

    at: float
    watches: tuple[Watch, ...]
    wait: int | None = None
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Season:
    """What an account has of its own beside the simulator's rhythm: shares of a usual day."""

    trend: float
    noise: float
    new_year: float
    may: float
    summer: float
    black_friday: float
    rests_at_weekends: bool

    def share(self, day: date, begins: date) -> float:
        share: float = (1 + self.trend) ** ((day - begins).days / 91)
        if (day.month, day.day) >= (12, 28) or (day.month, day.day) <= (1, 10):
            share *= self.new_year
        if day.month == 5 and day.day <= 11:
            share *= self.may
        if day.month in (7, 8):
            share *= self.summer
        if day.month == 11 and 22 <= day.day <= 30 and day.weekday() >= 3:
            share *= self.black_friday
        return share


@dataclass(frozen=True, slots=True)
class Account:
    """Sites with so many leads a day each. `begins`: the first day that is watched."""

    seed: str
    begins: date
    days: int
    sites: tuple[Site, ...]
    a_day: tuple[float, ...]
    season: Season
    webhooks: tuple[str, ...]

    @property
    def first(self) -> date:
        return self.begins - timedelta(days=HISTORY_DAYS)

    @property
    def special(self) -> SpecialDays:
        last = self.begins + timedelta(days=self.days)
        days = calendar_days(WorkCalendar(), self.first.year, last.year)
        kinds = ("working", "day_off")
        return SpecialDays.of(d.day.toordinal() for d in days if d.kind not in kinds)

    def leads(self) -> list[MadeLead]:
        """All of history and the watched days, by when they began."""
        made = [
            lead
            for site, a_day in zip(self.sites, self.a_day, strict=True)
            for lead in self._of_site(site, a_day)
        ]
        return sorted(made, key=lambda lead: lead.at)

    def _of_site(self, site: Site, a_day: float) -> Iterator[MadeLead]:
        rng = Random(f"{self.seed}/{site.site_id}")
        days = HISTORY_DAYS + self.days
        shares = [
            self.season.share(self.first + timedelta(days=day), self.begins)
            * rng.lognormvariate(0, self.season.noise)
            for day in range(days)
        ]
        most = max(shares)
        first = datetime.combine(self.first, datetime.min.time(), MOSCOW).timestamp()
        maker = LeadMaker(site, self, rng)
        for _ in range(round(rng.gauss(a_day * days * most, (a_day * days * most) ** 0.5))):
            contact = _CONTACTS.pick(rng)
            rhythm = site.request_rhythm if contact == "request" else site.call_rhythm
            at = rhythm.moment(rng.random())
            assert at is not None
            into = (at - first) / 3600
            if rng.random() * most < shares[min(int(into // 24), days - 1)]:
                lead = maker.make(contact, at, self.first.toordinal() * 24 + into)
                if lead is not None:
                    yield lead


class LeadMaker:
    """Draws what a lead of a site counts for."""

    def __init__(self, site: Site, account: Account, rng: Random) -> None:
        self._site = site
        self._id = str(site.site_id)
        self._rests = account.season.rests_at_weekends
        self._rng = rng
        self._always = (ALL, *(Watch("webhook", "", one) for one in account.webhooks))
        self._is_one_of_several = len(account.sites) > 1
        self._known: dict[tuple[str, str], Watch] = {}

    def make(self, contact: str, at: int, hours: float) -> MadeLead | None:
        rng, site = self._rng, self._site
        is_weekend = int(hours // 24 + 6) % 7 > 4
        channel = None if contact == "static" else site.channels.pick(rng, at)
        if channel and channel.campaigns and is_weekend and self._rests:
            return None
        watches = [*self._always, self._watch("site", "")]
        wait = None
        if contact == "request":
            if rng.random() < _API_SHARE:
                channel = None
            kinds = ["request"]
        else:
            number = site.static_numbers.pick(rng).number if contact == "static" else None
            watches.append(self._watch("number", number or rng.choice(site.dynamic_numbers)))
            is_missed = rng.random() < (0.08 if site.is_open(at) else 0.62)
            kinds = ["call", "started", "ended", "missed" if is_missed else "answered"]
            wait = 1 + int(rng.expovariate(1 / 22 if is_missed else 1 / 8))
        if channel is not None:
            watches.append(self._watch("script", ""))
        tags = self._tags(channel)
        if not tags:
            kinds.append("untagged")
        if rng.random() < _REPEAT_SHARE:
            kinds.append("repeat")
        watches += [self._watch("kind", kind) for kind in kinds]
        if self._is_one_of_several:
            watches += [Watch("kind", "", kind) for kind in kinds]
        return MadeLead(hours, (*watches, *tags), wait)

    def _tags(self, channel: Channel | None) -> list[Watch]:
        if channel is None or not channel.campaigns or self._rng.random() < _DIRECT_SHARE:
            return []
        names = ["utm_source", "utm_medium"]
        names += ["utm_campaign"] * (self._rng.random() > 0.015)
        names += ["utm_content"] * (self._rng.random() > 0.05)
        names += ["utm_term"] * channel.has_terms
        found = [self._watch("tag", name) for name in names]
        return [*found, self._watch("source", channel.source)]

    def _watch(self, part: str, value: str) -> Watch:
        known = self._known.get((part, value))
        if known is None:
            known = self._known[part, value] = Watch(part, self._id, value)
        return known


def made_account(
    seed: object, begins: date, days: int, *, sites: int | None = None, least_a_day: float = 3.0
) -> Account:
    """One of many kinds: small and big, steady and not, with more or fewer numbers."""
    rng = Random(f"account/{seed}")
    count = sites or rng.choice((1, 1, 2, 2, 3, 4, 6))
    until = datetime.combine(begins + timedelta(days=days), datetime.min.time(), MOSCOW)
    window = SimulatedTime.of_days(HISTORY_DAYS + days, until)
    made = tuple(
        replace(site, dynamic_numbers=site.dynamic_numbers[: rng.choice((1, 2, 4, 8, 12))])
        for site in make_sites(rng.randrange(10**6), count, window)
    )
    return Account(
        seed=str(seed),
        begins=begins,
        days=days,
        sites=made,
        a_day=tuple(least_a_day * (300 / least_a_day) ** rng.random() ** 1.5 for _ in made),
        season=_season(rng),
        webhooks=WEBHOOKS if rng.random() < 0.5 else WEBHOOKS[:1],
    )


def _season(rng: Random) -> Season:
    return Season(
        trend=rng.uniform(-0.35, 0.5),
        noise=rng.uniform(0.0, 0.15),
        new_year=rng.uniform(0.1, 0.8),
        may=rng.uniform(0.3, 1.0),
        summer=rng.uniform(0.6, 1.0),
        black_friday=rng.uniform(1.0, 3.0),
        rests_at_weekends=rng.random() < 0.4,
    )
