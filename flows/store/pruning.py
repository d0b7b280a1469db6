"""History is kept for a while, and within a limit; the file shrinks as it goes.

Bodies go before rows, the oldest first. An operation that has not ended never goes, and the bodies
of one that waits for a person stay until it is decided, unless the limit is reached. In pieces, so
that nobody waits long.
"""

import sqlite3
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows.store.statements import store_statement
from flows.store.writer import open_store

PIECE = 500
DECIDED_DAYS = 30
_PAUSE_SECONDS = 0.02
_ANSWER_BYTES = 8 << 10
_BODIES = ("bodies",)
_ALL_TABLES = ("bodies", "attempts", "results", "operations")


@dataclass(frozen=True, slots=True)
class HistoryLimits:
    """Days that bodies of what is done are kept, days that rows are, and the size of the file."""

    body_days: int
    history_days: int
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """`bodies` of so many operations, packed in so many bytes; `operations`: rows that went with
    them. `file_bytes`: in use afterwards."""

    bodies: int = 0
    body_bytes: int = 0
    operations: int = 0
    file_bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    last_id: int
    operations: list[int]
    body_bytes: int


def prune(
    path: Path,
    limits: HistoryLimits,
    now: datetime,
    *,
    dry_run: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Pruned:
    """What has gone; with `dry_run`, what would go by its age."""
    with closing(open_store(path)) as db:
        bodies = _Prunable(db, "old_bodies", _moments(limits, now))
        rows = _Prunable(db, "old_operations", _moments(limits, now))
        if dry_run:
            return _planned(db, bodies, rows, limits)
        bodies.prune(_BODIES, pause)
        rows.prune(_ALL_TABLES, pause)
        while _cut_answers(db):
            pause(_PAUSE_SECONDS)
        for name, tables, found in (
            ("any_bodies", _BODIES, bodies),
            ("any_operations", _ALL_TABLES, rows),
        ):
            excess = _Prunable(db, name, {})
            while used_bytes(db) > limits.most_bytes and excess.prune_piece(tables):
                pause(_PAUSE_SECONDS)
            found.add(excess)
        _forget_keys(db, limits, now)
        shrink(db)
        return Pruned(bodies.operations, bodies.body_bytes, rows.operations, used_bytes(db))


class _Prunable:
    """Operations that a query finds, piece by piece, each behind the last id of the one before."""

    def __init__(self, db: sqlite3.Connection, name: str, values: dict[str, str]) -> None:
        self._db, self._selection, self._values = db, store_statement(name), values
        self._after = 0
        self.operations = 0
        self.body_bytes = 0

    def prune(self, tables: tuple[str, ...], pause: Callable[[float], None]) -> None:
        while self.prune_piece(tables):
            pause(_PAUSE_SECONDS)

    def prune_piece(self, tables: tuple[str, ...]) -> bool:
        """Whether there was one. Its pages are given back at once."""
        piece = self._next()
        if piece is None:
            return False
        self._db.execute("begin immediate")
        for table in tables:
            self._db.executemany(
                store_statement(f"delete_{table}"), [(number,) for number in piece.operations]
            )
        self._db.execute("commit")
        shrink(self._db)
        return True

    def count(self, least_bytes: int | None = None) -> None:
        """All of it, or as much as holds so many bytes, without pruning."""
        while (least_bytes is None or self.body_bytes < least_bytes) and self._next():
            pass

    def add(self, other: "_Prunable") -> None:
        self.operations += other.operations
        self.body_bytes += other.body_bytes

    def _next(self) -> _Piece | None:
        values = {**self._values, "after": self._after, "most": PIECE}
        rows = self._db.execute(self._selection, values).fetchall()
        if not rows:
            return None
        piece = _Piece(rows[-1][0], [row[0] for row in rows], sum(row[1] or 0 for row in rows))
        self._after = piece.last_id
        self.operations += len(piece.operations)
        self.body_bytes += piece.body_bytes
        return piece


def used_bytes(db: sqlite3.Connection) -> int:
    """Of the file, without the pages that are free."""
    (pages,) = db.execute("pragma page_count").fetchone()
    (free,) = db.execute("pragma freelist_count").fetchone()
    (size,) = db.execute("pragma page_size").fetchone()
    return int((pages - free) * size)


def shrink(db: sqlite3.Connection) -> None:
    """Give free pages back. `execute` would free one page a call."""
    while db.execute("pragma freelist_count").fetchone()[0]:
        db.executescript("pragma incremental_vacuum(2000)")


def _planned(
    db: sqlite3.Connection, bodies: _Prunable, rows: _Prunable, limits: HistoryLimits
) -> Pruned:
    bodies.count()
    rows.count()
    excess = max(used_bytes(db) - bodies.body_bytes - limits.most_bytes, 0)
    beyond = _Prunable(db, "any_bodies", {})
    beyond.count(excess)
    bodies.add(beyond)
    left = max(used_bytes(db) - bodies.body_bytes, 0)
    return Pruned(bodies.operations, bodies.body_bytes, rows.operations, left)


def _moments(limits: HistoryLimits, now: datetime) -> dict[str, str]:
    return {
        "bodies_before": (now - timedelta(limits.body_days)).isoformat(),
        "decided_before": (now - timedelta(max(DECIDED_DAYS, limits.body_days))).isoformat(),
        "rows_before": (now - timedelta(limits.history_days)).isoformat(),
    }


def _cut_answers(db: sqlite3.Connection) -> int:
    """Long answers of what is done are kept cut; of how many it was done now."""
    long = db.execute(
        store_statement("long_answers"), {"least": _ANSWER_BYTES, "most": PIECE}
    ).fetchall()
    db.execute("begin immediate")
    for row in long:
        cut = zlib.compress(zlib.decompress(row["body"])[:_ANSWER_BYTES])
        values = (cut, row["operation_id"], row["step"], row["attempt"])
        db.execute(store_statement("replace_answer"), values)
    db.execute("commit")
    shrink(db)
    return len(long)


def _forget_keys(db: sqlite3.Connection, limits: HistoryLimits, now: datetime) -> None:
    """Of deliveries. That a lead has started a flow once is never forgotten."""
    before = (now - timedelta(limits.history_days)).isoformat()
    db.execute("delete from seen_keys where operation_id > 0 and last_at < ?", (before,))
