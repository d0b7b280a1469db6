"""Saved views as every page has them: pinned in the menu, in the bar, in the palette, at the start.

A page asks `state.sqlite` once for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, g, make_response, redirect, request

from dashboards.access.gate import current_gate, current_reader
from dashboards.access.roles import Reader
from dashboards.page.cards import Page
from dashboards.page.context import CardContext
from dashboards.page.palette import palette_of
from dashboards.page.slice_bar import SliceBar
from dashboards.slice.kept import is_about_person, same_query
from dashboards.views.addresses import address_for, address_of, kept_of
from dashboards.views.saved import LONGEST_NAME, KeptViews, SavedView, kept_by, may_share
from dashboards.wording.texts import Texts

_HOME = "dashboards.overview"


@dataclass(frozen=True, slots=True)
class LinkedView:
    """`text`: its name. `href`: None where there is no such page any more."""

    view: SavedView
    text: str
    href: str | None
    is_open: bool = False
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class ViewsMenu:
    """What the bar of a page knows of views. `moving`, `fixed`: the queries that a new one would
    keep; `moving` is None where the page stands on dates. `is_searched`: whether something is
    searched for, which is not kept."""

    page: str
    views: Sequence[LinkedView]
    moving: str | None
    fixed: str
    is_dated: bool
    has_history: bool
    is_searched: bool
    may_share: bool
    longest_name: int = LONGEST_NAME


def kept_views() -> KeptViews:
    """Of who reads; programs and guests have none."""
    if "kept_views" not in g:
        g.kept_views = _read(g.get("reader"))
    kept: KeptViews = g.kept_views
    return kept


def pinned_links() -> list[LinkedView]:
    """Of the menu."""
    reader: Reader | None = g.get("reader")
    return [_linked(view, reader) for view in kept_views().in_menu if reader]


def views_menu(page: Page, bar: SliceBar, context: CardContext) -> ViewsMenu | None:
    """None for programs."""
    reader = context.reader
    if reader.is_token or page.name != kept_page(page):
        return None
    here = kept_of(page, _with(bar.query, page, context))
    fixed = kept_of(page, _with(bar.pinned or bar.query, page, context))
    views = kept_views().of_page(page.name)
    return ViewsMenu(
        page.name,
        [_listed(view, here, reader) for view in views],
        here if bar.pinned or page.sliced == "no" else None,
        fixed,
        is_dated=page.sliced != "no",
        has_history=page.has_history and page.sliced != "no" and not context.reader_context.as_of,
        is_searched=is_about_person(bar.query),
        may_share=may_share(reader),
    )


def kept_page(page: Page) -> str | None:
    """Its name, where it can be kept."""
    return page.name if address_of(page.name, "") else None


def palette_knows(page: Page, bar: SliceBar, reader: Reader, texts: Texts) -> dict[str, Any]:
    views = [_linked(view, reader) for view in kept_views().views]
    return palette_of(page, bar, views, texts)


def open_start_view() -> Response | None:
    """Who comes to the home page without saying more is led to the view they start at."""
    if request.endpoint != _HOME or request.args or request.method != "GET":
        return None
    view = kept_views().starts_at
    address = view and address_for(current_reader(), view)
    return make_response(redirect(address)) if address else None


def _read(reader: Reader | None) -> KeptViews:
    if reader is None or reader.is_token:
        return KeptViews()
    with current_gate().access.reading() as db:
        return kept_by(db, reader.name)


def _linked(view: SavedView, reader: Reader) -> LinkedView:
    return LinkedView(view, view.name, address_for(reader, view))


def _listed(view: SavedView, here: str, reader: Reader) -> LinkedView:
    is_open = same_query(view.query, here)
    return LinkedView(view, view.name, address_for(reader, view), is_open, view.may_change(reader))


def _with(query: str, page: Page, context: CardContext) -> str:
    """With what the page shows though its URL need not say it."""
    shown = list(page.shown_options(context))
    names = {name for name, _ in shown}
    return urlencode([*(pair for pair in parse_qsl(query) if pair[0] not in names), *shown])
