"""The sites: one business each, with its numbers, clients and enabled features."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from simulator.market.businesses import BUSINESSES, Business, Form
from simulator.market.chance import WeightedChoice, stream, zipf
from simulator.market.rhythm import (
    DAY,
    HOUR,
    Rhythm,
    SimulatedTime,
    hour_of_day,
    month_number,
    weekday,
)
from simulator.market.traffic import CHANNELS, Channel, Links

Weights = Sequence[tuple[Channel, float]]

MOST_SITES = len(BUSINESSES)
FIRST_SITE_ID = 10001
_DYNAMIC_NUMBERS = 12
_LIKING = 0.35
_MOVING = 0.25

# Hourly weights of calls on an open day, from midnight; requests come at all hours.
_CALLS = (2, 1, 1, 1, 1, 1, 2, 7, 30, 75, 95, 105, 100, 88, 92, 100, 102, 96, 84, 64, 40, 22, 9, 3)
_CLOSED = 0.3
_REQUESTS = (
    14, 8, 5, 3, 2, 3, 6, 14, 28, 44, 56, 60, 60, 58, 58, 58, 56, 56, 60, 66, 72, 70, 54, 30,
)  # fmt: skip
_WEEKDAYS = (1.12, 1.08, 1.03, 1.0, 0.92)


_MANAGERS = (
    ("Мария", "Алексей", "Ольга", "Денис"),
    ("Екатерина", "Администратор", "Виктор"),
    ("Илья", "Татьяна", "Роман"),
)


@dataclass(frozen=True, slots=True)
class StaticNumber:
    """A printed number: no session; the source is the pool's name."""

    number: str
    pool: str
    sub_pool: str
    source: str
    medium: str | None


class Budgets:
    """How likely each channel is in each month: what a site spends moves from one to another.

    `usual`: the channels with their weights over the years.
    """

    def __init__(self, seed: int, site_id: int, usual: Weights, window: SimulatedTime) -> None:
        # Visits begin up to a month before the first contact.
        first, last = month_number(window.since - 31 * DAY), month_number(window.until)
        self._by_month = {
            month: _of_month(stream(seed, "budget", site_id, month), usual)
            for month in range(first, last + 1)
        }

    def pick(self, rng: Random, at: int) -> Channel:
        return self._by_month[month_number(at)].pick(rng)


@dataclass(frozen=True, slots=True)
class Site:
    """One site in Calltouch. `volume`: its share of all people, relative to the other sites.

    Enabled features: `has_predict` (Predict tags), `has_transcripts`, `has_google` (Google Client
    ID), `has_global_id` (cross-site visitor id), `keeps_call_page`.
    """

    site_id: int
    business: Business
    volume: float
    links: Links
    channels: Budgets
    forms: WeightedChoice[Form]
    dynamic_numbers: tuple[str, ...]
    static_numbers: WeightedChoice[StaticNumber]
    callback_number: str
    redirect_numbers: tuple[str, ...]
    managers: WeightedChoice[str]
    has_predict: bool
    has_transcripts: bool
    has_google: bool
    has_global_id: bool
    keeps_call_page: bool
    call_rhythm: Rhythm
    request_rhythm: Rhythm

    def is_open(self, at: int) -> bool:
        business = self.business
        is_working_day = weekday(at) < 5 or business.is_open_on_weekends
        return is_working_day and business.opens <= hour_of_day(at) < business.closes

    def when_open(self, at: int, rng: Random) -> int:
        """That moment if within opening hours, else some time in the next ones."""
        if self.is_open(at):
            return at
        hour = at - at % HOUR
        while not self.is_open(hour):
            hour += HOUR
        return hour + rng.randrange(HOUR)


def make_sites(seed: int, count: int, window: SimulatedTime) -> tuple[Site, ...]:
    """The first `count` businesses with volumes 1, 1/2, 1/3 …"""
    return tuple(_make_site(seed, number, window) for number in range(count))


def _make_site(seed: int, number: int, window: SimulatedTime) -> Site:
    business = BUSINESSES[number]
    rng = stream(seed, "site", number)
    site_id = FIRST_SITE_ID + number
    weekdays = _weekdays(business)
    return Site(
        site_id=site_id,
        business=business,
        volume=1 / (number + 1),
        links=Links(business),
        channels=Budgets(seed, site_id, _channels(rng), window),
        forms=zipf(business.forms),
        dynamic_numbers=tuple(_number(number, n) for n in range(1, _DYNAMIC_NUMBERS + 1)),
        static_numbers=_static_numbers(number),
        callback_number=_number(number, 70),
        redirect_numbers=(_number(number, 80), _number(number, 81)),
        managers=zipf(_MANAGERS[number % len(_MANAGERS)]),
        has_predict=number % 2 == 0,
        has_transcripts=number % 3 != 2,
        has_google=number != 1,
        has_global_id=number == 1,
        keeps_call_page=number % 2 == 1,
        call_rhythm=Rhythm(
            window, _call_hours(business), weekdays, business.months, seed, "calls", site_id
        ),
        request_rhythm=Rhythm(
            window, _REQUESTS, weekdays, business.months, seed, "requests", site_id
        ),
    )


def _number(site: int, number: int) -> str:
    return f"74950000{site}{number:02d}"


def _static_numbers(site: int) -> WeightedChoice[StaticNumber]:
    return WeightedChoice(
        [
            (StaticNumber(_number(site, 51), "staticOffline", "Карты", "2gis", "карты"), 5),
            (StaticNumber(_number(site, 52), "staticOffline", "Визитки", "Визитка", None), 2),
            (StaticNumber(_number(site, 53), "staticOffline", "Реклама", "radio", "offline"), 2),
            (StaticNumber(_number(site, 54), "staticOnline", "Авито", "avito.ru", "board"), 3),
        ]
    )


def _channels(rng: Random) -> Weights:
    return [
        (channel, rng.lognormvariate(0, _LIKING) / rank) for rank, channel in enumerate(CHANNELS, 1)
    ]


def _of_month(rng: Random, usual: Weights) -> WeightedChoice[Channel]:
    return WeightedChoice(
        (channel, weight * rng.lognormvariate(0, _MOVING)) for channel, weight in usual
    )


def _call_hours(business: Business) -> list[float]:
    opening = range(business.opens, business.closes)
    return [w if hour in opening else w * _CLOSED for hour, w in enumerate(_CALLS)]


def _weekdays(business: Business) -> tuple[float, ...]:
    weekend = (0.62, 0.5) if business.is_open_on_weekends else (0.22, 0.15)
    return _WEEKDAYS + weekend
