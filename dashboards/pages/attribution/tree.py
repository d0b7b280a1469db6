"""Leads by group as a tree: source → medium → utm_campaign → utm_content → utm_term.

A row's link leads to a page about the row, grouped by the next step; with scripts (static/tree.js)
it opens the rows below instead, which are fetched from here.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from analytics.reports.groups import DEFAULT_GROUPS, GROUPS
from analytics.reports.parameter import ReportParameter
from dashboards.page.cards import Page
from dashboards.page.from_url import inquire
from dashboards.page.groups import IN_ORDER, group_order, group_text, next_group, within
from dashboards.page.inquiry import CardContext
from dashboards.page.render import refuse_unknown
from dashboards.page.tables import Cell, CellMaker, Column, Row
from dashboards.slice.slice import Slice
from dashboards.web.reader_request import render, visit_to
from dashboards.web.settings import dashboards
from dashboards.wording.rates import share

PATH = "/attribution"
GROUP_BY = ReportParameter("group_by", DEFAULT_GROUPS[0], choices=tuple(GROUPS))
MOST_ROWS = 200
MOST_ROWS_BELOW = 100

Record = dict[str, Any]

_ROWS = Page(
    "attribution",
    f"{PATH}/rows",
    (),
    (GROUP_BY, ReportParameter("level", 1, 1, 9), ReportParameter("most", 0)),
)


def show_rows() -> Response:
    """The view of the rows below one row: `<tr>`s alone. Raises `BadQuery`, `NotPublished`."""
    refuse_unknown(request.args, _ROWS)
    with dashboards().published.reading() as db:
        visit = visit_to(db)
        inquiry = inquire(db, visit, _ROWS, request.args, {})
        options = inquiry.options
        rows = rows_below(inquiry, options["group_by"], options["level"], options["most"])
    return Response(render("parts/tree_rows.html", visit, columns=columns(inquiry), rows=rows))


def columns(inquiry: CardContext) -> list[Column]:
    texts = inquiry.visit.texts
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


def asked_rows(inquiry: CardContext, group: str) -> list[Record]:
    """All rows of a group; of time in its order."""
    rows = inquiry.ask_grouped("attribution", (group,)).records()
    if group in IN_ORDER:
        rows.sort(key=lambda row: (row[group] is None, row[group]))
    return rows


def rows_below(inquiry: CardContext, group: str, level: int, most: int) -> list[Row]:
    """The rows below the leads of the inquiry; a step at which none of them has a value is skipped.

    `most`: the leads of the tree's largest row, whose bar is the longest.
    """
    rows = asked_rows(inquiry, group)
    deeper = next_group(group, inquiry.slice)
    if len(rows) == 1 and rows[0][group] is None:
        below = replace(inquiry, slice=inquiry.slice.narrowed(**{group: None}))
        return rows_below(below, deeper, level, most) if deeper else [_nothing_below(below, level)]
    shown = [tree_row(row, group, inquiry, level, most) for row in rows[:MOST_ROWS_BELOW]]
    if len(rows) > MOST_ROWS_BELOW:
        shown.append(_more(len(rows) - MOST_ROWS_BELOW, group, inquiry, level))
    return shown


def tree_row(row: Record, group: str, inquiry: CardContext, level: int, most: int) -> Row:
    about = within(inquiry.slice, group, row[group])
    cells = CellMaker(inquiry.visit.formats)
    rate = cells.rate(row["target_leads"], row["target_known"])
    return Row(
        [
            _name(row, group, inquiry, about, level, most),
            cells.number(row["leads"], _leads(inquiry, about, row["leads"]), most),
            _number(row["calls"], inquiry, about, lead_type="call"),
            _number(row["requests"], inquiry, about, lead_type="request"),
            _number(row["unique_leads"], inquiry, about, unique=True),
            _number(row["target_leads"], inquiry, about, target=True),
            replace(rate, bar=share(row["target_leads"], row["target_known"])),
            _number(row["unique_target_leads"], inquiry, about, only="unique_target"),
        ],
        level=level,
    )


def _name(
    row: Record, group: str, inquiry: CardContext, about: Slice | None, level: int, most: int
) -> Cell:
    value, texts = row[group], inquiry.visit.texts
    text = group_text(group, value, inquiry.visit.formats)
    cell = Cell(text, group_order(group, value, text), why=texts(f"group.{group}"))
    cell = replace(cell, is_foreign=True)
    deeper = None if about is None else next_group(group, about)
    if about is None or deeper is None:
        return replace(cell, href=_leads(inquiry, about, row["leads"]))
    query = [*about.pairs, ("group_by", deeper)]
    below = [*query, ("level", level + 1), ("most", most)]
    return replace(
        cell,
        href=inquiry.url(PATH, urlencode(query)),
        opens=inquiry.url(_ROWS.path, urlencode(below)),
    )


def _number(number: int, inquiry: CardContext, about: Slice | None, **narrowed: object) -> Cell:
    return CellMaker(inquiry.visit.formats).number(
        number, _leads(inquiry, about, number, **narrowed)
    )


def _leads(
    inquiry: CardContext, about: Slice | None, number: int, **narrowed: object
) -> str | None:
    """None to no leads at all."""
    return inquiry.leads(about, **narrowed) if about is not None and number else None


def _nothing_below(inquiry: CardContext, level: int) -> Row:
    text = inquiry.visit.texts("attribution.nothing_below")
    return _said(text, inquiry.leads(), inquiry, level)


def _more(left: int, group: str, inquiry: CardContext, level: int) -> Row:
    formats = inquiry.visit.formats
    text = formats.texts("attribution.more_below", count=formats.number(left))
    query = urlencode([*inquiry.slice.pairs, ("group_by", group)])
    return _said(text, inquiry.url(PATH, query), inquiry, level)


def _said(text: str, href: str | None, inquiry: CardContext, level: int) -> Row:
    cells: Sequence[Cell] = [Cell("")] * (len(columns(inquiry)) - 1)
    return Row([Cell(text, None, href), *cells], is_rest=True, level=level)
