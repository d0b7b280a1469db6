"""Leads by group as a tree: source → medium → utm_campaign → utm_content → utm_term.

A row's link leads to a page about the row, grouped by the next step; with scripts (static/tree.js)
it opens the rows below instead, which are fetched from rows.py.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from analytics.reports.asking import Answer
from analytics.reports.groups import DEFAULT_GROUPS, GROUPS
from analytics.reports.parameter import ReportParameter
from dashboards.page.context import CardContext
from dashboards.page.groups import IN_ORDER, group_order, group_text, next_group, within
from dashboards.page.tables import Cell, CellMaker, Column, Row
from dashboards.slice.slice import Slice
from dashboards.wording.rates import share

PATH = "/attribution"
ROWS_PATH = f"{PATH}/rows"
GROUP_BY = ReportParameter("group_by", DEFAULT_GROUPS[0], choices=tuple(GROUPS))
MOST_ROWS = 200
MOST_ROWS_BELOW = 100

Record = dict[str, Any]


def columns(context: CardContext) -> list[Column]:
    texts = context.texts
    return [
        Column(texts("attribution.name"), "text"),
        Column(texts("site.leads")),
        Column(texts("site.calls")),
        Column(texts("site.requests")),
        Column(texts("overview.unique_short")),
        Column(texts("overview.target_short")),
        Column(texts("overview.target_rate"), why=texts("overview.target_rate_why")),
        Column(texts("attribution.unique_target")),
    ]


def in_order(answer: Answer, group: str) -> list[Record]:
    """All rows of a group; of time from the first to the last."""
    rows = answer.records()
    if group in IN_ORDER:
        rows.sort(key=lambda row: (row[group] is None, row[group]))
    return rows


def rows_below(context: CardContext, group: str, level: int, most: int) -> list[Row]:
    """The rows below the leads of the context; a step at which none of them has a value is skipped.

    `most`: the leads of the tree's largest row, whose bar is the longest.
    """
    rows = in_order(context.ask_grouped("attribution", (group,)), group)
    deeper = next_group(group, context.slice)
    if len(rows) == 1 and rows[0][group] is None:
        below = replace(context, slice=context.slice.narrowed(**{group: None}))
        return rows_below(below, deeper, level, most) if deeper else [_nothing_below(below, level)]
    shown = [tree_row(row, group, context, level, most) for row in rows[:MOST_ROWS_BELOW]]
    if len(rows) > MOST_ROWS_BELOW:
        shown.append(_more(len(rows) - MOST_ROWS_BELOW, group, context, level))
    return shown


def tree_row(row: Record, group: str, context: CardContext, level: int, most: int) -> Row:
    about = within(context.slice, group, row[group])
    cells = CellMaker(context.formats)
    rate = cells.rate(row["target_leads"], row["target_known"])
    return Row(
        [
            _name(row, group, context, about, level, most),
            cells.number(row["leads"], _leads(context, about, row["leads"]), most),
            _number(row["calls"], context, about, lead_type="call"),
            _number(row["requests"], context, about, lead_type="request"),
            _number(row["unique_leads"], context, about, unique=True),
            _number(row["target_leads"], context, about, target=True),
            replace(rate, bar=share(row["target_leads"], row["target_known"])),
            _number(row["unique_target_leads"], context, about, only="unique_target"),
        ],
        level=level,
    )


def _name(
    row: Record, group: str, context: CardContext, about: Slice | None, level: int, most: int
) -> Cell:
    value, texts = row[group], context.texts
    text = group_text(group, value, context.formats)
    cell = Cell(text, group_order(group, value, text), why=texts(f"group.{group}"))
    cell = replace(cell, is_foreign=True)
    deeper = None if about is None else next_group(group, about)
    if about is None or deeper is None:
        return replace(cell, href=_leads(context, about, row["leads"]))
    query = [*about.pairs, ("group_by", deeper)]
    below = [*query, ("level", level + 1), ("most", most)]
    return replace(
        cell,
        href=context.url(PATH, urlencode(query)),
        opens=context.url(ROWS_PATH, urlencode(below)),
    )


def _number(number: int, context: CardContext, about: Slice | None, **narrowed: object) -> Cell:
    return CellMaker(context.formats).number(number, _leads(context, about, number, **narrowed))


def _leads(
    context: CardContext, about: Slice | None, number: int, **narrowed: object
) -> str | None:
    """None to no leads at all."""
    return context.leads(about, **narrowed) if about is not None and number else None


def _nothing_below(context: CardContext, level: int) -> Row:
    text = context.texts("attribution.nothing_below")
    return _said(text, context.leads(), context, level)


def _more(left: int, group: str, context: CardContext, level: int) -> Row:
    formats = context.formats
    text = formats.texts("attribution.more_below", count=formats.number(left))
    query = urlencode([*context.slice.pairs, ("group_by", group)])
    return _said(text, context.url(PATH, query), context, level)


def _said(text: str, href: str | None, context: CardContext, level: int) -> Row:
    cells: Sequence[Cell] = [Cell("")] * (len(columns(context)) - 1)
    return Row([Cell(text, None, href), *cells], is_rest=True, level=level)
