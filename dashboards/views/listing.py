"""`/views`: all views that a reader sees, and what they share: links and schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint

from dashboards.access.gate import current_gate, require_user, shown_to
from dashboards.access.roles import Audience, Reader
from dashboards.views.addresses import address_for
from dashboards.views.desk import report_desk
from dashboards.views.guest_links import GuestLink, list_links
from dashboards.views.menu import kept_views
from dashboards.views.saved import LONGEST_NAME, KeptViews, SavedView, may_share
from dashboards.views.schedule_rows import schedule_rows
from dashboards.views.words import page_title, query_words
from dashboards.web.reader_request import current_reader_context, render
from dashboards.wording.texts import Texts

views = Blueprint("views", __name__, url_prefix="/views")


@dataclass(frozen=True, slots=True)
class ViewRow:
    """`page`: its title. `about`: what is chosen, in words."""

    view: SavedView
    href: str | None
    page: str
    about: str
    is_pinned: bool
    is_start: bool
    is_mine: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class LinkRow:
    link: GuestLink
    page: str
    about: str
    is_open: bool


@views.get("")
@partial(shown_to, Audience.MANAGERS)
def show() -> str:
    reader, reader_context, desk = require_user(), current_reader_context(), report_desk()
    return render(
        "views/list.html",
        reader_context,
        rows=_rows(kept_views(), reader, reader_context.texts),
        links=_links(reader, reader_context.texts) if may_share(reader) else (),
        schedules=schedule_rows(desk, reader, reader_context) if desk and may_share(reader) else (),
        may_share=may_share(reader),
        me=reader,
        longest_name=LONGEST_NAME,
    )


def _links(reader: Reader, texts: Texts) -> Sequence[LinkRow]:
    """Of everybody for admins; those that still work first."""
    access = current_gate().access
    with access.reading() as db:
        links = list_links(db, None if reader.is_admin else reader.name)
    now = access.clock()
    rows = [
        LinkRow(
            link, page_title(link.page, texts), query_words(link.query, texts), link.is_open(now)
        )
        for link in links
    ]
    return sorted(rows, key=lambda row: not row.is_open)


def _rows(kept: KeptViews, reader: Reader, texts: Texts) -> Sequence[ViewRow]:
    return [
        ViewRow(
            view,
            address_for(reader, view),
            page_title(view.page, texts),
            query_words(view.query, texts),
            is_pinned=view.view_id in kept.pinned,
            is_start=view.view_id == kept.start,
            is_mine=view.owner == reader.name,
            may_change=view.may_change(reader),
        )
        for view in kept.views
    ]
