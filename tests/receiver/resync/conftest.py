"""An account whose webhooks and whose API tell of the same small world."""

from collections.abc import Iterator

import pytest

from receiver.simulate.api import ApiOptions, Served, serving
from receiver.simulate.sendings import Sending, sendings
from receiver.simulate.webhooks import usual_webhooks
from receiver.simulate.world import World
from tests.receiver.account import FAST, LEADS, UNTIL


@pytest.fixture(scope="module")
def world() -> World:
    return World(UNTIL, leads=LEADS, days=6)


@pytest.fixture(scope="module")
def sent(world: World) -> list[Sending]:
    return list(sendings(world, usual_webhooks()))


@pytest.fixture
def api(world: World) -> Iterator[Served]:
    with serving(world, ApiOptions(per_second=FAST)) as served:
        yield served
