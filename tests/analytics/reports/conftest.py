"""One world for all reports; tests only read it."""

import pytest

from analytics.filters import Filters
from tests.analytics.reports.filter_sets import filter_sets
from tests.analytics.reports.world import World, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def ten_filters(world: World) -> list[Filters]:
    return filter_sets(world)
