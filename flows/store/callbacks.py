"""Callbacks that were or may have been ordered, and requests that were or may have been made. All
functions work inside of the caller's transaction.

What is noted here is noted before it is asked for, in the transaction that begins the attempt.
"""

import sqlite3
from dataclasses import dataclass

_KEPT_SECONDS = 40 * 86_400.0


@dataclass(frozen=True, slots=True)
class NewCallback:
    """`at`: in Unix seconds. `replay_of`: the operation that this one repeats on purpose."""

    operation_id: int
    step: int
    phone_hmac: str
    at: float
    replay_of: int | None = None


def note_callback(db: sqlite3.Connection, new: NewCallback) -> None:
    db.execute("delete from callbacks where at < ?", (new.at - _KEPT_SECONDS,))
    db.execute(
        "insert or replace into callbacks values (?, ?, ?, ?, null)",
        (new.operation_id, new.step, new.phone_hmac, new.at),
    )


def was_rung_since(db: sqlite3.Connection, new: NewCallback, since: float) -> bool:
    """Whether another operation has ordered a callback of this phone, or may have."""
    row = db.execute(
        "select 1 from callbacks where phone_hmac = ? and at > ? "
        "and operation_id not in (?, ?) limit 1",
        (new.phone_hmac, since, new.operation_id, new.replay_of or new.operation_id),
    ).fetchone()
    return row is not None


def callbacks_since(db: sqlite3.Connection, since: float, but: NewCallback) -> int:
    """How many, without the one that is asked for."""
    (count,) = db.execute(
        "select count(*) from callbacks where at >= ? and not (operation_id = ? and step = ?)",
        (since, but.operation_id, but.step),
    ).fetchone()
    return int(count)


def forget_callback(db: sqlite3.Connection, operation_id: int, step: int) -> None:
    """Unless one of the attempts, which have all been noted, may have ordered it."""
    db.execute(
        "delete from callbacks where operation_id = ? and step = ? and not exists (select 1 "
        "from attempts where attempts.operation_id = callbacks.operation_id "
        "and attempts.step = callbacks.step and outcome = 'unknown')",
        (operation_id, step),
    )


def name_callback(
    db: sqlite3.Connection, operation_id: int, step: int, callback_request_id: int
) -> None:
    db.execute(
        "update callbacks set callback_request_id = ? where operation_id = ? and step = ?",
        (callback_request_id, operation_id, step),
    )


def was_ordered(db: sqlite3.Connection, callback_request_id: str) -> bool:
    """Whether a callback with this id of Calltouch's is one of ours."""
    query = "select 1 from callbacks where callback_request_id = ?"
    return db.execute(query, (callback_request_id,)).fetchone() is not None


def was_made(db: sqlite3.Connection, number: str) -> bool:
    """Whether a request with this number was or may have been created by one of ours."""
    query = "select 1 from made_requests where request_number = ?"
    return db.execute(query, (number,)).fetchone() is not None


def note_request(db: sqlite3.Connection, number: str, now: str) -> None:
    """For good: whatever the answer is, the number is ours."""
    db.execute("insert or ignore into made_requests values (?, ?)", (number, now))
