"""A person making contact, before the outcome is known."""

from dataclasses import dataclass
from random import Random

from simulator.lives.leads import Touch
from simulator.market.people import Person
from simulator.market.schedule import LeadStart
from simulator.market.sites import Site


@dataclass(frozen=True, slots=True)
class Arrival:
    """`rng` is the lead's own random stream; its life ends at `until`.

    `last_touch` and `last_non_direct`: the visits credited by the two attribution models.
    """

    rng: Random
    lead_id: int
    site: Site
    person: Person
    start: LeadStart
    last_touch: Touch
    last_non_direct: Touch
    until: int
