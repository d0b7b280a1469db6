"""What people do to saved views: forms that are posted from the bar of a page and from `/views`.

What concerns others, views of the team, is noted in the audit.
"""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from sqlite3 import Connection
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for

from dashboards.access.audit import Action, AuditEntry, note
from dashboards.access.gate import current_gate, require_user, shown_to
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Audience, Reader
from dashboards.page.cards import Page
from dashboards.slice.bad_query import BadQuery
from dashboards.views.addresses import address_of, kept_of, page_of
from dashboards.views.saved import (
    STATEMENTS,
    SavedView,
    delete_view,
    find_view,
    give_view,
    may_share,
    pin_view,
    rename_view,
    save_view,
    start_at,
    update_view,
)
from dashboards.web.settings import dashboards

MOVING, FIXED, FROZEN = "moving", "fixed", "frozen"
"""How a view is about time: it moves with the calendar; it has dates; its numbers stand as well."""
_OF_EVERYBODY = ("pin", "unpin", "start", "unstart")

view_changes = Blueprint("view_changes", __name__, url_prefix="/views")


@view_changes.post("")
@partial(shown_to, Audience.MANAGERS)
def save() -> Response:
    """The form has `page`, `name`, `mode`, the queries `moving` and `fixed`, perhaps `is_team` and
    `is_pinned`."""
    reader, form = require_user(), request.form
    page = page_of(form.get("page", ""))
    query, is_team = _asked_query(page, form.get("mode", MOVING)), "is_team" in form
    if is_team and not may_share(reader):
        raise NotAllowed
    access = current_gate().access
    with access.changing() as db:
        now, name = access.clock(), form.get("name", "")
        view_id = save_view(db, now, reader.name, name, page.name, query, is_team=is_team)
        if "is_pinned" in form:
            pin_view(db, reader.name, view_id, is_pinned=True)
        if is_team:
            _note(db, reader, Action.VIEW_SAVED, name)
    return _to(address_of(page.name, query))


@view_changes.post("/statement")
def save_statement() -> Response:
    """What stands in the editor: the form has `sql`, `parameters` and `name`, perhaps `is_team`."""
    reader, form = require_user(), request.form
    said = [(name, form.get(name, "").strip()) for name in ("sql", "parameters", "chart")]
    query, is_team = urlencode([pair for pair in said if pair[1]]), "is_team" in form
    if is_team and not may_share(reader):
        raise NotAllowed
    access = current_gate().access
    with access.changing() as db:
        now, name = access.clock(), form.get("name", "")
        save_view(db, now, reader.name, name, STATEMENTS, query, is_team=is_team)
        if is_team:
            _note(db, reader, Action.VIEW_SAVED, name)
    return _to(address_of(STATEMENTS, query))


@view_changes.post("/update")
@partial(shown_to, Audience.MANAGERS)
def update() -> Response:
    """The form has `page`, the queries, and the `view` that is to show what the page shows now; it
    goes on moving, or standing."""
    reader = require_user()
    page = page_of(request.form.get("page", ""))
    access = current_gate().access
    with access.changing() as db:
        view = _changeable(db, reader, request.form.get("view", ""))
        if view.page != page.name:
            raise NotAllowed
        mode = MOVING if view.is_moving else FROZEN if view.is_frozen else FIXED
        query = _asked_query(page, mode)
        update_view(db, access.clock(), view.view_id, query)
        if view.is_team:
            _note(db, reader, Action.VIEW_SAVED, view.name)
    return _to(address_of(page.name, query))


@view_changes.post("/<int:view_id>")
@partial(shown_to, Audience.MANAGERS)
def change(view_id: int) -> Response:
    """The form has `act`, and `name` for a new one."""
    reader, act = require_user(), request.form.get("act", "")
    with current_gate().access.changing() as db:
        if act in _OF_EVERYBODY:
            view = find_view(db, reader.name, view_id) or abort(HTTPStatus.NOT_FOUND)
        else:
            view = _changeable(db, reader, f"{view_id}")
        _do(db, reader, view, act)
    return _to(url_for("dashboards.views.show"))


def _do(db: Connection, reader: Reader, view: SavedView, act: str) -> None:
    match act:
        case "pin" | "unpin":
            pin_view(db, reader.name, view.view_id, is_pinned=act == "pin")
            return
        case "start" | "unstart":
            start_at(db, reader.name, view.view_id if act == "start" else None)
            return
        case "rename":
            rename_view(db, view, request.form.get("name", ""))
        case "team" | "own":
            if not may_share(reader):
                raise NotAllowed
            give_view(db, view.view_id, is_team=act == "team")
        case "delete":
            delete_view(db, view.view_id)
        case _:
            raise BadQuery("bad_query.value", name="act", value=act)
    if view.is_team or act == "team":
        action = Action.VIEW_DELETED if act == "delete" else Action.VIEW_SAVED
        _note(db, reader, action, view.name)


def _asked_query(page: Page, mode: str) -> str:
    if mode not in (MOVING, FIXED, FROZEN):
        raise BadQuery("bad_query.value", (MOVING, FIXED, FROZEN), name="mode", value=mode)
    fixed = request.form.get("fixed", "")
    query = kept_of(page, request.form.get("moving") or fixed if mode == MOVING else fixed)
    if mode != FROZEN or not page.has_history:
        return query
    pairs = [pair for pair in parse_qsl(query) if pair[0] != "as_of"]
    return urlencode([*pairs, ("as_of", _now().isoformat(timespec="seconds"))])


def _now() -> datetime:
    settings = dashboards().settings
    return settings.clock().astimezone(ZoneInfo(settings.timezone))


def _changeable(db: Connection, reader: Reader, view_id: str) -> SavedView:
    """Raises `NotAllowed`; ends with 404 where the reader sees no such view."""
    known = find_view(db, reader.name, int(view_id)) if view_id.isdecimal() else None
    view = known or abort(HTTPStatus.NOT_FOUND)
    if not view.may_change(reader):
        raise NotAllowed
    return view


def _note(db: Connection, reader: Reader, action: Action, name: str) -> None:
    gate = current_gate()
    address = gate.client_address(request)
    entry = AuditEntry(gate.access.clock(), reader.name, reader.role, action, name, address=address)
    note(db, entry)


def _to(address: str | None) -> Response:
    """By GET; the way back is not to the form that was sent."""
    return make_response(redirect(address or url_for("dashboards.views.show"), 303))
