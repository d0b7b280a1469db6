"""The jobs, in `state.sqlite`: asked for by the pages, taken by the runner."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from analytics.state_file import open_state

_MOST_KEPT = 200
_TABLES = """
create table if not exists jobs (
    job_id integer primary key autoincrement,
    kind text not null,
    arguments text not null,
    asked_by text not null,
    asked_at text not null,
    began_at text,
    ended_at text,
    stop_asked_at text,
    done integer not null default 0,
    total integer not null default 0,
    exit_code integer,
    output text not null default '',
    errors text not null default '',
    document text
);
"""
_NEXT = (
    "select job_id from jobs where began_at is null and ended_at is null order by job_id limit 1"
)


class JobState(StrEnum):
    """DIFFERENCES: done, and the command found some. INTERRUPTED: its runner was killed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DIFFERENCES = "differences"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Job:
    """`arguments`: of the command line. `done`, `total`: its progress, 0 of 0 while it is not
    known. `output`: what the command printed, JSON when it is done; `errors`: the last it said
    besides. `document`: a page that it wrote."""

    job_id: int
    kind: str
    arguments: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    stop_asked_at: datetime | None
    done: int
    total: int
    exit_code: int | None
    output: str
    errors: str
    document: str | None

    @property
    def state(self) -> JobState:
        if self.ended_at is None:
            return JobState.WAITING if self.began_at is None else JobState.RUNNING
        if self.stop_asked_at is not None and self.exit_code != 0:
            return JobState.STOPPED
        if self.exit_code is None:
            return JobState.INTERRUPTED
        known = {0: JobState.DONE, 3: JobState.DIFFERENCES}
        return known.get(self.exit_code, JobState.FAILED)


class JobQueue:
    """Raises `sqlite3.Error`. `path`: of `state.sqlite`."""

    def __init__(self, path: Path) -> None:
        self._db = open_state(path, _TABLES)
        self._db.row_factory = sqlite3.Row

    def __enter__(self) -> "JobQueue":
        return self

    def __exit__(self, *error: object) -> None:
        self._db.close()

    def add(self, kind: str, arguments: Sequence[str], asked_by: str) -> int:
        """Its id."""
        self._db.execute("begin immediate")
        cursor = self._db.execute(
            "insert into jobs (kind, arguments, asked_by, asked_at) values (?, ?, ?, ?)",
            [kind, json.dumps(list(arguments)), asked_by, _now()],
        )
        assert cursor.lastrowid is not None
        self._db.execute(
            "delete from jobs where job_id <= ? and ended_at is not null",
            [cursor.lastrowid - _MOST_KEPT],
        )
        self._db.execute("commit")
        return cursor.lastrowid

    def job(self, job_id: int) -> Job | None:
        row = self._db.execute("select * from jobs where job_id = ?", [job_id]).fetchone()
        return None if row is None else _job(row)

    def newest(self, at_most: int) -> list[Job]:
        rows = self._db.execute("select * from jobs order by job_id desc limit ?", [at_most])
        return [_job(row) for row in rows]

    def ask_to_stop(self, job_id: int) -> bool:
        """Whether it had not ended yet; one that waits ends at once."""
        now = _now()
        changed = self._db.execute(
            "update jobs set stop_asked_at = ?, ended_at = case when began_at is null then ? end "
            "where job_id = ? and ended_at is null",
            [now, now, job_id],
        )
        return changed.rowcount > 0

    def has_waiting(self) -> bool:
        return self._db.execute(_NEXT).fetchone() is not None

    def begin_next(self) -> Job | None:
        """The oldest that waits, begun from now on; None when there is none."""
        self._db.execute("begin immediate")
        row = self._db.execute(_NEXT).fetchone()
        if row is not None:
            self._db.execute("update jobs set began_at = ? where job_id = ?", [_now(), row[0]])
        self._db.execute("commit")
        return None if row is None else self.job(row[0])

    def note_progress(self, job_id: int, done: int, total: int) -> None:
        self._db.execute(
            "update jobs set done = ?, total = ? where job_id = ?", [done, total, job_id]
        )

    def is_wanted(self, job_id: int) -> bool:
        """Whether nobody has asked it to stop."""
        row = self._db.execute(
            "select stop_asked_at from jobs where job_id = ?", [job_id]
        ).fetchone()
        return row is not None and row[0] is None

    def end(
        self, job_id: int, exit_code: int | None, output: str, errors: str, document: str | None
    ) -> None:
        self._db.execute(
            "update jobs set ended_at = ?, exit_code = ?, output = ?, errors = ?, document = ? "
            "where job_id = ?",
            [_now(), exit_code, output, errors, document, job_id],
        )

    def end_abandoned(self) -> int:
        """Those whose runner was killed; for the holder of the runner's lock alone."""
        ended = self._db.execute(
            "update jobs set ended_at = ? where began_at is not null and ended_at is null", [_now()]
        )
        return ended.rowcount


def _job(row: sqlite3.Row) -> Job:
    values = dict(row)
    for name in ("asked_at", "began_at", "ended_at", "stop_asked_at"):
        values[name] = None if values[name] is None else datetime.fromisoformat(values[name])
    return Job(**{**values, "arguments": tuple(json.loads(values["arguments"]))})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
