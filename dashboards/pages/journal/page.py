"""`/journal`: the leads one by one, newest first, a hundred at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from analytics.reports.parameter import ReportParameter
from analytics.reports.registry import AFTER
from dashboards.api.exports import FORMATS
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.empty import empty_slice
from dashboards.page.from_url import everything
from dashboards.page.inquiry import CardContext
from dashboards.page.slice_bar import Choice
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.pages.journal.columns import DEFAULT, NAMES, JournalColumn, shows, title
from dashboards.pages.journal.saved_views import LONGEST_NAME, SavedView, kept_query, views_of
from dashboards.slice.period import ALL

ROWS = 100

Record = dict[str, Any]
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ListedView:
    """A saved view as it is listed."""

    view: SavedView
    href: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class JournalTools:
    """What stands over the list: to search, to choose columns, to save what one looks at.

    `searched_by`: the filter that the search is. `others`: names and values that the search sends
    along; `slice`: those that the choice of columns does. `views`: None for who can have none.
    """

    action: str | None
    searched_by: str
    searched: str
    others: Pairs
    slice: Pairs
    columns: Sequence[Choice]
    are_columns_chosen: bool
    all_columns: str | None
    views: Sequence[ListedView] | None
    query: str
    longest_name: int


def rows(inquiry: CardContext) -> Sequence[Part]:
    leads: int = inquiry.ask("journal_count").column("leads")[0]
    tools = _tools(inquiry)
    if not leads:
        return (*tools, *empty_slice(inquiry, 0), *_at_other_times(inquiry))
    after = {one.name: inquiry.options[one.name] for one in AFTER}
    found = inquiry.ask("journal", limit=ROWS + 1, **after).records()
    shown = found[:ROWS]
    said = Paragraph(_shown_text(len(shown), leads, inquiry))
    return (*tools, said, *_list(shown, inquiry), *_pager(shown, len(found) > ROWS, inquiry))


PAGE = Page(
    "journal",
    "/journal",
    (Card("journal.rows", rows),),
    (ReportParameter("columns", DEFAULT, choices=NAMES, is_several=True), *AFTER),
)


def _list(shown: Sequence[Record], inquiry: CardContext) -> Sequence[Part]:
    if not shown:
        return (Paragraph(inquiry.visit.texts("journal.no_more"), "empty"),)
    columns, cells = shows(inquiry.options["columns"]), CellMaker(inquiry.visit.formats)
    texts = inquiry.visit.texts
    return (
        Table(
            texts("journal.rows"),
            [
                Column(texts("journal.column_at"), "text"),
                *(Column(title(one.name, inquiry), one.kind) for one in columns),
            ],
            [_row(row, columns, cells, inquiry) for row in shown],
            "journal",
            # Sorted by a column, a hundred rows of thousands would look like the whole.
            is_sortable=False,
        ),
    )


def _row(
    row: Record, columns: Sequence[JournalColumn], cells: CellMaker, inquiry: CardContext
) -> Row:
    card = inquiry.lead(row["lead_type"], row["lead_id"])
    return Row([cells.moment(row["at"], card), *(one.make(row, cells) for one in columns)])


def _shown_text(shown: int, leads: int, inquiry: CardContext) -> str:
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    written = formats.count("leads", leads)
    before = inquiry.options["after_at"]
    if before is not None:
        moment = formats.short_moment(before)
        return texts("journal.shown_before", count=formats.number(shown), at=moment, leads=written)
    if shown < leads:
        return texts("journal.shown_first", count=formats.number(shown), leads=written)
    return texts("journal.shown_all", leads=written)


def _pager(shown: Sequence[Record], is_more: bool, inquiry: CardContext) -> Sequence[Part]:
    last = shown[-1] if is_more else None
    older = last and {
        "after_at": last["at"].isoformat(),
        "after_type": last["lead_type"],
        "after_id": f"{last['lead_id']}",
    }
    query = _query(inquiry)
    links = {
        "newest": inquiry.url("/journal", query) if inquiry.options["after_at"] else None,
        "older": inquiry.url("/journal", f"{query}&{urlencode(older)}") if older else None,
    }
    return (TemplatePart("parts/journal_pager.html", {**links, "exports": _exports(inquiry)}),)


def _exports(inquiry: CardContext) -> Pairs:
    """Names of formats, and where the journal is had in each, all of it."""
    if inquiry.origin is None:
        return []
    address, texts = f"{inquiry.origin}/api/reports/journal", inquiry.visit.texts
    return [
        (texts(f"journal.format_{name}"), f"{address}?{inquiry.slice.query}&format={name}")
        for name in FORMATS
        if name != "json"
    ]


def _at_other_times(inquiry: CardContext) -> Sequence[Part]:
    """A client who was searched for may have called at another time."""
    here, formats = inquiry.slice, inquiry.visit.formats
    span = everything(inquiry.db, inquiry.visit)
    if span is None or not {"search", "lead_id"} & set(here.chosen):
        return ()
    always = replace(here.of(span), name=ALL)
    found = inquiry.ask("journal_count", always).column("leads")[0]
    if not found:
        return ()
    text = inquiry.visit.texts("journal.at_other_times", leads=formats.count("leads", found))
    return (Paragraph("", "note", inquiry.url("/journal", always.query), text),)


def _tools(inquiry: CardContext) -> Sequence[TemplatePart]:
    """None on a page that is sent or kept: forms need the session of the reader."""
    if inquiry.origin != "":
        return ()
    here, chosen = inquiry.slice, inquiry.options["columns"]
    by = "search" if inquiry.reader.sees_personal else "lead_id"
    searched = here.chosen.get(by, ())
    texts = inquiry.visit.texts
    columns = _columns_pairs(inquiry)
    tools = JournalTools(
        action=inquiry.url("/journal"),
        searched_by=by,
        searched=searched[0] if searched else "",
        others=[*here.without(by).pairs, *columns],
        slice=here.pairs,
        columns=[Choice(one, title(one, inquiry), one in chosen) for one in NAMES],
        are_columns_chosen=chosen != DEFAULT,
        all_columns=inquiry.url("/journal", here.query),
        views=None if inquiry.reader.is_token else _views(inquiry),
        query=_query(inquiry),
        longest_name=LONGEST_NAME,
    )
    label = texts("journal.search_phone" if by == "search" else "journal.search_id")
    return (TemplatePart("parts/journal_tools.html", {"tools": tools, "search_label": label}),)


def _views(inquiry: CardContext) -> list[ListedView]:
    here = kept_query(_query(inquiry))
    return [
        ListedView(one, inquiry.url("/journal", one.query), one.query == here)
        for one in views_of(inquiry.reader)
    ]


def _query(inquiry: CardContext) -> str:
    """The journal's own URL, from the newest on."""
    return urlencode([*inquiry.slice.pairs, *_columns_pairs(inquiry)])


def _columns_pairs(inquiry: CardContext) -> Pairs:
    chosen = inquiry.options["columns"]
    return [("columns", ",".join(chosen))] if chosen != DEFAULT else []
