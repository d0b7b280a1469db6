"""API tokens. Only their SHA-256 is stored: 256 random bits need no slow hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from sqlite3 import Connection

from analytics.restricted.rights import WHOLE, LeadRights
from dashboards.access.grants import Grant, UnfitGrant, check_grant, grant_stored
from dashboards.access.people import NameTaken, normal_name
from dashboards.access.roles import Reader, Role
from dashboards.access.state import NotDone, written

_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """`last_used_at`: to the minute; None if never used. `expires_at`: None if it does not."""

    name: str
    grant: Grant
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None = None

    @property
    def role(self) -> Role:
        return self.grant.role


def new_secret() -> str:
    """256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    db: Connection,
    now: datetime,
    role: Role,
    name: str | None,
    rights: LeadRights = WHOLE,
    expires_at: datetime | None = None,
) -> tuple[str, str]:
    """The name (generated if None) and the token, which cannot be recovered later. Raises
    `NotDone`, of which `UnfitGrant` is one."""
    grant = Grant(role, rights)
    if role is Role.MANAGER:
        raise UnfitGrant("access.manager_takes_nothing", "a manager has no API, and so no token")
    check_grant(grant)
    taken = {token.name for token in list_tokens(db)}
    wanted = (
        next(n for i in count(1) if (n := f"{role}-{i}") not in taken) if name is None else name
    )
    if (wanted := normal_name(wanted)) in taken:
        raise NameTaken(f"token {wanted} already exists; revoke it, or choose another name")
    token = new_secret()
    values = [wanted, role, digest_of(token), written(now)]
    if expires_at is None and not grant.rights.is_limited:
        db.execute("insert into tokens values (?, ?, ?, ?, null)", values)
    else:
        ends = None if expires_at is None else written(expires_at)
        limits = [grant.sites_written, ends]
        db.execute("insert into limited_tokens values (?, ?, ?, ?, null, ?, ?)", [*values, *limits])
    return wanted, token


def list_tokens(db: Connection) -> list[Token]:
    rows = db.execute(
        "select name, role, created_at, last_used_at, sites, expires_at from every_token "
        "order by name"
    ).fetchall()
    return [_token(*row) for row in rows]


def revoke_token(db: Connection, name: str) -> None:
    whole = db.execute("delete from tokens where name = ?", [name]).rowcount
    limited = db.execute("delete from limited_tokens where name = ?", [name]).rowcount
    if not whole + limited:
        raise NotDone(f"no token {name}; `calltouch token list` shows all tokens")


def reader_with(db: Connection, now: datetime, token: str) -> Reader | None:
    """The token's reader, if valid."""
    row = db.execute(
        "select name, role, created_at, last_used_at, sites, expires_at from every_token "
        "where token_sha256 = ?",
        [digest_of(token)],
    ).fetchone()
    if row is None:
        return None
    found = _token(*row)
    if found.expires_at is not None and found.expires_at <= now:
        return None
    if found.last_used_at is None or now - found.last_used_at >= _NOTED_EVERY:
        used = [written(now), found.name]
        db.execute("update tokens set last_used_at = ? where name = ?", used)
        db.execute("update limited_tokens set last_used_at = ? where name = ?", used)
    rights = found.grant.rights
    return Reader(found.name, found.role, True, rights.sites, rights.manager)


def _token(
    name: str, role: str, created_at: str, used_at: str | None, sites: str | None, ends: str | None
) -> Token:
    grant = grant_stored(role, sites, None)
    return Token(name, grant, datetime.fromisoformat(created_at), _moment(used_at), _moment(ends))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
