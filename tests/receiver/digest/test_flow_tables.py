"""What flows did is copied into the published file: what has changed, and nothing twice."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.flow_archive import archive_days
from analytics.flow_tables import ChangedOperations, replace_operations
from flows.store import attempts, operations
from flows.store.attempts import AttemptEnd
from flows.store.definitions import apply_definition
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir
from receiver.digest import flow_tables
from receiver.digest.flow_tables import FlowTables
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.analytics.fold.folding import new_store
from tests.receiver.deliveries import call, put
from tests.receiver.digest.test_running import ask

AT = "2026-11-20T10:00:00+00:00"
SOON = "2026-11-20T10:00:01.500000+00:00"
DEFINITION = """
[source]
kind = "http"
[[steps]]
kind = "filter"
[[steps]]
kind = "http"
method = "POST"
url = "https://crm.example/"
"""


class History:
    """A `flows.sqlite`, written as the runner writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = StoreWriter(path)
        now = datetime.fromisoformat(AT)
        self.store.write(lambda db: apply_definition(db, "crm", DEFINITION, now, "test"))

    def take_in(self, flow: str = "crm", notes: tuple[str, ...] = ()) -> int:
        new = NewOperation(flow, 1, "http", AT, notes=notes, lead_type="call", lead_id=7)
        return self.store.write(lambda db: operations.add_operation(db, new, "waiting", 0.0))

    def send(self, operation_id: int, end: AttemptEnd) -> None:
        def change(db: sqlite3.Connection) -> None:
            begun = (db, operation_id, 1, AT, "crm.example", "POST", 10)
            number = attempts.begin_attempt(*begun)
            attempts.end_attempt(db, operation_id, 1, number, SOON, end)
            operations.put_back(db, operation_id, 0.0, end.reason, number)

        self.store.write(change)

    def end(self, operation_id: int, state: str, reason: str = "") -> None:
        def change(db: sqlite3.Connection) -> None:
            ended = operations.operation(db, operation_id)
            assert ended is not None
            operations.end(db, ended, state, SOON, reason, notes=ended.notes)

        self.store.write(change)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "flows.sqlite")
    yield history
    history.store.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    with new_store(tmp_path) as store:
        yield store


def empty(directory: Path) -> Path:
    directory.mkdir()
    return directory


def flow_tables_of(path: Path, every: float = flow_tables.EVERY_SECONDS) -> FlowTables:
    return FlowTables(path, path.parent / "archive", every)


def rows(db: DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return db.execute(query).fetchall()


OPERATIONS = "select operation_id, state, reason, attempts from flow_operations order by all"


def test_operations_and_their_attempts_are_copied(db: DuckDBPyConnection, history: History) -> None:
    first = history.take_in(notes=("absent: utm_term",))
    history.send(first, AttemptEnd("reading", "not done", "status-503", 503))
    history.send(first, AttemptEnd("reading", "done", "", 200))
    history.end(first, "done")
    flow_tables_of(history.path).copy_to(db)
    ((row),) = rows(db, "select * exclude (received_at, finished_at) from flow_operations")
    assert row == (
        *(first, "crm", 1, "http", "done", None, "call", 7, None, 2, None, 1),
        ["absent: utm_term"],
    )
    query = "select received_at = $at, epoch(finished_at - received_at) from flow_operations"
    assert db.execute(query, {"at": datetime.fromisoformat(AT)}).fetchall() == [(True, 1.5)]
    assert rows(db, "select * exclude (begun_at) from flow_attempts order by attempt") == [
        (first, 2, "http2", 1, 1.5, "crm.example", "POST", 503, "not done", "status-503"),
        (first, 2, "http2", 2, 1.5, "crm.example", "POST", 200, "done", None),
    ]


def test_what_the_store_has_is_not_copied_again_after_a_restart(
    db: DuckDBPyConnection, history: History
) -> None:
    first = history.take_in()
    flow_tables_of(history.path).copy_to(db)
    # The file of its day is written once that is over, and again when it has changed.
    tables = flow_tables_of(history.path, every=0)
    tables.begin(db)
    assert not tables.have_changed()
    history.end(first, "done")
    assert tables.have_changed()
    tables.copy_to(db)
    db.execute("insert into digest.flow_days values ('2026-01-01')")
    tables.begin(db)
    assert tables.have_changed()
    # A store that is new, or has none, asks the archive.
    db.execute("delete from digest.flow_days")
    db.execute("delete from digest.flows_copied")
    tables.begin(db)
    assert tables.have_changed()


def test_only_what_has_changed_is_copied_again(
    db: DuckDBPyConnection, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = history.take_in(), history.take_in()
    tables = flow_tables_of(history.path, every=0)
    assert tables.have_changed()
    tables.copy_to(db)
    assert not tables.have_changed()
    history.send(second, AttemptEnd("reading", "refused", "status-404", 404))
    history.end(second, "failed", "status-404")
    copied: list[int] = []

    def counting(store: DuckDBPyConnection, changed: ChangedOperations) -> None:
        copied.append(changed.operations.num_rows)
        replace_operations(store, changed)

    monkeypatch.setattr(flow_tables, "replace_operations", counting)
    assert tables.have_changed()
    tables.copy_to(db)
    assert copied == [1]
    assert rows(db, OPERATIONS) == [
        (first, "waiting", None, 0),
        (second, "failed", "status-404", 1),
    ]
    # Another process goes on where this one was.
    flow_tables_of(history.path).copy_to(db)
    assert copied == [1]


def test_a_long_history_is_copied_in_pieces(
    db: DuckDBPyConnection, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_tables, "_AT_ONCE", 3)
    for _ in range(10):
        history.send(history.take_in(), AttemptEnd("reading", "unknown", "timeout"))
    # These change together, and a piece must not end among them.
    history.store.write(lambda flows: operations.take_due(flows, 1.0, 8))
    flow_tables_of(history.path).copy_to(db)
    assert rows(db, "select count(*), count(distinct operation_id) from flow_operations") == [
        (10, 10)
    ]
    assert rows(db, "select count(*) from flow_attempts") == [(10,)]
    assert rows(db, "select state, count(*) from flow_operations group by all order by all") == [
        ("running", 8),
        ("waiting", 2),
    ]


def test_a_delivery_that_comes_again_is_counted(db: DuckDBPyConnection, history: History) -> None:
    first = history.take_in()
    seen = ("crm", "hash", first, AT, AT, 1)
    history.store.write(
        lambda flows: flows.execute("insert into seen_keys values (?, ?, ?, ?, ?, ?)", seen)
    )
    tables = flow_tables_of(history.path)
    tables.copy_to(db)

    def again(flows: sqlite3.Connection) -> None:
        flows.execute("update seen_keys set times = 3")
        operations.note_change(flows, first)

    history.store.write(again)
    tables.copy_to(db)
    assert rows(db, "select times_received from flow_operations") == [(3,)]


def test_a_file_from_a_backup_is_copied_anew(
    db: DuckDBPyConnection, history: History, tmp_path: Path
) -> None:
    for _ in range(3):
        history.take_in()
    flow_tables_of(history.path).copy_to(db)
    older = History(tmp_path / "backup" / "flows.sqlite")
    older.take_in("other")
    flow_tables_of(older.path).copy_to(db)
    older.store.close()
    assert rows(db, "select operation_id, flow from flow_operations") == [(1, "other")]


def test_without_flows_nothing_happens_and_a_broken_file_stops_nothing(
    db: DuckDBPyConnection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "flows.sqlite"
    assert not flow_tables_of(path).have_changed()
    assert not path.exists()
    path.write_bytes(b"no database, but long enough to be looked at" * 100)
    tables = flow_tables_of(path)
    assert not tables.have_changed()
    tables.copy_to(db)
    assert "flows.sqlite cannot be copied: DatabaseError" in caplog.text


def test_it_is_looked_at_now_and_then(db: DuckDBPyConnection, history: History) -> None:
    tables = flow_tables_of(history.path)
    history.take_in()
    assert tables.have_changed()
    assert tables.have_changed(), "until it is copied"
    tables.copy_to(db)
    history.take_in()
    assert not tables.have_changed(), "for ten seconds"


def test_digest_publishes_them_and_a_new_store_has_them_again(settings: Settings) -> None:
    place = DataDir(settings.data_dir)
    history = History(place.flows_store)
    history.end(history.take_in(), "done")
    history.store.close()
    put(settings, [call(1)])
    Digest(settings).finish()
    assert ask(settings, OPERATIONS) == [(1, "done", None, 0)]
    place.store.unlink()
    Digest(settings).finish()
    assert ask(settings, OPERATIONS) == [(1, "done", None, 0)]
    assert ask(settings, "select count(*) from leads") == [(1,)]
    shutil.rmtree(place.flows)
    Digest(settings).finish()
    assert ask(settings, OPERATIONS) == [(1, "done", None, 0)], "they are history"


def test_times_of_any_zone_are_instants(db: DuckDBPyConnection, history: History) -> None:
    def change(flows: sqlite3.Connection) -> None:
        flows.execute("update operations set received_at = '2026-11-20T13:00:00+03:00'")

    history.take_in()
    history.store.write(change)
    flow_tables_of(history.path).copy_to(db)
    received = rows(db, "select received_at from flow_operations")
    assert received[0][0].astimezone(UTC) == datetime.fromisoformat(AT)


def test_what_flows_forget_is_in_the_archive(
    history: History, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = history.take_in(notes=("absent: utm_term",)), history.take_in()
    for status in (503, 200):
        history.send(first, AttemptEnd("reading", "done", "", status))
    history.end(first, "done")
    everything = "select * from flow_operations order by all"
    attempts_made = "select * from flow_attempts order by all"
    with new_store(empty(tmp_path / "before")) as store:
        tables = flow_tables_of(history.path, every=0)
        tables.copy_to(store)
        history.end(second, "failed", "status-404")
        tables.copy_to(store)
        known = rows(store, everything), rows(store, attempts_made)
    (file,) = (tmp_path / "archive").iterdir()
    assert file.name == "2026-11-20.parquet"

    def forget(flows: sqlite3.Connection) -> None:
        flows.execute("delete from operations where operation_id = ?", (first,))
        flows.execute("delete from attempts where operation_id = ?", (first,))

    history.store.write(forget)
    with new_store(empty(tmp_path / "anew")) as store:
        flow_tables_of(history.path).copy_to(store)
        assert (rows(store, everything), rows(store, attempts_made)) == known
    file.write_bytes(b"damaged")
    with new_store(empty(tmp_path / "damaged")) as store:
        flow_tables_of(history.path).copy_to(store)
        assert rows(store, "select operation_id from flow_operations") == [(second,)]
    assert "operations of 2026-11-20.parquet are missing" in caplog.text


def test_a_day_is_archived_when_it_is_over(
    db: DuckDBPyConnection, history: History, tmp_path: Path
) -> None:
    history.take_in()
    now = datetime.now(UTC).isoformat()
    history.store.write(
        lambda flows: flows.execute("update operations set received_at = ?", (now,))
    )
    flow_tables_of(history.path).copy_to(db)
    assert not (tmp_path / "archive").exists()
    assert archive_days(db, tmp_path / "archive", date(9999, 1, 1)) == 1
    assert archive_days(db, tmp_path / "archive", date(9999, 1, 1)) == 0
