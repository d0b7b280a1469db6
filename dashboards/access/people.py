"""Users. A `generation` identifies all sessions of a user: a new one ends them at once."""

import re
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from sqlite3 import Connection

from analytics.restricted.rights import WHOLE, LeadRights
from dashboards.access.grants import Grant, check_grant, grant_stored
from dashboards.access.kept_tables import end_sharing, forget_kept
from dashboards.access.roles import SHARING, Reader, Role
from dashboards.access.state import NotDone, written

_NAME = re.compile(r"[\w.@+-]{1,64}")


class InvalidUserName(NotDone):
    """Not a valid name for a user or token."""


class NameTaken(NotDone):
    """There is a user or token of this name."""


class NoSuchUser(NotDone):
    """There is none, or no longer."""


class LastAdmin(NotDone):
    """Nobody would be left to manage users."""


@dataclass(frozen=True, slots=True)
class User:
    name: str
    grant: Grant
    created_at: datetime
    generation: str = field(repr=False)
    password_hash: str = field(repr=False)

    @property
    def role(self) -> Role:
        return self.grant.role

    @property
    def reader(self) -> Reader:
        rights = self.grant.rights
        return Reader(self.name, self.role, False, rights.sites, rights.manager)


def normal_name(text: str) -> str:
    """Anna and anna are the same. Raises `InvalidUserName`."""
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    if not _NAME.fullmatch(name):
        raise InvalidUserName("a name is 1 to 64 letters, digits or . @ + - _")
    return name


def has_users(db: Connection) -> bool:
    return db.execute("select 1 from every_user limit 1").fetchone() is not None


def list_users(db: Connection) -> list[User]:
    rows = db.execute("select * from every_user order by name").fetchall()
    return [_user(*row) for row in rows]


def find_user(db: Connection, name: str) -> User | None:
    row = db.execute("select * from every_user where name = ?", [name]).fetchone()
    return None if row is None else _user(*row)


def add_user(
    db: Connection,
    now: datetime,
    name: str,
    role: Role,
    password_hash: str,
    rights: LeadRights = WHOLE,
) -> None:
    """Raises `NotDone`, of which `UnfitGrant` is one."""
    if find_user(db, name):
        raise NameTaken(f"user {name} already exists; see `calltouch user password` and `role`")
    _put(db, User(name, Grant(role, rights), now, _new_generation(), password_hash))


def remove_user(db: Connection, name: str, force: bool = False) -> None:
    _check_is_not_last_admin(db, name, force)
    _take_out(db, name)
    db.execute("delete from sign_in_links where user_name = ?", [name])
    forget_kept(db, name)


def set_password(db: Connection, name: str, password_hash: str) -> None:
    user = existing_user(db, name)
    _put(db, replace(user, password_hash=password_hash, generation=_new_generation()))
    db.execute("delete from sign_in_links where user_name = ?", [name])


def set_grant(db: Connection, name: str, grant: Grant, force: bool = False) -> None:
    """Raises `NotDone`, of which `UnfitGrant` is one."""
    if grant.role is not Role.ADMIN:
        _check_is_not_last_admin(db, name, force)
    if grant.role not in SHARING:
        end_sharing(db, name)
    _put(db, replace(existing_user(db, name), grant=grant, generation=_new_generation()))


def end_sessions(db: Connection, name: str) -> None:
    """Nothing for a user that is no more."""
    ended = [_new_generation(), name]
    db.execute("update users set generation = ? where name = ?", ended)
    db.execute("update limited_users set generation = ? where name = ?", ended)


def _put(db: Connection, user: User) -> None:
    """In the place of the one of this name."""
    check_grant(user.grant)
    _take_out(db, user.name)
    values = [user.name, user.role, user.password_hash, user.generation, written(user.created_at)]
    if not user.grant.rights.is_limited:
        db.execute("insert into users values (?, ?, ?, ?, ?)", values)
        return
    limits = [user.grant.sites_written, user.grant.rights.manager]
    db.execute("insert into limited_users values (?, ?, ?, ?, ?, ?, ?)", [*values, *limits])


def _take_out(db: Connection, name: str) -> None:
    db.execute("delete from users where name = ?", [name])
    db.execute("delete from limited_users where name = ?", [name])


def _check_is_not_last_admin(db: Connection, name: str, force: bool) -> None:
    user = existing_user(db, name)
    others = [user for user in list_users(db) if user.role is Role.ADMIN and user.name != name]
    if user.role is Role.ADMIN and not others and not force:
        raise LastAdmin(f"{name} is the last admin; add another one first, or use --force")


def existing_user(db: Connection, name: str) -> User:
    """Raises `NotDone`."""
    user = find_user(db, name)
    if user is None:
        raise NoSuchUser(f"no user {name}; `calltouch user list` shows all users")
    return user


def _new_generation() -> str:
    return secrets.token_hex(8)


def _user(
    name: str,
    role: str,
    password_hash: str,
    generation: str,
    created_at: str,
    sites: str | None,
    manager: str | None,
) -> User:
    grant = grant_stored(role, sites, manager)
    return User(name, grant, datetime.fromisoformat(created_at), generation, password_hash)
