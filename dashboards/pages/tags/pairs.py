"""The card of tags that are on the same leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures import Figure
from dashboards.figures.heatmap import LONGEST_NAME, heatmap
from dashboards.figures.tag_labels import tag_labels
from dashboards.figures.text import plain, shorten
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Columns
from dashboards.page.comparison import earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.pages.tags.links import Tag, tagged_leads
from dashboards.wording.tag_names import category_name

_SHOWN = 12
_COMPARED = 100
"""Tags to compare those shown with."""


@dataclass(frozen=True, slots=True)
class TagPair:
    """`leads` have both tags, `leads_a` and `leads_b` each of them. `lift`: how many times as often
    as chance would put them together."""

    tag_category_a: str
    tag_a: str
    tag_category_b: str
    tag_b: str
    leads: int
    leads_a: int
    leads_b: int
    lift: float

    @property
    def a(self) -> Tag:
        return self.tag_category_a, self.tag_a

    @property
    def b(self) -> Tag:
        return self.tag_category_b, self.tag_b


def together(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "tag_pairs", TagPair, top=_SHOWN)
    if not any(row.leads for row in rows):
        return empty(context, "tags.never_together")
    # Most leads first: the first one, then all that it is paired with.
    tags = [rows[0].a, *(row.b for row in rows if row.a == rows[0].a)]
    figure, label = _figure(rows, tags, context), texts("tags.together")
    earlier = earlier_rows(
        context, "tag_pairs", TagPair, lambda row: frozenset((row.a, row.b)), top=_COMPARED
    )
    shown = chart_with_table(
        context, "tags-together", label, figure, _COLUMNS, rows, size="large", earlier=earlier
    )
    return (Paragraph(texts("tags.together_of", count=len(tags))), *shown)


def _figure(rows: Sequence[TagPair], tags: Sequence[Tag], context: CardContext) -> Figure:
    by_tags = {frozenset((row.a, row.b)): row for row in rows}
    # On the diagonal a tag would meet itself.
    grid = [[by_tags.get(frozenset((tag, other))) for other in tags] for tag in tags]
    counts = [[None if row is None else row.leads for row in line] for line in grid]
    names = tag_labels(tags, LONGEST_NAME, context.texts)
    written = [
        [context.formats.number(count) if count else "" for count in line] for line in counts
    ]
    return heatmap(
        names,
        names,
        counts,
        [["" if row is None else _hover(row, context) for row in line] for line in grid],
        [[None if row is None else _link(row, context) for row in line] for line in grid],
        written=written,
    )


def _link(row: TagPair, context: CardContext) -> str | None:
    return tagged_leads(context, row.a, row.b) if row.leads else None


def _hover(row: TagPair, context: CardContext) -> str:
    formats = context.formats
    return context.texts(
        "tags.pair_hover",
        one=_hovered(row.a, context),
        other=_hovered(row.b, context),
        leads=formats.count("leads", row.leads),
        leads_a=formats.number(row.leads_a),
        leads_b=formats.number(row.leads_b),
        lift=_lift(row.lift, context),
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


_COLUMNS: Columns[TagPair] = (
    column.text("tags.tag", lambda row: row.tag_a),
    column.words(
        "tags.category", lambda row, context: category_name(row.tag_category_a, context.texts)
    ),
    column.text("tags.other_tag", lambda row: row.tag_b),
    column.words(
        "tags.category", lambda row, context: category_name(row.tag_category_b, context.texts)
    ),
    column.number("tags.both", lambda row: row.leads, _link),
    column.rate(
        "tags.of_either", lambda row: (row.leads, row.leads_a + row.leads_b - row.leads), why=True
    ),
    column.number("tags.lift", lambda row: row.lift, why=True, decimals=2),
)
