"""Leads by group as a tree: source → medium → utm_campaign → utm_content → utm_term.

A row's link leads to a page about the row, grouped by the next step; with scripts (static/tree.js)
it opens the rows below instead, which are fetched from rows.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from analytics.reports.asking import Answer
from analytics.reports.groups import DEFAULT_GROUPS, GROUPS
from analytics.reports.parameter import ReportParameter
from dashboards.page import column
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.groups import IN_ORDER, group_cell, group_text, next_group, within
from dashboards.page.rows import rows_of
from dashboards.page.tables import Batches, Cell, CellMaker, Heading, Row, Table
from dashboards.slice.slice import Slice
from dashboards.wording.rates import share

PATH = "/attribution"
ROWS_PATH = f"{PATH}/rows"
GROUP_BY = ReportParameter("group_by", DEFAULT_GROUPS[0], choices=tuple(GROUPS))
MOST_ROWS = 200
MOST_ROWS_BELOW = 100


@dataclass(frozen=True, slots=True)
class GroupLeads:
    leads: int
    calls: int
    requests: int
    unique_leads: int
    target_leads: int
    target_known: int
    unique_target_leads: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A row of the tree: the leads with one value of a group. `about`: their slice; None where no
    filter tells it. `most`: the leads of the tree's largest row, whose bar is the longest."""

    group: str
    value: Any
    counted: GroupLeads
    about: Slice | None
    level: int
    most: int

    def leads(self, number: int, context: CardContext, **narrowed: object) -> str | None:
        """Where they are listed; None for no leads at all."""
        return context.leads(self.about, **narrowed) if self.about is not None and number else None


def headings(context: CardContext) -> list[Heading]:
    return [shown.heading(context.texts) for shown in _COLUMNS]


def tree_table(
    branches: Sequence[Branch],
    context: CardContext,
    whole: Callable[[Batches], Iterator[Branch]] | None = None,
) -> Table:
    label, columns = context.texts("attribution.tree"), _COLUMNS
    return table_of(context, label, columns, branches, "tree", level=_level, whole=whole)


def branches_of(
    context: CardContext, group: str, shown: int, level: int = 0, most: int | None = None
) -> tuple[list[Branch], Answer]:
    """The first so many values of a group, those of time in its order; and the whole answer.
    Without `most`, the largest of them has the longest bar."""
    answer = context.ask_grouped("attribution", (group,))
    return list(branches_in(answer, context, group, shown, level, most)), answer


def branches_in(
    answer: Answer,
    context: CardContext,
    group: str,
    shown: int | None = None,
    level: int = 0,
    most: int | None = None,
) -> Iterator[Branch]:
    """Those in an answer, each made as it is taken."""
    rows, place = answer.rows, answer.columns.index(group)
    if group in IN_ORDER:
        rows = sorted(rows, key=lambda row: (row[place] is None, row[place]))
    if most is None:
        most = max(answer.column("leads"), default=0)
    counts = rows_of(replace(answer, rows=rows[:shown]), GroupLeads)
    for row, counted in zip(rows, counts, strict=False):
        about = within(context.slice, group, row[place])
        yield Branch(group, row[place], counted, about, level, most)


def rows_below(context: CardContext, group: str, level: int, most: int) -> Sequence[Row]:
    """The rows below the leads of the context; a step at which none of them has a value is
    skipped."""
    branches, answer = branches_of(context, group, MOST_ROWS_BELOW, level, most)
    in_all = len(answer.rows)
    deeper = next_group(group, context.slice)
    if in_all == 1 and branches[0].value is None:
        below = replace(context, slice=context.slice.narrowed(**{group: None}))
        return rows_below(below, deeper, level, most) if deeper else [_nothing_below(below, level)]
    rows, left = tree_table(branches, context).rows, in_all - len(branches)
    return [*rows, _more(left, group, context, level)] if left else rows


def _level(branch: Branch) -> int:
    return branch.level


def _name(branch: Branch, context: CardContext) -> Cell:
    group, value, about, formats = branch.group, branch.value, branch.about, context.formats
    cell = group_cell(group, value, group_text(group, value, formats), formats)
    cell = replace(cell, why=context.texts(f"group.{group}"))
    deeper = None if about is None else next_group(group, about)
    if about is None or deeper is None:
        return replace(cell, href=branch.leads(branch.counted.leads, context))
    query = [*about.pairs, ("group_by", deeper)]
    below = [*query, ("level", branch.level + 1), ("most", branch.most)]
    return replace(
        cell,
        href=context.url(PATH, urlencode(query)),
        opens=context.url(ROWS_PATH, urlencode(below)),
    )


def _leads(branch: Branch, context: CardContext) -> Cell:
    leads = branch.counted.leads
    return CellMaker(context.formats).number(leads, branch.leads(leads, context), branch.most)


def _target_rate(branch: Branch, context: CardContext) -> Cell:
    part, whole = branch.counted.target_leads, branch.counted.target_known
    return replace(CellMaker(context.formats).rate(part, whole), bar=share(part, whole))


def _count(title: str, value: Callable[[GroupLeads], int], **only: object) -> Column[Branch]:
    def link(branch: Branch, context: CardContext) -> str | None:
        return branch.leads(value(branch.counted), context, **only)

    return column.number(title, lambda branch: value(branch.counted), link)


def _nothing_below(context: CardContext, level: int) -> Row:
    return _note(context.texts("attribution.nothing_below"), context.leads(), level)


def _more(left: int, group: str, context: CardContext, level: int) -> Row:
    text = context.texts("attribution.more_below", count=context.formats.number(left))
    query = urlencode([*context.slice.pairs, ("group_by", group)])
    return _note(text, context.url(PATH, query), level)


def _note(text: str, href: str | None, level: int) -> Row:
    empty: Sequence[Cell] = [Cell("")] * (len(_COLUMNS) - 1)
    return Row([Cell(text, None, href), *empty], is_rest=True, level=level)


_COLUMNS: Columns[Branch] = (
    Column("attribution.name", _name),
    Column("site.leads", _leads, "number"),
    _count("site.calls", lambda counted: counted.calls, lead_type="call"),
    _count("site.requests", lambda counted: counted.requests, lead_type="request"),
    _count("overview.unique_short", lambda counted: counted.unique_leads, unique=True),
    _count("overview.target_short", lambda counted: counted.target_leads, target=True),
    Column("overview.target_rate", _target_rate, "number", why=True),
    _count(
        "attribution.unique_target",
        lambda counted: counted.unique_target_leads,
        only="unique_target",
    ),
)
