"""What changes are against: the slice compared with, as far as there is data of it."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import groupby
from typing import Any, Generic, Protocol, TypeVar

from dashboards.figures.bars import Compared
from dashboards.page.cards import Paragraph
from dashboards.page.choices import condition_text, value_text
from dashboards.page.column import EarlierRows
from dashboards.page.context import CardContext
from dashboards.page.rows import RowShape, ask_row, ask_rows
from dashboards.page.tables import TypedValue
from dashboards.page.tiles import Link, Tile, sparkline
from dashboards.page.working_days import working_days_said
from dashboards.slice.period import Period
from dashboards.slice.slice import NOTHING, OTHER_SLICE, Slice
from dashboards.wording.changes import Change, ChangeWording, wording_of
from dashboards.wording.units import unit_period, unit_start


class UnitShape(RowShape, Protocol):
    """A dataclass of counts of a unit of time, by its first day."""

    @property
    def starts_on(self) -> date: ...


R = TypeVar("R", bound=RowShape)
U = TypeVar("U", bound=UnitShape)
CHANGES_PATH = "/changes"
_MOST_MISSING = 10
"""A period of which more than one part in so many has no data is not compared with."""


@dataclass(frozen=True, slots=True)
class Against:
    """`about`: the slice compared with; None where nothing is. `since`: the first day with leads,
    where it is not in time for all of its days. `is_enough`: whether that leaves enough of them."""

    about: Slice | None = None
    since: date | None = None
    is_enough: bool = True

    @property
    def asked(self) -> Slice | None:
        """The slice to ask about; None where there is nothing to compare with."""
        return self.about if self.is_enough else None


@dataclass(frozen=True, slots=True)
class EarlierUnit(Generic[U]):
    """A unit of time that is compared with, and its row."""

    days: Period
    row: U


@dataclass(frozen=True, slots=True)
class EarlierRow(Generic[R]):
    """The row compared with, of a report of one row; None where there is nothing."""

    against: Against
    row: R | None = None


def against(context: CardContext, here: Slice | None = None) -> Against:
    """What the page, or a slice of its own, is compared with."""
    here = here or context.slice
    about = here.against(context.now)
    if about is None:
        return Against()
    if here.compare == OTHER_SLICE:
        return Against(about)
    since = _since(about.period, context)
    return Against(about, since, since is None or _is_enough(about.period, since))


def before(context: CardContext, report: str, shape: type[R], **options: Any) -> EarlierRow[R]:
    """What a report of one row says of the slice compared with."""
    found = against(context)
    if found.asked is None:
        return EarlierRow(found)
    return EarlierRow(found, ask_row(context, report, shape, found.asked, **options))


def earlier_rows(
    context: CardContext,
    report: str,
    shape: type[R],
    key: Callable[[R], Hashable],
    **options: Any,
) -> EarlierRows[R] | None:
    """The rows of a report about the slice compared with, by what they are about; None where there
    is nothing to compare with. `options`: such that no row is left out."""
    about = against(context).asked
    if about is None:
        return None
    rows = ask_rows(context, report, shape, about, **options)
    return EarlierRows(key, {key(row): row for row in rows})


def units_before(
    context: CardContext, report: str, shape: type[U], unit: str, about: Slice | None = None
) -> Sequence[EarlierUnit[U]]:
    """The units of what the page, or `about`, is compared with: the first stands beside the first.
    Where weeks or months of the two do not begin alike, days of counts are moved into those of the
    page. None where there is nothing to compare with."""
    here = about or context.slice
    earlier = against(context, here).asked
    if earlier is None:
        return ()
    if are_beside(here.period, earlier.period, unit):
        rows = ask_rows(context, report, shape, earlier, unit=unit)
        return [EarlierUnit(unit_period(row.starts_on, unit, earlier.period), row) for row in rows]
    days = ask_rows(context, report, shape, earlier, unit="day")
    if not all(_counts_of(day) is not None for day in days):
        return ()
    shift = here.first - earlier.first
    grouped = groupby(days, key=lambda row: unit_start(row.starts_on + shift, unit))
    return [_unit_of(list(rows)) for _, rows in grouped]


def _counts_of(day: UnitShape) -> dict[str, int] | None:
    """What can be added up; None of a row with shares or times, which cannot."""
    values = {one.name: getattr(day, one.name) for one in fields(day)}
    counts = {name: value for name, value in values.items() if not isinstance(value, date)}
    return counts if all(isinstance(value, int) for value in counts.values()) else None


def _unit_of(days: Sequence[U]) -> EarlierUnit[U]:
    """Several days as one row."""
    each = [_counts_of(day) or {} for day in days]
    counts = {name: sum(counted[name] for counted in each) for name in each[0]}
    period = Period(days[0].starts_on, days[-1].starts_on)
    return EarlierUnit(period, replace(days[0], **counts))


def beside(rows: Sequence[U], units: Sequence[EarlierUnit[U]]) -> EarlierRows[U] | None:
    """For the table of the units: each row with the one that it stands beside."""
    if not units:
        return None
    pairs = zip(rows, units, strict=False)
    return EarlierRows(lambda row: row.starts_on, {row.starts_on: unit.row for row, unit in pairs})


def marks_of(
    context: CardContext,
    rows: Sequence[R],
    earlier: EarlierRows[R] | None,
    value: Callable[[R], int],
) -> Compared:
    """What the bars of rows are compared with."""
    if earlier is None:
        return None
    before = [earlier.of(row) for row in rows]
    counts = [0 if row is None else value(row) for row in before]
    return counts, context.texts("chart.before")


def are_beside(now: Period, earlier: Period, unit: str) -> bool:
    """Whether units of this kind divide both periods alike."""
    if unit == "week":
        return (now.first - earlier.first).days % 7 == 0
    return unit not in ("month", "year") or now.first.day == earlier.first.day


def compared_tile(
    context: CardContext,
    name: str,
    title: str,
    value: Callable[[R], int],
    now: R,
    earlier: EarlierRow[R],
    lines: Sequence[str] = (),
    href: str | None = None,
    *,
    shape: Sequence[int] = (),
    links: Sequence[Link] = (),
) -> Tile:
    """A number of a row, and how it changed. `title`: the key of a text. `shape`: over time."""
    written, line = context.formats.number(value(now)), sparkline(shape)
    typed = TypedValue(value(now), "number")
    tile = Tile(name, context.texts(title), written, None, line, lines, href, links, typed)
    return with_change(
        context, tile, title, earlier, lambda wording, row: wording.count(value(now), value(row))
    )


def with_change(
    context: CardContext,
    tile: Tile,
    title: str,
    earlier: EarlierRow[R],
    changed: Callable[[ChangeWording, R], Change | None],
) -> Tile:
    """The tile with how it changed against the earlier row. `title`: the key of its title, which
    says where better lies."""
    if earlier.row is None:
        return tile
    return replace(tile, change=changed(wording_of(title, context.formats), earlier.row))


def changes_said(context: CardContext, found: Against | None = None) -> list[Paragraph]:
    """The footnote of numbers with changes: what they are against, or why there are none."""
    if context.slice.compare == NOTHING:
        return []
    found = found or against(context)
    texts, formats = context.texts, context.formats
    if found.about is None:
        return [Paragraph(texts("slice.nothing_before"))]
    if context.slice.compare == OTHER_SLICE:
        return [_with_link(texts("slice.compared_slice", leads=other_text(context)), context)]
    values = {"days": compared_days_text(found.about, context)}
    if found.since is not None:
        values["first"] = formats.day(found.since)
    if found.asked is None:
        return [Paragraph(texts("slice.not_comparable", **values))]
    name = "slice.compared" if found.since is None else "slice.compared_partly"
    days = working_days_said(context, found.about.period)
    said = f"{texts(name, **values)}{f'; {days}' if days else ''}"
    return [_with_link(said, context)]


def _with_link(text: str, context: CardContext) -> Paragraph:
    """And where one sees what makes the difference."""
    link = context.url(CHANGES_PATH, context.slice.query)
    return Paragraph(text, href=link, link=context.texts("slice.what_changed"))


def other_text(context: CardContext) -> str:
    """The filters of the other slice in words."""
    texts, other = context.texts, context.slice.other
    said = [
        f"{condition_text(key, one, texts)} {value_text(key, one, texts)}".strip()
        for key, values in other.items()
        for one in values
    ]
    return "; ".join(said) or texts("slice.all_leads")


def compared_text(context: CardContext) -> str:
    """What the page is compared with; nothing where it is with nothing."""
    if context.slice.compare == OTHER_SLICE:
        return other_text(context)
    about = context.slice.against(context.now)
    return "" if about is None else compared_days_text(about, context)


def compared_days_text(about: Slice, context: CardContext) -> str:
    """1–20 October 2026, the last day up to 14:32."""
    days = context.formats.days(about.period)
    if about.until is None:
        return days
    return context.texts("slice.until", days=days, time=f"{about.until:%H:%M}")


def _since(period: Period, context: CardContext) -> date | None:
    span = context.everything()
    return span.first if span is not None and period.first < span.first else None


def _is_enough(period: Period, since: date) -> bool:
    missing = min((since - period.first).days, period.days)
    return missing * _MOST_MISSING <= period.days
