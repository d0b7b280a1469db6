"""The world: all leads of some weeks, each with its whole life, by start time."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator.lives.biography import Biography
from simulator.lives.leads import Lead
from simulator.market.rhythm import SimulatedTime
from simulator.market.schedule import PersonPlan, PersonSchedule
from simulator.market.sites import Site, make_sites

MOST_LEADS = 1_000_000
"""Ids leave room for this many a day."""


@dataclass(frozen=True, slots=True)
class World:
    """What happened at some businesses in the `days` Moscow days ending at `until`.

    The same values make exactly the same world; more `leads` add some and change none. `until` is
    an aware time and the world's present: nothing after it has happened. `uniqueness_days`: how far
    back Calltouch looks for an earlier lead of the same client.
    """

    until: datetime
    seed: int = 1
    leads: int = 3000
    days: int = 30
    sites: int = 2
    uniqueness_days: int = 30

    @property
    def window(self) -> SimulatedTime:
        return SimulatedTime.of_days(self.days, self.until)

    def make_sites(self) -> tuple[Site, ...]:
        return make_sites(self.seed, self.sites, self.window)

    def __iter__(self) -> Iterator[Lead]:
        """The leads by `happened_at`. Each person is created when their first lead is due."""
        schedule = PersonSchedule(self.seed, self.make_sites(), self.window)
        plans = schedule.plans(self.leads)
        due: list[tuple[int, int, PersonPlan | Biography]] = [
            (plan.starts[0].at, plan.index, plan) for plan in plans
        ]
        heapq.heapify(due)
        while due:
            _, index, who = heapq.heappop(due)
            biography = self._begin(who) if isinstance(who, PersonPlan) else who
            yield biography.next_lead()
            if biography.next_at is not None:
                heapq.heappush(due, (biography.next_at, index, biography))

    def _begin(self, plan: PersonPlan) -> Biography:
        return Biography(self.seed, plan, self.uniqueness_days, self.window.until)
