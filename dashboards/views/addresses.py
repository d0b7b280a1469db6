"""Pages that can be kept as views, and where a view leads."""

from collections.abc import Mapping

from flask import url_for

from dashboards.access.roles import Reader
from dashboards.page.cards import Page
from dashboards.pages.register import PAGES
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.kept import kept_query
from dashboards.views.saved import STATEMENTS, SavedView

VIEWED: Mapping[str, Page] = {page.name: page for page in PAGES if page.is_listed}
"""Pages of the menu: others are about one lead, flow or operation."""


def page_of(name: str) -> Page:
    """Raises `BadQuery`."""
    if name not in VIEWED:
        raise BadQuery("bad_query.page", tuple(VIEWED), name=name)
    return VIEWED[name]


def kept_of(page: Page, query: str) -> str:
    """What a view of this page keeps of its query."""
    options = [option.name for option in page.options if not option.is_place]
    return kept_query(query, options)


def address_of(page: str, query: str) -> str | None:
    """None where this version has no such page."""
    if page not in VIEWED and page != STATEMENTS:
        return None
    endpoint = "sql_page.show_editor" if page == STATEMENTS else page
    return url_for(f"dashboards.{endpoint}") + (f"?{query}" if query else "")


def address_for(reader: Reader, view: SavedView) -> str | None:
    """None also where the reader may not see that page."""
    if view.page == STATEMENTS:
        return None if reader.is_limited else address_of(view.page, view.query)
    page = VIEWED.get(view.page)
    return address_of(view.page, view.query) if page and reader.is_among(page.audience) else None
