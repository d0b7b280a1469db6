"""Saved views: names that users give to a page with its filters, kept in `state.sqlite`.

A view is its owner's alone, or the team's: then everybody sees it, and its owner and admins change
it. One with the name of a period moves with the calendar, one with dates stands.
"""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection
from urllib.parse import parse_qs

from dashboards.access.roles import SHARING, Reader
from dashboards.access.state import written
from dashboards.slice.bad_query import BadQuery

LONGEST_NAME = 60
LONGEST_QUERY = 4000
STATEMENTS = "sql"
"""In the place of a page: a statement of the editor is kept like a view, and opened there."""
_LONGEST_STATEMENT = 16_000
_MOST = 100


@dataclass(frozen=True, slots=True)
class SavedView:
    """`page`: its name. `query`: of the page's URL."""

    view_id: int
    owner: str
    name: str
    page: str
    query: str
    is_team: bool
    changed_at: datetime

    @property
    def is_moving(self) -> bool:
        return "from" not in parse_qs(self.query)

    @property
    def is_frozen(self) -> bool:
        return "as_of" in parse_qs(self.query)

    def may_change(self, reader: Reader) -> bool:
        if reader.is_token:
            return False
        return self.owner == reader.name or (self.is_team and reader.is_admin)


@dataclass(frozen=True, slots=True)
class KeptViews:
    """What a reader has: `views` by name, the ids of those `pinned` in the menu, and of the one at
    which they start."""

    views: tuple[SavedView, ...] = ()
    pinned: frozenset[int] = frozenset()
    start: int | None = None

    @property
    def in_menu(self) -> tuple[SavedView, ...]:
        return tuple(view for view in self.views if view.view_id in self.pinned)

    @property
    def starts_at(self) -> SavedView | None:
        return next((view for view in self.views if view.view_id == self.start), None)

    def of_page(self, page: str) -> tuple[SavedView, ...]:
        return tuple(view for view in self.views if view.page == page)


def may_share(reader: Reader) -> bool:
    """Whether what this reader makes may be for others."""
    return reader.role in SHARING and not reader.is_token


def list_views(db: Connection, user: str) -> tuple[SavedView, ...]:
    """The user's own and the team's, by name."""
    rows = db.execute(
        "select * from page_views where owner = ? or is_team order by lower(name), view_id", [user]
    ).fetchall()
    return tuple(_view(*row) for row in rows)


def all_views(db: Connection) -> tuple[SavedView, ...]:
    """Of everybody, by their numbers."""
    rows = db.execute("select * from page_views order by view_id").fetchall()
    return tuple(_view(*row) for row in rows)


def kept_by(db: Connection, user: str) -> KeptViews:
    pinned = db.execute("select view_id from pinned_views where user_name = ?", [user]).fetchall()
    start = db.execute("select view_id from start_views where user_name = ?", [user]).fetchone()
    return KeptViews(
        list_views(db, user), frozenset(view_id for (view_id,) in pinned), start and start[0]
    )


def find_view(db: Connection, user: str, view_id: int) -> SavedView | None:
    """None where this user sees no such view."""
    row = db.execute(
        "select * from page_views where view_id = ? and (owner = ? or is_team)", [view_id, user]
    ).fetchone()
    return None if row is None else _view(*row)


def save_view(
    db: Connection, now: datetime, user: str, name: str, page: str, query: str, *, is_team: bool
) -> int:
    """In the place of the user's own of the same name and page; returns its id. Raises `BadQuery`.
    Call it in a transaction."""
    name = read_name(name)
    if page == STATEMENTS and not query:
        raise BadQuery("views.no_statement")
    _check_query(query, _LONGEST_STATEMENT if page == STATEMENTS else LONGEST_QUERY)
    ((others,),) = db.execute(
        "select count(*) from page_views where owner = ? and not (page = ? and name = ?)",
        [user, page, name],
    ).fetchall()
    if others >= _MOST:
        raise BadQuery("views.too_many", most=f"{_MOST}")
    ((view_id,),) = db.execute(
        "insert into page_views (owner, name, page, query, is_team, changed_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict (owner, page, name) do update set "
        "query = excluded.query, is_team = excluded.is_team, changed_at = excluded.changed_at "
        "returning view_id",
        [user, name, page, query, is_team, written(now)],
    ).fetchall()
    return int(view_id)


def update_view(db: Connection, now: datetime, view_id: int, query: str) -> None:
    _check_query(query, LONGEST_QUERY)
    db.execute(
        "update page_views set query = ?, changed_at = ? where view_id = ?",
        [query, written(now), view_id],
    )


def rename_view(db: Connection, view: SavedView, name: str) -> None:
    """Raises `BadQuery`."""
    name = read_name(name)
    taken = db.execute(
        "select 1 from page_views where owner = ? and page = ? and name = ? and view_id <> ?",
        [view.owner, view.page, name, view.view_id],
    ).fetchone()
    if taken:
        raise BadQuery("views.taken_name", name=name)
    db.execute("update page_views set name = ? where view_id = ?", [name, view.view_id])


def give_view(db: Connection, view_id: int, *, is_team: bool) -> None:
    """To the team, or back to its owner: others no longer see it, wherever they have it."""
    db.execute("update page_views set is_team = ? where view_id = ?", [is_team, view_id])


def delete_view(db: Connection, view_id: int) -> None:
    db.execute("delete from pinned_views where view_id = ?", [view_id])
    db.execute("delete from start_views where view_id = ?", [view_id])
    db.execute("delete from page_views where view_id = ?", [view_id])


def pin_view(db: Connection, user: str, view_id: int, *, is_pinned: bool) -> None:
    """In this user's menu."""
    if is_pinned:
        db.execute("insert or ignore into pinned_views values (?, ?)", [user, view_id])
    else:
        db.execute("delete from pinned_views where user_name = ? and view_id = ?", [user, view_id])


def start_at(db: Connection, user: str, view_id: int | None) -> None:
    """None: at the usual page."""
    db.execute("delete from start_views where user_name = ?", [user])
    if view_id is not None:
        db.execute("insert into start_views values (?, ?)", [user, view_id])


def read_name(written_name: str) -> str:
    """Raises `BadQuery`."""
    name = " ".join(written_name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadQuery("views.bad_name", most=f"{LONGEST_NAME}")
    return name


def _check_query(query: str, longest: int) -> None:
    if len(query) > longest:
        raise BadQuery("views.too_long")


def _view(
    view_id: int, owner: str, name: str, page: str, query: str, is_team: int, changed_at: str
) -> SavedView:
    moment = datetime.fromisoformat(changed_at)
    return SavedView(view_id, owner, name, page, query, bool(is_team), moment)
