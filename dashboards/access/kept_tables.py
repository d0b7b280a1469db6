"""What users keep in `state.sqlite`: their views of pages, which of them stand in the menu, and the
columns of the journal."""

from sqlite3 import Connection

_TABLES = """
create table if not exists journal_columns (
    user_name text primary key,
    columns text not null
);
create table if not exists saved_views (
    user_name text not null,
    name text not null,
    query text not null,
    created_at text not null,
    primary key (user_name, name)
);
create table if not exists page_views (
    view_id integer primary key autoincrement,
    owner text not null,
    name text not null,
    page text not null,
    query text not null,
    is_team integer not null,
    changed_at text not null,
    unique (owner, page, name)
);
create table if not exists pinned_views (
    user_name text not null,
    view_id integer not null,
    primary key (user_name, view_id)
);
create table if not exists start_views (
    user_name text primary key,
    view_id integer not null
);
"""

_ADOPT = """
insert into page_views (owner, name, page, query, is_team, changed_at)
select user_name, name, 'journal', query, 0, created_at from saved_views where true
on conflict do nothing
"""


def prepare_kept(db: Connection) -> None:
    """Creates what is missing. Views of the journal as versions up to 0.2 kept them become views of
    that page."""
    db.executescript(_TABLES)
    if db.execute("select 1 from saved_views limit 1").fetchone() is None:
        return
    db.execute("begin immediate")
    try:
        db.execute(_ADOPT)
        db.execute("delete from saved_views")
        db.execute("commit")
    finally:
        if db.in_transaction:
            db.execute("rollback")


def forget_kept(db: Connection, user: str) -> None:
    """With their user; what is the team's stays."""
    db.execute("delete from pinned_views where user_name = ?", [user])
    db.execute("delete from start_views where user_name = ?", [user])
    db.execute("delete from page_views where owner = ? and not is_team", [user])
    db.execute("delete from journal_columns where user_name = ?", [user])
