"""Deliveries become operations, and operations reach an end that somebody can see."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from tests.flows.running.conftest import Flows

Bodies = Callable[[str], list[str]]

ONE_STEP = """
[source]
kind = "http"
SOURCE
[[steps]]
kind = "http"
name = "crm"
method = "METHOD"
url = "{url}/PATH"
body.json = '{"name": "{{name}}"}'
timeout = "1s"
"""


def one_step(path: str, source: str = "", more: str = "", method: str = "POST") -> str:
    text = ONE_STEP.replace("SOURCE", source).replace("PATH", path).replace("METHOD", method)
    return text + more


def test_what_comes_in_is_passed_on(flows: Flows, sent: Bodies) -> None:
    flows.apply("one", one_step("200"))
    flows.deliver("one", "name=Anna&x=1", "name=%22Bob%22")
    flows.run()
    assert flows.states() == [("done", "")] * 2
    assert sorted(sent("200")) == ['{"name":"Anna"}', '{"name":"\\"Bob\\""}']
    assert list(flows.place.flows_inbox.glob("*.seg")) == []


def test_the_id_of_a_delivery_is_the_one_that_its_sender_was_told(
    flows: Flows, sent: Bodies
) -> None:
    flows.apply("one", one_step("200").replace('"{{name}}"', '"{{@delivery}}"'))
    flows.deliver("one", "name=Anna", headers="@delivery: f00d\nuser-agent: test")
    flows.deliver("one", "name=Anna")
    flows.run()
    assert sorted(sent("200")) == ['{"name":"2"}', '{"name":"f00d"}']


@pytest.mark.parametrize(
    ("path", "method", "state", "reason"),
    [
        ("404", "POST", "failed", "status-404"),
        ("redirect", "POST", "failed", "redirect"),
        ("500", "POST", "unknown", "status-500"),
        ("close", "POST", "unknown", "broken"),
        ("slow", "POST", "unknown", "timeout"),
        ("503", "POST", "waiting", "status-503"),
        ("429", "POST", "waiting", "status-429"),
        ("500", "PUT", "waiting", "status-500"),
        ("close", "PUT", "waiting", "broken"),
    ],
)
def test_how_an_operation_ends_or_waits(
    flows: Flows, path: str, method: str, state: str, reason: str
) -> None:
    flows.apply("one", one_step(path, method=method))
    flows.deliver("one", "name=Anna")
    flows.run()
    assert flows.states() == [(state, reason)]


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("busy-seconds", 7_200),
        ("busy-date", 7_200),
        ("busy-json", 7_200),
        ("busy-soon", 10),
        ("busy-for-years", 10_800),
    ],
)
def test_when_a_service_asks_to_come_again(flows: Flows, path: str, seconds: int) -> None:
    more = "retry_after = '[\"parameters\"][\"retry_after\"]'\ngive_up_after = '3h'\n"
    flows.apply("one", one_step(path, more=more))
    flows.deliver("one", "name=Anna")
    flows.run()
    (waiting,) = flows.operations()
    assert (waiting.state, waiting.reason) == ("waiting", "status-429")
    assert waiting.due_at == pytest.approx(datetime.now(UTC).timestamp() + seconds, abs=60)


@pytest.mark.parametrize(
    ("status", "method", "states", "sendings"),
    [
        (500, "PUT", [("waiting", "status-500"), ("done", "")], 2),
        (503, "POST", [("waiting", "status-503"), ("done", "")], 2),
        (500, "POST", [("unknown", "status-500"), ("unknown", "status-500")], 1),
        (404, "PUT", [("failed", "status-404"), ("failed", "status-404")], 1),
    ],
)
def test_what_is_well_the_second_time(
    flows: Flows,
    sent: Bodies,
    status: int,
    method: str,
    states: list[tuple[str, str]],
    sendings: int,
) -> None:
    flows.apply("one", one_step(f"first-{status}", method=method))
    flows.deliver("one", "name=Anna")
    for state in states:
        flows.run()
        assert flows.states() == [state]
        flows.ahead += 60
    assert sent(f"first-{status}") == ['{"name":"Anna"}'] * sendings


def test_of_json_that_is_none_only_the_kind_is_told(flows: Flows) -> None:
    flows.apply(
        "one",
        """
[source]
kind = "http"
[[steps]]
kind = "json"
name = "form"
[steps.fields]
phone = '["phone"]'
""",
    )
    flows.deliver("one", "phone=+79990001122 <b>Анна</b>", "")
    flows.run()
    assert [operation.text for operation in flows.operations()] == [
        "form: line 1, column 1: Expecting value; it begins xxxxx=+00000000000 <x>xxxx</x>",
        "form: line 1, column 1: Expecting value; it is empty",
    ]


def test_redirects_are_followed_where_the_flow_says_so(flows: Flows, sent: Bodies) -> None:
    question = """
[source]
kind = "http"
[[steps]]
kind = "http"
name = "crm"
method = "GET"
url = "{url}/PATH"
redirects = 1
headers = { X-Key = "{{secret.crm}}" }
"""
    flows.secrets = {"crm": "TOKEN"}
    flows.apply("one", question.replace("PATH", "moved"))
    flows.apply("two", question.replace("PATH", "moved-round"))
    flows.deliver("one", "a=1")
    flows.deliver("two", "a=1")
    flows.run()
    assert flows.states() == [("done", ""), ("failed", "redirect")]
    assert len(sent("200?from=moved")) == 1
    assert len(sent("moved-round")) == 2


def test_what_was_not_done_is_tried_again_until_the_tries_are_used_up(
    flows: Flows, sent: Bodies
) -> None:
    flows.apply("one", one_step("503", more="tries = 3"))
    flows.deliver("one", "name=Anna")
    for number in range(1, 4):
        flows.run()
        assert len(sent("503")) == number
        flows.run()
        assert len(sent("503")) == number, "not before it is due"
        flows.ahead += 400
    assert flows.states() == [("failed", "tries-used-up")]


def test_all_tries_of_a_step_have_one_idempotency_key(flows: Flows) -> None:
    flows.apply("one", one_step("503", more="tries = 2"))
    flows.deliver("one", "name=Anna", "name=Bob")
    flows.run()
    flows.ahead += 400
    flows.run()
    keys = [
        line.partition(b": ")[2]
        for seen in flows.target.seen["503"]
        for line in seen.split(b"\r\n")
        if line.lower().startswith(b"idempotency-key")
    ]
    assert len(keys) == 4
    assert len(set(keys)) == 2


def test_a_step_that_ended_is_never_done_again(flows: Flows, sent: Bodies) -> None:
    second = """
[[steps]]
kind = "http"
method = "PUT"
url = "{url}/503"
body.json = '{"got": "{{crm.json[\\"ok\\"]}}", "status": "{{crm.status | number}}"}'
"""
    flows.apply("one", one_step("200", more=second))
    flows.deliver("one", "name=Anna")
    for _ in range(3):
        flows.run()
        flows.ahead += 1_000
    assert len(sent("200")) == 1
    assert sent("503") == ['{"got":"true","status":200}'] * 3


@pytest.mark.parametrize(
    ("source", "body", "state", "reason"),
    [
        ('when = [{field = "test", is_not = "test"}]', "test=test", "skipped", "filter"),
        ('when = [{field = "test", is_not = "test"}]', "name=a", "done", ""),
        ('required = ["Phone"]', "name=a", "failed", "missing-field"),
        ('required = ["name"]', "name=a", "done", ""),
    ],
)
def test_what_a_source_asks_for(
    flows: Flows, source: str, body: str, state: str, reason: str
) -> None:
    flows.apply("one", one_step("200", source))
    flows.deliver("one", body)
    flows.run()
    assert flows.states() == [(state, reason)]


def test_the_same_key_is_run_once_and_counted(flows: Flows, sent: Bodies) -> None:
    flows.apply("one", one_step("200", 'key = "{{tranid}}"'))
    flows.deliver("one", "tranid=1&name=a", "tranid=1&name=b", "tranid=2&name=c", "name=d")
    flows.deliver("one", "tranid=1&name=e")
    flows.run()
    assert sorted(sent("200")) == ['{"name":"a"}', '{"name":"c"}', '{"name":"d"}']
    assert sorted(flows.query("select times from seen_keys")) == [(1,), (3,)]
    assert [operation.notes for operation in flows.operations()] == [(), (), ("no-key",)]


def test_what_a_step_can_say_of_the_delivery(flows: Flows, sent: Bodies) -> None:
    told = '{"a": "{{@flow}}|{{@operation}}|{{@key}}|{{@delivery}}|{{@method}}|{{@ip}}"}'
    text = one_step("200", 'key = "t-{{tranid}}"').replace('{"name": "{{name}}"}', told)
    flows.apply("one", text)
    flows.deliver("one", "tranid=7", headers="@delivery: abc\nuser-agent: test")
    flows.run()
    assert sent("200") == ['{"a":"one|1|t-7|abc|POST|192.0.2.1"}']


def test_operations_of_one_order_run_one_at_a_time_in_order(flows: Flows, sent: Bodies) -> None:
    flows.apply("one", one_step("200", 'order_by = "{{client}}"'))
    flows.deliver("one", *(f"client={number % 2}&name={number}" for number in range(20)))
    flows.run(threads=8)
    names = [int(body[9:-2]) for body in sent("200")]
    assert [name for name in names if name % 2] == list(range(1, 20, 2))
    assert [name for name in names if not name % 2] == list(range(0, 20, 2))


def test_one_that_waits_keeps_its_followers_behind_until_it_ends(flows: Flows) -> None:
    flows.apply("one", one_step("503", 'order_by = "{{client}}"', "tries = 1\n"))
    flows.deliver("one", "client=1", "client=1", "client=2")
    flows.run()
    assert flows.states() == [("failed", "tries-used-up")] * 3
    flows.apply("two", one_step("503", 'order_by = "{{client}}"'))
    flows.deliver("two", "client=1", "client=1")
    flows.run()
    assert flows.states()[3:] == [("waiting", "status-503"), ("behind", "")]


def test_after_a_failure_followers_can_be_held(flows: Flows, sent: Bodies) -> None:
    source = 'order_by = "{{client}}"\nafter_failure = "hold"'
    flows.apply("one", one_step("404", source))
    flows.deliver("one", "client=1", "client=1")
    flows.run()
    assert flows.states() == [("failed", "status-404"), ("behind", "")]
    assert len(sent("404")) == 1


ORDERED = one_step("{{path}}", 'order_by = "{{client}}"').replace("1s", "5s")


def test_what_a_person_decides_keeps_the_order_too(flows: Flows, sent: Bodies) -> None:
    flows.apply("one", ORDERED)
    flows.deliver("one", "client=1&path=500", "client=1&path=503", "client=1&path=200")
    flows.run()
    assert flows.states() == [("unknown", "status-500"), ("waiting", "status-503"), ("behind", "")]
    flows.decide(1, "again")
    assert flows.states()[:2] == [("behind", ""), ("waiting", "status-503")]
    assert flows.operations()[0].finished_at is None
    assert sent("200") == []


def test_only_the_latest_of_those_behind_is_of_use(flows: Flows, sent: Bodies) -> None:
    source = 'order_by = "{{client}}"\nlatest_only = true'
    flows.apply("one", one_step("200", source))
    flows.deliver("one", *(f"client={number % 2}&name={number}" for number in range(6)))
    flows.run()
    assert sorted(sent("200")) == [f'{{"name":"{number}"}}' for number in (0, 1, 4, 5)]
    assert flows.states().count(("skipped", "replaced")) == 2


def test_a_stopped_flow_keeps_what_comes(flows: Flows, sent: Bodies) -> None:
    flows.apply("one", one_step("200"), running=False)
    flows.deliver("one", "name=Anna")
    flows.deliver("nobody", "name=Anna")
    flows.run()
    assert flows.states() == [("held", "flow-stopped"), ("held", "no-such-flow")]
    assert sent("200") == []


def test_json_compose_and_filter(flows: Flows, sent: Bodies) -> None:
    flows.apply(
        "one",
        """
[source]
kind = "http"
[[steps]]
kind = "json"
[steps.fields]
first_name = '["firstName"]'
code = { path = '["appealType"]["Code"]', if_absent = "empty" }
[[steps]]
kind = "filter"
when = [{field = "first_name", is_not = "Bob"}]
[[steps]]
kind = "compose"
name = "prepared"
as = "xml"
value = "<lead><name>{{first_name}}</name></lead>"
[[steps]]
kind = "http"
method = "POST"
url = "{url}/200"
body.from = "{{prepared.value}}"
content_type = "application/xml"
""",
    )
    flows.deliver("one", '{"firstName": "A&B", "appealType": {"Code": "101"}}')
    flows.deliver("one", '{"firstName": "Bob"}', '{"x": 1}', '{"firstName": ')
    flows.run()
    assert flows.states() == [
        ("done", ""),
        ("skipped", "filter"),
        ("failed", "missing-field"),
        ("failed", "bad-json"),
    ]
    assert sent("200") == ["<lead><name>A&amp;B</name></lead>"]


def test_a_step_that_may_fail_lets_the_rest_go_on(flows: Flows, sent: Bodies) -> None:
    last = '\n[[steps]]\nkind = "http"\nmethod = "POST"\nurl = "{url}/204"\n'
    flows.apply("one", one_step("404", more='on_failure = "go on"' + last))
    flows.deliver("one", "name=Anna")
    flows.run()
    (operation,) = flows.operations()
    assert (operation.state, operation.notes) == ("done", ("crm: status-404",))
    assert len(sent("204")) == 1


def test_secrets_are_sent_and_never_stored(flows: Flows) -> None:
    flows.secrets = {"crm": "TOP-SECRET"}
    more = 'headers = { X-Token = "{{secret.crm}}" }\nquery = {k = "{{secret.crm}}"}\n'
    flows.apply("one", one_step("200", more=more))
    flows.deliver("one", "name={{secret.crm}}")
    flows.run()
    (path,) = flows.target.seen
    assert path == "200?k=TOP-SECRET"
    assert b"X-Token: TOP-SECRET" in flows.target.seen[path][0]
    assert b'{"name":""}' in flows.target.seen[path][0], "a value is never filled again"
    stored = flows.place.flows_store.read_bytes()
    assert b"TOP-SECRET" not in stored
    wal = flows.place.flows_store.with_name("flows.sqlite-wal")
    assert not wal.exists() or b"TOP-SECRET" not in wal.read_bytes()


def test_secrets_that_a_service_sends_back_are_stored_nowhere(flows: Flows, sent: Bodies) -> None:
    secret = 'TOP/SECRET+"я"'
    flows.secrets = {"crm": secret}
    text = """
[source]
kind = "http"
[[steps]]
kind = "http"
name = "echo"
url = "{url}/echo"
query = { k = "{{secret.crm}}" }
body.json = { token = "{{secret.crm}}", packed = "{{secret.crm | base64}}", id = "1" }
[[steps]]
kind = "http"
url = "{url}/200"
body.json = { token = "{{echo.json.token}}", id = "{{echo.json.id}}", k = "{{echo.header.x-echo}}" }
"""
    flows.apply("one", text)
    flows.deliver("one", "name=a")
    flows.run()
    assert flows.states() == [("done", "")]
    hidden = "{{secret.crm}}"
    assert json.loads(sent("200")[0]) == {"token": hidden, "id": "1", "k": f"echo?k={hidden}"}
    kept = [
        *flows.stored("request"),
        *flows.stored("answer"),
        *map(str, flows.query("select value from results")),
    ]
    for spelling in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], "VE9QL1NF"):
        assert not any(spelling in text for text in kept), spelling


def test_a_fault_of_ours_ends_one_operation_and_the_loop_lives(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, sent: Bodies
) -> None:
    flows.apply("one", one_step("200"))
    flows.deliver("one", "name=Anna", "name=Bob")
    send = flows.send

    def broken(request: object) -> object:
        if b"Anna" in request.body:  # type: ignore[attr-defined]
            raise KeyError("a bug")
        return send(request)  # type: ignore[arg-type]

    monkeypatch.setattr(flows, "send", broken)
    flows.run()
    assert flows.states() == [("failed", "crash"), ("done", "")]


def test_tries_are_counted_behind_steps_that_only_compute(flows: Flows, sent: Bodies) -> None:
    compute = '[[steps]]\nkind = "compose"\nname = "text"\nas = "text"\nvalue = "a"\n'
    head, step = one_step("503", more="tries = 3\n").split("[[steps]]")
    flows.apply("one", f"{head}{compute}[[steps]]{step}")
    flows.deliver("one", "name=a")
    for _ in range(4):
        flows.run()
        flows.ahead += 7_200
    assert flows.states() == [("failed", "tries-used-up")]
    assert len(sent("503")) == 3


def test_tries_are_made_after_the_pauses_that_are_set(flows: Flows, sent: Bodies) -> None:
    flows.pauses = (3_600,)
    flows.apply("one", one_step("503"))
    flows.deliver("one", "name=Anna")
    for seconds, times in ((3_000, 1), (700, 2)):
        flows.run()
        flows.ahead += seconds
        flows.run()
        assert len(sent("503")) == times


def test_the_runner_touches_its_lock_while_it_moves(flows: Flows) -> None:
    flows.apply("one", one_step("200"))
    flows.place.flows_lock.touch()
    os.utime(flows.place.flows_lock, (0, 0))
    flows.run()
    assert flows.place.flows_lock.stat().st_mtime > 0
