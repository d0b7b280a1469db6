"""kill -9 while a web request is on its way: nothing is done twice unlooked."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from flows.book import FlowBook
from flows.deciding import decide
from flows.running.recovery import recover
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


def waiting(flows: Flows, method: str, source: str = "", more: str = "") -> None:
    """An operation that has been taken in and not been run."""
    flows.apply("one", one_step("200", source, more, method), running=False)
    flows.deliver("one", "name=a")
    flows.run()
    flows.apply("one", one_step("200", source, more, method))


def recovered(flows: Flows) -> None:
    """As a runner begins, and no more of it."""
    store = StoreWriter(flows.place.flows_store)
    with closing(store), closing(store.reader()) as db:
        book = FlowBook()
        found = book.versions(db)
        store.write(lambda db: recover(db, found, "2026"))


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


def test_a_step_that_may_fail_may_be_lost_in_a_crash(flows: Flows, sent: Bodies) -> None:
    two = 'on_failure = "go on"\n[[steps]]\nkind = "http"\nurl = "{url}/201"\nbody.text = "x"\n'
    waiting(flows, "POST", more=two)
    crash(flows, in_a_request=True)
    flows.run()
    assert flows.states() == [("done", "")]
    assert flows.operations()[0].notes == ("crm: crash",)
    assert (sent("200"), sent("201")) == ([], ["x"])


def test_a_crash_holds_those_behind_where_a_failure_does(flows: Flows, sent: Bodies) -> None:
    waiting(flows, "POST", 'order_by = "{{name}}"\nafter_failure = "hold"')
    crash(flows, in_a_request=True)
    flows.deliver("one", "name=a")
    flows.run()
    assert flows.states() == [("unknown", "crash"), ("behind", "")], "though it came later"
    flows.decide(1, "was-done")
    flows.run()
    assert flows.states() == [("done", "")] * 2
    assert sent("200") == ['{"name":"a"}']


def test_what_ends_the_runner_again_and_again_is_given_up(flows: Flows, sent: Bodies) -> None:
    waiting(flows, "PUT", more="tries = 3\n")
    for _ in range(2):
        crash(flows, in_a_request=True)
        recovered(flows)
        assert flows.states() == [("waiting", "crash")]
    crash(flows, in_a_request=True)
    recovered(flows)
    assert flows.states() == [("failed", "tries-used-up")]


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
