"""The busy place as a data set: over its file, and over HTTP with a token of each role."""

from collections.abc import Callable, Iterator

import pytest

import calltouch
from calltouch.dataset import Dataset
from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.browsing import Site
from tests.dashboards.conftest import NOW, Place, busy_place, served

__all__ = ["busy_place"]

Remote = Callable[[Role], Dataset]


@pytest.fixture(scope="module")
def site(busy_place: Place) -> Iterator[Site]:
    with served(busy_place) as site:
        yield site


@pytest.fixture(scope="module")
def local(busy_place: Place) -> Iterator[Dataset]:
    with calltouch.open(busy_place.published, now=NOW) as dataset:
        yield dataset


@pytest.fixture
def remote(busy_place: Place, site: Site) -> Remote:
    return lambda role: calltouch.open(site.url, token_of(busy_place, role))


def token_of(place: Place, role: Role) -> str:
    return bearer(place.access, role)["Authorization"].removeprefix("Bearer ")
