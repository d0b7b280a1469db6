"""An account whose webhooks and API describe the same small world."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.api import ApiOptions, RunningApi, serving
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.sendings import Sending, sendings
from simulator.world import World
from tests.made_once import made_once
from tests.receiver.calltouch_api.account import FAST, LEADS, UNTIL, day_of, receive


@pytest.fixture(scope="session")
def world() -> World:
    return World(UNTIL, leads=LEADS, days=6)


@pytest.fixture(scope="session")
def sent(world: World) -> list[Sending]:
    return list(sendings(world, usual_webhooks()))


@pytest.fixture(scope="session")
def whole(sent: list[Sending], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of everything sent. Tests only read it, or work on a copy."""
    return made_once(tmp_path_factory, "account", lambda directory: receive(directory, sent))


@pytest.fixture(scope="session")
def but_a_day(sent: list[Sending], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, but nothing arrived from the 18th."""
    arrived = [one for one in sent if day_of(one) != 18]
    return made_once(
        tmp_path_factory, "account but a day", lambda directory: receive(directory, arrived)
    )


@pytest.fixture
def api(world: World) -> Iterator[RunningApi]:
    with serving(world, ApiOptions(per_second=FAST)) as served:
        yield served
