"""Numbers, days, moments and plurals in both languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboards.slice.period import Period
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts

RUSSIAN = Formats(Texts("ru"), ZoneInfo("Europe/Moscow"))
ENGLISH = Formats(Texts("en"), ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("number", "decimals", "russian", "english"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (1234567, 0, "1 234 567", "1,234,567"),
        (12345.67, 1, "12 345,7", "12,345.7"),
        (-5, 0, "−5", "−5"),
    ],
)
def test_numbers(number: float, decimals: int, russian: str, english: str) -> None:
    assert RUSSIAN.number(number, decimals) == russian.replace(" ", "\xa0")
    assert ENGLISH.number(number, decimals) == english


@pytest.mark.parametrize(
    ("share", "russian", "english"),
    [(0.1234, "12,3 %", "12.3%"), (1.0, "100,0 %", "100.0%"), (0.0, "0,0 %", "0.0%")],
)
def test_percentages(share: float, russian: str, english: str) -> None:
    assert RUSSIAN.percent(share) == russian.replace(" ", "\xa0")
    assert ENGLISH.percent(share) == english


@pytest.mark.parametrize(
    ("share", "russian"),
    [(0.5, "+50 %"), (-0.123, "−12 %"), (0.0, "0 %"), (-0.001, "0 %"), (12.4, "+1 240 %")],
)
def test_changes_carry_their_sign(share: float, russian: str) -> None:
    assert RUSSIAN.change(share) == russian.replace(" ", "\xa0")


@pytest.mark.parametrize(
    ("number", "russian", "english"),
    [
        (0, "0 лидов", "0 leads"),
        (1, "1 лид", "1 lead"),
        (2, "2 лида", "2 leads"),
        (5, "5 лидов", "5 leads"),
        (11, "11 лидов", "11 leads"),
        (12, "12 лидов", "12 leads"),
        (21, "21 лид", "21 leads"),
        (22, "22 лида", "22 leads"),
        (111, "111 лидов", "111 leads"),
        (1001, "1 001 лид", "1,001 leads"),
    ],
)
def test_plurals(number: int, russian: str, english: str) -> None:
    assert RUSSIAN.count("leads", number) == russian.replace(" ", "\xa0")
    assert ENGLISH.count("leads", number) == english.replace(" ", "\xa0")


@pytest.mark.parametrize(
    ("first", "last", "russian", "english"),
    [
        ("2026-11-20", "2026-11-20", "20 ноября 2026", "20 November 2026"),
        ("2026-11-01", "2026-11-20", "1–20 ноября 2026", "1–20 November 2026"),
        ("2026-05-31", "2026-11-20", "31 мая – 20 ноября 2026", "31 May – 20 November 2026"),
        (
            "2025-12-31",
            "2026-01-01",
            "31 декабря 2025 – 1 января 2026",
            "31 December 2025 – 1 January 2026",
        ),
    ],
)
def test_periods(first: str, last: str, russian: str, english: str) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert RUSSIAN.days(period).replace("\xa0", " ") == russian
    assert ENGLISH.days(period).replace("\xa0", " ") == english


@pytest.mark.parametrize(
    ("seconds", "russian", "english"),
    [
        (0.4, "0 с", "0 s"),
        (6, "6 с", "6 s"),
        (90, "1 мин 30 с", "1 min 30 s"),
        (240, "4 мин", "4 min"),
        (16 * 60 + 49, "17 мин", "17 min"),
        (3600 + 299, "1 ч 5 мин", "1 h 5 min"),
        (76 * 3600 + 1200, "3 д 4 ч", "3 d 4 h"),
        (-75, "−1 мин 15 с", "−1 min 15 s"),
    ],
)
def test_durations(seconds: float, russian: str, english: str) -> None:
    assert RUSSIAN.duration(seconds).replace("\xa0", " ") == russian
    assert ENGLISH.duration(seconds).replace("\xa0", " ") == english


def test_moments_are_in_the_zone() -> None:
    moment = datetime(2026, 11, 20, 21, 5, tzinfo=UTC)
    assert RUSSIAN.moment(moment).replace("\xa0", " ") == "21 ноября 2026, 00:05"


def test_months_and_weekdays_have_names() -> None:
    day = date(2026, 5, 1)
    assert (RUSSIAN.month(day), RUSSIAN.weekday(day)) == ("Май\xa02026", "пятница")


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Moscow", "Europe/Moscow, UTC+3"),
        ("Asia/Kolkata", "Asia/Kolkata, UTC+5:30"),
        ("America/St_Johns", "America/St_Johns, UTC−3:30"),
        ("UTC", "UTC, UTC+0"),
    ],
)
def test_zones_are_named_with_their_offset(zone: str, name: str) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert Formats(Texts("en"), ZoneInfo(zone)).zone_name(now) == name
