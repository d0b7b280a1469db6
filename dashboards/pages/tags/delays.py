"""The card of how soon after the lead its tags come."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dashboards.figures.steps import Steps, Tick, step_lines
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.pages.tags.links import tagged_leads
from dashboards.wording.rates import LEAST
from dashboards.wording.tag_names import CATEGORIES, category_name

Record = dict[str, Any]
_TOP = 20
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


def delays(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("tag_delays", top=_TOP).records()
    if not rows:
        return (Paragraph(texts("card.empty"), "empty"),)
    label = texts("tags.delays")
    table = _table(label, rows, context)
    enough = [row["tag_category"] for row in rows if row["tag"] is None and row["later"] >= LEAST]
    if not any(row["later"] for row in rows):
        return (
            Paragraph(texts("tags.all_from_the_start"), "notice"),
            Paragraph(texts("tags.subscribe")),
            table,
        )
    if not enough:
        return (Paragraph(texts("card.few", least=LEAST)), table)
    points = context.ask("tag_delay_points").records()
    shown = [row for row in points if row["tag_category"] in enough]
    ticks = _ticks(shown, context)
    by_category = groupby(shown, lambda row: row["tag_category"])
    lines = [_line(name, list(rows), ticks, context) for name, rows in by_category]
    chart = Chart("time-to-tag", label, step_lines(lines, ticks), "medium", locale_of(texts))
    return (chart, Collapsible(texts("card.as_table"), table))


def _ticks(points: Sequence[Record], context: CardContext) -> list[Tick]:
    """From the last one that no point comes before to the first one that none comes after."""
    seconds = [max(row["seconds"], _LEAST_SECONDS) for row in points]
    first = max((at for at, _, _ in _TICKS if at <= min(seconds)), default=_TICKS[0][0])
    last = min((at for at, _, _ in _TICKS if at >= max(seconds)), default=_TICKS[-1][0])
    texts = context.texts
    return [
        (at, texts(f"duration.{unit}", number=at // size))
        for at, unit, size in _TICKS
        if first <= at <= last
    ]


def _line(
    category: str, rows: Sequence[Record], ticks: Sequence[Tick], context: CardContext
) -> Steps:
    """From nothing at the left to all at the right."""
    formats = context.formats
    name = category_name(category, context.texts)
    hovers = [
        context.texts(
            "tags.delay_hover",
            name=name,
            rate=formats.percent(row["share"]),
            time=formats.duration(row["seconds"]),
        )
        for row in rows
    ]
    return Steps(
        name,
        [ticks[0][0], *(max(row["seconds"], _LEAST_SECONDS) for row in rows), ticks[-1][0]],
        [0, *(row["share"] for row in rows), 1],
        [name, *hovers, hovers[-1]],
        1 + CATEGORIES.index(category),
    )


def _table(label: str, rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("tags.category_and_tag"), "text"),
        Column(texts("tags.set")),
        Column(texts("tags.from_the_start"), why=texts("tags.from_the_start_why")),
        Column(texts("tags.later")),
        Column(texts("tags.p50"), why=texts("tags.quantiles_why")),
        Column(texts("tags.p90"), why=texts("tags.quantiles_why")),
    ]
    shown = [
        Row(
            [
                _heading(row, context),
                cells.number(row["leads"]),
                cells.number(row["from_the_start"]),
                cells.number(row["later"]),
                cells.seconds(row["delay_p50"]),
                cells.seconds(row["delay_p90"]),
            ],
            level=0 if row["tag"] is None else 1,
        )
        for row in rows
    ]
    return Table(label, columns, shown, is_sortable=False)


def _heading(row: Record, context: CardContext) -> Cell:
    cells, category = CellMaker(context.formats), row["tag_category"]
    if row["tag"] is None:
        return cells.own(category_name(category, context.texts))
    return cells.text(row["tag"], tagged_leads(context, (category, row["tag"])))
