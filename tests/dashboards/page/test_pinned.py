"""The link at the dates beside a title: the same days against the same days, on later ones, too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboards.page.comparison import CHANGES_PATH
from tests.dashboards.conftest import SETTINGS, Get, Place
from tests.dashboards.leads import NOW
from tests.dashboards.page_text import read_page
from tests.dashboards.pages.asking import table_of


def pinned(html: str) -> str | None:
    """The query of the link, where there is one."""
    links = read_page(html).one("p", class_="days").all("a")
    return links[0].attributes["href"] if links else None


@pytest.mark.parametrize(
    ("query", "days", "compared"),
    [
        ("period=last_week", "from=2026-11-09&to=2026-11-15", "2026-11-02 2026-11-08"),
        ("period=last_month", "from=2026-10-01&to=2026-10-31", "2026-09-01 2026-09-30"),
        ("period=month&compare=year", "from=2026-11-01&to=2026-11-20", "2025-11-01 2025-11-20"),
        ("period=all", "from=2026-09-06&to=2026-11-20", None),
    ],
)
def test_days_and_what_they_are_compared_with_stay(
    get: Get, query: str, days: str, compared: str | None
) -> None:
    link = pinned(get(f"/tags?{query}&f.source=yandex"))
    assert link is not None
    first, _, last = (compared or "").partition(" ")
    against = f"compare=days&compare_from={first}&compare_to={last}" if compared else "compare=none"
    assert link == f"?{days}&f.source=yandex&{against}"
    assert pinned(get(f"/tags{link}")) is None


def test_in_a_week_it_says_the_same(busy_place: Place) -> None:
    now = busy_place.client()
    later = busy_place.client(replace(SETTINGS, clock=lambda: NOW + timedelta(7)))
    query = "period=last_week&compare=weekdays&by=site"
    was = now.get(f"{CHANGES_PATH}?{query}").get_data(as_text=True)
    answers = [
        reader.get(f"{CHANGES_PATH}{link}").get_data(as_text=True)
        for reader, link in ((now, pinned(was)), (later, pinned(was)), (later, f"?{query}"))
    ]
    same, in_a_week, moved_on = (table_of(read_page(answer)) for answer in answers)
    assert same == in_a_week == table_of(read_page(was))
    assert moved_on != same
