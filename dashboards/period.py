"""The days that a page is about, as they stand in its URL: `?from=2026-11-01&to=2026-11-20`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DEFAULT_DAYS = 30
PRESET_DAYS = (7, 30, 90)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A chart has at most about this many bars of a unit before it turns to the next one.
_LONGEST = (("day", 92), ("week", 2 * 366), ("month", 60 * 366))


class BadPeriod(ValueError):
    """The URL names no period; `key` is the text that says why, `values` what it fills in."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the configured zone, the first and the last one included."""

    first: date
    last: date

    @classmethod
    def ending(cls, last: date, days: int) -> "Period":
        """So many days up to `last`; fewer where the calendar begins."""
        return cls(last - min(timedelta(days - 1), last - date.min), last)

    @classmethod
    def from_query(cls, query: Mapping[str, str], today: date) -> "Period":
        """Read `from` and `to`. Without `to` it ends today, without `from` it has 30 days.

        Raises `BadPeriod`.
        """
        last = _day(query, "to") or today
        first = _day(query, "from") or cls.ending(last, DEFAULT_DAYS).first
        if first > last:
            raise BadPeriod("bad_period.backwards", first=f"{first}", last=f"{last}")
        return cls(first, last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def query(self) -> dict[str, str]:
        return {"from": f"{self.first}", "to": f"{self.last}"}

    def before(self) -> "Period | None":
        """The period of the same length that ends the day before; None before the calendar."""
        if (self.first - date.min).days < self.days:
            return None
        return Period.ending(self.first - timedelta(1), self.days)

    def within(self, other: "Period") -> "Period":
        """The days that both have; this period itself if they share none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else self


def unit_for(days: int) -> str:
    """What one bar of a chart over so many days stands for: day, week, month or year."""
    return next((unit for unit, longest in _LONGEST if days <= longest), "year")


def _day(query: Mapping[str, str], name: str) -> date | None:
    """None when it is not given or, as a form left empty sends it, empty."""
    written = query.get(name, "")
    if not written:
        return None
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise BadPeriod("bad_period.not_a_day", name=name, value=written[:40])
