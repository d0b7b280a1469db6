"""The addresses of flows: what is taken, what is answered, what is kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calltouch.receiver_app import create_receiver
from flows.addresses import write_addresses
from flows.store.definitions import apply_definition, keys_of, rotate_key, set_running
from flows.store.writer import open_store
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.ingest.flow_addresses import FlowAddresses
from receiver.settings.settings import Settings

STEP = '[[steps]]\nkind = "filter"\nwhen = [{field = "a", present = true}]\n'
SENDER = {"REMOTE_ADDR": "192.0.2.7"}


@dataclass
class FlowSite:
    """A receiver whose flow `one` has this source."""

    settings: Settings
    path: str
    client: FlaskClient

    def send(self, query: str = "", method: str = "POST", **options: Any) -> TestResponse:
        options.setdefault("environ_base", SENDER)
        return self.client.open(self.path + query, method=method, **options)

    @property
    def kept(self) -> list[Delivery]:
        items = InboxReader(DataDir(self.settings.data_dir).flows_inbox).look().entries({})
        return [item.received.delivery for item in items if isinstance(item, InboxEntry)]


def applied(place: DataDir, source: str, running: bool = True) -> str:
    """The key of the flow."""
    now = datetime.now(UTC)
    place.flows_store.parent.mkdir(parents=True, exist_ok=True)
    db = open_store(place.flows_store)
    apply_definition(db, "one", f'[source]\nkind = "http"\n{source}\n{STEP}', now, "test")
    set_running(db, "one", running, now, "test")
    write_addresses(db, place.flow_addresses, now)
    (key,) = keys_of(db, "one", now)
    db.close()
    return key


@pytest.fixture
def site_with(settings: Settings) -> Callable[..., FlowSite]:
    def make(source: str = "", running: bool = True, **changes: Any) -> FlowSite:
        changed = replace(settings, **changes)
        key = applied(DataDir(settings.data_dir), source, running)
        return FlowSite(changed, f"/flow/one/{key}", create_receiver(changed).test_client())

    return make


Site = Callable[..., FlowSite]


def test_it_is_kept_as_it_came_and_answered(site_with: Site) -> None:
    site = site_with()
    body = b'{"name": "\xcf\xf0"}'
    headers = {"User-Agent": "tilda", "Cookie": "session=1", "Authorization": "Basic x"}
    answer = site.send("?a=%20b", data=body, content_type="application/json", headers=headers)
    assert (answer.status, answer.data, answer.mimetype) == ("200 OK", b"OK", "text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    (kept,) = site.kept
    assert (kept.webhook, kept.method, kept.query, kept.body) == ("one", "POST", b"a=%20b", body)
    assert (kept.content_type, kept.source_ip) == ("application/json", "192.0.2.7")
    assert kept.path == "/flow/one", "without the key"
    assert b"user-agent: tilda" in kept.headers
    assert b"session=1" not in kept.headers
    assert b"Basic" not in kept.headers


def test_the_answer_is_what_the_first_document_says(site_with: Site) -> None:
    answer = """
[source.answer]
status = 201
reason = "Taken"
headers = ["Access-Control-Allow-Origin:*", "Content-Type: application/json", "X-A: b"]
body = '{"done": true}'
"""
    site = site_with(answer)
    given = site.send(data=b"a=1")
    assert (given.status, given.json) == ("201 Taken", {"done": True})
    assert given.headers["Access-Control-Allow-Origin"] == "*"
    assert (given.headers["X-A"], given.mimetype) == ("b", "application/json")
    get = site.send("?a=1", "GET")
    head = site.send("?a=1", "HEAD")
    assert {**head.headers} == {**get.headers}
    assert (head.status, head.data) == ("201 Taken", b"")
    assert len(site.kept) == 2, "HEAD is not kept"


def test_a_form_can_be_led_on(site_with: Site) -> None:
    site = site_with('[source.answer]\nstatus = 303\nheaders = ["Location: https://a.ru/thanks"]')
    answer = site.send(data=b"a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://a.ru/thanks")


@pytest.mark.parametrize(
    ("content_type", "given", "body", "expected"),
    [
        ("", "a=%3Cscript%3E", "<{{a}}>{{no}}", "<<script>>"),
        ("text/html", "a=%3Cscript%3E%22", "<b>{{a}}</b>", "<b>&lt;script&gt;&quot;</b>"),
        ("application/json", "a=%22%5C%3C/script%3E", '["{{a}}"]', '["\\"\\\\<\\/script>"]'),
        ("image/svg+xml", "a=1", "<svg>{{a}}</svg>", "<svg>1</svg>"),
        ("", '{"a": "x", "n": [1]}', "{{a}} {{n}}", "x [1]"),
        ("", "a=1&a=2", "{{ a }}", "2"),
    ],
)
def test_an_echo_cannot_run_in_a_browser(
    site_with: Site, content_type: str, given: str, body: str, expected: str
) -> None:
    typed = f'headers = ["Content-Type: {content_type}"]\n' if content_type else ""
    site = site_with(f"[source.answer]\n{typed}body = '''{body}'''")
    answer = site.send(data=given.encode())
    assert answer.text == expected
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    escaped = ("text/html", "application/json")
    assert answer.mimetype == (content_type if content_type in escaped else "text/plain")


def test_an_answer_can_name_the_delivery(site_with: Site) -> None:
    site = site_with('[source.answer]\nbody = "{{@delivery}}"')
    answer = site.send(data=b"a=1")
    assert len(answer.text) == 32
    assert f"@delivery: {answer.text}\n".encode() in site.kept[0].headers


def test_a_browser_is_told_that_it_may_send(site_with: Site) -> None:
    site = site_with('[source.answer]\nheaders = ["Access-Control-Allow-Origin: https://a.ru"]')
    asked = {"Access-Control-Request-Headers": "content-type, X-A, bad name, x:y, \xe9"}
    answer = site.send(method="OPTIONS", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.ru"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type, X-A"
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert site.kept == []


def test_without_that_header_options_only_name_the_methods(site_with: Site) -> None:
    site = site_with('methods = ["POST", "PUT"]')
    answer = site.send(method="OPTIONS")
    assert (answer.status_code, answer.headers["Allow"]) == (200, "OPTIONS, POST, PUT")
    assert "Access-Control-Allow-Methods" not in answer.headers
    assert site.send(method="HEAD").status_code == 405


@pytest.mark.parametrize(
    ("source", "method", "body", "status"),
    [
        ("", "PUT", b"", 405),
        ('methods = ["PUT"]', "PUT", b"", 200),
        ('methods = ["PUT"]', "GET", b"", 405),
        ("max_body_bytes = 3", "POST", b"abc", 200),
        ("max_body_bytes = 3", "POST", b"abcd", 413),
        ('networks = ["192.0.2.0/24"]', "POST", b"", 200),
        ('networks = ["198.51.100.0/24"]', "POST", b"", 403),
    ],
)
def test_what_is_taken(site_with: Site, source: str, method: str, body: bytes, status: int) -> None:
    site = site_with(source)
    answer = site.send(method=method, data=body)
    assert answer.status_code == status
    assert len(site.kept) == (status == 200)
    if status == 405:
        assert method not in answer.headers["Allow"].split(", ")


def test_a_wrong_key_is_as_no_such_flow(site_with: Site) -> None:
    site = site_with()
    wrong = [
        site.client.post(path, environ_base=SENDER)
        for path in (site.path + "x", site.path[:-1], "/flow/two/abc", "/flow/one/" + "a" * 128)
    ]
    assert {(answer.status_code, answer.data) for answer in wrong} == {(404, b"no such flow\n")}
    assert len({str(answer.headers) for answer in wrong}) == 1
    assert site.send(method="OPTIONS").status_code == 200
    assert site.client.options(site.path + "x").status_code == 404


def test_so_many_a_minute(site_with: Site) -> None:
    site = site_with("per_minute = 6", workers=3)
    statuses = [site.send(data=b"a=1") for _ in range(3)]
    assert [answer.status_code for answer in statuses] == [200, 200, 429], "of three workers"
    assert statuses[-1].headers["Retry-After"].isdecimal()
    assert len(site.kept) == 2


def test_a_stopped_flow_goes_on_taking(site_with: Site) -> None:
    site = site_with(running=False)
    assert site.send(data=b"a=1").status_code == 200
    assert len(site.kept) == 1


def test_the_networks_of_webhooks_are_not_asked(site_with: Site) -> None:
    site = site_with(allowed_networks=(ip_network("10.0.0.0/8"),))
    assert site.send(data=b"a=1").status_code == 200


def test_the_client_is_who_a_trusted_proxy_says(site_with: Site) -> None:
    proxy = (ip_network("192.0.2.7/32"),)
    site = site_with('networks = ["198.51.100.1/32"]', trusted_proxies=proxy)
    forwarded = {"X-Forwarded-For": "10.9.9.9, 198.51.100.1"}
    assert site.send(headers=forwarded).status_code == 200
    assert site.kept[0].source_ip == "198.51.100.1"
    assert site.send().status_code == 403


def test_a_replaced_key_ends_by_itself(tmp_path: Path) -> None:
    place, now = DataDir(tmp_path), datetime.now(UTC)
    first = applied(place, "")
    db = open_store(place.flows_store)
    second = rotate_key(db, "one", now, timedelta(days=7))
    third = rotate_key(db, "one", now, timedelta(hours=1))
    write_addresses(db, place.flow_addresses, now)
    db.close()

    def good(ahead: timedelta) -> list[bool]:
        addresses = FlowAddresses(place.flow_addresses, wall=(now + ahead).timestamp)
        return [addresses.find("one", key) is not None for key in (first, second, third)]

    assert good(timedelta(minutes=59)) == [True, True, True]
    assert good(timedelta(minutes=61)) == [False, False, True], "no key outlives the last overlap"


def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    place, seconds = DataDir(tmp_path), iter(range(0, 100, 2))
    key = applied(place, "")
    addresses = FlowAddresses(place.flow_addresses, clock=lambda: float(next(seconds)))
    assert addresses.find("one", key)
    place.flow_addresses.write_text("{")
    assert addresses.find("one", key)
    place.flow_addresses.unlink()
    assert addresses.find("one", key) is None
