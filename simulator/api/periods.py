"""The requested period, and the requested page of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import TypeVar

from simulator.api.dates import BadDate, DateRange, read_day, read_time

T = TypeVar("T")


class BadPage(ValueError):
    """The text names the wrong parameter."""


@dataclass(frozen=True, slots=True)
class ExportSlice:
    """`limit`: the requested size."""

    number: int
    size: int
    limit: int

    def cut(self, items: Sequence[T], moved: int = 0) -> Sequence[T]:
        """`moved`: items that have appeared in front since, or disappeared if negative."""
        first = (self.number - 1) * self.size - moved
        return items[max(first, 0) : max(first + self.size, 0)]

    def total(self, records: int, is_by_limit: bool) -> int:
        return -(-records // (self.limit if is_by_limit else self.size))


def read_period(query: Mapping[str, str], order: str) -> DateRange:
    """`order`: of day and month. Raises `BadDate`."""
    for name in ("dateFrom", "dateTo"):
        if name not in query:
            raise BadDate(f"{name} is missing")
    return DateRange(
        read_day(query["dateFrom"], order),
        read_day(query["dateTo"], order),
        read_time(query["timeFrom"]) if query.get("timeFrom") else time(0, 0, 0),
        read_time(query["timeTo"]) if query.get("timeTo") else time(23, 59, 59),
    )


def read_page(query: Mapping[str, str], usual_size: int, most: int) -> ExportSlice | None:
    """None if the query has neither a page nor a limit. Raises `BadPage`."""
    if "page" not in query and "limit" not in query:
        return None
    number = _positive(query, "page", 1)
    size = _positive(query, "limit", usual_size)
    return ExportSlice(number, min(size, most), size)


def _positive(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise BadPage(f"{name}={text}")
    return int(text)
