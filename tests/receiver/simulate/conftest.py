"""A small world that no test changes, and a receiver that answers as it is told to."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from receiver.simulate.leads import Lead
from receiver.simulate.rhythm import MOSCOW
from receiver.simulate.sendings import Sending, sendings
from receiver.simulate.webhooks import usual_webhooks
from receiver.simulate.world import World
from tests.receiver.simulate.stand_in import StandIn

UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)


@pytest.fixture(scope="session")
def world() -> World:
    return World(UNTIL, leads=600, days=14)


@pytest.fixture(scope="session")
def leads(world: World) -> list[Lead]:
    return list(world)


@pytest.fixture(scope="session")
def sent(leads: list[Lead]) -> list[Sending]:
    """What the two usual webhooks say of that world."""
    return list(sendings(leads, usual_webhooks()))


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running
