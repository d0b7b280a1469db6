"""Users. A `generation` identifies all sessions of a user: a new one ends them at once."""

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection

from dashboards.access.kept_tables import end_sharing, forget_kept
from dashboards.access.roles import SHARING, Role
from dashboards.access.state import NotDone, written

_NAME = re.compile(r"[\w.@+-]{1,64}")


class InvalidUserName(NotDone):
    """Not a valid name for a user or token."""


class LastAdmin(NotDone):
    """Nobody would be left to manage users."""


@dataclass(frozen=True, slots=True)
class User:
    name: str
    role: Role
    created_at: datetime
    generation: str = field(repr=False)
    password_hash: str = field(repr=False)


def normal_name(text: str) -> str:
    """Anna and anna are the same. Raises `InvalidUserName`."""
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    if not _NAME.fullmatch(name):
        raise InvalidUserName("a name is 1 to 64 letters, digits or . @ + - _")
    return name


def has_users(db: Connection) -> bool:
    return db.execute("select 1 from users limit 1").fetchone() is not None


def list_users(db: Connection) -> list[User]:
    rows = db.execute("select * from users order by name").fetchall()
    return [_user(*row) for row in rows]


def find_user(db: Connection, name: str) -> User | None:
    row = db.execute("select * from users where name = ?", [name]).fetchone()
    return None if row is None else _user(*row)


def add_user(db: Connection, now: datetime, name: str, role: Role, password_hash: str) -> None:
    if find_user(db, name):
        raise NotDone(f"user {name} already exists; see `calltouch user password` and `role`")
    db.execute(
        "insert into users values (?, ?, ?, ?, ?)",
        [name, role, password_hash, _new_generation(), written(now)],
    )


def remove_user(db: Connection, name: str, force: bool = False) -> None:
    _check_is_not_last_admin(db, name, force)
    db.execute("delete from users where name = ?", [name])
    db.execute("delete from sign_in_links where user_name = ?", [name])
    forget_kept(db, name)


def set_password(db: Connection, name: str, password_hash: str) -> None:
    _existing(db, name)
    db.execute(
        "update users set password_hash = ?, generation = ? where name = ?",
        [password_hash, _new_generation(), name],
    )
    db.execute("delete from sign_in_links where user_name = ?", [name])


def set_role(db: Connection, name: str, role: Role, force: bool = False) -> None:
    if role is not Role.ADMIN:
        _check_is_not_last_admin(db, name, force)
    _existing(db, name)
    if role not in SHARING:
        end_sharing(db, name)
    db.execute(
        "update users set role = ?, generation = ? where name = ?", [role, _new_generation(), name]
    )


def end_sessions(db: Connection, name: str) -> None:
    db.execute("update users set generation = ? where name = ?", [_new_generation(), name])


def _check_is_not_last_admin(db: Connection, name: str, force: bool) -> None:
    user = _existing(db, name)
    others = [user for user in list_users(db) if user.role is Role.ADMIN and user.name != name]
    if user.role is Role.ADMIN and not others and not force:
        raise LastAdmin(f"{name} is the last admin; add another one first, or use --force")


def _existing(db: Connection, name: str) -> User:
    user = find_user(db, name)
    if user is None:
        raise NotDone(f"no user {name}; `calltouch user list` shows all users")
    return user


def _new_generation() -> str:
    return secrets.token_hex(8)


def _user(name: str, role: str, password_hash: str, generation: str, created_at: str) -> User:
    return User(name, Role(role), datetime.fromisoformat(created_at), generation, password_hash)
