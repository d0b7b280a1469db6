"""A person getting in touch, before it is known what becomes of it."""

from dataclasses import dataclass
from random import Random

from simulator.lives.leads import Touch
from simulator.market.people import Person
from simulator.market.schedule import LeadStart
from simulator.market.sites import Site


@dataclass(frozen=True, slots=True)
class Arrival:
    """`rng` is the lead's own stream; nothing that happens from `until` on is part of its life.

    `last_touch` and `last_non_direct`: what the two attribution models credit.
    """

    rng: Random
    lead_id: int
    site: Site
    person: Person
    start: LeadStart
    last_touch: Touch
    last_non_direct: Touch
    until: int
