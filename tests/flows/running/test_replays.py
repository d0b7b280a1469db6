"""An old operation's input runs again, at the first step that is not done."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from flows.book import FlowBook
from flows.definition.reading import read_flow
from flows.replay import ReplayFilter, ReplayPlan, ReplayRules, find_operations, plan_replay, replay
from flows.store import attempts, operations
from flows.store.writer import StoreWriter
from tests.flows.running.conftest import Bodies, Flows
from tests.flows.running.test_runner import one_step

TWO_STEPS = """
[source]
kind = "http"
order_by = "{{id}}"
[[steps]]
kind = "http"
name = "first"
url = "{url}/200"
body.json = '{"first": "{{id}}"}'
[[steps]]
kind = "http"
name = "second"
url = "{url}/SECOND"
body.json = '{"second": "{{id}}", "seen": "{{first.status}}"}'
"""
FAILING, MENDED = TWO_STEPS.replace("SECOND", "404"), TWO_STEPS.replace("SECOND", "201")


def plans(
    flows: Flows, *ids: int, rules: ReplayRules | None = None, version: int = 0
) -> list[ReplayPlan]:
    store = StoreWriter(flows.place.flows_store)
    with closing(store), closing(store.reader()) as db:
        book = FlowBook()
        book.refresh(db)
        found = []
        for number in ids:
            operation = operations.operation(db, number)
            assert operation is not None
            wanted = version or book.current[operation.flow].version
            original = book.flow(db, operation.flow, operation.version)
            flow = book.flow(db, operation.flow, wanted)
            found.append(plan_replay(db, operation, original, flow, wanted, rules or ReplayRules()))
    return found


def run_again(flows: Flows, *replays: ReplayPlan) -> None:
    store = StoreWriter(flows.place.flows_store)
    now = datetime.now(UTC)
    for plan in replays:
        store.write(
            lambda db, plan=plan: replay(db, plan, now.isoformat(), 0.0, is_running=True)  # type: ignore[misc]
        )
    store.close()
    flows.run()


@pytest.fixture
def failed(flows: Flows) -> Flows:
    flows.apply("one", FAILING)
    flows.deliver("one", "id=7")
    flows.run()
    assert flows.states() == [("failed", "status-404")]
    return flows


def test_a_replay_goes_before_the_followers_that_its_failure_holds(
    flows: Flows, sent: Bodies
) -> None:
    source = 'order_by = "{{client}}"\nafter_failure = "hold"'
    flows.apply("one", one_step("404", source))
    flows.deliver("one", "client=1&name=a", "client=1&name=b")
    flows.run()
    assert flows.states() == [("failed", "status-404"), ("behind", "")]
    flows.apply("one", one_step("200", source))
    run_again(flows, *plans(flows, 1))
    assert sent("200") == ['{"name":"a"}']
    assert sent("404") == ['{"name":"a"}', '{"name":"b"}'], "with the version it began with"
    assert flows.states()[1:] == [("failed", "status-404"), ("done", "")]


def test_it_goes_on_at_the_first_step_that_is_not_done(failed: Flows, sent: Bodies) -> None:
    failed.apply("one", MENDED)
    (plan,) = plans(failed, 1)
    assert (plan.steps, plan.version) == (("second",), 2)
    run_again(failed, plan)
    assert failed.states() == [("failed", "status-404"), ("done", "")]
    assert sent("200") == ['{"first":"7"}']
    assert sent("201") == ['{"second":"7","seen":"200"}']
    old, new = failed.operations()
    assert (new.replay_of, new.version, new.order_key) == (1, 2, "7")
    assert new.nonce != old.nonce


def test_our_own_idempotency_never_swallows_it(failed: Flows) -> None:
    run_again(failed, *plans(failed, 1))
    heads = [seen.decode().partition("\r\n\r\n")[0] for seen in failed.target.seen["404"]]
    keys = {line for head in heads for line in head.splitlines() if "Idempotency" in line}
    assert len(heads) == len(keys) == 2


def test_from_the_start_and_with_the_original_version(failed: Flows, sent: Bodies) -> None:
    failed.apply("one", MENDED)
    run_again(failed, *plans(failed, 1, rules=ReplayRules(from_start=True), version=1))
    assert failed.states() == [("failed", "status-404")] * 2
    assert len(sent("200")) == 2


def test_what_is_left_out(failed: Flows) -> None:
    bulk = ReplayRules(is_bulk=True)
    run_again(failed, *plans(failed, 1))
    (again,) = plans(failed, 1, rules=bulk)
    assert "replayed already, as 2" in again.left_out
    assert plans(failed, 1)[0].left_out == "", "one that is named is run all the same"
    failed.apply("one", FAILING, running=False)
    failed.deliver("one", "id=8")
    failed.run()
    assert plans(failed, 3)[0].left_out == "it is held"
    store = StoreWriter(failed.place.flows_store)
    store.write(lambda db: db.execute("delete from bodies"))
    store.close()
    assert "not kept" in plans(failed, 2, rules=bulk)[0].left_out


def test_what_is_done_is_not_run_again(flows: Flows) -> None:
    flows.apply("one", one_step("200"))
    flows.deliver("one", "name=a")
    flows.run()
    assert "every step is done" in plans(flows, 1)[0].left_out
    assert plans(flows, 1, rules=ReplayRules(from_start=True))[0].steps == ("crm",)


def test_the_filter(failed: Flows) -> None:
    failed.deliver("one", "id=9")
    failed.run()
    store = StoreWriter(failed.place.flows_store)
    with closing(store), closing(store.reader()) as db:
        for wanted, ids in (
            (ReplayFilter("one"), [1, 2]),
            (ReplayFilter("other"), []),
            (ReplayFilter("one", "done"), []),
            (ReplayFilter("one", reason="status-404"), [1, 2]),
            (ReplayFilter("one", reason="dns"), []),
            (ReplayFilter("one", host="127.0.0.1"), [1, 2]),
            (ReplayFilter("one", host="other.example"), []),
            (ReplayFilter("one", since="2999"), []),
            (ReplayFilter("one", until="2999"), [1, 2]),
        ):
            assert find_operations(db, wanted) == ids, wanted


CALLBACK = """
[source]
kind = "lead"
lead_type = "call"
when = [{field = "is_callback", is = false}]
[[steps]]
kind = "calltouch_callback"
name = "ring"
route_key = "w"
phone = "{{caller_phone}}"
[[steps]]
kind = "http"
name = "crm"
url = "https://crm.example/"
body.json = '{}'
"""


@pytest.mark.parametrize(
    ("outcome", "rules", "steps"),
    [
        ("done", ReplayRules(), ("crm",)),
        ("done", ReplayRules(from_start=True), ("crm",)),
        ("done", ReplayRules(from_start=True, rings_again=True), ("ring", "crm")),
        ("unknown", ReplayRules(), ()),
        ("unknown", ReplayRules(from_start=True), ()),
        ("unknown", ReplayRules(rings_again=True), ("ring", "crm")),
        ("", ReplayRules(), ()),
        ("not done", ReplayRules(), ("ring", "crm")),
    ],
)
def test_nobody_is_rung_twice_unlooked(
    flows: Flows, outcome: str, rules: ReplayRules, steps: tuple[str, ...]
) -> None:
    flows.apply("ring", CALLBACK)
    store = StoreWriter(flows.place.flows_store)
    flow = read_flow("ring", CALLBACK).flow
    now = datetime.now(UTC).isoformat()
    with closing(store):
        new = operations.NewOperation("ring", 1, "lead", now)
        number = store.write(lambda db: operations.add_operation(db, new, "skipped", 0.0))
        store.write(lambda db: db.execute("update operations set state = 'failed'"))
        store.write(lambda db: attempts.save_input(db, number, {"caller_phone": "79990000000"}))
        store.write(lambda db: attempts.begin_attempt(db, number, 0, now, "h", "POST", 1))
        if outcome:
            end = attempts.AttemptEnd("reading", outcome, "")
            store.write(lambda db: attempts.end_attempt(db, number, 0, 1, now, end))
        if outcome == "done":
            store.write(lambda db: attempts.save_result(db, number, 0, "done", {"ring": {}}))
        with closing(store.reader()) as db:
            operation = operations.operation(db, number)
            assert operation is not None
            plan = plan_replay(db, operation, flow, flow, 1, rules)
    assert plan.steps == steps
    assert bool(plan.left_out) == (not steps)
