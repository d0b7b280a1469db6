"""The card of Calltouch's antifraud tags, by source."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures.heatmap import heatmap
from dashboards.figures.text import plain, shorten
from dashboards.page import column
from dashboards.page.cards import Part
from dashboards.page.chart_parts import MOST_SOURCES, TOP_SOURCES, chart_with_table, size_of
from dashboards.page.column import Columns
from dashboards.page.comparison import earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.wording.sources import source_text
from dashboards.wording.tag_names import tag_value

_TAGS = 15


@dataclass(frozen=True, slots=True)
class TaggedSource:
    source: str | None
    tag: str
    leads: int


def by_tag(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "spam_tags", TaggedSource, top=TOP_SOURCES)
    texts, formats = context.texts, context.formats
    if not rows:
        return empty(context, "spam.no_tags")
    sources = list(dict.fromkeys(row.source for row in rows))
    tags = list(dict.fromkeys(row.tag for row in rows))[:_TAGS]
    by_place = {(row.source, row.tag): row for row in rows}
    grid = [[by_place.get((source, tag)) for tag in tags] for source in sources]
    names = [source_text(source, None, texts) for source in sources]

    def hover(name: str, tag: str, row: TaggedSource | None) -> str:
        counted = formats.count("leads", row.leads if row else 0)
        return f"{plain(shorten(name, 80))}<br>{plain(shorten(tag, 80))}: {counted}"

    figure = heatmap(
        names,
        tags,
        [[row and row.leads for row in line] for line in grid],
        [
            [hover(name, tag, row) for tag, row in zip(tags, line, strict=True)]
            for name, line in zip(names, grid, strict=True)
        ],
        [[row and _link(row, context) for row in line] for line in grid],
    )
    size = size_of(len(names), small=3)
    earlier = earlier_rows(
        context, "spam_tags", TaggedSource, lambda row: (row.source, row.tag), top=MOST_SOURCES
    )
    label = texts("spam.by_tag")
    return chart_with_table(
        context, "spam-tags", label, figure, _COLUMNS, rows, size=size, earlier=earlier
    )


def _link(row: TaggedSource, context: CardContext) -> str | None:
    return context.leads(source=row.source, tags=tag_value("auto_af", row.tag))


_COLUMNS: Columns[TaggedSource] = (
    column.text("spam.source", lambda row: row.source),
    column.text("spam.tag", lambda row: row.tag),
    column.number("site.leads", lambda row: row.leads, _link),
)
