"""After a restore nothing runs, nothing waits, and no lead starts anything it may have started."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analytics.published_file import Published, PublishedFile
from flows.deciding import decide, settle_held
from flows.filling.filters import FilterSettings
from flows.restored import HeldFlows, hold_restored
from flows.sources.leads import stored_cursor
from flows.store import attempts, operations
from flows.store.definitions import set_running, stored_flows
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings
from tests.receiver.backup.installation import begin_flow, deliver
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import digest, settings_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STATES = ("behind", "waiting", "running", "held", "done", "failed", "unknown")


@pytest.fixture
def restored(tmp_path: Path) -> Settings:
    """Three deliveries are published; a flow runs, with an operation in every state, one of them in
    the middle of a web request, and two deliveries that nobody has taken in."""
    settings = settings_of(tmp_path / "data")
    put(settings, [call(n) for n in range(3)])
    digest(settings)
    place = DataDir(settings.data_dir)
    begin_flow(place)
    begin_flow(place, "resting")
    with closing(StoreWriter(place.flows_store)) as store:
        store.write(lambda db: set_running(db, "resting", False, NOW, "test"))
        for state in STATES:
            new = NewOperation("crm", 1, "http", NOW.isoformat(), order_key="same")
            number = store.write(
                lambda db, state=state, new=new: operations.add_operation(db, new, state, 0.0)  # type: ignore[misc]
            )
            if state == "running":
                store.write(lambda db, number=number: begin(db, number))  # type: ignore[misc]
    deliver(place, "id=1", "id=2")
    return settings


def begin(db: object, number: int) -> None:
    attempts.begin_attempt(db, number, 0, NOW.isoformat(), "crm.example.ru", "POST", 10)  # type: ignore[arg-type]


def hold(settings: Settings) -> HeldFlows:
    place = DataDir(settings.data_dir)
    filters = FilterSettings(ZoneInfo("Europe/Moscow"))
    with Published(PublishedFile(place.published)).reading() as published:
        return hold_restored(place, published, filters, NOW)


def test_flows_are_stopped_and_what_had_not_ended_is_held(restored: Settings) -> None:
    place = DataDir(restored.data_dir)
    assert hold(restored) == HeldFlows(stopped=1, held=6)
    with closing(StoreWriter(place.flows_store)) as store, closing(store.reader()) as db:
        assert [flow.is_running for flow in stored_flows(db)] == [False, False]
        states = db.execute("select state, reason from operations order by operation_id").fetchall()
        assert [tuple(row) for row in states] == [
            *[("held", "restored")] * 4,
            *[("done", ""), ("failed", ""), ("unknown", "")],
            *[("held", "restored")] * 2,
        ]
        (attempt,) = attempts.attempts_of(db, 3)
        assert (attempt.outcome, attempt.reason) == ("unknown", "restored")
    assert list(place.flows_inbox.glob("*.seg")) == []


def test_leads_count_as_read(restored: Settings) -> None:
    hold(restored)
    place = DataDir(restored.data_dir)
    with closing(StoreWriter(place.flows_store)) as store, closing(store.reader()) as db:
        cursor = stored_cursor(db)
    assert cursor is not None
    assert cursor.delivery_id == 3
    assert cursor.received_at.startswith("20")


def test_starting_a_flow_lets_none_of_them_go_and_a_person_may(restored: Settings) -> None:
    hold(restored)
    place = DataDir(restored.data_dir)
    with closing(StoreWriter(place.flows_store)) as store, closing(store.reader()) as db:
        store.write(lambda db: set_running(db, "crm", True, NOW, "anna"))
        assert store.write(lambda db: settle_held(db, "crm", 10**9, True, NOW, "anna")) == (0, 0)
        store.write(lambda db: decide(db, 1, "drop", NOW.isoformat(), 0.0, "anna"))
        operation = operations.operation(db, 1)
        assert operation is not None
        assert operation.state == "dropped"
