"""`/journal`: the leads one by one, newest first, a hundred at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from analytics.reports.parameter import ReportParameter
from analytics.reports.parameters import AFTER
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.choices import Choice
from dashboards.page.column import table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_slice
from dashboards.page.rows import ask_rows, whole_list
from dashboards.page.tables import Batches
from dashboards.pages.journal.columns import AT, DEFAULT, NAMES, SHOWS, JournalLead
from dashboards.pages.journal.saved_views import LONGEST_NAME, SavedView, kept_query, views_of
from dashboards.slice.period import ALL

ROWS = 100

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


def rows(context: CardContext) -> Sequence[Part]:
    leads: int = context.ask("journal_count").column("leads")[0]
    tools = _tools(context)
    if not leads:
        return (*tools, *empty_slice(context, 0), *_at_other_times(context))
    after = {option.name: context.options[option.name] for option in AFTER}
    asked = ask_rows(context, "journal", JournalLead, limit=ROWS + 1, **after)
    shown = asked[:ROWS]
    how_many = Paragraph(_shown_text(len(shown), leads, context))
    listed = _list(shown, whole_list(asked), context)
    return (*tools, how_many, *listed, *_pager(shown, len(asked) > ROWS, context))


PAGE = Page(
    "journal",
    "/journal",
    (Card("journal.rows", rows),),
    (ReportParameter("columns", DEFAULT, choices=NAMES, is_several=True), *AFTER),
)


def _list(
    shown: Sequence[JournalLead],
    whole: Callable[[Batches], Iterator[JournalLead]] | None,
    context: CardContext,
) -> Sequence[Part]:
    if not shown:
        return empty(context, "journal.no_more")
    chosen = [shows for name, shows in SHOWS.items() if name in context.options["columns"]]
    label = context.texts("journal.rows")
    # Sorted by a column, a hundred rows of thousands would look like the whole.
    columns = [AT, *chosen]
    return (table_of(context, label, columns, shown, "journal", is_sortable=False, whole=whole),)


def _shown_text(shown: int, leads: int, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    written = formats.count("leads", leads)
    before = context.options["after_at"]
    if before is not None:
        moment = formats.short_moment(before)
        return texts("journal.shown_before", count=formats.number(shown), at=moment, leads=written)
    if shown < leads:
        return texts("journal.shown_first", count=formats.number(shown), leads=written)
    return texts("journal.shown_all", leads=written)


def _pager(shown: Sequence[JournalLead], is_more: bool, context: CardContext) -> Sequence[Part]:
    last = shown[-1] if is_more else None
    older = last and {
        "after_at": last.at.isoformat(),
        "after_type": last.lead_type,
        "after_id": f"{last.lead_id}",
    }
    query = _query(context)
    links = {
        "newest": context.url("/journal", query) if context.options["after_at"] else None,
        "older": context.url("/journal", f"{query}&{urlencode(older)}") if older else None,
    }
    return (TemplatePart("parts/journal_pager.html", {**links, "exports": _exports(context)}),)


def _exports(context: CardContext) -> Pairs:
    """Names of formats, and where the journal is had in each: all of it, with these columns."""
    links = ((name.upper(), context.file(name)) for name in ("xlsx", "csv"))
    return [(text, link) for text, link in links if link]


def _at_other_times(context: CardContext) -> Sequence[Part]:
    """A client who was searched for may have called at another time."""
    here, formats = context.slice, context.formats
    span = context.everything()
    if span is None or not {"search", "lead_id"} & set(here.chosen):
        return ()
    always = replace(here.of(span), name=ALL)
    (leads,) = context.ask("journal_count", always).column("leads")
    if not leads:
        return ()
    text = context.texts("journal.at_other_times", leads=formats.count("leads", leads))
    return (Paragraph("", "note", context.url("/journal", always.query), text),)


def _tools(context: CardContext) -> Sequence[TemplatePart]:
    """None on a page that is sent or kept: forms need the session of the reader."""
    if context.origin != "":
        return ()
    here, chosen = context.slice, context.options["columns"]
    by = "search" if context.reader.sees_personal else "lead_id"
    searched = here.chosen.get(by, ())
    texts = context.texts
    columns = _columns_pairs(context)
    tools = JournalTools(
        action=context.url("/journal"),
        searched_by=by,
        searched=searched[0] if searched else "",
        others=[*here.without(by).pairs, *columns],
        slice=here.pairs,
        columns=[Choice(name, texts(f"journal.column_{name}"), name in chosen) for name in NAMES],
        are_columns_chosen=chosen != DEFAULT,
        all_columns=context.url("/journal", here.query),
        views=None if context.reader.is_token else _views(context),
        query=_query(context),
        longest_name=LONGEST_NAME,
    )
    label = texts("journal.search_phone" if by == "search" else "journal.search_id")
    return (TemplatePart("parts/journal_tools.html", {"tools": tools, "search_label": label}),)


def _views(context: CardContext) -> list[ListedView]:
    here = kept_query(_query(context))
    return [
        ListedView(view, context.url("/journal", view.query), view.query == here)
        for view in views_of(context.reader)
    ]


def _query(context: CardContext) -> str:
    """The journal's own URL, from the newest on."""
    return urlencode([*context.slice.pairs, *_columns_pairs(context)])


def _columns_pairs(context: CardContext) -> Pairs:
    chosen = context.options["columns"]
    return [("columns", ",".join(chosen))] if chosen != DEFAULT else []
