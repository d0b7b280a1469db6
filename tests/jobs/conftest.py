"""One world and one server for all jobs, and who does them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.dashboards.browsing import Site, launch, opened
from tests.dashboards.conftest import SETTINGS, Place, served
from tests.jobs.analyst import Analyst
from tests.jobs.facts import Facts
from tests.jobs.world import NOW, make_place
from tests.made_once import made_once


@dataclass(slots=True)
class Clock:
    """The pages' clock, which a test may put forward."""

    now: datetime = NOW


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(made_once(tmp_path_factory, "jobs", make_place))


@pytest.fixture(scope="module")
def facts(place: Place) -> Facts:
    return Facts(place.published)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def site(place: Place, clock: Clock) -> Iterator[Site]:
    with served(place, replace(SETTINGS, clock=lambda: clock.now)) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def analyst(browser: Browser, site: Site) -> Iterator[Analyst]:
    """At the overview, signed in."""
    with opened(browser, signed_in=site) as seen:
        analyst = Analyst(seen.page, site.url)
        analyst.start()
        yield analyst
        seen.assert_clean(site.url)
