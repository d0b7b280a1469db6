"""The card of the sources' leads over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.figures.stacked import Band, stacked_over_time
from dashboards.figures.text import shorten
from dashboards.page import column
from dashboards.page.cards import Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Column
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.groups import group_text
from dashboards.page.over_time import TimeUnits, units_of
from dashboards.page.rows import ask_rows

_SOURCES = 8
Place = tuple[int, date]
"""The number of a unit of time, and its first day."""


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """Of a source, or of all others together, in a unit of time."""

    source: str | None
    is_rest: bool
    starts_on: date
    leads: int


def mix(context: CardContext) -> Sequence[Part]:
    units = units_of(context)
    rows = ask_rows(context, "attribution_mix", SourceUnit, unit=units.unit, top=_SOURCES)
    if not rows:
        return empty(context)
    starts = list(dict.fromkeys(row.starts_on for row in rows))
    count = len(rows) // len(starts)
    bands = [_band(rows[place::count], units, context) for place in range(count)]
    starts_on: Column[Place] = column.unit(units.unit, lambda place: place[1])
    return chart_with_table(
        context,
        "source-mix",
        context.texts("attribution.mix"),
        stacked_over_time(starts, bands, units.unit, context.texts),
        [starts_on, *map(_column, bands)],
        list(enumerate(starts)),
        size="large",
        unit=units.unit,
    )


def _band(rows: Sequence[SourceUnit], units: TimeUnits, context: CardContext) -> Band:
    """One source's rows, a unit each."""
    first = rows[0]
    name = group_text("source", first.source, context.formats)
    return Band(
        context.texts("attribution.rest") if first.is_rest else name,
        [row.leads for row in rows],
        [_link(row, units, context) for row in rows],
        first.is_rest,
    )


def _link(row: SourceUnit, units: TimeUnits, context: CardContext) -> str | None:
    if row.is_rest or not row.leads:
        return None
    return units.link(row.starts_on, {"source": row.source}, context)


def _column(band: Band) -> Column[Place]:
    return column.number(
        lambda _: shorten(band.name, 40),
        lambda place: band.values[place[0]],
        lambda place, _: band.links[place[0]],
    )
