"""Flows, their versions and addresses."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class StoredFlow:
    name: str
    is_running: bool
    version: int
    definition: str


@dataclass(frozen=True, slots=True)
class StoredVersion:
    version: int
    definition: str
    made_at: str
    made_by: str


class NoSuchFlow(Exception):
    """There is no flow of this name."""


def stored_flows(db: sqlite3.Connection) -> list[StoredFlow]:
    """By name, each with the version in force."""
    rows = db.execute(
        "select name, running, flows.version, definition from flows join versions "
        "on flow = name and versions.version = flows.version order by name"
    )
    return [StoredFlow(row[0], bool(row[1]), row[2], row[3]) for row in rows]


def stored_flow(db: sqlite3.Connection, name: str) -> StoredFlow:
    """Raises `NoSuchFlow`."""
    for flow in stored_flows(db):
        if flow.name == name:
            return flow
    raise NoSuchFlow(name)


def versions_of(db: sqlite3.Connection, name: str) -> list[StoredVersion]:
    """From the first on, also of a flow that has been removed. Raises `NoSuchFlow`."""
    rows = db.execute(
        "select version, definition, made_at, made_by from versions where flow = ? "
        "order by version",
        (name,),
    ).fetchall()
    if not rows:
        raise NoSuchFlow(name)
    return [StoredVersion(*row) for row in rows]


def definition_of(db: sqlite3.Connection, name: str, version: int) -> str:
    row = db.execute(
        "select definition from versions where flow = ? and version = ?", (name, version)
    ).fetchone()
    if row is None:
        raise NoSuchFlow(name)
    return str(row[0])


def apply_definition(
    db: sqlite3.Connection, name: str, definition: str, now: datetime, who: str
) -> int:
    """The number of its version: a new one, unless it is the one in force. Makes the flow, stopped,
    and its address."""
    digest = hashlib.sha256(definition.encode()).hexdigest()
    row = db.execute(
        "select version, sha256 from versions where flow = ? order by version desc limit 1", (name,)
    ).fetchone()
    version = int(row["version"]) if row else 0
    is_new = row is None or row["sha256"] != digest
    if is_new:
        version += 1
        db.execute(
            "insert into versions values (?, ?, ?, ?, ?, ?, '')",
            (name, version, definition, digest, now.isoformat(), who),
        )
    if db.execute("select 1 from flows where name = ?", (name,)).fetchone() is None:
        db.execute(
            "insert into flows values (?, 0, ?, ?, ?)", (name, version, now.isoformat(), who)
        )
        add_address(db, name, now)
    elif is_new:
        db.execute(
            "update flows set version = ?, changed_at = ?, changed_by = ? where name = ?",
            (version, now.isoformat(), who, name),
        )
    return version


def set_running(
    db: sqlite3.Connection, name: str, is_running: bool, now: datetime, who: str
) -> None:
    stored_flow(db, name)
    db.execute(
        "update flows set running = ?, changed_at = ?, changed_by = ? where name = ?",
        (int(is_running), now.isoformat(), who, name),
    )


def remove_flow(db: sqlite3.Connection, name: str) -> None:
    """With its addresses and its sample; its versions and its operations stay."""
    stored_flow(db, name)
    db.execute("delete from addresses where flow = ?", (name,))
    db.execute("delete from samples where flow = ?", (name,))
    db.execute("delete from flows where name = ?", (name,))


def add_address(db: sqlite3.Connection, name: str, now: datetime) -> str:
    """The key of a new address: 128 bits by chance."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    db.execute("insert into addresses values (?, ?, ?, null)", (name, key, now.isoformat()))
    return key


def rotate_key(db: sqlite3.Connection, name: str, now: datetime, overlap: timedelta) -> str:
    """The new key; those that there were are good for so long yet."""
    until = (now + overlap).isoformat()
    db.execute(
        "update addresses set valid_until = ? "
        "where flow = ? and (valid_until is null or valid_until > ?)",
        (until, name, until),
    )
    return add_address(db, name, now)


def keys_of(db: sqlite3.Connection, name: str, now: datetime) -> list[str]:
    """Those that are good now, the newest first."""
    return [key for key, _ in keys_until(db, name, now)]


def keys_until(
    db: sqlite3.Connection, name: str, now: datetime
) -> list[tuple[str, datetime | None]]:
    """The same, each with the end of its overlap."""
    rows = db.execute(
        "select key, valid_until from addresses "
        "where flow = ? and (valid_until is null or valid_until > ?) "
        "order by made_at desc, rowid desc",
        (name, now.isoformat()),
    )
    return [(row[0], row[1] and datetime.fromisoformat(row[1])) for row in rows]
