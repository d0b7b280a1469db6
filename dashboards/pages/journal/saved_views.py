"""Saved views of the journal: a user's own names for queries of its URL, kept in `state.sqlite`.

A phone that was searched for is not kept: nobody would look for it there when it has to be erased.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from sqlite3 import Connection
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, make_response, redirect, request, url_for

from dashboards.access.gate import current_gate, current_reader, shown_to
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Audience, Reader
from dashboards.access.state import written
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import GROUPS, OTHER, OWN, condition_in
from dashboards.slice.slice import FRAME

LONGEST_NAME = 60
_LONGEST_QUERY = 4000
_MOST = 100
_KEPT = (*FRAME, "columns", "sort")

saved_views = Blueprint("saved_views", __name__, url_prefix="/journal/views")


@dataclass(frozen=True, slots=True)
class SavedView:
    """`query`: of the journal's URL."""

    name: str
    query: str


def views_of(reader: Reader) -> list[SavedView]:
    """By name; programs have none."""
    if reader.is_token:
        return []
    with current_gate().access.reading() as db:
        return list_views(db, reader.name)


def list_views(db: Connection, user: str) -> list[SavedView]:
    rows = db.execute(
        "select name, query from saved_views where user_name = ? order by name", [user]
    ).fetchall()
    return [SavedView(name, kept_query(query)) for name, query in rows]


def save_view(db: Connection, now: datetime, user: str, view: SavedView) -> None:
    """In the place of one of the same name. Raises `BadQuery` where there are too many."""
    others = [saved for saved in list_views(db, user) if saved.name != view.name]
    if len(others) >= _MOST:
        raise BadQuery("journal.too_many_views", most=f"{_MOST}")
    db.execute(
        "insert or replace into saved_views values (?, ?, ?, ?)",
        [user, view.name, view.query, written(now)],
    )


def delete_view(db: Connection, user: str, name: str) -> None:
    db.execute("delete from saved_views where user_name = ? and name = ?", [user, name])


@saved_views.post("")
@partial(shown_to, Audience.MANAGERS)
def save() -> Response:
    """The form has `name` and `query`, that of the journal at which it stands."""
    name = " ".join(request.form.get("name", "").split())
    query = kept_query(request.form.get("query", ""))
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadQuery("journal.bad_view_name", most=f"{LONGEST_NAME}")
    if len(query) > _LONGEST_QUERY:
        raise BadQuery("journal.long_view")
    user, gate = current_user(), current_gate()
    with gate.access.changing() as db:
        save_view(db, gate.access.clock(), user, SavedView(name, query))
    return to_journal(query)


@saved_views.post("/delete")
@partial(shown_to, Audience.MANAGERS)
def delete() -> Response:
    user = current_user()
    with current_gate().access.changing() as db:
        delete_view(db, user, request.form.get("name", ""))
    return to_journal(kept_query(request.form.get("query", "")))


def kept_query(query: str, without: str = "") -> str:
    """What of a query a view keeps: the slice, the columns and the order, without the search. Views
    of earlier versions have the plain names of conditions."""
    named = ((_kept_name(name), value) for name, value in parse_qsl(query))
    return urlencode([(name, value) for name, value in named if name and name != without])


def _kept_name(name: str) -> str | None:
    plain = condition_in(name, ("",))
    key = plain or condition_in(name, (OWN, OTHER, *GROUPS))
    if key is None:
        return name if name in _KEPT else None
    if key == "search":
        return None
    return f"{OWN}{plain}" if plain else name


def current_user() -> str:
    """Raises `NotAllowed`."""
    reader = current_reader()
    if reader.is_token:
        raise NotAllowed
    return reader.name


def to_journal(query: str) -> Response:
    """By GET; the way back is not to the form that was sent."""
    address = url_for("dashboards.journal") + (f"?{query}" if query else "")
    return make_response(redirect(address, 303))
