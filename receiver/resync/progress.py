"""Progress of resync runs, in `state.sqlite`: a run never fetches a finished window twice.

A run is identified by its plan. The same plan resumes its unfinished run unless that is too old;
otherwise a new run starts.
"""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from analytics.state_file import open_state
from receiver.calltouch_api.exports import ExportWindow
from receiver.resync.fetching import FetchedWindow

_TOO_OLD = timedelta(hours=48)
_TABLES = """
create table if not exists resync_runs (
    run_id integer primary key,
    plan text not null,
    started_at text not null,
    finished_at text,
    state text not null,
    web_requests integer not null default 0,
    fetched integer not null default 0,
    outside integer not null default 0
);
create table if not exists resync_windows (
    run_id integer not null references resync_runs,
    day text not null,
    site_id integer not null,
    lead_type text not null,
    model integer,
    fetched integer not null,
    unique (run_id, day, site_id, lead_type, model)
);
create table if not exists api_request_models (
    site_id integer primary key,
    said integer not null,
    said_model_0 integer not null
);
create table if not exists api_points (
    day text not null,
    site_id integer not null,
    spent integer not null,
    primary key (day, site_id)
);
"""
_HAS_MODELS = "select 1 from sqlite_master where name = 'api_request_models'"


class PointsSpent(Exception):
    """The day's budget of API points is spent; the text says when to continue."""


@dataclass(frozen=True, slots=True)
class Run:
    run_id: int
    started_at: datetime
    is_resumed: bool


class Progress:
    """One connection, shared by the threads of a resync."""

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._db = open_state(path, _TABLES)

    def close(self) -> None:
        self._db.close()

    def begin(self, plan: str, anew: bool = False) -> Run:
        """A new run, or the unfinished run of the same plan."""
        now = datetime.now(UTC)
        with self._turn:
            unfinished = self._db.execute(
                "select run_id, started_at from resync_runs "
                "where plan = ? and finished_at is null and started_at > ? "
                "order by run_id desc limit 1",
                [plan, (now - _TOO_OLD).isoformat()],
            ).fetchone()
            if unfinished and not anew:
                return Run(unfinished[0], datetime.fromisoformat(unfinished[1]), is_resumed=True)
            cursor = self._db.execute(
                "insert into resync_runs (plan, started_at, state) values (?, ?, 'running')",
                [plan, now.isoformat()],
            )
            assert cursor.lastrowid is not None
            return Run(cursor.lastrowid, now, is_resumed=False)

    def remaining(self, run: Run, windows: Iterable[ExportWindow]) -> list[ExportWindow]:
        """The windows this run has not finished."""
        with self._turn:
            rows = self._db.execute(
                "select day, site_id, lead_type, model from resync_windows where run_id = ?",
                [run.run_id],
            ).fetchall()
        done = {ExportWindow(date.fromisoformat(day), *rest) for day, *rest in rows}
        return [window for window in windows if window not in done]

    def note_window(self, run: Run, fetched: FetchedWindow) -> None:
        """Mark a window done: all its records are in the inbox."""
        window = fetched.window
        key = [window.day.isoformat(), window.site_id, window.lead_type, window.model]
        with self._turn:
            self._db.execute("begin immediate")
            self._db.execute(
                "insert into resync_windows values (?, ?, ?, ?, ?, ?)",
                [run.run_id, *key, fetched.records],
            )
            self._db.execute(
                "update resync_runs set fetched = fetched + ?, outside = outside + ? "
                "where run_id = ?",
                [fetched.records, fetched.outside, run.run_id],
            )
            self._db.execute("commit")

    def spend_point(self, run: Run | None, site_id: int, budget: int | None) -> None:
        """Count one API request, including its retries. Raises `PointsSpent`."""
        today = datetime.now(UTC).date().isoformat()
        with self._turn:
            row = self._db.execute(
                "select spent from api_points where day = ? and site_id = ?", [today, site_id]
            ).fetchone()
            if budget is not None and row and row[0] >= budget:
                raise PointsSpent(
                    f"today's {budget} API points for site {site_id} are spent "
                    "(CALLTOUCH_API_POINTS_PER_DAY); run the same command tomorrow to continue"
                )
            self._db.execute(
                "insert into api_points values (?, ?, 1) "
                "on conflict (day, site_id) do update set spent = spent + 1",
                [today, site_id],
            )
            if run is not None:
                self._db.execute(
                    "update resync_runs set web_requests = web_requests + 1 where run_id = ?",
                    [run.run_id],
                )

    def note_models(self, fetched: FetchedWindow) -> None:
        """For requests fetched in model 0: records that named a model, and that named 0."""
        if (fetched.window.lead_type, fetched.window.model) != ("request", 0):
            return
        with self._turn:
            self._db.execute(
                "insert into api_request_models values (?, ?, ?) on conflict (site_id) do update "
                "set said = said + excluded.said, "
                "said_model_0 = said_model_0 + excluded.said_model_0",
                [fetched.window.site_id, *fetched.in_model],
            )

    def finish(self, run: Run) -> None:
        with self._turn:
            self._db.execute(
                "update resync_runs set finished_at = ?, state = 'finished' where run_id = ?",
                [datetime.now(UTC).isoformat(), run.run_id],
            )

    def totals(self, run: Run) -> tuple[int, int, int]:
        """API requests, records fetched and records outside their window, for the whole run."""
        with self._turn:
            row = self._db.execute(
                "select web_requests, fetched, outside from resync_runs where run_id = ?",
                [run.run_id],
            ).fetchone()
        return (int(row[0]), int(row[1]), int(row[2]))


def models_of_requests(path: Path) -> list[tuple[int, int, int]]:
    """For each site whose requests were fetched in model 0: its id, records that named a model, and
    records that named 0. Read-only; the file may not exist. Raises `sqlite3.Error`."""
    if not path.exists():
        return []
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if not db.execute(_HAS_MODELS).fetchone():
            return []
        return db.execute("select * from api_request_models order by site_id").fetchall()
    finally:
        db.close()
