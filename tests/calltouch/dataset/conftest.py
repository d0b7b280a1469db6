"""Nine weeks of two sites, with both models, tags, managers and callbacks, as a data set: over the
file, and over HTTP with a token of each role."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import calltouch
from calltouch.dataset import Dataset
from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.browsing import Site
from tests.dashboards.conftest import SETTINGS, Place, served
from tests.jobs.world import NOW, make_place
from tests.made_once import made_once

AT_NOON = replace(SETTINGS, clock=lambda: NOW)

Remote = Callable[[Role], Dataset]


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(made_once(tmp_path_factory, "jobs", make_place))


@pytest.fixture(scope="module")
def site(market: Place) -> Iterator[Site]:
    with served(market, AT_NOON) as site:
        yield site


@pytest.fixture(scope="module")
def local(market: Place) -> Iterator[Dataset]:
    with calltouch.open(market.published, now=NOW) as dataset:
        yield dataset


@pytest.fixture
def remote(market: Place, site: Site) -> Remote:
    return lambda role: calltouch.open(site.url, token_of(market, role))


def token_of(place: Place, role: Role) -> str:
    return bearer(place.access, role)["Authorization"].removeprefix("Bearer ")
