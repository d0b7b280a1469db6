"""What comes in at the addresses of flows; their answers are in test_flow_answer.py."""

import errno
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from queue import SimpleQueue
from typing import Any

import pytest
from prometheus_client import Counter
from werkzeug.test import EnvironBuilder, run_wsgi_app

from flows.store.definitions import remove_flow, rotate_key, set_running
from receiver.ingest import flow_receiver
from receiver.ingest.flow_addresses import FlowAddresses
from receiver.ingest.web import WebhookFlask, WebhookReceiver, register_receiver
from receiver.server.async_app import PlainAnswer
from receiver.settings.settings import Settings
from tests.receiver.ingest.flow_places import SENDER, FlowPlace, FlowWorld

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ALL_METHODS = 'methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]'
BODIES = [b"", b"a=1&b=%zz", b'{"a": [1', b"\x00\xff\r\n" * 500, b"--x\r\nbroken"]


def test_it_works(world: FlowWorld) -> None:
    answer = world.send(f"{world.apply()}?utm=%D0%98", data=b"a=1", content_type="text/odd")
    assert (answer.status, answer.data) == ("200 OK", b"OK")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    (kept,) = world.kept
    assert (kept.webhook, kept.method, kept.path) == ("tilda", "POST", "/flow/tilda")
    assert (kept.query, kept.body) == (b"utm=%D0%98", b"a=1")
    assert (kept.content_type, kept.source_ip) == ("text/odd", "203.0.113.9")


def test_whatever_comes_is_kept_byte_for_byte(world: FlowWorld) -> None:
    path = world.apply(source=ALL_METHODS)
    sent = [(method, body) for method in METHODS for body in BODIES]
    for method, body in sent:
        assert world.send(f"{path}?q=1+%00%ff", method, data=body).status_code == 200
    assert [(kept.method, kept.body) for kept in world.kept] == sent
    assert {kept.query for kept in world.kept} == {b"q=1+%00%ff"}


def test_headers_are_kept_but_those_that_open_other_doors(world: FlowWorld) -> None:
    names = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION")
    headers = {"HTTP_X_SITE": "a: b", "HTTP_USER_AGENT": "Tilda"}
    # Past the test client, which has cookies of its own.
    environ = environ_of(world.apply()) | dict.fromkeys(names, "opens-doors") | headers
    run_wsgi_app(world.client.application, environ)
    lines = world.kept[0].headers.decode().split("\n")
    assert {"x-site: a: b", "user-agent: Tilda"} <= {*lines}
    assert "opens-doors" not in world.kept[0].headers.decode()


def test_the_key_is_kept_nowhere(world: FlowWorld) -> None:
    path = world.apply()
    world.send(path, environ_overrides={"RAW_URI": path, "REQUEST_URI": path})
    assert path.rpartition("/")[2].encode() not in world.kept[0].pack()


def test_a_wrong_key_and_no_such_flow_are_the_same(world: FlowWorld) -> None:
    path = world.apply()
    key = path.rpartition("/")[2]
    wrong = (path[:-1], f"{path}x", f"/flow/tilda/{key.swapcase()}", f"/flow/other/{key}")
    for method in (*METHODS, "HEAD", "OPTIONS", "TRACE", "BREW"):
        answers = [world.send(address, method) for address in wrong]
        assert {answer.status for answer in answers} == {"404 Not Found"}
        assert len({str(answer.headers) for answer in answers}) == 1
        assert {answer.data for answer in answers} <= {b"no such flow\n", b""}
    assert world.kept == []


def test_without_flows_every_address_is_404_and_nothing_is_opened(world: FlowWorld) -> None:
    assert world.send("/flow/tilda/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert not world.place.flows.exists()


def test_the_old_key_is_good_within_its_overlap_alone(world: FlowWorld) -> None:
    """Nobody has to write the file anew when that ends."""
    old, now = world.apply(), datetime.now(UTC)
    key = world.change(lambda db: rotate_key(db, "tilda", now, timedelta(hours=1)))
    new = f"/flow/tilda/{key}"
    assert [world.send(path).status_code for path in (old, new)] == [200, 200]
    past = now - timedelta(hours=1, seconds=1)
    ended = world.change(lambda db: rotate_key(db, "tilda", past, timedelta(hours=1)))
    assert [world.send(path).status_code for path in (old, new)] == [404, 404]
    assert world.send(f"/flow/tilda/{ended}").status_code == 200


def test_a_key_ends_although_nobody_writes_the_file(
    world: FlowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, now = world.apply(), datetime.now(UTC)
    world.change(lambda db: rotate_key(db, "tilda", now, timedelta(hours=1)))
    addresses = FlowAddresses(world.place.flow_addresses, wall_clock=lambda: now.timestamp() + 3601)
    assert addresses.find("tilda", old.rpartition("/")[2]) is None


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ("", ["GET", "POST"]),
        ('methods = ["POST"]', ["POST"]),
        ('methods = ["PUT", "DELETE"]', ["PUT", "DELETE"]),
    ],
)
def test_other_methods_are_405_with_those_allowed(
    world: FlowWorld, source: str, taken: list[str]
) -> None:
    path = world.apply(source=source)
    allowed = ["OPTIONS", *(["HEAD"] if "GET" in taken else []), *taken]
    for method in (*METHODS, "TRACE", "BREW", "CONNECT"):
        answer = world.send(path, method)
        assert answer.status_code == (200 if method in taken else 405), method
        assert answer.headers.get("Allow") == (None if method in taken else ", ".join(allowed))
    assert [kept.method for kept in world.kept] == [name for name in METHODS if name in taken]


def test_head_is_answered_as_get_and_not_kept(world: FlowWorld) -> None:
    path = world.apply(answer='headers = {X-A = "1"}\nstatus = 202\nbody = "{{a}} ж"')
    head, get = world.send(f"{path}?a=3", "HEAD"), world.send(f"{path}?a=3", "GET")
    assert (head.status, head.data) == (get.status, b"")
    assert list(head.headers) == list(get.headers)
    assert head.headers["Content-Length"] == "4"
    assert [kept.method for kept in world.kept] == ["GET"]


def test_head_without_get_is_405(world: FlowWorld) -> None:
    answer = world.send(world.apply(source='methods = ["POST"]'), "HEAD")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize(
    ("declared", "size", "status"),
    [(True, 100, 200), (True, 101, 413), (False, 100, 200), (False, 101, 413)],
)
def test_bodies_above_the_limit_are_413(
    world: FlowWorld, declared: bool, size: int, status: int
) -> None:
    path = world.apply(source="max_body_bytes = 100")
    changes: dict[str, Any] = {} if declared else {"wsgi.input_terminated": True}
    environ = environ_of(path, body=b"x" * size) | changes
    if not declared:
        del environ["CONTENT_LENGTH"]
    _, told, _ = run_wsgi_app(world.client.application, environ)
    assert int(told.split()[0]) == status
    assert [len(kept.body) for kept in world.kept] == ([size] if status == 200 else [])


def test_a_body_that_ends_before_its_time_is_not_kept(world: FlowWorld) -> None:
    answer = world.send(world.apply(), data=b"a=1", environ_overrides={"CONTENT_LENGTH": "30"})
    assert (answer.status_code, world.kept) == (400, [])


@pytest.mark.parametrize(("size", "status"), [(60_000, 200), (70_000, 414)])
def test_urls_may_be_64_kib_long(world: FlowWorld, size: int, status: int) -> None:
    assert world.send(world.apply(), "GET", query_string="x" * size).status_code == status
    assert len(world.kept) == (status == 200)


def test_too_many_a_minute_are_429(
    world_with: Callable[..., FlowWorld], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each worker has its share, and each flow its own."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    world = world_with(workers=2)
    path, other = world.apply(source="per_minute = 7"), world.apply("other")
    assert [world.send(path).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    now += 15.5
    refused = world.send(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "45")
    assert world.send(other).status_code == 200
    now += 44.5
    assert world.send(path).status_code == 200
    assert len(world.kept) == 5


def test_only_its_networks_may_send(world_with: Callable[..., FlowWorld]) -> None:
    """As trusted proxies tell the client."""
    world = world_with(trusted_proxies=(ip_network("10.0.0.0/8"),))
    path = world.apply(source='networks = ["198.51.100.0/24", "2001:db8::/32"]')
    for peer, forwarded, status in (
        ("198.51.100.7", "", 200),
        ("203.0.113.9", "", 403),
        ("203.0.113.9", "198.51.100.7", 403),
        ("10.0.0.5", "198.51.100.7", 200),
        ("10.0.0.5", "198.51.100.7, 203.0.113.9", 403),
        ("10.0.0.5", "rubbish", 403),
        ("2001:db8::1", "", 200),
        ("::ffff:198.51.100.7", "", 200),
        ("", "", 403),
    ):
        for method in ("POST", "HEAD", "OPTIONS"):
            answer = world.send(
                path,
                method,
                environ_base={"REMOTE_ADDR": peer},
                headers={"X-Forwarded-For": forwarded} if forwarded else {},
            )
            assert answer.status_code == status, (peer, forwarded, method)
    assert len(world.kept) == 4


def test_the_networks_of_webhooks_are_not_asked(
    world_with: Callable[..., FlowWorld],
) -> None:
    world = world_with(allowed_networks=(), trusted_proxies=(ip_network("10.0.0.0/8"),))
    path = world.apply()
    for peer, forwarded, address in (
        ("203.0.113.9", "192.0.2.1", "203.0.113.9"),
        ("10.0.0.5", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.5", "rubbish", ""),
    ):
        base = {"REMOTE_ADDR": peer}
        answer = world.send(path, environ_base=base, headers={"X-Forwarded-For": forwarded})
        assert (answer.status_code, world.kept[-1].source_ip) == (200, address)


def test_what_cannot_be_kept_is_503_whatever_the_flow_answers(world: FlowWorld) -> None:
    path = world.apply(answer='status = 201\nbody = "thanks"\nheaders = {X-A = "1"}')
    inbox = world.place.flows_inbox
    inbox.write_text("a file where the directory should be")
    refused = world.send(path, data=b"a=1")
    assert (refused.status_code, refused.data) == (503, b"inbox unavailable\n")
    assert int(refused.headers["Retry-After"]) > 0
    assert "X-A" not in refused.headers
    inbox.unlink()
    assert world.send(path, data=b"a=2").status_code == 201
    assert [kept.body for kept in world.kept] == [b"a=2"]


def test_a_flow_that_is_stopped_takes_everything(world: FlowWorld) -> None:
    path = world.apply(running=False)
    assert world.send(path, data=b"a=1").status_code == 200
    world.change(lambda db: set_running(db, "tilda", True, datetime.now(UTC), "test"))
    assert world.send(path, data=b"a=2").status_code == 200
    assert [kept.body for kept in world.kept] == [b"a=1", b"a=2"]


def test_a_flow_that_is_removed_is_404(world: FlowWorld) -> None:
    path = world.apply()
    assert world.send(path).status_code == 200
    world.change(lambda db: remove_flow(db, "tilda"))
    assert world.send(path).status_code == 404


def test_a_definition_that_this_program_cannot_read_still_has_its_address(
    world: FlowWorld,
) -> None:
    """An earlier program has checked it; what comes is held until somebody mends it."""
    path = world.apply(answer='body = "{{a}}!"')
    world.change(lambda db: db.execute("update versions set definition = 'no = \"flow\"'"))
    assert world.send(path, data=b"a=1").data == b"1!"
    world.change(lambda db: remove_flow(db, "tilda"))
    assert world.send(path).status_code == 404


@pytest.mark.parametrize("is_prompt", [True, False])
@pytest.mark.parametrize(
    ("path", "changes", "status"),
    [
        ("", {}, 200),
        ("/", {}, 200),
        ("%20", {}, 200),
        ("?a=" + "x" * 70_000, {}, 414),
        ("", {"CONTENT_LENGTH": "30"}, 400),
        ("", {"CONTENT_LENGTH": str(1 << 40)}, 413),
        ("", {"REQUEST_METHOD": "BREW"}, 405),
        ("x", {}, 404),
        ("/x", {}, 404),
    ],
)
def test_both_ways_answer_the_same(
    settings: Settings, path: str, changes: dict[str, str], status: int, is_prompt: bool
) -> None:
    flows, web = FlowPlace(settings.data_dir), web_of(settings)
    environ = environ_of(flows.apply() + path) | changes
    if is_prompt and path != "/x":
        answer = prompt_answer(web, environ)
        told = (answer.status_line, answer.body, [*answer.headers, _length(answer)])
    else:
        body, line, headers = run_wsgi_app(web.app, environ)
        told = (line, b"".join(body), list(headers))
    expected = {
        200: b"OK",
        404: b"no such flow\n",
        405: b"method not allowed\n",
        414: b"URL too long\n",
    }
    assert int(told[0].split()[0]) == status
    if path != "/x":
        assert told[1] == expected.get(status, told[1])
        assert ("Cache-Control", "no-store") in told[2]
        assert told[2][-1] == ("Content-Length", str(len(told[1])))
    assert len(flows.kept) == (status == 200)


def _length(answer: PlainAnswer) -> tuple[str, str]:
    return "Content-Length", str(len(answer.body))


def web_of(settings: Settings) -> WebhookReceiver:
    return register_receiver(WebhookFlask("x"), settings)


def environ_of(path: str, method: str = "POST", body: bytes = b"a=1") -> dict[str, Any]:
    return EnvironBuilder(path, method=method, data=body, environ_base=SENDER).get_environ()


def not_taken(answer: PlainAnswer) -> None:
    pytest.fail("answered")


def prompt_answer(web: WebhookReceiver, environ: dict[str, Any]) -> PlainAnswer:
    answers = SimpleQueue[PlainAnswer]()
    assert web.begin(environ, answers.put)
    web.flush()
    return answers.get(timeout=10)


@pytest.mark.parametrize("method", METHODS)
def test_a_fixed_answer_needs_no_thread(settings: Settings, method: str) -> None:
    flows, web = FlowPlace(settings.data_dir), web_of(settings)
    path = flows.apply(source=ALL_METHODS, answer='status = 201\nreason = "Made"')
    answer = prompt_answer(web, environ_of(path, method))
    assert (answer.status_line, answer.body) == ("201 Made", b"OK")
    assert [(kept.method, kept.body) for kept in flows.kept] == [(method, b"a=1")]


def test_it_is_answered_after_the_sync(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    may_sync, real = threading.Event(), os.fdatasync
    flows, web = FlowPlace(settings.data_dir), web_of(settings)
    environ = environ_of(flows.apply())
    prompt_answer(web, environ_of(flows.apply()))
    monkeypatch.setattr(os, "fdatasync", lambda fd: (may_sync.wait(30), real(fd)))
    answers = SimpleQueue[PlainAnswer]()
    assert web.begin(environ, answers.put)
    web.flush()
    assert answers.empty()
    may_sync.set()
    assert answers.get(timeout=10).status == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_what_is_not_kept_goes_to_a_thread(settings: Settings, method: str) -> None:
    path = FlowPlace(settings.data_dir).apply()
    assert not web_of(settings).begin(environ_of(path, method), not_taken)


def test_an_answer_that_takes_fields_goes_to_a_thread(settings: Settings) -> None:
    path = FlowPlace(settings.data_dir).apply(answer='body = "{{a}}"')
    web = web_of(settings)
    assert not web.begin(environ_of(path), not_taken)
    # What is refused takes no fields.
    assert prompt_answer(web, environ_of(path[:-1])).status == 404


def test_while_the_disk_hangs_memory_does_not_fill(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_receiver, "MOST_WAITING_BYTES", 10_000)
    flows, web = FlowPlace(settings.data_dir), web_of(settings)
    path = flows.apply()
    may_sync, real = threading.Event(), os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (may_sync.wait(30), real(fd)))
    answers = SimpleQueue[PlainAnswer]()
    for _ in range(10):
        assert web.begin(environ_of(path, body=b"x" * 3000), answers.put)
        web.flush()
    refused = [answers.get(timeout=10) for _ in range(6)]
    assert {(one.status, dict(one.headers)["Retry-After"]) for one in refused} == {(503, "30")}
    may_sync.set()
    assert [answers.get(timeout=10).status for _ in range(4)] == [200] * 4
    assert len(flows.kept) == 4


def test_what_is_kept_is_acknowledged_counted_or_not(
    world: FlowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.apply()

    class Broken:
        def labels(self, name: str) -> None:
            raise OSError("no memory")

    monkeypatch.setattr(world.receiver._metrics, "flow_received", Broken())
    assert world.send(path).status_code == 200
    assert len(world.kept) == 1


def test_where_there_are_flows_their_inbox_is_opened_before_it_is_needed(
    settings: Settings,
) -> None:
    flows = FlowPlace(settings.data_dir)
    without = web_of(settings)
    without.start()
    assert not flows.place.flows_inbox.exists()
    without.stop()
    flows.apply()
    web = web_of(settings)
    web.start()
    assert len([*flows.place.flows_inbox.glob("*.seg")]) == 1
    assert flows.place.flows_inbox.stat().st_mode & 0o077 == 0
    web.stop()
    assert [*flows.place.flows_inbox.glob("*.seg")] == []


def test_the_disk_has_one_reserve(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of webhooks, and a full disk frees it for flows, too."""
    flows, web = FlowPlace(settings.data_dir), web_of(settings)
    path, reserve = flows.apply(), flows.place.inbox / "reserve"
    web.start()
    assert prompt_answer(web, environ_of(path)).status == 200
    assert reserve.exists()
    assert not (flows.place.flows_inbox / "reserve").exists()
    fail_once(monkeypatch)
    assert prompt_answer(web, environ_of(path, body=b"a=2")).status == 200
    assert not reserve.exists()
    web.stop()
    assert [kept.body for kept in flows.kept] == [b"a=1", b"a=2"]


def test_a_full_disk_without_a_reserve_is_tried_again(
    world: FlowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where flows alone have been received."""
    path = world.apply()
    assert world.send(path, data=b"a=1").status_code == 200
    assert not world.place.inbox.exists()
    fail_once(monkeypatch)
    assert world.send(path, data=b"a=2").status_code == 200
    assert [kept.body for kept in world.kept] == [b"a=1", b"a=2"]


def fail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next sync finds the disk full."""
    real, failures = os.fdatasync, [OSError(errno.ENOSPC, "No space left on device")]

    def sync(fd: int) -> None:
        if failures:
            raise failures.pop()
        real(fd)

    monkeypatch.setattr(os, "fdatasync", sync)


def test_it_is_counted_by_flow_and_reason(world: FlowWorld) -> None:
    """Counters are those of the whole process: this name is no other test's."""
    path, metrics = world.apply("counted", source="per_minute = 4"), world.receiver._metrics
    for sent in (path, path, path, f"{path}x", "/flow/invented/AAAA", path.replace("ted", "")):
        world.send(sent, data=b"phone=79990001122")
    world.send(path, "PUT")
    assert counted(metrics.flow_received) == {("counted",): 2}
    refused = counted(metrics.flow_refused)
    assert refused.pop(("", "no such flow")) >= 2
    assert refused == {
        ("counted", "too many a minute"): 1,
        ("counted", "no such flow"): 1,
        ("counted", "method not allowed"): 1,
    }


def counted(counter: Counter) -> dict[tuple[str, ...], float]:
    samples = (sample for metric in counter.collect() for sample in metric.samples)
    return {
        tuple(sample.labels.values()): sample.value
        for sample in samples
        if sample.name.endswith("_total")
    }


def test_keys_and_contents_are_in_no_log(
    world: FlowWorld, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    path = world.apply(source='methods = ["POST"]\nmax_body_bytes = 40')
    key = path.rpartition("/")[2]
    for sent in (path, f"{path}x", f"/{path}"):
        for method in ("POST", "GET"):
            world.send(f"{sent}?phone=79990001122", method, data=b"fio=Anna")
    world.send(path, data=b"fio=Anna" * 9)

    def fail(*arguments: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(flow_receiver, "read_body", fail)
    world.client.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert world.send(f"{path}?phone=79990001122", data=b"fio=Anna").status_code == 500
    assert "an error in /flow/<name>/<key> [POST]" in caplog.text
    for told in (key, "79990001122", "Anna"):
        assert told not in caplog.text


HOSTILE = [
    "/{path}",
    "//{path}",
    "/.{path}",
    "/flow/../{path}",
    "/flow/./tilda/{key}",
    "/flow//tilda/{key}",
    "/flow/tilda//{key}",
    "/flow/tilda/{key}/..",
    "/flow/tilda/{key}/x",
    "/flow/tilda/x/../{key}",
    "/flow/tilda/{key}\0",
    "/flow/tilda\0/{key}",
    "/flow/tilda/{key};x",
    "/flow/tilda/ {key}",
    "/flow/tilda/\u00fe{key}",
    "/flow/Tilda/{key}",
    "/flow/tilda/",
    "/flow/tilda",
    "/flow/",
    "/flow",
    "/flow/tilda/*",
    "/flow/tilda/" + "A" * 129,
    "/flow/tilda/" + "A" * 100_000,
    "/FLOW/tilda/{key}",
    "flow/tilda/{key}",
]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "BREW"])
def test_tricks_with_the_path_are_404(world: FlowWorld, method: str) -> None:
    path = world.apply()
    for trick in HOSTILE:
        tried = trick.replace("{path}", path).replace("{key}", path.rpartition("/")[2])
        answer = world.send("/", method, environ_overrides={"PATH_INFO": tried})
        assert answer.status_code == 404, tried
    assert world.kept == []


def test_a_copied_address_loses_nothing(world: FlowWorld) -> None:
    """A slash or a blank at its end; and no form of it redirects."""
    path = world.apply()
    for ending in ("", "/", "//", "%20", "%0A", "/%20/"):
        assert world.send(path + ending, "GET").status_code == 200
    assert len(world.kept) == 6


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_HOST": "a..b"},
        {"HTTP_HOST": "\xff"},
        {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "websocket"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "PUT"},
        {"CONTENT_TYPE": "\xff" * 5000},
        {"HTTP_X_LONG": "\xff" * 100_000},
        {"QUERY_STRING": "\x00\xff%&&&===" * 1000},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_flask_would_refuse_is_kept(world: FlowWorld, changes: dict[str, str]) -> None:
    answer = world.send(world.apply(), data=b"a=1", environ_overrides=changes)
    assert (answer.status_code, [kept.body for kept in world.kept]) == (200, [b"a=1"])
