"""Leads of a period start a flow that did not exist then: once, and nobody is rung."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from calltouch.cli.flow.replay import replay
from flows.store.writer import StoreWriter
from tests.dashboards.conftest import Place
from tests.flows.running.conftest import Flows
from tests.flows.running.test_leads import definition, missed
from tests.flows.running.test_runner import Bodies

CALLBACK = """
[source]
kind = "lead"
when = [{field = "is_callback", is = false}]
[[steps]]
kind = "calltouch_callback"
route_key = "widget"
phone = "{{caller_phone}}"
"""
FORM = """
[source]
kind = "http"
[[steps]]
kind = "filter"
when = [{field = "a", present = true}]
"""
TODAY = datetime.now(UTC).date()
FROM, TO = str(TODAY - timedelta(days=1)), str(TODAY + timedelta(days=2))


@pytest.fixture
def place(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(flows.place.root))
    place = Place(flows.place.root)
    long_ago = timedelta(days=40)
    place.add([missed(1, long_ago), missed(2), missed(3, status="successful"), missed(4)])
    return place


def told(*arguments: str) -> str:
    result = CliRunner().invoke(replay, arguments, standalone_mode=False)
    if result.exception is not None:
        return str(result.exception)
    return result.output.strip()


def test_leads_of_a_period_start_a_flow_once(flows: Flows, place: Place, sent: Bodies) -> None:
    flows.apply("one", definition("fire = 'once'"))
    asked = ("--flow", "one", "--leads", "--from", FROM, "--to", TO)
    counted = "4 leads changed in the period, the flow is for 3 of them: 3 operations"
    assert told(*asked, "--plan") == f"{counted} would be made"
    assert flows.operations() == []
    assert told(*asked, "--per-second", "1").endswith("3 operations were made")
    flows.ahead = 3
    flows.run()
    assert [operation.lead_id for operation in flows.operations()] == [1, 2, 4], "however old"
    assert len(sent("200")) == 3
    assert told(*asked).endswith("0 operations were made")
    place.add([missed(2, tags_manual="VIP")])
    flows.run()
    assert len(flows.operations()) == 3, "nor does the next change"


def test_changes_are_those_of_the_period(flows: Flows, place: Place) -> None:
    flows.apply("one", definition('fire = "changes"\nfields = ["tags_manual"]'))
    asked = ("--flow", "one", "--leads", "--from", FROM, "--to", TO)
    assert "the flow is for 0 of them" in told(*asked, "--plan")
    since = datetime.now(UTC).isoformat()
    place.add([missed(4, tags_manual="VIP")])
    assert "the flow is for 1 of them" in told(*asked, "--plan")
    alone = ("--flow", "one", "--leads", "--from", since, "--to", TO)
    assert told(*alone, "--plan").startswith("1 leads changed in the period, the flow is for 1 of")


def test_what_cannot_be_started_says_why(flows: Flows, place: Place) -> None:
    flows.apply("ring", CALLBACK)
    flows.apply(
        "form", '[source]\nkind = "http"\n[[steps]]\nkind = "json"\nfields = {a = \'["a"]\'}'
    )
    asked = ("--leads", "--from", FROM, "--to", TO)
    assert "clients of long ago would be rung" in told("--flow", "ring", *asked)
    assert "its source is web requests" in told("--flow", "form", *asked)
    assert "--leads needs --flow, --from and --to" in told("--flow", "ring", "--leads")
    with closing(StoreWriter(flows.place.flows_store)):
        assert flows.operations() == []
