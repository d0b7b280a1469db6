"""Metrics of flows: what flows.sqlite tells, and nothing without it."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltouch.app import create_app, create_dashboards_app
from flows.store import attempts, operations
from flows.store.attempts import AttemptEnd
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir
from receiver.ops import flow_metrics
from receiver.ops.flow_metrics import FlowMetrics
from receiver.settings.settings import Settings

_THEN = datetime.now(UTC) - timedelta(hours=1)
AN_HOUR_AGO, SOON_AFTER = _THEN.isoformat(), (_THEN + timedelta(seconds=2.5)).isoformat()


@pytest.fixture
def store(settings: Settings) -> Iterator[StoreWriter]:
    store = StoreWriter(DataDir(settings.data_dir).flows_store)
    yield store
    store.close()


def fill(db: sqlite3.Connection) -> None:
    """Two that wait, and one that has failed at once."""
    for key in ("", "a", "a"):
        new = NewOperation("crm", 1, "http", AN_HOUR_AGO, key)
        number = operations.add_operation(db, new, "waiting", 0.0)
    attempts.begin_attempt(db, 1, 0, AN_HOUR_AGO, "crm.example", "POST", 1)
    end = AttemptEnd("reading", "refused", "status-404", 404)
    attempts.end_attempt(db, 1, 0, 1, SOON_AFTER, end)
    failed = operations.operation(db, 1)
    assert failed is not None
    operations.end(db, failed, "failed", AN_HOUR_AGO, "status-404")
    db.execute("insert into seen_keys values ('crm', 'hash', ?, '', '', 4)", (number,))


def values(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if line.startswith("calltouch_flow")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_both_applications_tell_what_became_of_operations(
    settings: Settings, store: StoreWriter
) -> None:
    store.write(fill)
    for app in (create_dashboards_app(settings), create_app(settings)):
        found = values(app.test_client().get("/metrics").get_data(as_text=True))
        assert found.pop('calltouch_flow_oldest_waiting_seconds{flow="crm"}') >= 3600
        assert found.pop("calltouch_flow_history_bytes") > 4096
        assert found == {
            'calltouch_flow_operations{flow="crm",state="failed"}': 1,
            'calltouch_flow_operations{flow="crm",state="waiting"}': 1,
            'calltouch_flow_operations{flow="crm",state="behind"}': 1,
            'calltouch_flow_waiting{flow="crm"}': 2,
            'calltouch_flow_attempts{flow="crm",host="crm.example",outcome="refused"}': 1,
            'calltouch_flow_attempt_seconds_count{host="crm.example"}': 1,
            'calltouch_flow_attempt_seconds_sum{host="crm.example"}': pytest.approx(2.5, abs=1e-3),
            'calltouch_flow_duplicates{flow="crm"}': 3,
        }


def test_without_flows_or_with_a_broken_file_there_are_none(tmp_path: Path) -> None:
    path = tmp_path / "flows.sqlite"
    assert FlowMetrics(path).exposition() == b""
    assert not path.exists()
    path.write_bytes(b"no database, but long enough to be looked at" * 100)
    assert FlowMetrics(path).exposition() == b""


def test_the_file_is_counted_now_and_then(
    settings: Settings, store: StoreWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(fill)
    metrics = FlowMetrics(DataDir(settings.data_dir).flows_store)
    first = metrics.exposition()
    store.write(lambda db: db.execute("delete from operations"))
    assert metrics.exposition() == first
    monkeypatch.setattr(flow_metrics, "_KEEP_SECONDS", 0.0)
    fresh = FlowMetrics(DataDir(settings.data_dir).flows_store)
    assert b'state="failed"' not in fresh.exposition()
