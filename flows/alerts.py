"""People are told when a flow fails, again while it goes on, and once when it works again.

Failures are grouped by flow, step, host and reason. What is told of is kept in the store, so that a
restart tells nothing twice. Nothing personal is in an alert, and an alert starts no flow.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.book import FlowBook
from flows.store.definitions import NoSuchFlow
from flows.store.statements import store_statement

_EXAMPLES = 3
_CURSOR = "alerts"
STUCK_SECONDS = 3_600.0
NEARLY_FULL = 0.9
HOST_CLOSED, STUCK, HISTORY_FULL = "host-closed", "oldest-waiting", "history-nearly-full"
BACKUP_OLD = "backup-old"
_ABOUT_THE_RUNNER = (HOST_CLOSED, STUCK, HISTORY_FULL, BACKUP_OLD)


@dataclass(frozen=True, slots=True)
class AlertRules:
    """`pauses` in seconds; the last one repeats."""

    pauses: tuple[int, ...]
    most_per_hour: int


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """What failed alike. `operations`: the first ids. `mails`: how often people were told."""

    flow: str
    step: str
    host: str
    reason: str
    first_at: str
    last_at: str
    failures: int
    told_failures: int
    told_at: float | None
    mails: int
    operations: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.flow, self.step, self.host, self.reason

    def is_due(self, now: float, rules: AlertRules) -> bool:
        if self.told_at is None:
            return True
        pause = rules.pauses[min(self.mails, len(rules.pauses)) - 1]
        return self.failures > self.told_failures and now >= self.told_at + pause


@dataclass(frozen=True, slots=True)
class DueAlerts:
    """`failing`: to be told, or told again. `mended`: they work again. `held_back`: more than an
    hour may have; told in one mail that sums up, where that is due, too."""

    failing: tuple[AlertGroup, ...] = ()
    mended: tuple[AlertGroup, ...] = ()
    held_back: tuple[AlertGroup, ...] = ()


def note_failures(db: sqlite3.Connection, book: FlowBook) -> int:
    """Of operations that failed since the last look, or wait for a person; how many. `book`: knows
    the steps' names."""
    row = db.execute("select value from cursors where name = ?", (_CURSOR,)).fetchone()
    (last,) = db.execute("select coalesce(max(change), 0) from operations").fetchone()
    if row is None:
        # What failed before anybody asked to be told is history.
        _save_cursor(db, last)
        return 0
    if int(row[0]) == last:
        # Nothing is written while nothing happens.
        return 0
    rows = db.execute(
        store_statement("new_failures"), {"after": int(row[0]), "upto": last}
    ).fetchall()
    for failure in rows:
        step = _step_name(db, book, failure)
        key = (failure["flow"], step, failure["host"], failure["reason"])
        _note(db, key, failure["moment"], failure["operation_id"])
    _save_cursor(db, last)
    return len(rows)


def note_condition(
    db: sqlite3.Connection, reason: str, hosts: Mapping[str, float], now: str
) -> None:
    """What holds now of the runner or of a host: it is a failure each time it is looked at, and
    over when it does not hold any more."""
    for host in hosts:
        _note(db, ("", "", host, reason), now, None)
    for group in groups(db):
        if group.reason == reason and not group.flow and group.host not in hosts:
            db.execute(
                "update alerts set failures = -1 where reason = ? and host = ? and flow = ''",
                (reason, group.host),
            )


def groups(db: sqlite3.Connection) -> list[AlertGroup]:
    rows = db.execute("select * from alerts order by first_at, flow, step, host, reason")
    return [
        AlertGroup(**{**dict(row), "operations": tuple(json.loads(row["operations"]))})
        for row in rows
    ]


def due_alerts(db: sqlite3.Connection, now: float, rules: AlertRules) -> DueAlerts:
    """What is to be told now, as far as the hour has room for it."""
    known = groups(db)
    mended = [group for group in known if _is_mended(db, group, now, rules)]
    failing = [group for group in known if group not in mended and group.is_due(now, rules)]
    told = [group for group in mended if group.mails]
    for group in mended:
        if not group.mails:
            forget(db, group)
    room = max(rules.most_per_hour - _sent_within_an_hour(db, now), 0)
    now_told = failing[:room]
    mended_told = told[: room - len(now_told)]
    held_back = (*failing[room:], *told[room - len(now_told) :])
    return DueAlerts(tuple(now_told), tuple(mended_told), held_back)


def is_summary_due(db: sqlite3.Connection, now: float) -> bool:
    """One an hour sums up what was held back."""
    row = db.execute(
        "select 1 from alert_mails where is_summary and sent_at > ?", (now - 3_600,)
    ).fetchone()
    return row is None


def note_told(db: sqlite3.Connection, group: AlertGroup, now: float) -> None:
    db.execute(
        "update alerts set told_at = ?, told_failures = failures, mails = mails + 1 "
        "where flow = ? and step = ? and host = ? and reason = ?",
        (now, *group.key),
    )


def note_mail(db: sqlite3.Connection, now: float, *, is_summary: bool = False) -> None:
    db.execute("delete from alert_mails where sent_at < ?", (now - 7_200,))
    db.execute("insert into alert_mails values (?, ?)", (now, int(is_summary)))


def forget(db: sqlite3.Connection, group: AlertGroup) -> None:
    db.execute(
        "delete from alerts where flow = ? and step = ? and host = ? and reason = ?", group.key
    )


def oldest_waiting_seconds(db: sqlite3.Connection, now: float) -> float:
    """How long the operation that has been due the longest has been due."""
    row = db.execute("select min(due_at) from operations where state = 'waiting'").fetchone()
    return 0.0 if row[0] is None else max(now - row[0], 0.0)


def _is_mended(db: sqlite3.Connection, group: AlertGroup, now: float, rules: AlertRules) -> bool:
    """It has worked since, and has not failed for the first pause: now and then is no repair."""
    if group.reason in _ABOUT_THE_RUNNER:
        return group.failures < 0
    last = datetime.fromisoformat(group.last_at).timestamp()
    if now < last + rules.pauses[0]:
        return False
    values = {"flow": group.flow, "host": group.host, "after": group.last_at}
    return db.execute(store_statement("works_again"), values).fetchone() is not None


def _step_name(db: sqlite3.Connection, book: FlowBook, failure: sqlite3.Row) -> str:
    """Empty where no step was tried."""
    number, flow = failure["step"], None
    if number is None:
        return ""
    with suppress(NoSuchFlow):
        flow = book.flow(db, failure["flow"], failure["version"])
    steps = flow.steps if flow else ()
    return steps[number].frame.name if number < len(steps) else str(number + 1)


def _note(
    db: sqlite3.Connection, key: tuple[str, str, str, str], moment: str, operation: int | None
) -> None:
    known = db.execute(
        "select operations from alerts where flow = ? and step = ? and host = ? and reason = ?", key
    ).fetchone()
    numbers: list[int] = json.loads(known[0]) if known else []
    if operation is not None and len(numbers) < _EXAMPLES:
        numbers.append(operation)
    db.execute(store_statement("note_alert"), (*key, moment, moment, json.dumps(numbers)))


def _sent_within_an_hour(db: sqlite3.Connection, now: float) -> int:
    row = db.execute(
        "select count(*) from alert_mails where not is_summary and sent_at > ?", (now - 3_600,)
    ).fetchone()
    return int(row[0])


def _save_cursor(db: sqlite3.Connection, change: int) -> None:
    db.execute("insert or replace into cursors values (?, ?)", (_CURSOR, str(change)))


def moment_of(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat()
