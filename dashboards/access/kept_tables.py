"""What users keep in `state.sqlite`: views of pages, which of them stand in the menu, what guests
may see, and the columns of the journal."""

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
create table if not exists guest_links (
    link_id integer primary key autoincrement,
    secret_sha256 text not null unique,
    maker text not null,
    page text not null,
    query text not null,
    name text not null,
    note text not null,
    allows_period integer not null,
    allows_files integer not null,
    created_at text not null,
    ends_at text not null,
    ended_by text,
    openings integer not null default 0,
    last_opened_at text
);
create table if not exists report_schedules (
    schedule_id integer primary key autoincrement,
    maker text not null,
    name text not null,
    page text not null,
    query text not null,
    channel text not null,
    recipients text not null,
    at text not null,
    days text not null,
    month_day integer,
    language text not null,
    since text not null,
    is_on integer not null default 1,
    wanted_at text
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
    end_sharing(db, user)
    db.execute("delete from pinned_views where user_name = ?", [user])
    db.execute("delete from start_views where user_name = ?", [user])
    db.execute("delete from page_views where owner = ? and not is_team", [user])
    db.execute("delete from journal_columns where user_name = ?", [user])


def end_sharing(db: Connection, user: str) -> None:
    """Who is gone, or may no longer share, no longer shares."""
    db.execute(
        "update guest_links set ended_by = 'maker' where maker = ? and ended_by is null", [user]
    )
    db.execute("update report_schedules set is_on = 0 where maker = ?", [user])


def has_schedules(db: Connection) -> bool:
    return db.execute("select 1 from report_schedules limit 1").fetchone() is not None
