"""`/journal`: the leads one by one, newest first, a hundred at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from analytics.reports.parameter import ReportParameter
from analytics.reports.parameters import AFTER, SKIP, SORT
from dashboards.access.roles import Audience
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.choices import Choice
from dashboards.page.column import table_of
from dashboards.page.comparison import against, changes_said, compared_text
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_slice
from dashboards.page.rows import ask_rows, whole_list
from dashboards.page.tables import Batches
from dashboards.pages.journal.columns import AT, DEFAULT, NAMES, SHOWS, JournalLead
from dashboards.pages.journal.kept_columns import columns_of
from dashboards.pages.journal.sorting import Order, sorted_headings
from dashboards.slice.period import ALL
from dashboards.wording.changes import wording_of

ROWS = 100

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class JournalTools:
    """What stands over the list: to search, to choose columns, to save what one looks at.

    `searched_by`: the filter that the search is. `others`: names and values that the search sends
    along; `slice`: those that the choice of columns does. `keeps_columns`: whether the choice is
    remembered for who makes it.
    """

    action: str | None
    searched_by: str
    searched: str
    others: Pairs
    slice: Pairs
    columns: Sequence[Choice]
    are_columns_chosen: bool
    keeps_columns: bool
    query: str


def rows(context: CardContext) -> Sequence[Part]:
    leads: int = context.ask("journal_count").column("leads")[0]
    tools = _tools(context)
    if not leads:
        return (*tools, *empty_slice(context, 0), *_at_other_times(context))
    asked = ask_rows(context, "journal", JournalLead, limit=ROWS + 1, **_place(context))
    shown = asked[:ROWS]
    how_many = Paragraph(_shown_text(len(shown), leads, context))
    return (
        how_many,
        *_compared(leads, context),
        *tools,
        *_list(shown, whole_list(asked), context),
        *_pager(shown, len(asked) > ROWS, context),
    )


PAGE = Page(
    "journal",
    "/journal",
    (Card("journal.rows", rows),),
    (ReportParameter("columns", None, choices=NAMES, is_several=True), *AFTER, SORT, SKIP),
    shown_options=lambda context: _shown_columns_pairs(context),
    audience=Audience.MANAGERS,
)


def _compared(leads: int, context: CardContext) -> Sequence[Paragraph]:
    """How many more or fewer than in what the page is compared with, and the way there."""
    found = against(context)
    if found.asked is None:
        return changes_said(context, found)
    (before,) = context.ask("journal_count", found.asked).column("leads")
    change = wording_of("site.leads", context.formats).count(leads, before)
    text = context.texts("journal.compared", change=change.text, why=change.why)
    earlier = context.url("/journal", found.asked.query) if before else None
    return (Paragraph(text, "note", earlier, compared_text(context)),)


def shown_columns(context: CardContext) -> tuple[str, ...]:
    """Those that the URL names, else those that the reader keeps."""
    return context.options["columns"] or columns_of(context.reader)


def _place(context: CardContext) -> dict[str, Any]:
    """Where the page begins, and in which order, as the report takes it."""
    order = (SORT, SKIP) if context.options["sort"] else AFTER
    return {option.name: context.options[option.name] for option in order}


def _list(
    shown: Sequence[JournalLead],
    whole: Callable[[Batches], Iterator[JournalLead]] | None,
    context: CardContext,
) -> Sequence[Part]:
    if not shown:
        return empty(context, "journal.no_more")
    chosen = {name: shows for name, shows in SHOWS.items() if name in shown_columns(context)}
    columns, label = [AT, *chosen.values()], context.texts("journal.rows")
    # Sorted in the browser, a hundred rows of thousands would look like the whole.
    table = table_of(context, label, columns, shown, "journal", is_sortable=False, whole=whole)
    address = context.url("/journal", _query(context, is_sorted=False))
    if address is None:
        return (table,)
    order = Order.read(context.options["sort"])
    heads = sorted_headings(table.columns, ("at", *chosen), order, address)
    return (replace(table, columns=heads),)


def _shown_text(shown: int, leads: int, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    written = formats.count("leads", leads)
    if context.options["sort"]:
        column = texts(f"journal.column_{Order.read(context.options['sort']).column}")
        first = context.options["skip"] + 1
        last = context.options["skip"] + shown
        return texts(
            "journal.shown_sorted",
            first=formats.number(first),
            last=formats.number(last),
            leads=written,
            column=column.replace("\N{SOFT HYPHEN}", ""),
        )
    before = context.options["after_at"]
    if before is not None:
        moment = formats.short_moment(before)
        return texts("journal.shown_before", count=formats.number(shown), at=moment, leads=written)
    if shown < leads:
        return texts("journal.shown_first", count=formats.number(shown), leads=written)
    return texts("journal.shown_all", leads=written)


def _pager(shown: Sequence[JournalLead], is_more: bool, context: CardContext) -> Sequence[Part]:
    query, options = _query(context), context.options
    following = _following(shown[-1], context) if is_more else None
    is_at_start = not (options["after_at"] or options["skip"])
    links = {
        "newest": None if is_at_start else context.url("/journal", query),
        "older": following and context.url("/journal", f"{query}&{urlencode(following)}"),
        "is_sorted": bool(options["sort"]),
    }
    return (TemplatePart("parts/journal_pager.html", {**links, "exports": _exports(context)}),)


def _following(last: JournalLead, context: CardContext) -> dict[str, str]:
    """The place after the last lead that is shown."""
    if context.options["sort"]:
        return {SKIP.name: f"{context.options['skip'] + ROWS}"}
    return {
        "after_at": last.at.isoformat(),
        "after_type": last.lead_type,
        "after_id": f"{last.lead_id}",
    }


def _exports(context: CardContext) -> Pairs:
    """Names of formats, and where the journal is had in each: all of it, with these columns."""
    links = ((name.upper(), context.file(name)) for name in ("xlsx", "csv"))
    return [(text, link) for text, link in links if link]


def _at_other_times(context: CardContext) -> Sequence[Part]:
    """A client who was searched for may have called at another time."""
    here, formats = context.slice, context.formats
    span = context.everything()
    if span is None or not here.looks_at("search", "id_or_tag", "lead_id"):
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
    here, chosen = context.slice, shown_columns(context)
    by = "search" if context.reader.sees_personal else "id_or_tag"
    searched = here.chosen.get(by, ())
    texts = context.texts
    kept = [*_columns_pairs(context), *_sort_pairs(context)]
    tools = JournalTools(
        action=context.url("/journal"),
        searched_by=by,
        searched=searched[0] if searched else "",
        others=[*here.without(by).pairs, *kept],
        slice=[*here.pairs, *_sort_pairs(context)],
        columns=[Choice(name, texts(f"journal.column_{name}"), name in chosen) for name in NAMES],
        are_columns_chosen=chosen != DEFAULT,
        keeps_columns=not context.reader.is_token,
        query=_viewed(context),
    )
    label = texts("journal.search_phone" if by == "search" else "journal.search_id")
    return (TemplatePart("parts/journal_tools.html", {"tools": tools, "search_label": label}),)


def _query(context: CardContext, *, is_sorted: bool = True) -> str:
    """The journal's own URL, from the first lead on."""
    order = _sort_pairs(context) if is_sorted else []
    return urlencode([*context.slice.pairs, *_columns_pairs(context), *order])


def _viewed(context: CardContext) -> str:
    """The same with the columns that are shown."""
    named = _shown_columns_pairs(context)
    return urlencode([*context.slice.pairs, *named, *_sort_pairs(context)])


def _shown_columns_pairs(context: CardContext) -> Pairs:
    """Named also where the reader keeps them: the view may be for others."""
    columns = shown_columns(context)
    return [("columns", ",".join(columns))] if columns != DEFAULT else []


def _columns_pairs(context: CardContext) -> Pairs:
    """Where the URL names them; those that are kept need not be named."""
    named = context.options["columns"]
    return [("columns", ",".join(named))] if named else []


def _sort_pairs(context: CardContext) -> Pairs:
    return [(SORT.name, context.options[SORT.name])] if context.options[SORT.name] else []
