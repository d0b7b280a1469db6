"""What a person decides about operations. Inside of the caller's transaction."""

import sqlite3
from datetime import datetime, timedelta

from flows.store import attempts, operations
from flows.store.operations import Operation

UNDECIDED = ("failed", "unknown", "held")
DECISIONS = ("was-done", "again", "drop")


class NotUndecided(Exception):
    """There is nothing to decide about the operation; the text says why."""


def decide(
    db: sqlite3.Connection, operation_id: int, decision: str, now: str, due_at: float, who: str
) -> None:
    """`was-done`: it goes on behind the step in question. `again`: that step is tried again.
    `drop`: it is given up. Raises `NotUndecided`."""
    operation = operations.operation(db, operation_id)
    if operation is None:
        raise NotUndecided(f"there is no operation {operation_id}")
    if operation.state not in UNDECIDED:
        raise NotUndecided(f"operation {operation_id} is {operation.state}")
    if decision == "drop":
        operations.end(
            db, operation, "dropped", now, operation.reason, f"by {who}", operation.notes
        )
        return
    if decision == "was-done":
        _pass_over(db, operation)
    operations.put_back(db, operation_id, due_at, "", 0)
    if operation.order_key:
        # Those that came later may have gone on meanwhile: one at a time.
        operations.put_behind(db, operation_id)
        operations.release_next(db, operation.flow, operation.order_key)


def waiting_for_an_end(db: sqlite3.Connection, flow: str) -> int:
    """How many operations of a flow have not ended, or have failed and nobody has decided."""
    row = db.execute(
        "select count(*) from operations as one where flow = ? and ("
        "state in ('behind', 'waiting', 'running', 'held') or (state in ('failed', 'unknown') "
        "and not exists (select 1 from operations where replay_of = one.operation_id)))",
        (flow,),
    ).fetchone()
    return int(row[0])


def undecided(db: sqlite3.Connection, flow: str) -> int:
    """How many operations of a flow wait for a person: held, or failed and not replayed since."""
    row = db.execute(
        "select count(*) from operations as one where flow = ? and (state = 'held' or ("
        "state in ('failed', 'unknown') "
        "and not exists (select 1 from operations where replay_of = one.operation_id)))",
        (flow,),
    ).fetchone()
    return int(row[0])


def release_held(db: sqlite3.Connection, flow: str, since: str, due_at: float) -> int:
    """Run what came while the flow was stopped, if it was received since then; how many. What has
    not begun yet is run by the version in force now."""
    _take_version_in_force(db, flow)
    rows = db.execute(
        "select operation_id, order_key from operations where flow = ? and state = 'held' "
        "and reason = 'flow-stopped' and received_at >= ? order by operation_id",
        (flow, since),
    ).fetchall()
    for row in rows:
        if row["order_key"]:
            operations.put_behind(db, row["operation_id"])
            operations.release_next(db, flow, row["order_key"])
        else:
            operations.put_back(db, row["operation_id"], due_at, "", 0)
    return len(rows)


def _take_version_in_force(db: sqlite3.Connection, flow: str) -> None:
    """A new flow is stopped while it is edited: what came meanwhile is not run by a draft."""
    db.execute(
        "update operations as one set version = (select version from flows where name = one.flow) "
        "where flow = ? and state = 'held' and reason = 'flow-stopped' and step = 0 "
        "and replay_of is null "
        "and not exists (select 1 from results where operation_id = one.operation_id) "
        "and not exists (select 1 from attempts where operation_id = one.operation_id)",
        (flow,),
    )


def drop_held(db: sqlite3.Connection, flow: str, before: str, now: str, who: str) -> int:
    """Drop what came while the flow was stopped, if it was received before then; how many."""
    rows = db.execute(
        "select * from operations where flow = ? and state = 'held' "
        "and reason = 'flow-stopped' and received_at < ?",
        (flow, before),
    ).fetchall()
    for row in rows:
        held = Operation.from_row(row)
        operations.end(db, held, "dropped", now, "flow-stopped", f"by {who}", held.notes)
    return len(rows)


def held_while_stopped(db: sqlite3.Connection, flow: str) -> int:
    row = db.execute(
        "select count(*) from operations where flow = ? and state = 'held' "
        "and reason = 'flow-stopped'",
        (flow,),
    ).fetchone()
    return int(row[0])


def settle_held(
    db: sqlite3.Connection, flow: str, max_age: int, runs: bool, now: datetime, who: str
) -> tuple[int, int]:
    """What came while the flow was stopped: run what is within `max_age` seconds, drop the rest; or
    drop it all. How many are run and dropped."""
    since = (now - timedelta(seconds=max_age)).isoformat()
    released = release_held(db, flow, since, now.timestamp()) if runs else 0
    return released, drop_held(db, flow, "9", now.isoformat(), who)


def _pass_over(db: sqlite3.Connection, operation: Operation) -> None:
    """The step that was last tried counts as done, without a result."""
    tried = attempts.attempts_of(db, operation.operation_id)
    step = tried[-1].step if tried else operation.step
    attempts.save_result(db, operation.operation_id, step, "decided", {})
    operations.go_on_at(db, operation.operation_id, step + 1)
