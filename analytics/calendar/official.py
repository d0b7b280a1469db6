"""The official calendar of a country: its holidays, and the days off that were moved.

Of Russia both come from the library `holidays`, which takes the moved days from the Government's
decree of each year; a year of which it knows no decree is not official yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import holidays
from holidays.countries.russia import RussiaStaticHolidays

_MOVED = re.compile(r".*\(перенесено с (\d\d\.\d\d\.\d{4})\)")
_OBSERVED = re.compile(r"(.*) \(выходной\)")


@dataclass(frozen=True, slots=True)
class OfficialDay:
    """A day that is not as its weekday is. `kind`: holiday, or moved. `name`: of the holiday, in
    Russian and English. `swapped_with`: the day that a moved one has changed places with."""

    kind: str
    is_working: bool
    name: tuple[str, str] | None = None
    swapped_with: date | None = None


@cache
def official_days(country: str, year: int) -> Mapping[date, OfficialDay]:
    """Those of a year that are not as their weekday is."""
    if country != "RU":
        return {}
    russian = holidays.country_holidays("RU", years=year, language="ru")
    english = holidays.country_holidays("RU", years=year, language="en_US")
    names = {_bare(text): _bare(english[day]) for day, text in russian.items()}
    days = {day: _day_off(text, names) for day, text in russian.items() if day.year == year}
    swapped = {day.swapped_with: off for off, day in days.items() if day.swapped_with}
    working = (day for day in russian.weekend_workdays if day.year == year)
    return days | {day: OfficialDay("moved", True, None, swapped.get(day)) for day in working}


def is_official(country: str, year: int) -> bool:
    """Whether the moved days of that year are known."""
    return country != "RU" or year in RussiaStaticHolidays.special_public_holidays


def _day_off(text: str, names: Mapping[str, str]) -> OfficialDay:
    if moved := _MOVED.fullmatch(text):
        before = datetime.strptime(moved[1], "%d.%m.%Y").date()
        return OfficialDay("moved", False, None, before)
    bare = _bare(text)
    kind = "holiday" if bare == text else "moved"
    return OfficialDay(kind, False, (bare, names[bare]))


def _bare(text: str) -> str:
    """Without the word that it is observed on another day."""
    observed = _OBSERVED.fullmatch(text) or re.fullmatch(r"(.*) \(observed\)", text)
    return observed[1] if observed else text
