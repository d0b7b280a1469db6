"""`/tags`: which tags, which of them together, how soon; and leads with some and without others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.bars import Series, bars_by_name
from dashboards.figures.names import LONGEST_NAME
from dashboards.figures.tag_labels import tag_labels
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, SideBySide
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.pages.tags.chooser import chooser
from dashboards.pages.tags.delays import delays
from dashboards.pages.tags.links import tagged_leads
from dashboards.pages.tags.pairs import together
from dashboards.wording.tag_names import CATEGORIES, category_name

Record = dict[str, Any]
_SHOWN = 24


def by_category(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("tags").records()
    if not rows:
        return _no_tags(context)
    label = texts("tags.by_category")
    shown = _grouped(rows[:_SHOWN])
    size = "small" if len(shown) <= 5 else "medium" if len(shown) <= 10 else "tall"
    figure = _figure(shown, context)
    chart = Chart("tags-by-category", label, figure, size, locale_of(texts))
    leads = context.ask("journal_count").column("leads")[0]
    table = _table(label, rows[:_SHOWN], leads, context)
    if len(rows) <= _SHOWN:
        return (SideBySide(chart, table),)
    rest = Collapsible(texts("tags.all", count=len(rows)), _table(label, rows, leads, context))
    return (Paragraph(texts("tags.most", count=_SHOWN)), SideBySide(chart, table), rest)


PAGE = Page(
    "tags",
    "/tags",
    (
        Card("tags.chooser", chooser),
        Card("tags.by_category", by_category),
        Card("tags.together", together),
        Card("tags.delays", delays),
    ),
)


def _no_tags(context: CardContext) -> Sequence[Part]:
    """None on these leads, or none on any: then Calltouch was never asked to send them."""
    texts = context.texts
    everybody = replace(context.slice, chosen={})
    if context.ask("tags", everybody).rows:
        return (Paragraph(texts("tags.none_here"), "empty"),)
    return (Paragraph(texts("tags.none"), "empty"), Paragraph(texts("tags.subscribe")))


def _grouped(rows: Sequence[Record]) -> list[Record]:
    """By category, the category of the most frequent tag first."""
    places: dict[str, int] = {}
    for row in rows:
        places.setdefault(row["tag_category"], len(places))
    return sorted(rows, key=lambda row: places[row["tag_category"]])


def _figure(rows: Sequence[Record], context: CardContext) -> Figure:
    texts = context.texts
    categories = list(dict.fromkeys(row["tag_category"] for row in rows))
    series = [
        Series(
            category_name(one, texts),
            [row["leads"] if row["tag_category"] == one else 0 for row in rows],
        )
        for one in categories
    ]
    links = [tagged_leads(context, (row["tag_category"], row["tag"])) for row in rows]
    tags = [(row["tag_category"], row["tag"]) for row in rows]
    names = tag_labels(tags, LONGEST_NAME, texts)
    figure = bars_by_name(names, series, [links] * len(series))
    return figure | {"colours": [1 + CATEGORIES.index(one) for one in categories]}


def _table(label: str, rows: Sequence[Record], leads: int, context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("tags.tag"), "text"),
        Column(texts("tags.category"), "text"),
        Column(texts("site.leads")),
        Column(texts("tags.share"), why=texts("tags.share_why")),
        Column(texts("tags.target_rate"), why=texts("tags.target_rate_why")),
    ]
    shown = [
        Row(
            [
                cells.text(row["tag"], tagged_leads(context, (row["tag_category"], row["tag"]))),
                cells.own(category_name(row["tag_category"], texts)),
                cells.number(row["leads"]),
                cells.rate(row["leads"], leads),
                cells.rate(row["target_leads"], row["target_known"]),
            ]
        )
        for row in rows
    ]
    return Table(label, columns, shown)
