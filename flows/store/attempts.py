"""Attempts, results of steps, and bodies. All functions work inside of the caller's transaction."""

import json
import sqlite3
import zlib
from dataclasses import dataclass
from typing import Any, Literal

from flows.json_documents import read_json, written

Part = Literal["input", "request", "answer"]
INPUT_STEP = -1


@dataclass(frozen=True, slots=True)
class Attempt:
    operation_id: int
    step: int
    attempt: int
    begun_at: str
    ended_at: str | None
    phase: str
    outcome: str
    status: int | None
    reason: str
    host: str
    method: str
    bytes_out: int
    bytes_in: int


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    phase: str
    outcome: str
    reason: str
    status: int | None = None
    bytes_in: int = 0


def begin_attempt(
    db: sqlite3.Connection,
    operation_id: int,
    step: int,
    now: str,
    host: str,
    method: str,
    bytes_out: int,
) -> int:
    """The number of the attempt, from 1. Synced before the first byte goes out."""
    (last,) = db.execute(
        "select coalesce(max(attempt), 0) from attempts where operation_id = ? and step = ?",
        (operation_id, step),
    ).fetchone()
    db.execute(
        "insert into attempts (operation_id, step, attempt, begun_at, host, method, bytes_out) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        (operation_id, step, last + 1, now, host, method, bytes_out),
    )
    return int(last) + 1


def end_attempt(
    db: sqlite3.Connection, operation_id: int, step: int, attempt: int, now: str, end: AttemptEnd
) -> None:
    db.execute(
        "update attempts set ended_at = ?, phase = ?, outcome = ?, reason = ?, status = ?, "
        "bytes_in = ? where operation_id = ? and step = ? and attempt = ?",
        (
            now, end.phase, end.outcome, end.reason, end.status, end.bytes_in, operation_id, step,
            attempt,
        ),
    )  # fmt: skip


def attempts_of(db: sqlite3.Connection, operation_id: int) -> list[Attempt]:
    rows = db.execute(
        "select * from attempts where operation_id = ? order by step, attempt", (operation_id,)
    )
    return [Attempt(**{name: row[name] for name in Attempt.__dataclass_fields__}) for row in rows]


def attempts_at(db: sqlite3.Connection, operation_id: int, step: int) -> list[Attempt]:
    """Those at one step, in their order."""
    return [attempt for attempt in attempts_of(db, operation_id) if attempt.step == step]


def begun_and_not_ended(db: sqlite3.Connection, operation_id: int) -> Attempt | None:
    """What a crash left: nobody knows whether it was done."""
    for attempt in attempts_of(db, operation_id):
        if attempt.ended_at is None:
            return attempt
    return None


def save_result(
    db: sqlite3.Connection, operation_id: int, step: int, state: str, value: dict[str, Any]
) -> None:
    """Of a step that is not to be done again."""
    db.execute(
        "insert or replace into results values (?, ?, ?, ?)",
        (operation_id, step, state, written(value)),
    )


def results_of(db: sqlite3.Connection, operation_id: int) -> dict[int, dict[str, Any]]:
    """Per step that has ended, what it gives."""
    rows = db.execute(
        "select step, value from results where operation_id = ? order by step", (operation_id,)
    )
    return {row["step"]: read_json(row["value"]) for row in rows}


def save_body(
    db: sqlite3.Connection, operation_id: int, step: int, attempt: int, part: Part, body: bytes
) -> None:
    db.execute(
        "insert or replace into bodies values (?, ?, ?, ?, ?, null)",
        (operation_id, step, attempt, part, zlib.compress(body)),
    )


def body_of(
    db: sqlite3.Connection, operation_id: int, step: int, attempt: int, part: Part
) -> bytes | None:
    row = db.execute(
        "select body from bodies where operation_id = ? and step = ? and attempt = ? and part = ?",
        (operation_id, step, attempt, part),
    ).fetchone()
    return None if row is None else zlib.decompress(row["body"])


def save_input(db: sqlite3.Connection, operation_id: int, fields: dict[str, Any]) -> None:
    """What the source gave, so that a retry sends what the first try sent."""
    save_body(db, operation_id, INPUT_STEP, 0, "input", json.dumps(fields).encode())


def input_of(db: sqlite3.Connection, operation_id: int) -> dict[str, Any] | None:
    body = body_of(db, operation_id, INPUT_STEP, 0, "input")
    return None if body is None else read_json(body)
