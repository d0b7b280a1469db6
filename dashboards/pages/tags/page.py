"""`/tags`: which tags, which of them together, how soon; and leads with some and without others."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures import Figure
from dashboards.figures.bars import Compared, Series, bars_by_name
from dashboards.figures.names import LONGEST_NAME
from dashboards.figures.tag_labels import tag_labels
from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, SideBySide
from dashboards.page.chart_parts import chart_of, size_of
from dashboards.page.column import Columns, EarlierRows, table_of
from dashboards.page.comparison import against, changes_said, marks_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.pages.tags.chooser import chooser
from dashboards.pages.tags.delays import delays
from dashboards.pages.tags.links import TagLeads, tagged_leads
from dashboards.pages.tags.pairs import together
from dashboards.slice.slice import Slice
from dashboards.wording.tag_names import CATEGORIES, category_name

_SHOWN = 24


@dataclass(frozen=True, slots=True)
class TagShare:
    """`leads`: all of the slice, with or without tags."""

    tag: TagLeads
    leads: int


def by_category(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "tags", TagLeads)
    if not rows:
        return _no_tags(context)
    label = texts("tags.by_category")
    shown = _grouped(rows[:_SHOWN])
    size = size_of(len(shown), 5, 10, "tall")
    counted, earlier = _of_slice(rows, context, context.slice), _earlier(context)
    of_shown = [TagShare(row, 0) for row in shown]
    before = marks_of(context, of_shown, earlier, lambda row: row.tag.leads)
    chart = chart_of(context, "tags-by-category", label, _figure(shown, before, context), size)
    most = SideBySide(chart, table_of(context, label, _COLUMNS, counted[:_SHOWN], earlier=earlier))
    if len(rows) <= _SHOWN:
        return (most, *changes_said(context))
    everything = table_of(context, label, _COLUMNS, counted, earlier=earlier)
    rest = Collapsible(texts("tags.all", count=len(rows)), everything)
    return (Paragraph(texts("tags.most", count=_SHOWN)), most, *changes_said(context), rest)


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
    everybody = context.slice.without_filters
    if context.ask("tags", everybody).rows:
        return empty(context, "tags.none_here")
    return (*empty(context, "tags.none"), Paragraph(context.texts("tags.subscribe")))


def _grouped(rows: Sequence[TagLeads]) -> list[TagLeads]:
    """By category, the category of the most frequent tag first."""
    categories = list(dict.fromkeys(row.tag_category for row in rows))
    return sorted(rows, key=lambda row: categories.index(row.tag_category))


def _figure(rows: Sequence[TagLeads], before: Compared, context: CardContext) -> Figure:
    texts = context.texts
    categories = list(dict.fromkeys(row.tag_category for row in rows))
    series = [
        Series(
            category_name(category, texts),
            [row.leads if row.tag_category == category else 0 for row in rows],
        )
        for category in categories
    ]
    links = [tagged_leads(context, row.key) for row in rows]
    names = tag_labels([row.key for row in rows], LONGEST_NAME, texts)
    figure = bars_by_name(names, series, [links] * len(series), before)
    return figure | {"colours": [1 + CATEGORIES.index(category) for category in categories]}


def _of_slice(rows: Sequence[TagLeads], context: CardContext, about: Slice) -> list[TagShare]:
    (leads,) = context.ask("journal_count", about).column("leads")
    return [TagShare(row, leads) for row in rows]


def _earlier(context: CardContext) -> EarlierRows[TagShare] | None:
    about = against(context).asked
    if about is None:
        return None
    rows = _of_slice(ask_rows(context, "tags", TagLeads, about), context, about)
    return EarlierRows(lambda row: row.tag.key, {row.tag.key: row for row in rows})


_COLUMNS: Columns[TagShare] = (
    column.text(
        "tags.tag", lambda row: row.tag.tag, lambda row, context: tagged_leads(context, row.tag.key)
    ),
    column.words(
        "tags.category", lambda row, context: category_name(row.tag.tag_category, context.texts)
    ),
    column.number("site.leads", lambda row: row.tag.leads),
    column.rate("tags.share", lambda row: (row.tag.leads, row.leads), why=True),
    column.rate(
        "tags.target_rate", lambda row: (row.tag.target_leads, row.tag.target_known), why=True
    ),
)
