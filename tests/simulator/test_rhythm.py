"""The year: seasons, holidays, growth, and channels that gain and lose."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from simulator.lives.leads import Visit
from simulator.market.chance import stream
from simulator.market.rhythm import DAY, MOSCOW, YEAR, Rhythm, SimulatedTime, month_number, season
from simulator.world import World

MONTHS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0)


def at(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=MOSCOW).timestamp())


def test_a_season_passes_into_the_next() -> None:
    year = [season(MONTHS, at(2026, 4, 1) + day * DAY) for day in range(29)]
    assert all(0 < later - earlier < 0.05 for earlier, later in pairwise(year))
    assert season(MONTHS, at(2026, 6, 15)) == pytest.approx(6, abs=0.03)
    assert season(MONTHS, at(2026, 12, 31)) == pytest.approx(6.5, abs=0.3)
    assert season(MONTHS, at(2026, 1, 8)) == pytest.approx(0.4 * (1 + 11 * 0.27), abs=0.2)


def test_few_make_contact_on_public_holidays() -> None:
    assert season([1.0] * 12, at(2026, 1, 7)) == 0.4
    assert season([1.0] * 12, at(2026, 1, 9)) == 1.0


def test_months_are_those_of_moscow() -> None:
    last = at(2026, 1, 1) - 1
    assert (month_number(last), month_number(last + 1)) == (2025 * 12 + 11, 2026 * 12)


def test_a_year_later_there_is_more() -> None:
    window = SimulatedTime.of_days(2 * 365, datetime(2026, 11, 21, tzinfo=MOSCOW))
    rhythm = Rhythm(window, [1.0] * 24, [1.0] * 7, [1.0] * 12, "growth")
    middle = rhythm.moment(1 / 2.3)
    assert middle is not None
    assert abs(middle - (window.since + YEAR)) < 10 * DAY


def test_a_channel_has_good_months_and_bad_ones() -> None:
    world = World(datetime(2026, 11, 21, tzinfo=MOSCOW), days=90)
    (site, *_) = world.make_sites()
    shares = []
    for days in (75, 45, 15):
        rng, moment = stream("channels"), int((world.until - timedelta(days=days)).timestamp())
        picked = Counter(site.channels.pick(rng, moment).source for _ in range(4000))
        shares.append(picked["google"] / 4000)
    assert max(shares) > 1.1 * min(shares)


def test_visits_before_the_window_have_their_channels() -> None:
    world = World(datetime(2026, 11, 21, tzinfo=MOSCOW), leads=300, days=2)
    touches = (lead.last_non_direct for lead in world)
    before = [touch for touch in touches if isinstance(touch, Visit)]
    assert min(visit.began_at for visit in before) < world.window.since
