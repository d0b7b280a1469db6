"""Operations: taken in, due, run, ended. All functions work inside of the caller's transaction.

Only the head of an order is `waiting`; what comes behind it is `behind`, so that choosing the next
one never looks at those that cannot run.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

UNFINISHED = ("behind", "waiting", "running", "held")
STATES = (*UNFINISHED, "done", "skipped", "failed", "unknown", "dropped")


@dataclass(frozen=True, slots=True)
class NewOperation:
    """`received_at`, and all times of text, in ISO 8601 with UTC."""

    flow: str
    version: int
    source: str
    received_at: str
    order_key: str = ""
    lead_type: str | None = None
    lead_id: int | None = None
    delivery_id: int | None = None
    replay_of: int | None = None
    notes: tuple[str, ...] = ()
    contact_hash: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """`step`: the number of the first step that may have to be done, from 0."""

    operation_id: int
    flow: str
    version: int
    source: str
    state: str
    reason: str
    text: str
    received_at: str
    due_at: float | None
    finished_at: str | None
    step: int
    tries: int
    order_key: str
    lead_type: str | None
    lead_id: int | None
    delivery_id: int | None
    replay_of: int | None
    nonce: str
    notes: tuple[str, ...] = field(default=())

    @property
    def received_seconds(self) -> float:
        """Unix seconds."""
        return datetime.fromisoformat(self.received_at).timestamp()

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Operation":
        values = {name: row[name] for name in _COLUMNS}
        values["notes"] = tuple(json.loads(values["notes"]))
        return cls(**values)


_COLUMNS = tuple(name for name in Operation.__dataclass_fields__)


def add_operation(
    db: sqlite3.Connection, new: NewOperation, state: str, due_at: float, reason: str = ""
) -> int:
    """Its id. `state`: waiting, held or skipped; one that waits behind others is `behind`."""
    if state == "waiting" and new.order_key and _has_others(db, new):
        state = "behind"
    cursor = db.execute(
        """insert into operations (flow, version, source, state, reason, received_at, due_at,
        order_key, lead_type, lead_id, delivery_id, replay_of, nonce, notes, contact_hash, change)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            new.flow, new.version, new.source, state, reason, new.received_at, due_at,
            new.order_key, new.lead_type, new.lead_id, new.delivery_id, new.replay_of,
            secrets.token_hex(16), json.dumps(new.notes), new.contact_hash, next_change(db),
        ),
    )  # fmt: skip
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def operation(db: sqlite3.Connection, operation_id: int) -> Operation | None:
    row = db.execute("select * from operations where operation_id = ?", (operation_id,)).fetchone()
    return None if row is None else Operation.from_row(row)


def take_due(
    db: sqlite3.Connection, now: float, most: int, shares: Mapping[str, int] | None = None
) -> list[Operation]:
    """Those that are due, as running from now on. `shares`: by flow, how many of it may begin while
    operations of other flows wait."""
    rows = db.execute(
        "select * from operations where state = 'waiting' and due_at <= ? "
        "order by due_at, operation_id limit ?",
        (now, most),
    ).fetchall()
    if shares and any(_exceeds(rows, flow, share) for flow, share in shares.items()):
        rows = _shared(db, rows, now, most, shares)
    change = next_change(db)
    db.executemany(
        "update operations set state = 'running', change = ? where operation_id = ?",
        [(change, row["operation_id"]) for row in rows],
    )
    return [Operation.from_row(row) for row in rows]


def _exceeds(rows: list[sqlite3.Row], flow: str, share: int) -> bool:
    return len([row for row in rows if row["flow"] == flow]) > share


def _shared(
    db: sqlite3.Connection,
    first: list[sqlite3.Row],
    now: float,
    most: int,
    shares: Mapping[str, int],
) -> list[sqlite3.Row]:
    """Of each flow its share, in the order in which they are due; what is left goes to whoever was
    first."""
    rows = [
        row
        for flow, share in shares.items()
        for row in db.execute(
            "select * from operations where state = 'waiting' and flow = ? and due_at <= ? "
            "order by due_at, operation_id limit ?",
            (flow, now, min(share, most)),
        )
    ]
    taken = sorted(rows, key=lambda row: (row["due_at"], row["operation_id"]))[:most]
    known = {row["operation_id"] for row in taken}
    rest = [row for row in first if row["operation_id"] not in known]
    return taken + rest[: most - len(taken)]


def next_due_at(db: sqlite3.Connection) -> float | None:
    """When the next operation is due; None where none waits."""
    row = db.execute("select min(due_at) from operations where state = 'waiting'").fetchone()
    return None if row is None else row[0]


def put_back(
    db: sqlite3.Connection, operation_id: int, due_at: float, reason: str, tries: int
) -> None:
    """It waits again, with so many tries of its present step behind it."""
    db.execute(
        "update operations set state = 'waiting', due_at = ?, reason = ?, tries = ?, change = ?, "
        "text = '', finished_at = null where operation_id = ?",
        (due_at, reason, tries, next_change(db), operation_id),
    )


def put_behind(db: sqlite3.Connection, operation_id: int) -> None:
    """It waits for its turn in its order."""
    db.execute(
        "update operations set state = 'behind', reason = '', due_at = coalesce(due_at, 0), "
        "change = ? where operation_id = ?",
        (next_change(db), operation_id),
    )


def go_on_at(db: sqlite3.Connection, operation_id: int, step: int) -> None:
    """The steps before this one are done."""
    db.execute(
        "update operations set step = ?, tries = 0, change = ? where operation_id = ?",
        (step, next_change(db), operation_id),
    )


def end(
    db: sqlite3.Connection,
    ended: Operation,
    state: str,
    now: str,
    reason: str = "",
    text: str = "",
    notes: tuple[str, ...] = (),
    *,
    holds_followers: bool = False,
) -> None:
    """With this state; the next one of its order waits from now on."""
    db.execute(
        "update operations set state = ?, reason = ?, text = ?, finished_at = ?, due_at = null, "
        "notes = ?, change = ? where operation_id = ?",
        (state, reason, text, now, json.dumps(notes), next_change(db), ended.operation_id),
    )
    if ended.order_key and not holds_followers:
        release_next(db, ended.flow, ended.order_key)


def hold(db: sqlite3.Connection, operation_id: int, reason: str) -> None:
    db.execute(
        "update operations set state = 'held', reason = ?, due_at = null, change = ? "
        "where operation_id = ?",
        (reason, next_change(db), operation_id),
    )


def save_notes(db: sqlite3.Connection, operation_id: int, notes: tuple[str, ...]) -> None:
    db.execute(
        "update operations set notes = ?, change = ? where operation_id = ?",
        (json.dumps(notes), next_change(db), operation_id),
    )


def release_next(db: sqlite3.Connection, flow: str, order_key: str) -> None:
    """The first of those behind waits now, if none is before it."""
    if db.execute(
        "select 1 from operations where flow = ? and order_key = ? "
        "and state in ('waiting', 'running') limit 1",
        (flow, order_key),
    ).fetchone():
        return
    db.execute(
        "update operations set state = 'waiting', due_at = coalesce(due_at, 0), change = ? "
        "where operation_id = (select min(operation_id) from operations "
        "where flow = ? and order_key = ? and state = 'behind')",
        (next_change(db), flow, order_key),
    )


def is_held_back(db: sqlite3.Connection, flow: str, order_key: str) -> bool:
    """Whether one of its order has failed and nobody has decided yet: also who comes later waits,
    where the flow says so."""
    row = db.execute(
        "select 1 from operations as one where flow = ? and order_key = ? "
        "and state in ('failed', 'unknown') "
        "and not exists (select 1 from operations where replay_of = one.operation_id) limit 1",
        (flow, order_key),
    ).fetchone()
    return row is not None


def replace_behind(db: sqlite3.Connection, new: NewOperation, operation_id: int, now: str) -> None:
    """Of a flow that copies a state, only the newest of those behind is still of use."""
    db.execute(
        "update operations set state = 'skipped', reason = 'replaced', finished_at = ?, "
        "due_at = null, change = ? where flow = ? and order_key = ? and state = 'behind' "
        "and operation_id < ?",
        (now, next_change(db), new.flow, new.order_key, operation_id),
    )


def next_change(db: sqlite3.Connection) -> int:
    """Numbers that grow with every change, for those who copy what changed."""
    row = db.execute(
        "insert into cursors values ('change', '1') on conflict (name) "
        "do update set value = cast(value as integer) + 1 returning value"
    ).fetchone()
    return int(row[0])


def note_change(db: sqlite3.Connection, operation_id: int) -> None:
    """Something that belongs to it has changed."""
    db.execute(
        "update operations set change = ? where operation_id = ?", (next_change(db), operation_id)
    )


def _has_others(db: sqlite3.Connection, new: NewOperation) -> bool:
    """Followers that a failure holds back wait for its replay, not the replay for them."""
    row = db.execute(
        "select 1 from operations where flow = ? and order_key = ? "
        "and state in ('waiting', 'running', 'behind') and (state <> 'behind' or ? is null) "
        "limit 1",
        (new.flow, new.order_key, new.replay_of),
    ).fetchone()
    return row is not None
