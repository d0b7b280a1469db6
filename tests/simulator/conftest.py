"""A small, unchanging world, its API, and a receiver with scripted answers."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from simulator.api import ApiOptions, serving
from simulator.lives.leads import Lead
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.sendings import Sending, sendings
from simulator.world import World
from tests.simulator.api.api_client import ApiClient
from tests.simulator.stand_in import StandIn

UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)


@pytest.fixture(scope="session")
def world() -> World:
    return World(UNTIL, leads=600, days=14)


@pytest.fixture(scope="session")
def leads(world: World) -> list[Lead]:
    return list(world)


@pytest.fixture(scope="session")
def sent(leads: list[Lead]) -> list[Sending]:
    """What the two default webhooks send about that world."""
    return list(sendings(leads, usual_webhooks()))


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture(scope="session")
def reading(world: World) -> Iterator[ApiClient]:
    """The API of that world without the limit, for read-only tests."""
    with serving(world, ApiOptions(per_second=1_000_000)) as served:
        yield ApiClient(served)


@pytest.fixture(scope="session")
def small_world() -> World:
    return World(UNTIL, leads=120, days=4)


@pytest.fixture
def api(small_world: World) -> Iterator[ApiClient]:
    """The API of a smaller world for a single test, without the limit."""
    with serving(small_world, ApiOptions(per_second=1_000_000)) as served:
        yield ApiClient(served)
