"""The card of the sources' leads over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboards.figures.stacked import Band, stacked_over_time
from dashboards.figures.text import shorten
from dashboards.page import column
from dashboards.page.cards import Part
from dashboards.page.chart_parts import MOST_SOURCES, chart_with_table
from dashboards.page.column import Column, EarlierRows
from dashboards.page.comparison import against, are_beside
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.groups import group_text
from dashboards.page.over_time import TimeUnits, units_of
from dashboards.page.rows import ask_rows
from dashboards.wording.changes import Change, ChangeWording

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
    before = _before(rows[:count], units.unit, context)
    columns = [_column(band, before.get(place, ())) for place, band in enumerate(bands)]
    starts_on: Column[Place] = column.unit(units.unit, lambda place: place[1])
    return chart_with_table(
        context,
        "source-mix",
        context.texts("attribution.mix"),
        stacked_over_time(starts, bands, units.unit, context.texts, _sums(before)),
        [starts_on, *columns],
        list(enumerate(starts)),
        size="large",
        unit=units.unit,
        earlier=EarlierRows(lambda place: place, {}) if before else None,
    )


def _before(
    shown: Sequence[SourceUnit], unit: str, context: CardContext
) -> Mapping[int, Sequence[int]]:
    """The leads of each source shown in what the page is compared with, unit by unit, and of all
    others together; none where the units of the two cannot stand side by side."""
    about = against(context).asked
    if about is None or not are_beside(context.slice.period, about.period, unit):
        return {}
    rows = ask_rows(context, "attribution_mix", SourceUnit, about, unit=unit, top=MOST_SOURCES)
    places = {row.source: place for place, row in enumerate(shown) if not row.is_rest}
    starts = {start: place for place, start in enumerate(dict.fromkeys(r.starts_on for r in rows))}
    before = {place: [0] * len(starts) for place in range(len(shown))}
    for row in rows:
        place = len(shown) - 1 if row.is_rest else places.get(row.source, len(shown) - 1)
        if place in places.values() or shown[-1].is_rest:
            before[place][starts[row.starts_on]] += row.leads
    return before


def _sums(before: Mapping[int, Sequence[int]]) -> Sequence[int]:
    """Of all sources, unit by unit."""
    return [sum(leads) for leads in zip(*before.values(), strict=True)]


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


def _column(band: Band, before: Sequence[int]) -> Column[Place]:
    def changed(place: Place, _: Place | None, wording: ChangeWording) -> Change | None:
        number = place[0]
        if number >= len(before):
            return None
        return wording.count(band.values[number], before[number])

    counts: Column[Place] = column.number(
        lambda _: shorten(band.name, 40),
        lambda place: band.values[place[0]],
        lambda place, _: band.links[place[0]],
    )
    return replace(counts, change=changed)
