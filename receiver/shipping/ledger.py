"""PostgreSQL between the hosts: its tables, a session with it, and what may be wrong with that.

The password goes into no text: libpq's own messages name host, port and user.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from receiver.settings.parcels import host_name
from receiver.settings.settings import Settings

_SQL = Path(__file__).parent / "sql"
# A server that is gone without a word is noticed within half a minute.
# Where the database has no encoding of its own, names would come as bytes.
_SESSION: dict[str, str | int] = {
    "client_encoding": "utf8",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

Session = Connection[tuple[object, ...]]


class ParcelsAway(Exception):
    """PostgreSQL cannot be reached, or has ended the session; the text says why."""


class ParcelsRefused(Exception):
    """Parcels must not be shipped or taken here; the text says why, and what to do."""


@cache
def statement(name: str) -> bytes:
    return (_SQL / name).with_suffix(".sql").read_bytes()


def name_of_host(settings: Settings) -> str:
    """As set, or the machine's. Raises `ParcelsRefused`."""
    if settings.host_name is not None:
        return settings.host_name
    try:
        return host_name(Path("/proc/sys/kernel/hostname").read_text())
    except (OSError, ValueError) as error:
        raise ParcelsRefused(
            f"this machine's own name is no name for a host: set CALLTOUCH_HOST_NAME to {error}"
        ) from error


@contextmanager
def session(settings: Settings, what: str) -> Iterator[Session]:
    """A session with the tables, made if they are not there. `what`: shown in `pg_stat_activity`.
    Raises `ParcelsAway` for whatever goes wrong in it, and `ParcelsRefused`."""
    given = _with_patience(settings.parcels or "", what)
    try:
        with psycopg.connect(given, autocommit=True) as db:
            db.execute(statement("session"))
            _make_tables(db)
            try:
                yield db
            finally:
                _unlock(db)
    except psycopg.Error as error:
        raise ParcelsAway(_in_words(error)) from error


def ledger_id(db: Session) -> str:
    """Of this set of tables."""
    return str(_value(db, "ledger"))


def hold_lock(db: Session, name: str) -> bool:
    """Until the session ends; False where another session holds it."""
    return bool(_value(db, "lock", name=name))


def _unlock(db: Session) -> None:
    """PostgreSQL ends a session a moment after it is closed: who comes next would be refused."""
    with suppress(psycopg.Error):
        db.execute(statement("unlock"))


def keeps_its_word(db: Session) -> bool:
    """Whether the server syncs what it has committed."""
    row = db.execute(statement("server")).fetchone()
    return row is not None and all(row)


def _value(db: Session, which: str, **bound: object) -> object:
    row = db.execute(statement(which), bound or None).fetchone()
    assert row is not None
    return row[0]


def _with_patience(given: str, what: str) -> str:
    try:
        known = conninfo_to_dict(given)
        if "@" in str(known.get("host", "")):
            raise ParcelsRefused("CALLTOUCH_PARCELS: write @ in a password as %40")
        return make_conninfo("", **{**_SESSION, "application_name": what, **known})
    except psycopg.Error:
        # Its text may quote what was given, and so the password.
        raise ParcelsRefused(
            "CALLTOUCH_PARCELS is no connection string of PostgreSQL, like "
            "host=db.example dbname=calltouch user=calltouch"
        ) from None


def _make_tables(db: Session) -> None:
    """One at a time; whoever finds them needs no right to make any."""
    if _value(db, "has_tables"):
        return
    with db.transaction():
        db.execute(statement("making"))
        for path in sorted((_SQL / "tables").glob("*.sql")):
            db.execute(path.read_bytes())


def _in_words(error: psycopg.Error) -> str:
    """Without the statement, whose values may be of a person."""
    if error.diag.message_primary:
        return f"PostgreSQL: {error.diag.message_primary}"
    lines = str(error).strip().splitlines()
    return f"PostgreSQL: {lines[0] if lines else type(error).__name__}"
