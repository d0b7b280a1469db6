"""The card of leads that move from a source of one model to another source of the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures import Figure
from dashboards.figures.heatmap import heatmap
from dashboards.figures.text import plain, shorten
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import MOST_SOURCES, chart_with_table, size_of
from dashboards.page.column import Columns
from dashboards.page.comparison import earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.wording.sources import source_text

_TOP_PAIRS = 10


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """A row or column of the heatmap: a source, or all others."""

    source: str | None
    is_rest: bool

    def name(self, context: CardContext) -> str:
        if self.is_rest:
            return context.texts("attribution.rest")
        return source_text(self.source, None, context.texts)


@dataclass(frozen=True, slots=True)
class Transition:
    """Leads that the last interaction puts down to one source and the last non-direct one to the
    other."""

    source_0: str | None
    is_rest_0: bool
    source_1: str | None
    is_rest_1: bool
    leads: int

    @property
    def before(self) -> SourceGroup:
        return SourceGroup(self.source_0, self.is_rest_0)

    @property
    def after(self) -> SourceGroup:
        return SourceGroup(self.source_1, self.is_rest_1)

    @property
    def is_move(self) -> bool:
        return self.before != self.after


def transitions(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "model_transitions", Transition, top=_TOP_PAIRS)
    if not rows:
        return ()
    moves = [row for row in rows if row.is_move]
    if not moves:
        return empty(context, "models.none_moved")
    before = _rest_last([row.before for row in moves])
    after = _rest_last([row.after for row in moves])
    figure, size = _heatmap(rows, before, after, context), size_of(len(before), 3, 6)
    label = context.texts("models.transitions")
    earlier = earlier_rows(
        context,
        "model_transitions",
        Transition,
        lambda row: (row.before, row.after),
        top=MOST_SOURCES,
    )
    shown = chart_with_table(
        context, "model-transitions", label, figure, _COLUMNS, rows, size=size, earlier=earlier
    )
    return (Paragraph(context.texts("models.transitions_how")), *shown)


def _rest_last(groups: Sequence[SourceGroup]) -> list[SourceGroup]:
    """Each once, in the report's order."""
    return sorted(dict.fromkeys(groups), key=lambda group: group.is_rest)


def _heatmap(
    rows: Sequence[Transition],
    before: Sequence[SourceGroup],
    after: Sequence[SourceGroup],
    context: CardContext,
) -> Figure:
    """Rows: the last interaction; columns: the last non-direct one; of those only that some lead
    moved from or to. Where a source meets itself it stays blank: its leads have not moved, and are
    so many that nothing else would be seen."""
    by_place = {(row.before, row.after): row for row in rows}
    none = [
        [Transition(b.source, b.is_rest, a.source, a.is_rest, 0) for a in after] for b in before
    ]
    grid = [[by_place.get((row.before, row.after), row) for row in line] for line in none]
    counts = [[row.leads if row.is_move else None for row in line] for line in grid]
    figure = heatmap(
        [group.name(context) for group in before],
        [group.name(context) for group in after],
        counts,
        [[_hover(row, context) for row in line] for line in grid],
        [[_link(row, context) if row.leads else None for row in line] for line in grid],
    )
    figure["data"][0] |= {
        "text": [[str(count) if count else "" for count in line] for line in counts],
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "showscale": False,
    }
    return figure


def _hover(row: Transition, context: CardContext) -> str:
    names = [plain(shorten(group.name(context), 80)) for group in (row.before, row.after)]
    return f"{' → '.join(names)}<br>{context.formats.count('leads', row.leads)}"


def _link(row: Transition, context: CardContext) -> str | None:
    if row.is_rest_0 or row.is_rest_1:
        return None
    return context.leads(source_0=row.source_0, source_1=row.source_1)


_COLUMNS: Columns[Transition] = (
    column.name("models.model_0", lambda row, context: row.before.name(context)),
    column.name("models.model_1", lambda row, context: row.after.name(context)),
    column.number("site.leads", lambda row: row.leads, _link),
)
