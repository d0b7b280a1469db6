"""What flows did, from `flows.sqlite` into the published file. This knows the file's tables alone:
the package that writes them is above digest."""

import logging
import sqlite3
import time
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.flow_archive import archive_days, has_days_to_archive, restore_days
from analytics.flow_tables import (
    ATTEMPTS,
    OPERATIONS,
    ChangedOperations,
    copied_change,
    forget_operations,
    replace_operations,
)

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
_AT_ONCE = 10_000
# Digest has deliveries to fold: a long history is copied in several turns.
_BUDGET_SECONDS = 1.0

_UNTIL = """
select max(change) from
(select change from operations where change > :after order by change limit :at_once)
"""
_OPERATIONS = """
select operations.operation_id, operations.flow, version, source, state, reason, received_at,
    finished_at, lead_type, lead_id, delivery_id,
    (select count(*) from attempts where attempts.operation_id = operations.operation_id)
        as attempts,
    replay_of, coalesce(seen_keys.times, 1) as times, notes
from operations
left join seen_keys on seen_keys.operation_id = operations.operation_id
where change > :after and change <= :until
"""
_ATTEMPTS = """
select attempts.operation_id, attempts.step, operations.flow, operations.version, attempt,
    begun_at, ended_at, host, method, status, outcome, attempts.reason
from operations
join attempts on attempts.operation_id = operations.operation_id
where change > :after and change <= :until
"""


class FlowTables:
    """Copies what has changed, at most every `every` seconds. The file may not exist yet, and an
    unreadable one does not stop the rest from being published. `archive`: where each day's
    operations are kept, which outlive `flows.sqlite`."""

    def __init__(self, path: Path, archive: Path, every: float = EVERY_SECONDS) -> None:
        self._path = path
        self._archive = archive
        self._every = every
        self._next = 0.0
        self._copied = -1
        self._names: dict[tuple[str, int], tuple[str, ...]] = {}

    def have_changed(self) -> bool:
        """Since the last copy; cheap enough to call all the time."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._every
        try:
            last = self._last_change()
        except sqlite3.Error:
            return False
        if last in (None, self._copied):
            return False
        self._next = 0.0
        return True

    def begin(self, db: DuckDBPyConnection) -> None:
        """With another store. One without operations may have some of the archive's."""
        is_whole = not has_days_to_archive(db, datetime.now(UTC).date())
        self._copied = (copied_change(db) or -1) if is_whole else -1
        self._next = 0.0

    def copy_to(self, db: DuckDBPyConnection) -> None:
        self._next = time.monotonic() + self._every
        try:
            with closing(self._open()) as flows:
                self._copy(flows, db)
        except (sqlite3.Error, duckdb.DataError, duckdb.IntegrityError, pa.ArrowException) as error:
            log.error("%s cannot be copied: %s", self._path.name, type(error).__name__)
            return
        try:
            archive_days(db, self._archive, datetime.now(UTC).date())
        except (OSError, duckdb.IOException) as error:
            log.error("operations cannot be archived: %s", type(error).__name__)

    def _copy(self, flows: sqlite3.Connection, db: DuckDBPyConnection) -> None:
        give_up_at = time.monotonic() + _BUDGET_SECONDS
        after, last = copied_change(db), _last_change(flows)
        if after > last:
            # Another file, such as one from a backup.
            forget_operations(db)
            after = 0
        if after == 0:
            restore_days(db, self._archive)
        while after < last and time.monotonic() < give_up_at:
            changed = self._changed(flows, after)
            replace_operations(db, changed)
            after = changed.change
        self._copied = after

    def _changed(self, flows: sqlite3.Connection, after: int) -> ChangedOperations:
        # Both questions are asked of the same state.
        flows.execute("begin")
        span = {"after": after, "at_once": _AT_ONCE}
        (span["until"],) = flows.execute(_UNTIL, span).fetchone()
        operations = _table(OPERATIONS, flows.execute(_OPERATIONS, span))
        rows = flows.execute(_ATTEMPTS, span).fetchall()
        attempts = _table(ATTEMPTS, map(partial(self._with_step_name, flows), rows))
        flows.execute("commit")
        return ChangedOperations(span["until"], operations, attempts)

    def _with_step_name(self, flows: sqlite3.Connection, row: Sequence[Any]) -> tuple[Any, ...]:
        operation_id, step, flow, version, *rest = row
        if (flow, version) not in self._names:
            self._names[flow, version] = _step_names(flows, flow, version)
        names = self._names[flow, version]
        name = names[step] if step < len(names) else f"{step + 1}"
        return operation_id, step, name, *rest

    def _last_change(self) -> int | None:
        """None without a file."""
        if not self._path.exists():
            return None
        with closing(self._open()) as flows:
            return _last_change(flows)

    def _open(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, timeout=5, isolation_level=None)


def _last_change(flows: sqlite3.Connection) -> int:
    (last,) = flows.execute("select coalesce(max(change), 0) from operations").fetchone()
    return int(last)


def _step_names(flows: sqlite3.Connection, flow: str, version: int) -> tuple[str, ...]:
    """As its definition calls them; a step without a name has its kind and number."""
    row = flows.execute(
        "select definition from versions where flow = ? and version = ?", (flow, version)
    ).fetchone()
    try:
        steps = tomllib.loads(row[0]).get("steps", []) if row else []
    except tomllib.TOMLDecodeError:
        return ()
    return tuple(
        step.get("name") or f"{step.get('kind', '')}{number}"
        for number, step in enumerate(steps, 1)
    )


def _table(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [() for _ in schema]
    return pa.table(dict(zip(schema.names, map(list, columns), strict=True)), schema=schema)
