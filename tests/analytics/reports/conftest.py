"""One world for all reports; tests only read it."""

import pytest

from analytics.reports.filters import Filters
from tests.analytics.reports.filter_sets import filter_sets
from tests.analytics.reports.world import PUBLISHED, World, make_world
from tests.made_once import made_once


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(made_once(tmp_path_factory, "reports", make_world) / PUBLISHED)


@pytest.fixture(scope="session")
def ten_filters(world: World) -> list[Filters]:
    return filter_sets(world)
