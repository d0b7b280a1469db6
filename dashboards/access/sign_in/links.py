"""One-time links: to create the first user, and to sign in without a password."""

from datetime import datetime, timedelta
from sqlite3 import Connection

from dashboards.access.people import User, find_user, has_users
from dashboards.access.state import written
from dashboards.access.tokens import digest_of, new_secret

_SET_UP_WITHIN = timedelta(days=1)
_SIGN_IN_WITHIN = timedelta(hours=1)


def make_set_up_code(db: Connection, now: datetime) -> str | None:
    """For the first user, valid for a day; replaces older codes. None if there are users."""
    if has_users(db):
        return None
    code = new_secret()
    db.execute("delete from set_up_links")
    db.execute("insert into set_up_links values (?, ?)", [digest_of(code), written(now)])
    return code


def is_set_up_code(db: Connection, now: datetime, code: str) -> bool:
    """Whether the code can create a user."""
    rows = db.execute(
        "select 1 from set_up_links where code_sha256 = ? and created_at > ?",
        [digest_of(code), written(now - _SET_UP_WITHIN)],
    )
    return rows.fetchone() is not None and not has_users(db)


def use_set_up_code(db: Connection, now: datetime, code: str) -> bool:
    """Use the code up; True if it was valid. Call it in one transaction with `add_user`."""
    works = is_set_up_code(db, now, code)
    db.execute("delete from set_up_links where code_sha256 = ?", [digest_of(code)])
    return works


def make_sign_in_code(db: Connection, now: datetime, name: str) -> str:
    """For this user, valid for an hour."""
    code = new_secret()
    db.execute("delete from sign_in_links where expires_at <= ?", [written(now)])
    db.execute(
        "insert into sign_in_links values (?, ?, ?)",
        [digest_of(code), name, written(now + _SIGN_IN_WITHIN)],
    )
    return code


def use_sign_in_code(db: Connection, now: datetime, code: str) -> User | None:
    """Use the code up; returns the user it is for. Call it in a transaction."""
    rows = db.execute(
        "delete from sign_in_links where code_sha256 = ? returning user_name, expires_at",
        [digest_of(code)],
    ).fetchall()
    names = [name for name, expires_at in rows if expires_at > written(now)]
    return find_user(db, names[0]) if names else None
