"""`/tags`: which tags, which of them together, how soon; and leads with some and without others."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.access.roles import Audience
from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part
from dashboards.page.column import Columns, EarlierRows, table_of
from dashboards.page.comparison import against, changes_said
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.pages.tags.chooser import chooser
from dashboards.pages.tags.delays import delays
from dashboards.pages.tags.links import TagLeads, tagged_leads
from dashboards.pages.tags.pairs import together
from dashboards.slice.slice import Slice
from dashboards.wording.tag_names import category_name

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
    counted, earlier = _of_slice(rows, context, context.slice), _earlier(context)
    columns = _columns(rows[0].leads)
    most = table_of(context, label, columns, counted[:_SHOWN], earlier=earlier)
    if len(rows) <= _SHOWN:
        return (most, *changes_said(context))
    everything = table_of(context, label, columns, counted, earlier=earlier)
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
    audience=Audience.SITES,
)


def _no_tags(context: CardContext) -> Sequence[Part]:
    """None on these leads, or none on any: then Calltouch was never asked to send them."""
    everybody = context.slice.without_filters
    if context.ask("tags", everybody).rows:
        return empty(context, "tags.none_here")
    return (*empty(context, "tags.none"), Paragraph(context.texts("tags.subscribe")))


def _of_slice(rows: Sequence[TagLeads], context: CardContext, about: Slice) -> list[TagShare]:
    (leads,) = context.ask("journal_count", about).column("leads")
    return [TagShare(row, leads) for row in rows]


def _earlier(context: CardContext) -> EarlierRows[TagShare] | None:
    about = against(context).asked
    if about is None:
        return None
    rows = _of_slice(ask_rows(context, "tags", TagLeads, about), context, about)
    return EarlierRows(lambda row: row.tag.key, {row.tag.key: row for row in rows})


def _columns(most: int) -> Columns[TagShare]:
    """`most`: leads of the longest bar."""
    return (
        column.text(
            "tags.tag",
            lambda row: row.tag.tag,
            lambda row, context: tagged_leads(context, row.tag.key),
        ),
        column.words(
            "tags.category",
            lambda row, context: category_name(row.tag.tag_category, context.texts),
        ),
        column.number("site.leads", lambda row: row.tag.leads, most=most),
        column.rate("tags.share", lambda row: (row.tag.leads, row.leads), why=True),
        column.rate(
            "tags.target_rate", lambda row: (row.tag.target_leads, row.tag.target_known), why=True
        ),
    )
