"""The card of what has become known since an instant, for a page that is shown as of then."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.as_of.came_later import GAINED, LaterKnowledge, came_later
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.tables import Cell, CellMaker
from dashboards.web.settings import dashboards
from dashboards.wording.parameters import parameter_of, parameter_text

_KINDS = (*GAINED, "left", "changed")


@dataclass(frozen=True, slots=True)
class LeadsThen:
    """`leads`: of the slice as it was known."""

    leads: int
    later: Sequence[LaterKnowledge]

    @property
    def now(self) -> int:
        by_kind = {one.kind: one.leads for one in self.later if one.field is None}
        gained = sum(by_kind.get(kind, 0) for kind in GAINED)
        return self.leads + gained - by_kind.get("left", 0)


def since(context: CardContext) -> Sequence[Part]:
    """Nothing on a page that says what is known now."""
    as_of = context.reader_context.as_of
    if as_of is None:
        return ()
    texts, formats = context.texts, context.formats
    now = dashboards().settings.clock()
    later = came_later(context.db, context.slice, context.timezone, as_of, now)
    (leads,) = context.ask("journal_count").column("leads")
    then = LeadsThen(leads, later)
    said = texts("changes.then_and_now", then=formats.number(leads), now=formats.number(then.now))
    if not later:
        return (Paragraph(said), *empty(context, "changes.nothing_since"))
    rows = sorted(
        later, key=lambda one: (_KINDS.index(one.kind), one.field is not None, -one.leads)
    )
    table = table_of(
        context,
        texts("changes.since"),
        _COLUMNS,
        rows,
        is_sortable=False,
        level=lambda row: int(row.field is not None),
    )
    return (Paragraph(said, "notice"), table)


def _what(row: LaterKnowledge, context: CardContext) -> Cell:
    """The kind; below it, the fields that are other ones."""
    if row.field is None:
        return CellMaker(context.formats).words(context.texts(f"changes.later_{row.kind}"))
    if row.field == "second_model":
        return CellMaker(context.formats).words(context.texts("lead.second_model"))
    return CellMaker(context.formats).words(parameter_text(parameter_of(row.field), context.texts))


_COLUMNS: Columns[LaterKnowledge] = (
    column.Column("changes.what", _what),
    column.number("site.leads", lambda row: row.leads),
)
