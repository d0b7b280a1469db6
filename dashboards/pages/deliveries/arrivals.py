"""Cards of the deliveries' page about what came when: outcomes, delay, duplicates and late ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from dashboards.figures import Figure
from dashboards.figures.bars import Series, bars_over_time
from dashboards.figures.durations import Durations, durations_over_time
from dashboards.page import column
from dashboards.page.cards import Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Column, Columns, EarlierRows
from dashboards.page.comparison import EarlierUnit, beside, units_before
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.over_time import days_or_more
from dashboards.page.rows import ask_rows
from dashboards.page.tables import CellMaker
from dashboards.wording.units import unit_period


class ArrivalsRow(Protocol):
    """Of a unit of time."""

    @property
    def day(self) -> date:
        """Its first day."""


R = TypeVar("R", bound=ArrivalsRow)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Deliveries of a unit of time, by its first day. `lag_known`: of so many is known how long
    they were under way; those `from_api` are not."""

    day: date
    received: int
    created: int
    updated: int
    unchanged: int
    probes: int
    others: int
    quarantined: int
    from_api: int
    late: int
    lag_known: int
    lag_p50: float | None
    lag_p95: float | None

    @property
    def starts_on(self) -> date:
        return self.day


@dataclass(frozen=True, slots=True)
class Duplicates:
    day: date
    duplicates: int

    @property
    def starts_on(self) -> date:
        return self.day


@dataclass(frozen=True, slots=True)
class UnusualArrivals:
    day: date
    duplicates: int
    late: int


Counts = Mapping[str, Callable[[R], int]]
"""What is counted of a row, by the names of their texts."""
_OUTCOMES: Counts[Arrivals] = {
    "created": lambda row: row.created,
    "updated": lambda row: row.updated,
    "unchanged": lambda row: row.unchanged,
    "probes": lambda row: row.probes,
    "others": lambda row: row.others,
    "quarantined": lambda row: row.quarantined,
}
_RECEIVED: Counts[Arrivals] = {"received": lambda row: row.received}
_UNUSUAL: Counts[UnusualArrivals] = {
    "duplicates": lambda row: row.duplicates,
    "late": lambda row: row.late,
}
_LAGS: Mapping[str, Callable[[Arrivals], float | None]] = {
    "lag_p50": lambda row: row.lag_p50,
    "lag_p95": lambda row: row.lag_p95,
}


def arrivals(context: CardContext) -> list[Arrivals]:
    """One per bar of a chart."""
    return ask_rows(context, "deliveries", Arrivals, unit=days_or_more(context))


def outcomes(context: CardContext) -> Sequence[Part]:
    rows = arrivals(context)
    if not any(row.received for row in rows):
        return empty(context, "deliveries.none_here")
    earlier = beside(rows, _earlier(context))
    return _bars("outcomes", rows, _OUTCOMES, {**_RECEIVED, **_OUTCOMES}, context, earlier)


def unusual(context: CardContext) -> Sequence[Part]:
    """Duplicates and late ones."""
    unit = days_or_more(context)
    repeated = ask_rows(context, "duplicates", Duplicates, unit=unit)
    rows = _unusual(arrivals(context), repeated)
    if not any(row.duplicates or row.late for row in rows):
        return empty(context, "deliveries.nothing_unusual")
    late = [of_unit.row for of_unit in _earlier(context)]
    repeated_before = [
        of_unit.row for of_unit in units_before(context, "duplicates", Duplicates, unit)
    ]
    before = dict(zip([row.day for row in rows], _unusual(late, repeated_before), strict=False))
    earlier = EarlierRows(lambda row: row.day, before) if before else None
    return _bars("unusual", rows, _UNUSUAL, _UNUSUAL, context, earlier)


def _unusual(arrived: Sequence[Arrivals], repeated: Sequence[Duplicates]) -> list[UnusualArrivals]:
    pairs = zip(arrived, repeated, strict=bool(arrived))
    return [UnusualArrivals(row.day, other.duplicates, row.late) for row, other in pairs]


def _earlier(context: CardContext) -> Sequence[EarlierUnit[Arrivals]]:
    return units_before(context, "deliveries", Arrivals, days_or_more(context))


def lag(context: CardContext) -> Sequence[Part]:
    texts, rows = context.texts, arrivals(context)
    if not any(row.lag_known for row in rows):
        sent = any(row.received > row.from_api for row in rows)
        return empty(context, "deliveries.no_lag" if sent else "deliveries.none_here")
    cells = CellMaker(context.formats)
    shown = [
        Durations(
            texts(f"deliveries.{name}"),
            [value(row) for row in rows],
            [cells.seconds(value(row)).text for row in rows],
        )
        for name, value in _LAGS.items()
    ]
    starts, links = [row.day for row in rows], [_link(row, context) for row in rows]
    figure = durations_over_time(starts, shown, days_or_more(context), texts, links)
    known: Column[Arrivals] = column.number("deliveries.lag_known", lambda row: row.lag_known)
    lags = [column.seconds(f"deliveries.{name}", value) for name, value in _LAGS.items()]
    return _over_time("lag", figure, [known, *lags], rows, context, beside(rows, _earlier(context)))


def _bars(
    name: str,
    rows: Sequence[R],
    stacked: Counts[R],
    listed: Counts[R],
    context: CardContext,
    earlier: EarlierRows[R] | None,
) -> Sequence[Part]:
    """`stacked`, `listed`: what the chart shows of the rows, and what its table does."""
    texts = context.texts
    series = [
        Series(texts(f"deliveries.{counted}"), [count(row) for row in rows])
        for counted, count in stacked.items()
    ]
    links = [[_link(row, context) for row in rows]] * (len(series) + 1)
    starts = [row.day for row in rows]
    before = [
        sum(count(row) for count in stacked.values())
        for row in (earlier.rows.values() if earlier else ())
    ]
    unit = days_or_more(context)
    figure = bars_over_time(starts, series, unit, texts, links=links, before=before)
    counts = [column.number(f"deliveries.{counted}", count) for counted, count in listed.items()]
    return _over_time(name, figure, counts, rows, context, earlier)


def _over_time(
    name: str,
    figure: Figure,
    columns: Columns[R],
    rows: Sequence[R],
    context: CardContext,
    earlier: EarlierRows[R] | None,
) -> Sequence[Part]:
    unit, days = days_or_more(context), context.formats.days(context.slice.period)
    starts: Column[ArrivalsRow] = column.unit(unit, lambda row: row.day, _link)
    label = context.texts(f"deliveries.{name}_label", days=days)
    shown: list[Column[R]] = [starts, *columns]
    return chart_with_table(context, name, label, figure, shown, rows, unit=unit, earlier=earlier)


def _link(row: ArrivalsRow, context: CardContext) -> str | None:
    """The deliveries of the day, week, … alone: this page, of those days."""
    here = context.slice
    period = unit_period(row.day, days_or_more(context), here.period)
    return context.url("/deliveries", here.of(period).query)
