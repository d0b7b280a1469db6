"""The part of `state.sqlite` that says who may look and who has looked, synced at every commit."""

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

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
create table if not exists saved_views (
    user_name text not null,
    name text not null,
    query text not null,
    created_at text not null,
    primary key (user_name, name)
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
    """What was asked for cannot be done; the text says why, and what to do instead."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """As it is stored: the texts are in the order of the moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class AccessStore:
    """One connection a process, opened when it is first needed, used by the threads in turn.

    Everything that asks it may raise `sqlite3.Error`: then nobody is let in and nothing is shown.
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
        # Who waits for a turn to sign in holds a thread: one at a time.
        self.waiting = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For questions, and for a single statement that writes."""
        with self._turn:
            if self._db is None:
                self._db = _open(self._path, self._patience)
            yield self._db

    @contextmanager
    def changing(self, keep: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction, undone by an exception. `keep`: False undoes it in any case."""
        with self.reading() as db:
            db.execute("begin immediate")
            try:
                yield db
                db.execute("commit" if keep else "rollback")
            finally:
                if db.in_transaction:
                    db.execute("rollback")

    def session_key(self) -> str:
        """What signs the sessions: made by whoever needs it first, the same ever after."""
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
    found = db.execute("select key from session_keys order by key_id desc limit 1").fetchone()
    if found:
        return str(found[0])
    key = secrets.token_hex(32)
    db.execute("insert into session_keys (key, created_at) values (?, ?)", [key, written(now)])
    return key


def _open(path: Path | str, patience: float) -> sqlite3.Connection:
    if isinstance(path, Path):
        _make_private(path)
    db = sqlite3.connect(path, timeout=patience, check_same_thread=False, isolation_level=None)
    try:
        _write_ahead(db, patience)
        db.execute("pragma synchronous = full")
        db.executescript(_TABLES)
    except BaseException:
        db.close()
        raise
    return db


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error


def _write_ahead(db: sqlite3.Connection, patience: float) -> None:
    """SQLite does not wait, as it does elsewhere, for others that switch a new file at once."""
    give_up_at = time.monotonic() + patience
    while True:
        try:
            db.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
        time.sleep(0.01)
