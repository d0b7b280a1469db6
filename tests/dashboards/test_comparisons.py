"""What numbers were in comparison, counted anew with pandas from `leads` alone."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest

from tests.dashboards.conftest import SETTINGS, Place
from tests.dashboards.leads import SOURCES, Delivered, call, request
from tests.dashboards.page_text import Element, changes_in, read_page
from tests.made_once import made_once

ZONES = ("Europe/Moscow", "Europe/Berlin")
FIRST, LAST = datetime(2024, 9, 1, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
CHANGES_OF_TIME = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
"""When summer time begins and ends in Berlin."""
A_DAY = pd.Timedelta(days=1)
MONTHS = {"month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True, slots=True)
class Moment:
    """When a page is looked at. `local`: on the wall of the zone."""

    zone: str
    instant: datetime

    @property
    def local(self) -> pd.Timestamp:
        return pd.Timestamp(self.instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None))

    @property
    def today(self) -> pd.Timestamp:
        return self.local.normalize()


@dataclass(frozen=True, slots=True)
class Expected:
    """A query, and which moments on the wall count in comparison: from the first, and up to the
    last, which counts."""

    query: str
    first: pd.Timestamp
    last: pd.Timestamp
    only: tuple[str, str] | None = None


def rolling(moment: Moment, chance: random.Random) -> Expected:
    """7, 30 or 90 days with today, against as many before."""
    days = chance.choice((7, 30, 90))
    ago = pd.Timedelta(days=days)
    first = moment.today - ago + A_DAY
    return Expected(f"period={days}d", first - ago, moment.local - ago)


def full(moment: Moment, chance: random.Random) -> Expected:
    """Days that are over, against as many before."""
    days = chance.choice((7, 30, 90))
    first = moment.today - pd.Timedelta(days=2 * days)
    return Expected(f"period={days}d_full", first, _end(moment.today - pd.Timedelta(days=days + 1)))


def today(moment: Moment, chance: random.Random) -> Expected:
    return Expected("period=today", moment.today - A_DAY, moment.local - A_DAY)


def calendar(moment: Moment, chance: random.Random) -> Expected:
    """A running month, quarter or year, against the one before as far as this one has come."""
    name = chance.choice(tuple(MONTHS))
    first = (pd.Period(moment.today, MONTHS[name]) - 1).start_time
    months = {"month": 1, "quarter": 3, "year": 12}[name]
    return Expected(f"period={name}", first, _moved(moment.local, months))


def last_month(moment: Moment, chance: random.Random) -> Expected:
    before = pd.Period(moment.today, "M") - 2
    return Expected("period=last_month", before.start_time, before.end_time)


def weekdays(moment: Moment, chance: random.Random) -> Expected:
    """30 days with today, against five weeks earlier."""
    first, ago = moment.today - pd.Timedelta(days=29), pd.Timedelta(weeks=5)
    return Expected("period=30d&compare=weekdays", first - ago, moment.local - ago)


def a_year_before(moment: Moment, chance: random.Random) -> Expected:
    first = moment.today - pd.Timedelta(days=89)
    return Expected("period=90d&compare=year", _moved(first, 12), _moved(moment.local, 12))


def own_days(moment: Moment, chance: random.Random) -> Expected:
    """A running period of 60 days, of which there have been some, against 60 others."""
    passed = pd.Timedelta(days=chance.randrange(10, 50))
    first = moment.today - passed
    other = moment.today - pd.Timedelta(days=chance.randrange(200, 400))
    written = [f"{day:%Y-%m-%d}" for day in (first, first + 59 * A_DAY, other, other + 59 * A_DAY)]
    query = "from={}&to={}&compare_from={}&compare_to={}".format(*written)
    return Expected(query, other, other + (moment.local - first))


def other_slice(moment: Moment, chance: random.Random) -> Expected:
    """Other leads of the same days, all of them."""
    name, value = chance.choice((("lead_type", "request"), ("source", "yandex")))
    query = f"period=90d&compare=slice&vs.{name}={value}"
    first = moment.today - pd.Timedelta(days=89)
    return Expected(query, first, _end(moment.today), (name, value))


def _end(day: pd.Timestamp) -> pd.Timestamp:
    return day + A_DAY - pd.Timedelta(microseconds=1)


def _moved(moment: pd.Timestamp, months: int) -> pd.Timestamp:
    """So many months before; all of the last day of a month that is too short."""
    moved = moment - pd.DateOffset(months=months)
    return moved if moved.day == moment.day else _end(moved.normalize())


Rule = Callable[[Moment, random.Random], Expected]
RULES: tuple[Rule, ...] = (
    *(rolling, full, today, calendar, last_month),
    *(weekdays, a_year_before, own_days, other_slice, calendar),
)


def cases() -> Iterator[tuple[Moment, Expected]]:
    """Each rule at an instant of its own, not long after a change of time."""
    chance = random.Random(17)
    for number, rule in enumerate(RULES):
        after = timedelta(minutes=chance.randrange(20 * 24 * 60))
        moment = Moment(ZONES[number % 2], chance.choice(CHANGES_OF_TIME) + after)
        yield moment, rule(moment, chance)


def leads_of(zone: str) -> list[Delivered]:
    """Half of them in the months of the changes of time; some at the very change."""
    chance, found = random.Random(5), []
    minutes = int((LAST - FIRST).total_seconds()) // 60
    for number in range(1, 1001):
        happened = FIRST + timedelta(minutes=chance.randrange(minutes))
        if number % 2:
            change = chance.choice(CHANGES_OF_TIME)
            happened = change + timedelta(
                minutes=chance.randrange(-45, 45) * chance.choice((1, 999))
            )
        traffic = dict(zip(("source", "medium"), chance.choice(SOURCES[:6]), strict=True))
        target = chance.choice(("target", "target", "non-target"))
        if number % 3:
            params = call(number, happened, targetcall=target, **traffic)
        else:
            local = happened.astimezone(ZoneInfo(zone))
            params = request(number, local, targetrequest=target, **traffic)
            if number % 30 == 0:
                params["requestDate"] = "null"
        found.append(Delivered(happened + timedelta(seconds=40), params))
    return sorted(found, key=lambda delivery: delivery.received_at)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    def made(zone: str) -> Place:
        name = f"comparisons-{zone.rpartition('/')[2]}"
        return Place(
            made_once(
                tmp_path_factory, name, lambda directory: Place(directory).add(leads_of(zone), zone)
            )
        )

    return {zone: made(zone) for zone in ZONES}


def leads_compared(place: Place, moment: Moment, expected: Expected) -> pd.DataFrame:
    columns = "lead_type, source, medium, is_target, happened_at, first_received_at"
    with duckdb.connect(str(place.published), read_only=True) as db:
        leads: pd.DataFrame = (
            db.execute(f"select {columns} from leads").to_arrow_table().to_pandas()
        )
    at = leads.happened_at.fillna(leads.first_received_at)
    wall = at.dt.tz_convert(moment.zone).dt.tz_localize(None)
    chosen = (wall >= expected.first) & (wall <= expected.last)
    if expected.only is not None:
        name, value = expected.only
        chosen &= leads[name] == value
    found: pd.DataFrame = leads.loc[chosen]
    return found


def was(element: Element) -> str | None:
    """What a number was, without its percentage; None where nothing is said of it."""
    changes = changes_in(element)
    if not changes:
        return None
    (change,) = changes
    said = " ".join(change.attributes["title"].split())
    found = re.fullmatch(r"Compared with (?:[\d.]+% \()?([\d,]+(?: of [\d,]+)?)\)?\. .+", said)
    assert found, said
    return found[1].replace(",", "")


def target_share(leads: pd.DataFrame) -> str | None:
    known = leads.is_target.dropna()
    return f"{int(known.sum())} of {len(known)}" if len(known) else None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [pytest.param(*case, id=f"{case[0].local:%m-%d %H:%M} {case[1].query}") for case in cases()],
)
def test_what_numbers_were_is_what_leads_say(
    places: dict[str, Place], moment: Moment, expected: Expected
) -> None:
    place = places[moment.zone]
    leads = leads_compared(place, moment, expected)
    assert len(leads)
    settings = replace(SETTINGS, timezone=moment.zone, clock=lambda: moment.instant)
    html = place.client(settings).get(f"/?lang=en&{expected.query}").get_data(as_text=True)
    page = read_page(html)
    tiles = {one.attributes["data-tile"]: one for one in page.all("article", class_="tile")}
    assert was(tiles["leads"]) == f"{len(leads)}"
    assert was(tiles["target"]) == f"{int(leads.is_target.fillna(False).sum())}"
    by_source = {
        f"{source} / {medium}": group
        for (source, medium), group in leads.groupby(["source", "medium"])
    }
    rows = page.one("section", id="by_source").one("tbody").all("tr")
    shown = {row.one("th").text: [was(cell) for cell in row.all("td")] for row in rows}
    assert len(shown) > 1
    nothing = leads.iloc[:0]
    for name, (count, _, targets, share) in shown.items():
        group = by_source.get(name, nothing)
        assert count == f"{len(group)}"
        assert targets == f"{int(group.is_target.fillna(False).sum())}"
        assert share == target_share(group)
