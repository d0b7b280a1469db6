"""Leads by group as a tree: source → medium → utm_campaign → utm_content → utm_term.

A row's link leads to a page about the row, grouped by the next step; with scripts (static/tree.js)
it opens the rows below instead, which are fetched from rows.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from analytics.reports.asking import Answer
from analytics.reports.groups import DEFAULT_GROUPS, GROUPS
from analytics.reports.parameter import ReportParameter
from dashboards.page import column
from dashboards.page.column import Column, Columns, EarlierRows, table_of
from dashboards.page.comparison import against
from dashboards.page.context import CardContext
from dashboards.page.groups import IN_ORDER, GroupNames, group_cell, next_group, within
from dashboards.page.rows import rows_of
from dashboards.page.tables import Batches, Cell, CellMaker, Heading, Row, Table
from dashboards.slice.slice import Slice
from dashboards.wording.changes import Change, ChangeWording
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
class Scale:
    """What the rows of a tree are measured by, at any level: the leads of its largest row, whose
    bar is the longest, and those of the whole tree."""

    most: int
    whole: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A row of the tree: the leads with one value of a group, which reads as `words`. `about`:
    their slice; None where no filter tells it."""

    group: str
    value: Any
    counted: GroupLeads
    about: Slice | None
    level: int
    scale: Scale
    words: str = ""

    def leads(self, number: int, context: CardContext, **narrowed: object) -> str | None:
        """Where they are listed; None for no leads at all."""
        return context.leads(self.about, **narrowed) if self.about is not None and number else None


def headings(group: str, context: CardContext) -> list[Heading]:
    return [shown.heading(context.texts) for shown in _columns(group)]


def tree_title(context: CardContext) -> str:
    """Leads by source, by campaign …"""
    return context.texts("attribution.tree_by", by=by_text(context))


def by_text(context: CardContext) -> str:
    """By what the page is grouped, as part of a title."""
    return context.texts(f"by_group.{context.options['group_by']}")


def tree_table(
    group: str,
    branches: Sequence[Branch],
    context: CardContext,
    whole: Callable[[Batches], Iterator[Branch]] | None = None,
) -> Table:
    columns, label, earlier = _columns(group), tree_title(context), _earlier(group, context)
    return table_of(
        context,
        label,
        columns,
        branches,
        "tree",
        level=_level,
        earlier=None if earlier is None else EarlierRows(lambda branch: branch.value, earlier),
        whole=whole,
    )


def _earlier(group: str, context: CardContext) -> dict[Any, Branch] | None:
    """The values of the group in what the page is compared with."""
    about = against(context).asked
    if about is None:
        return None
    answer = context.ask_grouped("attribution", (group,), about)
    counts = zip(answer.column(group), rows_of(answer, GroupLeads), strict=True)
    scale = scale_of(answer)
    return {value: Branch(group, value, counted, None, 0, scale) for value, counted in counts}


def total_of(group: str, answer: Answer, scale: Scale, context: CardContext) -> Row:
    """Of all groups, the ones that are not listed included: each lead is in one of them."""
    whole = _whole(group, rows_of(answer, GroupLeads), context.slice, scale)
    earlier = _earlier(group, context)
    branches = list((earlier or {}).values())
    scale_before = branches[0].scale if branches else Scale(0, 0)
    before = _whole(group, [one.counted for one in branches], None, scale_before)
    _, *numbers = (
        shown.cell(whole, context)
        if earlier is None
        else shown.compared_cell(whole, before, context)
        for shown in _columns(group)
    )
    title = CellMaker(context.formats).words(context.texts("site.total"))
    return Row([title, *(replace(cell, bar=None) for cell in numbers)])


def _whole(group: str, counts: Sequence[GroupLeads], about: Slice | None, scale: Scale) -> Branch:
    summed = (sum(getattr(one, count.name) for one in counts) for count in fields(GroupLeads))
    return Branch(group, None, GroupLeads(*summed), about, 0, scale)


def branches_of(
    context: CardContext, group: str, shown: int, level: int = 0, scale: Scale | None = None
) -> tuple[list[Branch], Answer]:
    """The first so many values of a group, those of time in its order; and the whole answer.
    Without `scale` they are measured by one another."""
    answer = context.ask_grouped("attribution", (group,))
    measured = scale or scale_of(answer)
    return list(branches_in(answer, context, group, measured, shown, level)), answer


def branches_in(
    answer: Answer,
    context: CardContext,
    group: str,
    scale: Scale,
    shown: int | None = None,
    level: int = 0,
) -> Iterator[Branch]:
    """Those in an answer, each made as it is taken."""
    rows, place = answer.rows, answer.columns.index(group)
    names = GroupNames.read(group, context)
    if group in IN_ORDER:
        rows = sorted(rows, key=lambda row: (row[place] is None, row[place]))
    counts = rows_of(replace(answer, rows=rows[:shown]), GroupLeads)
    for row, counted in zip(rows, counts, strict=False):
        about = within(context.slice, group, row[place])
        yield Branch(group, row[place], counted, about, level, scale, names.of(row[place]))


def scale_of(answer: Answer) -> Scale:
    leads = answer.column("leads")
    return Scale(max(leads, default=0), sum(leads))


def rows_below(context: CardContext, group: str, level: int, scale: Scale) -> Sequence[Row]:
    """The rows below the leads of the context; a step at which none of them has a value is
    skipped."""
    branches, answer = branches_of(context, group, MOST_ROWS_BELOW, level, scale)
    in_all = len(answer.rows)
    deeper = next_group(group, context.slice)
    if in_all == 1 and branches[0].value is None:
        below = replace(context, slice=context.slice.narrowed(**{group: None}))
        return rows_below(below, deeper, level, scale) if deeper else [_nothing_below(below, level)]
    rows, left = tree_table(group, branches, context).rows, in_all - len(branches)
    return [*rows, _more(left, group, context, level)] if left else rows


def _level(branch: Branch) -> int:
    return branch.level


def _name(branch: Branch, context: CardContext) -> Cell:
    group, value, about, formats = branch.group, branch.value, branch.about, context.formats
    cell = group_cell(group, value, branch.words, formats)
    cell = replace(cell, why=context.texts(f"group.{group}"))
    deeper = None if about is None else next_group(group, about)
    if about is None or deeper is None:
        return replace(cell, href=branch.leads(branch.counted.leads, context))
    query = [*about.pairs, ("group_by", deeper)]
    scale = (("most", branch.scale.most), ("whole", branch.scale.whole))
    below = [*query, ("level", branch.level + 1), *scale]
    return replace(
        cell,
        href=context.url(PATH, urlencode(query)),
        opens=context.url(ROWS_PATH, urlencode(below)),
    )


def _leads(branch: Branch, context: CardContext) -> Cell:
    leads = branch.counted.leads
    return CellMaker(context.formats).number(leads, branch.leads(leads, context), branch.scale.most)


def _target_rate(branch: Branch, context: CardContext) -> Cell:
    part, whole = branch.counted.target_leads, branch.counted.target_known
    return replace(CellMaker(context.formats).rate(part, whole), bar=share(part, whole))


def _leads_changed(row: Branch, earlier: Branch | None, wording: ChangeWording) -> Change:
    return wording.count(row.counted.leads, earlier.counted.leads if earlier else 0)


def _rate_changed(row: Branch, earlier: Branch | None, wording: ChangeWording) -> Change | None:
    if earlier is None:
        return None
    now, before = row.counted, earlier.counted
    return wording.share(
        (now.target_leads, now.target_known), (before.target_leads, before.target_known)
    )


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
    empty: Sequence[Cell] = [Cell("")] * len(_COUNTS)
    return Row([Cell(text, None, href), *empty], is_rest=True, level=level)


_COUNTS: Columns[Branch] = (
    Column("site.leads", _leads, "number", change=_leads_changed),
    column.rate(
        "attribution.share", lambda branch: (branch.counted.leads, branch.scale.whole), why=True
    ),
    _count("site.calls", lambda counted: counted.calls, lead_type="call"),
    _count("site.requests", lambda counted: counted.requests, lead_type="request"),
    _count("overview.unique_short", lambda counted: counted.unique_leads, unique=True),
    _count("overview.target_short", lambda counted: counted.target_leads, target=True),
    Column("overview.target_rate", _target_rate, "number", why=True, change=_rate_changed),
    _count(
        "attribution.unique_target",
        lambda counted: counted.unique_target_leads,
        only="unique_target",
    ),
)


def _columns(group: str) -> Columns[Branch]:
    return (Column(f"group.{group}", _name), *_COUNTS)
