"""`/tags`: which tags, which of them together, how soon; and leads with some and without others."""

from collections.abc import Sequence
from dataclasses import replace

from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.pages.tags.chooser import chooser
from dashboards.pages.tags.delays import delays
from dashboards.pages.tags.links import TagLeads, tagged_leads
from dashboards.pages.tags.pairs import together
from dashboards.wording.tag_names import category_name

_SHOWN = 24


def by_category(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "tags", TagLeads)
    if not rows:
        return _no_tags(context)
    label = texts("tags.by_category")
    columns = _columns(context.ask("journal_count").column("leads")[0], rows[0].leads)
    most = table_of(context, label, columns, rows[:_SHOWN])
    if len(rows) <= _SHOWN:
        return (most,)
    everything = table_of(context, label, columns, rows)
    rest = Collapsible(texts("tags.all", count=len(rows)), everything)
    return (Paragraph(texts("tags.most", count=_SHOWN)), most, rest)


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
    everybody = replace(context.slice, chosen={})
    if context.ask("tags", everybody).rows:
        return empty(context, "tags.none_here")
    return (*empty(context, "tags.none"), Paragraph(context.texts("tags.subscribe")))


def _columns(leads: int, most: int) -> Columns[TagLeads]:
    """`leads`: all of the slice, with or without tags; `most`: those of the longest bar."""
    return (
        column.text(
            "tags.tag", lambda row: row.tag, lambda row, context: tagged_leads(context, row.key)
        ),
        column.words(
            "tags.category", lambda row, context: category_name(row.tag_category, context.texts)
        ),
        column.number("site.leads", lambda row: row.leads, most=most),
        column.rate("tags.share", lambda row: (row.leads, leads), why=True),
        column.rate("tags.target_rate", lambda row: (row.target_leads, row.target_known), why=True),
    )
