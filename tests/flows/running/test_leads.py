"""Leads that change become operations: once, in order, never for what is old or our own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.store.attempts import save_input
from flows.store.callbacks import NewCallback, name_callback, note_callback
from flows.store.operations import NewOperation, add_operation
from flows.store.writer import StoreWriter
from tests.dashboards.conftest import Place
from tests.dashboards.leads import Delivered, Params, call, request
from tests.flows.running.conftest import Flows
from tests.flows.running.test_runner import Bodies

LEAD = """
[source]
kind = "lead"
lead_type = "call"
when = [{field = "call_phase", is = "calldisconnected"}, {field = "status", is = "unsuccessful"}]
SOURCE
[[steps]]
kind = "http"
name = "crm"
method = "PUT"
url = "{url}/200"
body.json = '{"id": "{{lead_id}}", "phone": "{{caller_phone}}", "tags": "{{tags | join}}"}'
"""


def definition(source: str = "") -> str:
    return LEAD.replace("SOURCE", source)


def missed(lead_id: int, ago: timedelta = timedelta(minutes=1), **params: str) -> Delivered:
    happened = datetime.now(UTC) - ago
    words: Params = {"status": "unsuccessful", "callerphone": "79990001122", **params}
    return Delivered(datetime.now(UTC), call(lead_id, happened, **words))


@pytest.fixture
def place(flows: Flows) -> Place:
    """With a lead from before the flows."""
    place = Place(flows.place.root)
    place.add([missed(1)])
    return place


def test_a_lead_fires_once_and_nothing_from_before(
    flows: Flows, place: Place, sent: Bodies
) -> None:
    flows.apply("one", definition())
    flows.run()
    place.add([missed(2), missed(3, status="successful"), missed(4, callphase="callconnected")])
    flows.run()
    place.add([missed(2, tags_manual="VIP"), missed(4)])
    flows.run()
    assert [operation.lead_id for operation in flows.operations()] == [2, 4]
    assert [operation.order_key for operation in flows.operations()] == ["call 2", "call 4"]
    assert sent("200")[0] == '{"id":"2","phone":"79990001122","tags":""}'


def test_changes_fire_for_the_fields_that_are_asked_for(
    flows: Flows, place: Place, sent: Bodies
) -> None:
    flows.apply("one", definition('fire = "changes"\nfields = ["tags_manual"]'))
    flows.run()
    place.add([missed(2)])
    flows.run()
    place.add([missed(2, tags_manual="VIP", manager="Anna")])
    flows.run()
    place.add([missed(2, tags_manual="VIP", manager="Olga")])
    flows.run()
    assert sent("200") == ['{"id":"2","phone":"79990001122","tags":"VIP"}']


@pytest.mark.parametrize(
    ("source", "delivered", "count"),
    [
        ("", missed(2), 1),
        ("", missed(2, timedelta(days=2)), 0),
        ('max_age = "3d"', missed(2, timedelta(days=2)), 1),
        ("sites = [7]", missed(2, siteId="7"), 1),
        ("sites = [7]", missed(2, siteId="8"), 0),
        ("", Delivered(datetime.now(UTC), request(2, datetime.now(UTC))), 0),
    ],
)
def test_which_leads_count(
    flows: Flows, place: Place, source: str, delivered: Delivered, count: int
) -> None:
    flows.apply("one", definition(source))
    flows.run()
    place.add([delivered])
    flows.run()
    assert len(flows.operations()) == count


@pytest.mark.parametrize("fire", ["once", "changes"])
def test_backfill_starts_nothing_and_takes_nothing_away(
    flows: Flows, place: Place, fire: str
) -> None:
    flows.apply("one", definition(f'fire = "{fire}"'))
    flows.run()
    place.add([replace(missed(2), origin="api"), missed(3)])
    flows.run()
    assert [operation.lead_id for operation in flows.operations()] == [3]
    place.add([missed(2, status="unsuccessful", tags_manual="VIP")])
    flows.run()
    assert [operation.lead_id for operation in flows.operations()] == [3, 2], "a webhook does"


def test_it_waits_and_asks_again(flows: Flows, place: Place, sent: Bodies) -> None:
    source = 'wait = "2m"\nrecheck = true\nunless = "reached"'
    flows.apply("one", definition(source))
    flows.run()
    place.add([missed(2), missed(3, callerphone="79990003344")])
    flows.run()
    assert flows.states() == [("waiting", "")] * 2
    answered = call(4, datetime.now(UTC), callerphone="79990001122", status="successful")
    place.add([Delivered(datetime.now(UTC), answered)])
    flows.ahead = 200
    flows.run()
    assert flows.states() == [("skipped", "no-longer"), ("done", "")]
    assert sent("200") == ['{"id":"3","phone":"79990003344","tags":""}']


def test_our_own_requests_do_not_come_back(flows: Flows, place: Place) -> None:
    text = definition().replace('lead_type = "call"', 'lead_type = "request"')
    text = text.replace('{field = "call_phase", is = "calldisconnected"}, ', "")
    text = text.replace(
        '{field = "status", is = "unsuccessful"}', '{field = "lead_id", present = true}'
    )
    flows.apply("one", text)
    flows.run()
    store = StoreWriter(flows.place.flows_store)
    store.write(lambda db: db.execute("insert into made_requests values ('ours-1', '2026')"))
    store.close()
    local = datetime.now(UTC) + timedelta(hours=3)
    place.add(
        [
            Delivered(datetime.now(UTC), request(2, local, requestNumber="ours-1")),
            Delivered(datetime.now(UTC), request(3, local, requestNumber="theirs-1")),
        ]
    )
    flows.run()
    assert [operation.lead_id for operation in flows.operations()] == [3]


@pytest.mark.parametrize(("own", "ours"), [("", []), ("own = true", [2])])
def test_calls_of_our_own_callbacks_do_not_come_back(
    flows: Flows, place: Place, own: str, ours: list[int]
) -> None:
    flows.apply("one", definition(own))
    flows.run()
    store = StoreWriter(flows.place.flows_store)
    store.write(lambda db: note_callback(db, NewCallback(1, 0, "phone", 1e9)))
    store.write(lambda db: name_callback(db, 1, 0, 242000000))
    store.close()
    place.add(
        [missed(2, callback_request_id="242000000"), missed(3, callback_request_id="242000001")]
    )
    flows.run()
    assert [operation.lead_id for operation in flows.operations()] == [*ours, 3]


def test_of_a_state_that_is_copied_only_the_newest_is_of_use(
    flows: Flows, place: Place, sent: Bodies
) -> None:
    source = 'fire = "changes"\nfields = ["manager"]\nlatest_only = true'
    flows.apply("one", definition(source).replace("/200", "/503"))
    flows.run()
    place.add([missed(2)])
    for manager in ("Anna", "Olga", "Vera"):
        place.add([missed(2, manager=manager)])
        flows.run()
    assert flows.states() == [("waiting", "status-503"), ("skipped", "replaced"), ("behind", "")]


def test_a_rebuilt_store_with_other_ids_fires_nothing_twice(flows: Flows, place: Place) -> None:
    flows.apply("one", definition('fire = "changes"'))
    flows.run()
    place.add([missed(2)])
    flows.run()
    assert len(flows.operations()) == 1
    place.published.unlink()
    (place.directory / "store.duckdb").unlink()
    place.add([missed(7, status="successful")] * 5 + [missed(2), missed(1)])
    store = StoreWriter(flows.place.flows_store)
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    store.write(
        lambda db: db.execute(
            "update cursors set value = json_array(2, ?) where name = 'leads'", (later,)
        )
    )
    store.close()
    flows.run()
    assert len(flows.operations()) == 1


def test_too_many_operations_of_one_lead_are_held(
    flows: Flows, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.sources.leads.MOST_OF_A_LEAD", 2)
    flows.apply("one", definition('fire = "changes"'))
    flows.run()
    for number in range(4):
        place.add([missed(2, manager=f"Anna {number}")])
        flows.run()
    states = flows.states()
    assert states[:2] == [("done", "")] * 2
    assert states[2:] == [("held", "loop-suspected")] * 2


def test_a_lead_is_found_by_what_the_delivery_says(
    flows: Flows, place: Place, sent: Bodies
) -> None:
    local = datetime.now(UTC) + timedelta(hours=3)
    place.add([Delivered(datetime.now(UTC), request(9, local, requestNumber="kl-7"))])
    flows.apply(
        "one",
        """
[source]
kind = "http"
[[steps]]
kind = "find_lead"
name = "lead"
by = {request_number = "kl-{{client_id}}"}
wait_for = "1h"
[[steps]]
kind = "http"
method = "PUT"
url = "{url}/200"
body.text = "{{lead.lead_type}} {{lead.lead_id}}"
""",
    )
    flows.deliver("one", "client_id=7", "client_id=8", "x=1")
    flows.run()
    assert flows.states() == [
        ("done", ""), ("waiting", "no-such-lead"), ("waiting", "no-such-lead")
    ]  # fmt: skip
    assert sent("200") == ["request 9"]
    flows.ahead = 4_000
    flows.run()
    assert flows.states()[1:] == [("failed", "no-such-lead")] * 2


def test_a_retry_is_about_the_lead_that_was_found_first(
    flows: Flows, place: Place, sent: Bodies
) -> None:
    flows.apply(
        "one",
        """
[source]
kind = "http"
[[steps]]
kind = "find_lead"
name = "lead"
by = {caller_phone = "{{phone}}"}
[[steps]]
kind = "http"
url = "{url}/503"
body.text = "{{lead.lead_id}}"
""",
    )
    flows.deliver("one", "phone=79990001122")
    flows.run()
    place.add([missed(2, timedelta(0))])
    flows.ahead = 60
    flows.run()
    assert sent("503") == ["1", "1"]


def test_a_test_has_no_lead_that_could_have_changed(flows: Flows, sent: Bodies) -> None:
    flows.apply("one", definition("recheck = true"), running=False)
    store = StoreWriter(flows.place.flows_store)
    now = datetime.now(UTC).isoformat()
    new = NewOperation("one", 1, "test", now)
    fields = {"lead_id": 7, "call_phase": "calldisconnected", "status": "unsuccessful"}
    number = store.write(lambda db: add_operation(db, new, "waiting", 0.0))
    store.write(lambda db: save_input(db, number, fields))
    store.close()
    flows.run()
    assert flows.states() == [("done", "")]
    assert sent("200") == ['{"id":"7","phone":"","tags":""}']
