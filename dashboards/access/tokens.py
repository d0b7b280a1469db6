"""API tokens. Only their SHA-256 is stored: 256 random bits need no slow hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from sqlite3 import Connection

from dashboards.access.people import normal_name
from dashboards.access.roles import Reader, Role
from dashboards.access.state import NotDone, written

_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """`last_used_at`: to the minute; None if never used."""

    name: str
    role: Role
    created_at: datetime
    last_used_at: datetime | None


def new_secret() -> str:
    """256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(db: Connection, now: datetime, role: Role, name: str | None) -> tuple[str, str]:
    """The name (generated if None) and the token, which cannot be recovered later."""
    taken = {token.name for token in list_tokens(db)}
    wanted = (
        next(n for i in count(1) if (n := f"{role}-{i}") not in taken) if name is None else name
    )
    if (wanted := normal_name(wanted)) in taken:
        raise NotDone(f"token {wanted} already exists; revoke it, or choose another name")
    token = new_secret()
    db.execute(
        "insert into tokens values (?, ?, ?, ?, null)",
        [wanted, role, digest_of(token), written(now)],
    )
    return wanted, token


def list_tokens(db: Connection) -> list[Token]:
    rows = db.execute(
        "select name, role, created_at, last_used_at from tokens order by name"
    ).fetchall()
    return [
        Token(name, Role(role), datetime.fromisoformat(created), used and _moment(used))
        for name, role, created, used in rows
    ]


def revoke_token(db: Connection, name: str) -> None:
    if not db.execute("delete from tokens where name = ?", [name]).rowcount:
        raise NotDone(f"no token {name}; `calltouch token list` shows all tokens")


def reader_with(db: Connection, now: datetime, token: str) -> Reader | None:
    """The token's reader, if valid."""
    row = db.execute(
        "select name, role, last_used_at from tokens where token_sha256 = ?", [digest_of(token)]
    ).fetchone()
    if row is None:
        return None
    name, role, used = row
    if used is None or now - _moment(used) >= _NOTED_EVERY:
        db.execute("update tokens set last_used_at = ? where name = ?", [written(now), name])
    return Reader(name, Role(role), is_token=True)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
