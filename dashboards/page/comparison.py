"""What changes are against: the period compared with, as far as there is data of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from dashboards.page.cards import Paragraph
from dashboards.page.context import CardContext
from dashboards.page.rows import RowShape, ask_row
from dashboards.page.tables import TypedValue
from dashboards.page.tiles import Link, Tile, sparkline
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice
from dashboards.wording.rates import change
from dashboards.wording.units import unit_period

R = TypeVar("R", bound=RowShape)
_MOST_MISSING = 10
"""A period of which more than one part in so many has no data is not compared with."""


@dataclass(frozen=True, slots=True)
class ComparedPeriod(Generic[R]):
    """`period`: compared with; None where nothing is. `since`: the first day with leads, where it
    is not in time for all of the period. `row`: of a report; None where too much is missing."""

    period: Period | None = None
    since: date | None = None
    row: R | None = None


def before(context: CardContext, report: str, shape: type[R]) -> ComparedPeriod[R]:
    """What a report of one row says of the period compared with."""
    period = context.slice.before
    if period is None:
        return ComparedPeriod()
    since = _since(period, context)
    if since is not None and not _is_enough(period, since):
        return ComparedPeriod(period, since)
    return ComparedPeriod(period, since, ask_row(context, report, shape, context.slice.of(period)))


def compared_tile(
    context: CardContext,
    name: str,
    title: str,
    value: Callable[[R], int],
    now: R,
    against: ComparedPeriod[R],
    lines: Sequence[str] = (),
    href: str | None = None,
    *,
    shape: Sequence[int] = (),
    links: Sequence[Link] = (),
) -> Tile:
    """A number of a row, and how it changed. `title`: the key of a text. `shape`: over time."""
    change, why = _growth(value(now), value, against, context)
    written, line = context.formats.number(value(now)), sparkline(shape)
    typed = TypedValue(value(now), "number")
    return Tile(name, context.texts(title), written, change, why, line, lines, href, links, typed)


def changes_said(context: CardContext, against: ComparedPeriod[R]) -> list[Paragraph]:
    """The footnote of tiles with changes: what they are against, or why there are none."""
    if context.slice.compare == "none":
        return []
    texts, formats = context.texts, context.formats
    if against.period is None:
        return [Paragraph(texts("slice.nothing_before"))]
    values = {"days": formats.days(against.period)}
    if against.since is not None:
        values["first"] = formats.day(against.since)
    if against.row is None:
        return [Paragraph(texts("slice.not_comparable", **values))]
    name = "slice.compared" if against.since is None else "slice.compared_partly"
    return [Paragraph(texts(name, **values) + _running(context))]


def leads_before(
    context: CardContext, about: Slice, unit: str
) -> Sequence[tuple[Period, int | None]]:
    """The units of the period that `about` is compared with, in order, and their leads; None of
    those before the first day with leads. No units where nothing is compared."""
    period = about.before
    if period is None:
        return ()
    answer = context.ask("leads_over_time", about.of(period), unit=unit)
    since = _since(period, context)
    units = [unit_period(starts_on, unit, period) for starts_on in answer.column("starts_on")]
    known = [
        (days, leads if since is None or days.last >= since else None)
        for days, leads in zip(units, answer.column("leads"), strict=True)
    ]
    return known if any(leads is not None for _, leads in known) else ()


def _growth(
    now: int, value: Callable[[R], int], against: ComparedPeriod[R], context: CardContext
) -> tuple[str, str]:
    """+12 % and why; a dash where there is too little to compare with, nothing without it."""
    texts, formats = context.texts, context.formats
    if against.row is not None:
        earlier = value(against.row)
        growth = change(now, earlier)
        if growth is None:
            return texts("site.not_available"), texts("tile.no_change")
        return formats.change(growth), texts("tile.against", before=formats.number(earlier))
    if against.since is not None:
        why = texts("tile.no_data", first=formats.day(against.since))
        return texts("site.not_available"), why
    return "", ""


def _since(period: Period, context: CardContext) -> date | None:
    span = context.everything()
    return span.first if span is not None and period.first < span.first else None


def _is_enough(period: Period, since: date) -> bool:
    missing = min((since - period.first).days, period.days)
    return missing * _MOST_MISSING <= period.days


def _running(context: CardContext) -> str:
    """That the last day is not over, or that there are more to come."""
    last, today = context.slice.period.last, context.today
    if last < today:
        return ""
    name = "slice.today_runs" if last == today else "slice.period_runs"
    return f"; {context.texts(name)}"
