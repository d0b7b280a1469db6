"""The card of volume against target rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.reports.asking import Answer
from dashboards.figures.scatter import Bubble, PointKind, bubbles
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import as_table, chart_of
from dashboards.page.column import Column, Columns, EarlierRows, table_of
from dashboards.page.comparison import against
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.groups import GroupNames, group_cell, within
from dashboards.page.rows import rows_of
from dashboards.page.tables import Batches, Cell
from dashboards.page.truncated import cut
from dashboards.pages.attribution.tree import by_text
from dashboards.wording.rates import LEAST

_MOST_BUBBLES = 100
_VERDICTS = {"above": 3, "usual": 1, "below": 2}
"""What the interval says, and its colour's number in the colorway."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """A group of leads. `verdict`: what the interval of its rate says of the one of all,
    `overall_rate`. Of all `groups`, so many are `large_groups`."""

    leads: int
    target_leads: int
    target_known: int
    target_rate: float
    target_rate_low: float
    target_rate_high: float
    unique_target_leads: int
    verdict: str
    overall_rate: float
    large_groups: int
    groups: int


@dataclass(frozen=True, slots=True)
class RatedGroup:
    """`values`: by the group's name; `bubble`: it in the chart."""

    values: dict[str, Any]
    rate: GroupRate
    bubble: Bubble

    def key(self) -> tuple[Any, ...]:
        return tuple(self.values.values())


def rates_title(context: CardContext) -> str:
    return context.texts("attribution.rates_by", by=by_text(context))


def rates(context: CardContext) -> Sequence[Part]:
    groups = _groups(context)
    answer = context.ask_grouped("attribution_rates", groups, least=LEAST, top=_MOST_BUBBLES)
    rated = rows_of(answer, GroupRate)
    texts, formats = context.texts, context.formats
    if not rated:
        return empty(context, "attribution.too_small", least=LEAST)
    rows = _rated_groups(answer, groups, context)
    kinds = [
        PointKind(
            texts(f"attribution.{verdict}"),
            colour,
            [row.bubble for row in rows if row.rate.verdict == verdict],
        )
        for verdict, colour in _VERDICTS.items()
    ]
    first = rated[0]
    mean = texts("attribution.overall", rate=formats.percent(first.overall_rate))
    figure = bubbles(kinds, first.overall_rate, mean, texts("attribution.volume"))

    def whole(batches: Batches) -> Iterator[RatedGroup]:
        for batch in batches(answer.question.of_all_rows):
            yield from _rated_groups(batch, groups, context)

    label, columns = rates_title(context), _columns(groups[0])
    chart = chart_of(context, "volume-and-rate", label, figure, "large")
    earlier = _earlier(groups, context)
    table = as_table(context, table_of(context, label, columns, rows, earlier=earlier, whole=whole))
    numbers = {"large": formats.number(first.large_groups), "all": formats.number(first.groups)}
    only_large = Paragraph(texts("attribution.rates_shown", least=LEAST, **numbers))
    return (
        *cut(context, len(rows), first.large_groups),
        chart,
        *([only_large] if first.large_groups < first.groups else []),
        table,
    )


def _earlier(groups: Sequence[str], context: CardContext) -> EarlierRows[RatedGroup] | None:
    """All groups of what the page is compared with, however small."""
    about = against(context).asked
    if about is None:
        return None
    answer = context.ask_grouped("attribution_rates", groups, about, least=1, top=0)
    rows = _rated_groups(answer, groups, context)
    return EarlierRows(RatedGroup.key, {row.key(): row for row in rows})


def _rated_groups(answer: Answer, groups: Sequence[str], context: CardContext) -> list[RatedGroup]:
    by_group = [answer.column(group) for group in groups]
    names = GroupNames.read(groups[0], context)
    return [
        _rated(dict(zip(groups, values, strict=True)), rate, names, context)
        for *values, rate in zip(*by_group, rows_of(answer, GroupRate), strict=True)
    ]


def _groups(context: CardContext) -> Sequence[str]:
    group = context.options["group_by"]
    return ("source", "medium") if group == "source" else (group,)


def _rated(
    values: dict[str, Any], rate: GroupRate, names: GroupNames, context: CardContext
) -> RatedGroup:
    formats = context.formats
    hover = context.texts(
        "attribution.bubble",
        leads=formats.count("leads", rate.leads),
        rate=formats.percent(rate.target_rate),
        low=formats.percent(rate.target_rate_low),
        high=formats.percent(rate.target_rate_high),
        unique=formats.number(rate.unique_target_leads),
    )
    bubble = Bubble(
        _name(values, names),
        rate.leads,
        rate.target_rate,
        rate.target_rate_low,
        rate.target_rate_high,
        rate.unique_target_leads,
        hover,
        _link(values, context),
    )
    return RatedGroup(values, rate, bubble)


def _name(values: dict[str, Any], names: GroupNames) -> str:
    first, *rest = values.values()
    return " / ".join([names.of(first), *(value for value in rest if value)])


def _link(values: dict[str, Any], context: CardContext) -> str | None:
    about = context.slice
    for group, value in values.items():
        narrowed = within(about, group, value)
        if narrowed is None:
            return None
        about = narrowed
    return context.leads(about)


def _interval(row: RatedGroup, context: CardContext) -> Cell:
    low, high = row.rate.target_rate_low, row.rate.target_rate_high
    formats = context.formats
    return Cell(f"{formats.percent(low)}\N{EN DASH}{formats.percent(high)}", low)


def _columns(group: str) -> Columns[RatedGroup]:
    def name(row: RatedGroup, context: CardContext) -> Cell:
        cell = group_cell(group, row.values[group], row.bubble.name, context.formats)
        return replace(cell, href=row.bubble.link)

    return (
        Column(f"group.{group}", name),
        column.number("site.leads", lambda row: row.rate.leads),
        column.rate(
            "overview.target_rate",
            lambda row: (row.rate.target_leads, row.rate.target_known),
            why=True,
        ),
        Column("attribution.interval", _interval, "number"),
        column.words(
            "attribution.against",
            lambda row, context: context.texts(f"attribution.{row.rate.verdict}"),
            kind="number",
        ),
        column.number("attribution.unique_target", lambda row: row.rate.unique_target_leads),
    )
