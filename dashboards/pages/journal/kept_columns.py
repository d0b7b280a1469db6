"""The columns of the journal that a user has chosen, kept in `state.sqlite`.

A link that names columns shows those, and leaves what is kept as it is.
"""

from functools import partial
from sqlite3 import Connection

from flask import Blueprint, Response, make_response, redirect, request, url_for

from dashboards.access.gate import current_gate, require_user, shown_to
from dashboards.access.roles import Audience, Reader
from dashboards.pages.journal.columns import DEFAULT, NAMES
from dashboards.slice.kept import kept_query

_OPTIONS = ("columns", "sort")

kept_columns = Blueprint("kept_columns", __name__, url_prefix="/journal/columns")


def columns_of(reader: Reader) -> tuple[str, ...]:
    """In the order of the journal; the usual ones where none are kept. Programs keep none."""
    if reader.is_token:
        return DEFAULT
    with current_gate().access.reading() as db:
        return find_columns(db, reader.name)


def find_columns(db: Connection, user: str) -> tuple[str, ...]:
    row = db.execute("select columns from journal_columns where user_name = ?", [user]).fetchone()
    kept = row[0].split(",") if row else ()
    return tuple(name for name in NAMES if name in kept) or DEFAULT


def keep_columns(db: Connection, user: str, columns: tuple[str, ...]) -> None:
    """The usual ones need not be kept."""
    db.execute("delete from journal_columns where user_name = ?", [user])
    if columns and columns != DEFAULT:
        db.execute("insert into journal_columns values (?, ?)", [user, ",".join(columns)])


@kept_columns.post("")
@partial(shown_to, Audience.MANAGERS)
def keep() -> Response:
    """The form has `columns`, none for the usual ones, and `query`, that of the journal at which it
    stands."""
    user, chosen = require_user().name, request.form.getlist("columns")
    with current_gate().access.changing() as db:
        keep_columns(db, user, tuple(name for name in NAMES if name in chosen))
    query = kept_query(request.form.get("query", ""), _OPTIONS, without="columns")
    address = url_for("dashboards.journal") + (f"?{query}" if query else "")
    return make_response(redirect(address, 303))
