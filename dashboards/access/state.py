"""The part of `state.sqlite` that holds users, tokens, what users keep, and the audit log."""

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from analytics.state_file import open_state
from dashboards.access.kept_tables import prepare_kept

Clock = Callable[[], datetime]

_PATIENCE_SECONDS = 10.0
_TABLES = """
create table if not exists users (
    name text primary key,
    role text not null,
    password_hash text not null,
    generation text not null,
    created_at text not null
);
create table if not exists sign_in_attempts (
    at text not null,
    name text not null,
    address text not null
);
create table if not exists tokens (
    name text primary key,
    role text not null,
    token_sha256 text not null unique,
    created_at text not null,
    last_used_at text
);
-- Apart from `users` and `tokens`, and so unknown to versions that know no limits, which would show
-- them everything.
create table if not exists limited_users (
    name text primary key,
    role text not null,
    password_hash text not null,
    generation text not null,
    created_at text not null,
    sites text,
    manager text
);
create table if not exists limited_tokens (
    name text primary key,
    role text not null,
    token_sha256 text not null unique,
    created_at text not null,
    last_used_at text,
    sites text,
    expires_at text
);
create table if not exists live_sessions (
    session_id text primary key,
    user_name text not null,
    generation text not null,
    began_at text not null,
    last_used_at text not null,
    address text not null,
    browser text not null
);
create table if not exists ended_sessions (
    session_id text primary key,
    user_name text not null,
    ended_at text not null
);
create temp view if not exists every_user as
    select name, role, password_hash, generation, created_at, null as sites, null as manager
    from users
    union all
    select name, role, password_hash, generation, created_at, sites, manager from limited_users;
create temp view if not exists every_token as
    select name, role, token_sha256, created_at, last_used_at, null as sites, null as expires_at
    from tokens
    union all
    select name, role, token_sha256, created_at, last_used_at, sites, expires_at
    from limited_tokens;
create table if not exists set_up_links (
    code_sha256 text primary key,
    created_at text not null
);
create table if not exists sign_in_links (
    code_sha256 text primary key,
    user_name text not null,
    expires_at text not null
);
create table if not exists session_keys (
    key_id integer primary key,
    key text not null,
    created_at text not null
);
create table if not exists audit (
    audit_id integer primary key autoincrement,
    at text not null,
    reader text not null,
    role text not null,
    action text not null,
    report text not null,
    query text not null,
    rows integer,
    address text not null
);
"""


class NotDone(Exception):
    """The request cannot be carried out; the text says why, and what to do instead."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """As stored: the texts sort like the moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class AccessStore:
    """One connection per process, opened on first use and shared by the threads in turn.

    Everything that uses it may raise `sqlite3.Error`: then nobody is let in and nothing is shown.
    `path` may be ":memory:" for a rehearsal.
    """

    def __init__(
        self,
        path: Path | str,
        clock: Clock = utc_now,
        patience: float = _PATIENCE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = path
        self._patience = patience
        self._turn = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._session_key: str | None = None
        self.clock = clock
        self.sleep = sleep
        # A waiting sign-in occupies a thread: one at a time.
        self.waiting = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For queries, and for a single statement that writes."""
        with self._turn:
            if self._db is None:
                self._db = open_state(self._path, _TABLES, self._patience)
                prepare_kept(self._db)
            yield self._db

    @contextmanager
    def changing(self, keep: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction, rolled back by an exception, and always when `keep` is False."""
        with self.reading() as db:
            db.execute("begin immediate")
            try:
                yield db
                db.execute("commit" if keep else "rollback")
            finally:
                if db.in_transaction:
                    db.execute("rollback")

    def session_key(self) -> str:
        """The key that signs sessions: made on first use, then kept."""
        if self._session_key is None:
            with self.changing() as db:
                self._session_key = _session_key(db, self.clock())
        return self._session_key

    def close(self) -> None:
        with self._turn:
            if self._db is not None:
                self._db.close()
                self._db = None


def _session_key(db: sqlite3.Connection, now: datetime) -> str:
    row = db.execute("select key from session_keys order by key_id desc limit 1").fetchone()
    if row:
        return str(row[0])
    key = secrets.token_hex(32)
    db.execute("insert into session_keys (key, created_at) values (?, ?)", [key, written(now)])
    return key
