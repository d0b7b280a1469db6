"""The access log: who viewed, exported or played personal data, and who changed access."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Connection

from dashboards.access.state import written

COMMAND_LINE = "calltouch"
"""The reader recorded for changes made by a command."""


class Action(StrEnum):
    SHOWN = "shown"
    EXPORTED = "exported"
    RECORDING = "recording"
    FILE_TAKEN = "file taken"
    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    DECIDED = "operation decided"
    REPLAYED = "operations replayed"
    USER_ADDED = "user added"
    USER_REMOVED = "user removed"
    PASSWORD_CHANGED = "password changed"
    LINK_MADE = "sign-in link made"
    SESSION_ENDED = "session ended"
    SESSIONS_ENDED = "sessions ended"
    ROLE_CHANGED = "role changed"
    TOKEN_CREATED = "token created"
    TOKEN_REVOKED = "token revoked"
    FLOW_MADE = "flow made"
    FLOW_EDITED = "flow edited"
    FLOW_STARTED = "flow switched on"
    FLOW_STOPPED = "flow stopped"
    FLOW_KEY_REPLACED = "flow key replaced"
    CALENDAR_CHANGED = "calendar changed"
    JOB_STARTED = "job started"
    JOB_STOPPED = "job stopped"
    VIEW_SAVED = "team view saved"
    VIEW_DELETED = "team view deleted"
    GUEST_LINK_MADE = "guest link made"
    GUEST_LINK_REVOKED = "guest link revoked"
    GUEST_OPENED = "opened by a guest"
    SCHEDULE_MADE = "schedule made"
    SCHEDULE_CHANGED = "schedule switched"
    SCHEDULE_SENT = "schedule sent by hand"
    SCHEDULE_DELETED = "schedule deleted"
    NOTE_ADDED = "note added"
    NOTE_REMOVED = "note removed"
    ALERT_TESTED = "alert tested"
    RULE_CHANGED = "alert rule changed"
    PERSON_ERASED = "person erased"
    SQL_RUN = "SQL run"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`reader`: name of a user or token, empty if unknown. `role`: at that time.

    `report`: what was viewed, or whom the action concerned. `query`: the URL's query without
    personal values. `rows`: number of rows, None if not applicable.
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
    """An entry with its id in the access log."""

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


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """`reader`: the name, empty for all. `actions`: empty for all. From `since` on, before
    `until`."""

    reader: str = ""
    actions: tuple[Action, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def read_audit(
    db: Connection, before: int | None, at_most: int, chosen: AuditFilter = AuditFilter()
) -> list[AuditRecord]:
    """Newest first; `before`: only entries older than this `audit_id`."""
    rows = db.execute(
        "select audit_id, at, reader, role, action, report, query, rows, address from audit "
        "where (:before is null or audit_id < :before) and (:reader = '' or reader = :reader) "
        "and (:actions = '[]' or action in (select value from json_each(:actions))) "
        "and (:since is null or at >= :since) and (:until is null or at < :until) "
        "order by audit_id desc limit :at_most",
        {
            "before": before,
            "reader": chosen.reader,
            "actions": json.dumps(chosen.actions),
            "since": chosen.since and written(chosen.since),
            "until": chosen.until and written(chosen.until),
            "at_most": at_most,
        },
    ).fetchall()
    return [
        AuditRecord(
            audit_id,
            AuditEntry(datetime.fromisoformat(at), reader, role, Action(action), *the_rest),
        )
        for audit_id, at, reader, role, action, *the_rest in rows
    ]


def readers_in(db: Connection) -> list[str]:
    """Of whom there are entries."""
    rows = db.execute("select distinct reader from audit where reader <> '' order by reader")
    return [reader for (reader,) in rows]
