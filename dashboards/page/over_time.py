"""Leads over time: what a chart and its table count of each day, week, month or year."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from dashboards.figures.bars import Series
from dashboards.page import column
from dashboards.page.column import Column, Link
from dashboards.page.context import CardContext
from dashboards.slice.period import unit_for, units_within
from dashboards.slice.slice import Slice
from dashboards.wording.units import unit_period


class UnitRow(Protocol):
    """Of a unit of time, by its first day."""

    @property
    def starts_on(self) -> date: ...


R = TypeVar("R", bound=UnitRow)


@dataclass(frozen=True, slots=True)
class LeadCount(Generic[R]):
    """Leads that are counted of a unit. `title`: the key of a text; `only`: what the journal is
    narrowed to for them."""

    title: str
    value: Callable[[R], int]
    only: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimeUnits:
    """The units of a chart. `unit`: hour, day, week, month or year; `about`: the slice that it
    shows."""

    unit: str
    about: Slice

    def link(self, starts_on: date, only: Mapping[str, object], context: CardContext) -> str | None:
        """The journal with the leads of the unit that begins then, as far as the chart has it."""
        days = unit_period(starts_on, self.unit, self.about.period)
        hour = {"hour": starts_on.hour} if isinstance(starts_on, datetime) else {}
        return context.leads(context.slice.of(days), **hour, **only)

    def count_link(self, row: R, count: LeadCount[R], context: CardContext) -> str | None:
        """None to no leads."""
        return self.link(row.starts_on, count.only, context) if count.value(row) else None

    def column(self, count: LeadCount[R]) -> Column[R]:
        return column.number(
            count.title, count.value, lambda row, context: self.count_link(row, count, context)
        )

    def starts(self, link: Link[R] | None = None) -> Column[R]:
        return column.unit(self.unit, lambda row: row.starts_on, link)


def units_of(context: CardContext) -> TimeUnits:
    return TimeUnits(unit_of(context), context.slice)


def unit_of(context: CardContext) -> str:
    """What one mark of a chart stands for: what was chosen, if there is room for it."""
    return unit_within(context.slice, context.slice.period.days)


def unit_within(about: Slice, days: int) -> str:
    """The same for a chart of so many days."""
    chosen = about.unit
    return chosen if chosen in units_within(days) else unit_for(days)


def days_or_more(context: CardContext) -> str:
    """The same, of a chart that has no hours."""
    unit = unit_of(context)
    return "day" if unit == "hour" else unit


def is_running(units: TimeUnits, context: CardContext) -> bool:
    """Whether the last unit is not over yet."""
    return units.about.last >= context.today


def series_of(
    counts: Sequence[LeadCount[R]], rows: Sequence[R], context: CardContext
) -> list[Series]:
    return [
        Series(context.texts(count.title), [count.value(row) for row in rows]) for count in counts
    ]
