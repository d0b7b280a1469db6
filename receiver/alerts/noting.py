"""Alerts begin, grow and end, in `state.sqlite`. Nothing is written while nothing changes: every
commit to that file makes digest publish."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.alerts.kinds import kind_of
from analytics.alerts.trouble import AlertRecord, Trouble
from analytics.state_file import open_state
from receiver.alerts.source import Findings

TABLES = """
create table if not exists alerts (
    alert_id integer primary key,
    kind text not null,
    subject text not null,
    cause text not null,
    urgent integer not null,
    figures text not null,
    count integer not null,
    began_at text not null,
    noticed_at text not null,
    changed_at text not null,
    ended_at text,
    told_at text,
    times_told integer not null default 0
);
create unique index if not exists alerts_going_on on alerts (kind, subject) where ended_at is null;
create index if not exists alerts_by_subject on alerts (kind, subject, ended_at);
create table if not exists alert_memories (source text primary key, memory text not null);
create table if not exists alert_tellings (
    alert_id integer not null,
    channel text not null,
    told_at real not null,
    told_count integer not null,
    times integer not null,
    is_over integer not null,
    primary key (alert_id, channel)
);
create index if not exists alert_tellings_not_over on alert_tellings (channel) where not is_over;
create table if not exists alert_messages (channel text not null, sent_at real not null);
create table if not exists alert_channels (
    channel text primary key,
    failed_at text not null,
    reason text not null
);
"""

_FRESH = timedelta(minutes=15)


def open_alerts_state(path: Path | str) -> sqlite3.Connection:
    """Raises `sqlite3.Error`."""
    db = open_state(path, TABLES)
    db.row_factory = sqlite3.Row
    return db


def going_on(db: sqlite3.Connection, kinds: Iterable[str] | None = None) -> list[AlertRecord]:
    """Alerts that have not ended, the oldest first; of some kinds, or all."""
    rows = db.execute("select * from alerts where ended_at is null order by alert_id")
    records = [record(row) for row in rows]
    return records if kinds is None else [alert for alert in records if alert.kind in {*kinds}]


def memory_of(db: sqlite3.Connection, source: str) -> str:
    row = db.execute("select memory from alert_memories where source = ?", (source,)).fetchone()
    return row["memory"] if row else ""


def note_findings(
    db: sqlite3.Connection,
    source: str,
    known: Sequence[AlertRecord],
    findings: Findings,
    now: datetime,
    damped: timedelta,
) -> int:
    """How many alerts began or ended. What comes back within `damped` of its end is the same alert
    going on."""
    before = {alert.key: alert for alert in known}
    after = {trouble.key: trouble for trouble in findings.troubles}
    begun = [trouble for key, trouble in after.items() if key not in before]
    ended = [alert for key, alert in before.items() if key not in after]
    changed = [
        (before[key], trouble)
        for key, trouble in after.items()
        if key in before and _has_changed(db, before[key], trouble, now)
    ]
    is_new = findings.memory != memory_of(db, source)
    if not (begun or ended or changed or is_new):
        return 0
    db.execute("begin immediate")
    for trouble in begun:
        _begin(db, trouble, now, damped)
    for alert, trouble in changed:
        _change(db, alert.alert_id, trouble, now)
    for alert in ended:
        db.execute(
            "update alerts set ended_at = ? where alert_id = ?", (as_text(now), alert.alert_id)
        )
    db.execute("insert or replace into alert_memories values (?, ?)", (source, findings.memory))
    db.execute("commit")
    return len(begun) + len(ended)


def record(row: sqlite3.Row) -> AlertRecord:
    ended_at, told_at = row["ended_at"], row["told_at"]
    return AlertRecord(
        row["alert_id"],
        row["kind"],
        row["subject"],
        row["cause"],
        json.loads(row["figures"]),
        datetime.fromisoformat(row["began_at"]),
        datetime.fromisoformat(row["noticed_at"]),
        datetime.fromisoformat(ended_at) if ended_at else None,
        row["count"],
        datetime.fromisoformat(told_at) if told_at else None,
        row["times_told"],
    )


def as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _has_changed(
    db: sqlite3.Connection, alert: AlertRecord, trouble: Trouble, now: datetime
) -> bool:
    """Figures that differ at every look are noted now and then."""
    if (alert.count, alert.cause) != (trouble.count, trouble.cause):
        return True
    if alert.figures == trouble.figures:
        return False
    row = db.execute(
        "select changed_at from alerts where alert_id = ?", (alert.alert_id,)
    ).fetchone()
    return now >= datetime.fromisoformat(row["changed_at"]) + _FRESH


def _begin(db: sqlite3.Connection, trouble: Trouble, now: datetime, damped: timedelta) -> None:
    row = db.execute(
        "select alert_id from alerts where kind = ? and subject = ? and ended_at > ? "
        "order by ended_at desc limit 1",
        (*trouble.key, as_text(now - damped)),
    ).fetchone()
    if row is not None:
        db.execute("update alerts set ended_at = null where alert_id = ?", (row["alert_id"],))
        _change(db, row["alert_id"], trouble, now)
        return
    figures = json.dumps(dict(trouble.figures), ensure_ascii=False)
    urgent = int(kind_of(trouble.kind).is_urgent)
    values = (*trouble.key, trouble.cause, urgent, figures, trouble.count)
    moments = (as_text(trouble.since), as_text(now), as_text(now))
    db.execute(
        "insert into alerts "
        "(kind, subject, cause, urgent, figures, count, began_at, noticed_at, changed_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, *moments),
    )


def _change(db: sqlite3.Connection, alert_id: int, trouble: Trouble, now: datetime) -> None:
    figures = json.dumps(dict(trouble.figures), ensure_ascii=False)
    db.execute(
        "update alerts set cause = ?, figures = ?, count = ?, changed_at = ? where alert_id = ?",
        (trouble.cause, figures, trouble.count, as_text(now), alert_id),
    )
