"""The card of how soon after the lead its tags come."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from analytics.chance import Box, box_of
from dashboards.figures.steps import Steps, Tick, step_lines
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import as_table, chart_of
from dashboards.page.column import Column, Columns, EarlierRows, table_of
from dashboards.page.comparison import earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.page.tiles import Tile, tiles
from dashboards.pages.tags.links import tagged_leads
from dashboards.wording.changes import wording_of
from dashboards.wording.rates import LEAST
from dashboards.wording.tag_names import CATEGORIES, category_name

_TOP, _COMPARED = 20, 1000
"""Tags of a category that are listed, and those to compare them with."""
_LEAST_SECONDS = 1.0
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_TICKS = (
    (1, "second", 1),
    (10, "second", 1),
    (_MINUTE, "minute", _MINUTE),
    (10 * _MINUTE, "minute", _MINUTE),
    (_HOUR, "hour", _HOUR),
    (6 * _HOUR, "hour", _HOUR),
    (_DAY, "day", _DAY),
    (7 * _DAY, "day", _DAY),
    (30 * _DAY, "day", _DAY),
    (365 * _DAY, "day", _DAY),
)
"""Seconds, the unit in which they are written, and its length."""


@dataclass(frozen=True, slots=True)
class TagDelay:
    """Of a tag, or, where `tag` is None, of all tags of the category."""

    tag_category: str
    tag: str | None
    leads: int
    from_the_start: int
    later: int
    delay_p25: float | None
    delay_p50: float | None
    delay_p75: float | None
    delay_p90: float | None

    @property
    def delay(self) -> Box | None:
        return box_of(self.delay_p25, self.delay_p50, self.delay_p75, self.later)


@dataclass(frozen=True, slots=True)
class DelayPoint:
    """The share of the later tags of the category that came within the seconds."""

    tag_category: str
    seconds: float
    share: float


def delays(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "tag_delays", TagDelay, top=_TOP)
    if not rows:
        return empty(context)
    label = texts("tags.delays")
    earlier = earlier_rows(
        context, "tag_delays", TagDelay, lambda row: (row.tag_category, row.tag), top=_COMPARED
    )
    answers = _delay_tiles(rows, earlier, context)
    table = table_of(
        context,
        label,
        _COLUMNS,
        rows,
        is_sortable=False,
        level=lambda row: int(row.tag is not None),
        earlier=earlier,
    )
    enough = [row.tag_category for row in rows if row.tag is None and row.later >= LEAST]
    if not any(row.later for row in rows):
        all_at_once = Paragraph(texts("tags.all_from_the_start"), "notice")
        return (all_at_once, Paragraph(texts("tags.subscribe")), table)
    if not enough:
        return (*answers, Paragraph(texts("card.few", least=LEAST)), table)
    points = ask_rows(context, "tag_delay_points", DelayPoint)
    shown = [point for point in points if point.tag_category in enough]
    ticks = _ticks(shown, context)
    by_category = groupby(shown, lambda point: point.tag_category)
    lines = [_line(name, list(of_name), ticks, context) for name, of_name in by_category]
    chart = chart_of(context, "time-to-tag", label, step_lines(lines, ticks), "medium")
    return (*answers, chart, as_table(context, table))


def _delay_tiles(
    rows: Sequence[TagDelay], earlier: EarlierRows[TagDelay] | None, context: CardContext
) -> Sequence[Part]:
    """Per category of which tags came later, after what time half of them had come."""
    later = [row for row in rows if row.tag is None and row.later]
    shown = [_delay_tile(row, earlier.of(row) if earlier else None, context) for row in later]
    return (tiles(shown),) if later else ()


def _delay_tile(row: TagDelay, before: TagDelay | None, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    is_enough = row.later >= LEAST
    half, most = (
        texts("site.not_available")
        if seconds is None or not is_enough
        else formats.duration(seconds)
        for seconds in (row.delay_p50, row.delay_p90)
    )
    lines = [
        texts("tags.most_within", time=most),
        texts("tags.later_tags", tags=formats.number(row.later)),
    ]
    title = texts("tags.half_within", category=category_name(row.tag_category, texts))
    wording = wording_of("tags.p50", formats)
    changed = wording.median(row.delay, before.delay) if before and is_enough else None
    return Tile(row.tag_category, title, half, changed, lines=lines)


def _ticks(points: Sequence[DelayPoint], context: CardContext) -> list[Tick]:
    """From the last one that no point comes before to the first one that none comes after."""
    seconds = [max(point.seconds, _LEAST_SECONDS) for point in points]
    first = max((at for at, _, _ in _TICKS if at <= min(seconds)), default=_TICKS[0][0])
    last = min((at for at, _, _ in _TICKS if at >= max(seconds)), default=_TICKS[-1][0])
    texts = context.texts
    return [
        (at, texts(f"duration.{unit}", number=at // size))
        for at, unit, size in _TICKS
        if first <= at <= last
    ]


def _line(
    category: str, points: Sequence[DelayPoint], ticks: Sequence[Tick], context: CardContext
) -> Steps:
    """From nothing at the left to all at the right."""
    texts, formats = context.texts, context.formats
    name = category_name(category, texts)
    hovers = [
        texts(
            "tags.delay_hover",
            name=name,
            rate=formats.percent(point.share),
            time=formats.duration(point.seconds),
        )
        for point in points
    ]
    seconds = (max(point.seconds, _LEAST_SECONDS) for point in points)
    return Steps(
        name,
        [ticks[0][0], *seconds, ticks[-1][0]],
        [0, *(point.share for point in points), 1],
        [name, *hovers, hovers[-1]],
        1 + CATEGORIES.index(category),
    )


def _heading(row: TagDelay, context: CardContext) -> Cell:
    cells = CellMaker(context.formats)
    if row.tag is None:
        return cells.words(category_name(row.tag_category, context.texts))
    return cells.text(row.tag, tagged_leads(context, (row.tag_category, row.tag)))


_COLUMNS: Columns[TagDelay] = (
    Column("tags.category_and_tag", _heading),
    column.number("tags.set", lambda row: row.leads),
    column.number("tags.from_the_start", lambda row: row.from_the_start, why=True),
    column.number("tags.later", lambda row: row.later),
    column.median("tags.p50", lambda row: row.delay, "tags.quantiles_why"),
    column.seconds("tags.p90", lambda row: row.delay_p90, "tags.quantiles_why"),
)
