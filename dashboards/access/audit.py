"""The audit: who saw, exported or heard personal data, and who let whom in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Connection

from dashboards.access.state import written

COMMAND_LINE = "calltouch"
"""The reader of what is done by a command."""


class Action(StrEnum):
    SHOWN = "shown"
    EXPORTED = "exported"
    RECORDING = "recording"
    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    USER_ADDED = "user added"
    USER_REMOVED = "user removed"
    PASSWORD_CHANGED = "password changed"
    ROLE_CHANGED = "role changed"
    TOKEN_CREATED = "token created"
    TOKEN_REVOKED = "token revoked"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`reader`: the name of a user or token, empty for nobody known. `role`: the one it had then.

    `report`: what was seen, or whom the action was done to. `query`: the URL's query without
    personal values. `rows`: of data, None where that means nothing.
    """

    at: datetime
    reader: str
    role: str
    action: Action
    report: str = ""
    query: str = ""
    rows: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry with its place in the audit."""

    audit_id: int
    entry: AuditEntry


def note(db: Connection, entry: AuditEntry) -> None:
    """On disk when it returns, unless a transaction is open. Raises `sqlite3.Error`."""
    db.execute(
        "insert into audit (at, reader, role, action, report, query, rows, address) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            written(entry.at),
            entry.reader,
            entry.role,
            entry.action,
            entry.report,
            entry.query,
            entry.rows,
            entry.address,
        ],
    )


def read_audit(db: Connection, before: int | None, at_most: int) -> list[AuditRecord]:
    """Newest first; `before`: only what is older than the one of this `audit_id`."""
    rows = db.execute(
        "select audit_id, at, reader, role, action, report, query, rows, address from audit "
        "where ? is null or audit_id < ? order by audit_id desc limit ?",
        [before, before, at_most],
    ).fetchall()
    return [
        AuditRecord(
            audit_id,
            AuditEntry(datetime.fromisoformat(at), reader, role, Action(action), *the_rest),
        )
        for audit_id, at, reader, role, action, *the_rest in rows
    ]
