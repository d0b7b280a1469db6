"""kill -9 while a web request is on its way: nothing is done twice unlooked."""

import sqlite3
from datetime import UTC, datetime

import pytest

from flows.deciding import decide
from flows.store import attempts, operations
from flows.store.writer import StoreWriter
from tests.flows.running.conftest import Flows
from tests.flows.running.test_runner import Bodies, one_step


def crash(flows: Flows, *, in_a_request: bool) -> None:
    """As if the runner had died while the operation ran."""
    store = StoreWriter(flows.place.flows_store)
    now = datetime.now(UTC).isoformat()
    if in_a_request:
        store.write(lambda db: attempts.begin_attempt(db, 1, 0, now, "127.0.0.1", "POST", 1))
    store.write(lambda db: db.execute("update operations set state = 'running'"))
    store.close()


def waiting(flows: Flows, method: str, source: str = "") -> None:
    """An operation that has been taken in and not been run."""
    flows.apply("one", one_step("200", source, method=method), running=False)
    flows.deliver("one", "name=a")
    flows.run()
    flows.apply("one", one_step("200", source, method=method))


@pytest.mark.parametrize(
    ("method", "in_a_request", "state", "reason", "times"),
    [
        ("POST", False, "done", "", 1),
        ("PUT", False, "done", "", 1),
        ("PUT", True, "done", "", 1),
        ("POST", True, "unknown", "crash", 0),
    ],
)
def test_what_was_running(
    flows: Flows,
    sent: Bodies,
    method: str,
    in_a_request: bool,
    state: str,
    reason: str,
    times: int,
) -> None:
    waiting(flows, method)
    crash(flows, in_a_request=in_a_request)
    flows.run()
    assert flows.states() == [(state, reason)]
    assert len(sent("200")) == times


@pytest.mark.parametrize(
    ("decision", "state", "times"),
    [("was-done", "done", 0), ("again", "done", 1), ("drop", "dropped", 0)],
)
def test_a_person_decides_what_became_of_it(
    flows: Flows, sent: Bodies, decision: str, state: str, times: int
) -> None:
    waiting(flows, "POST")
    crash(flows, in_a_request=True)
    flows.run()
    store = StoreWriter(flows.place.flows_store)
    store.write(lambda db: decide(db, 1, decision, "2026", 0.0, "anna"))
    store.close()
    flows.run()
    assert [state for state, _ in flows.states()] == [state]
    assert len(sent("200")) == times


def test_a_crash_between_intake_and_the_end_of_the_segment_makes_no_second_operation(
    flows: Flows,
) -> None:
    flows.apply("one", one_step("200"))
    flows.deliver("one", "name=a")
    (segment,) = flows.place.flows_inbox.glob("*.seg")
    content = segment.read_bytes()
    flows.run()
    assert not segment.exists()
    segment.write_bytes(content)
    store = StoreWriter(flows.place.flows_store)
    store.write(
        lambda db: db.execute("insert into positions values (?, ?)", (segment.name, len(content)))
    )
    store.close()
    flows.run()
    assert flows.states() == [("done", "")]


def test_how_an_attempt_ended_and_what_is_next_are_one_change(
    flows: Flows, sent: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two nobody would know that it may have been done."""
    flows.apply("one", one_step("500"))
    flows.deliver("one", "name=a")
    with monkeypatch.context() as patched:
        patched.setattr(operations, "end", fail)
        flows.run()
    assert flows.query("select state, ended_at from operations join attempts") == [
        ("running", None)
    ]
    flows.run()
    assert flows.states() == [("unknown", "crash")]
    assert len(sent("500")) == 1


def fail(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("disk I/O error")
