"""What came while a flow was stopped, when it is started."""

from contextlib import closing
from datetime import UTC, datetime

from flows.deciding import held_while_stopped, settle_held
from flows.store.writer import StoreWriter
from tests.flows.running.conftest import Bodies, Flows

DRAFT = """
[source]
kind = "http"
[[steps]]
kind = "http"
url = "{url}/404"
body.text = "draft"
"""
EDITED = DRAFT.replace("404", "200").replace("draft", "edited")


def start(flows: Flows, runs: bool = True) -> tuple[int, int]:
    store = StoreWriter(flows.place.flows_store)
    with closing(store):
        now = datetime.now(UTC)
        assert store.write(lambda db: held_while_stopped(db, "one")) > 0
        return store.write(lambda db: settle_held(db, "one", 3600, runs, now, "anna"))


def test_what_came_while_a_new_flow_was_edited_is_run_by_the_edited_one(
    flows: Flows, sent: Bodies
) -> None:
    """A flow begins stopped, with a template that nobody has filled in yet."""
    flows.apply("one", DRAFT, running=False)
    flows.deliver("one", "a=1")
    flows.run()
    assert flows.states() == [("held", "flow-stopped")]
    flows.apply("one", EDITED)
    assert start(flows) == (1, 0)
    flows.run()
    assert flows.states() == [("done", "")]
    assert (sent("404"), sent("200")) == ([], ["edited"])


def test_what_had_begun_keeps_its_version(flows: Flows, sent: Bodies) -> None:
    """Its first step was not done: the flow was stopped before the next try."""
    flows.apply("one", DRAFT.replace("404", "503"))
    flows.deliver("one", "a=1")
    flows.run()
    flows.apply("one", DRAFT.replace("404", "503"), running=False)
    flows.ahead = 60.0
    flows.run()
    assert flows.states() == [("held", "flow-stopped")]
    flows.apply("one", EDITED)
    assert start(flows) == (1, 0)
    flows.run()
    assert (sent("503"), sent("200")) == (["draft"] * 2, [])


def test_what_is_not_wanted_is_dropped(flows: Flows, sent: Bodies) -> None:
    flows.apply("one", DRAFT, running=False)
    flows.deliver("one", "a=1", "a=2")
    flows.run()
    assert start(flows, runs=False) == (0, 2)
    assert flows.states() == [("dropped", "flow-stopped")] * 2
    assert sent("404") == []
