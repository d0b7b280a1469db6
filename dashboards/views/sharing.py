"""`/views/share`: the page as it stands, for others: a link for guests, or a schedule
(scheduling.py). Made by those who may share; each is noted in the audit."""

from datetime import date, datetime, time, timedelta
from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for

from dashboards.access.audit import Action
from dashboards.access.gate import audit, current_gate, current_reader, shown_to
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Audience, Reader
from dashboards.access.state import NotDone
from dashboards.page.cards import Page
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.kept import is_about_person
from dashboards.views.addresses import address_of, kept_of, page_of
from dashboards.views.desk import report_desk
from dashboards.views.guest_links import (
    LONGEST_NOTE,
    MOST_DAYS,
    USUAL_DAYS,
    GuestLink,
    make_link,
    revoke_link,
)
from dashboards.views.guests import guest_page
from dashboards.views.saved import LONGEST_NAME, LONGEST_QUERY, may_share
from dashboards.views.words import query_words
from dashboards.web.reader_request import current_reader_context, render
from dashboards.web.settings import dashboards

sharing = Blueprint("sharing", __name__, url_prefix="/views")


@sharing.get("/share")
@partial(shown_to, Audience.SITES)
def show() -> str:
    """Of `page` and `query`; `name`: of the view that they are of."""
    require_sharing()
    page, query = shared_page(request.args.get("page", ""), request.args.get("query", ""))
    return render_share(page, query, request.args.get("name", ""))


@sharing.post("/guests")
@partial(shown_to, Audience.SITES)
def make() -> Response:
    """Shows the link, this once."""
    reader, form, access = require_sharing(), request.form, current_gate().access
    page, query = shared_page(form.get("page", ""), form.get("query", ""))
    if not guest_page(page):
        raise BadQuery("guest.no_page")
    name = form.get("name", "")[:LONGEST_NAME]
    link = GuestLink(
        0,
        reader.name,
        page.name,
        query,
        name,
        " ".join(form.get("note", "").split())[:LONGEST_NOTE],
        "allows_period" in form,
        "allows_files" in form,
        access.clock(),
        _read_end(form.get("ends", "")),
    )
    with access.changing() as db:
        link_id, secret = make_link(db, link)
    audit(Action.GUEST_LINK_MADE, f"{link_id} {page.name}", query)
    path = url_for("dashboards.guests.show", secret=secret)
    return make_response(render_share(page, query, name, path), HTTPStatus.CREATED)


@sharing.post("/guests/<int:link_id>/revoke")
@partial(shown_to, Audience.SITES)
def revoke(link_id: int) -> Response:
    """One's own; admins may revoke any."""
    reader = require_sharing()
    try:
        with current_gate().access.changing() as db:
            revoke_link(db, link_id, None if reader.is_admin else reader.name)
    except NotDone:
        abort(HTTPStatus.NOT_FOUND)
    audit(Action.GUEST_LINK_REVOKED, f"{link_id}")
    return make_response(redirect(url_for("dashboards.views.show", _anchor="guests"), 303))


def require_sharing() -> Reader:
    """Raises `NotAllowed`."""
    if not may_share(current_reader()):
        raise NotAllowed
    return current_reader()


def shared_page(name: str, query: str) -> tuple[Page, str]:
    """Raises `NotAllowed` for a page that the reader may not see, and `BadQuery`, also where it
    would tell whom somebody searched for."""
    page = page_of(name)
    if not current_reader().is_among(page.audience):
        raise NotAllowed
    if is_about_person(query):
        raise BadQuery("share.about_person")
    if len(query) > LONGEST_QUERY:
        raise BadQuery("views.too_long")
    return page, kept_of(page, query)


def render_share(page: Page, query: str, name: str, made: str | None = None) -> str:
    """`made`: the path of the link that has just been made."""
    reader_context = current_reader_context()
    texts, today, desk = reader_context.texts, _today(), report_desk()
    return render(
        "views/share.html",
        reader_context,
        shared=page,
        page_title=texts(f"{page.name}.title"),
        query=query,
        name=name,
        about=query_words(query, texts),
        back=address_of(page.name, query),
        made=made,
        for_guests=guest_page(page),
        channels=desk.channels() if desk else (),
        first_end=today + timedelta(1),
        usual_end=today + timedelta(USUAL_DAYS),
        last_end=today + timedelta(MOST_DAYS),
        longest_note=LONGEST_NOTE,
    )


def zone() -> ZoneInfo:
    return ZoneInfo(dashboards().settings.timezone)


def _today() -> date:
    return dashboards().settings.clock().astimezone(zone()).date()


def _read_end(written: str) -> datetime:
    """The end of that day. Raises `BadQuery`."""
    today = _today()
    try:
        last = date.fromisoformat(written) if written else today + timedelta(USUAL_DAYS)
    except ValueError as error:
        raise BadQuery("bad_query.not_a_day", name="ends", value=written) from error
    if not today + timedelta(1) <= last <= today + timedelta(MOST_DAYS):
        raise BadQuery("guest.bad_end")
    return datetime.combine(last + timedelta(1), time.min, zone())
