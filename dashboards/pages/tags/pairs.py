"""The card of tags that are on the same leads."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.heatmap import LONGEST_NAME, heatmap
from dashboards.figures.tag_labels import tag_labels
from dashboards.figures.text import plain, shorten
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.pages.tags.links import tagged_leads
from dashboards.wording.tag_names import category_name

Record = dict[str, Any]
Tag = tuple[str, str]
_SHOWN = 12


def together(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("tag_pairs", top=_SHOWN).records()
    if not any(row["leads"] for row in rows):
        return (Paragraph(texts("tags.never_together"), "empty"),)
    label = texts("tags.together")
    chart = Chart("tags-together", label, _figure(rows, context), "large", locale_of(texts))
    return (
        Paragraph(texts("tags.together_of", count=len(_tags(rows)))),
        chart,
        Collapsible(texts("card.as_table"), _table(label, rows, context)),
    )


def _tags(rows: Sequence[Record]) -> list[Tag]:
    """Most leads first: the first one, then all that it is paired with."""
    first = _one(rows[0])
    return [first, *(_other(row) for row in rows if _one(row) == first)]


def _one(row: Record) -> Tag:
    return row["tag_category_a"], row["tag_a"]


def _other(row: Record) -> Tag:
    return row["tag_category_b"], row["tag_b"]


def _figure(rows: Sequence[Record], context: CardContext) -> Figure:
    formats, tags = context.formats, _tags(rows)
    found = {frozenset((_one(row), _other(row))): row for row in rows}
    # On the diagonal a tag would meet itself.
    grid = [[found.get(frozenset((one, other))) for other in tags] for one in tags]
    counts = [[None if row is None else row["leads"] for row in line] for line in grid]
    names = tag_labels(tags, LONGEST_NAME, context.texts)
    return heatmap(
        names,
        names,
        counts,
        [["" if row is None else _hover(row, context) for row in line] for line in grid],
        [[None if row is None else _link(row, context) for row in line] for line in grid],
        written=[[formats.number(one) if one else "" for one in line] for line in counts],
    )


def _link(row: Record, context: CardContext) -> str | None:
    return tagged_leads(context, _one(row), _other(row)) if row["leads"] else None


def _hover(row: Record, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    return texts(
        "tags.pair_hover",
        one=_hovered(_one(row), context),
        other=_hovered(_other(row), context),
        leads=formats.count("leads", row["leads"]),
        leads_a=formats.number(row["leads_a"]),
        leads_b=formats.number(row["leads_b"]),
        lift=_lift(row["lift"], context),
    )


def _lift(lift: float, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    if not lift:
        return texts("tags.never")
    times = formats.number(max(lift, 1 / lift), 1)
    if times == formats.number(1, 1):
        return texts("tags.by_chance")
    return texts("tags.oftener" if lift > 1 else "tags.rarer", times=times)


def _hovered(tag: Tag, context: CardContext) -> str:
    return f"{plain(shorten(tag[1], 40))} ({category_name(tag[0], context.texts)})"


def _table(label: str, rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("tags.tag"), "text"),
        Column(texts("tags.category"), "text"),
        Column(texts("tags.other_tag"), "text"),
        Column(texts("tags.category"), "text"),
        Column(texts("tags.both")),
        Column(texts("tags.of_either"), why=texts("tags.of_either_why")),
        Column(texts("tags.lift"), why=texts("tags.lift_why")),
    ]
    shown = [
        Row(
            [
                cells.text(row["tag_a"]),
                cells.own(category_name(row["tag_category_a"], texts)),
                cells.text(row["tag_b"]),
                cells.own(category_name(row["tag_category_b"], texts)),
                cells.number(row["leads"], _link(row, context)),
                cells.rate(row["leads"], row["leads_a"] + row["leads_b"] - row["leads"]),
                cells.number(row["lift"], decimals=2),
            ]
        )
        for row in rows
    ]
    return Table(label, columns, shown)
