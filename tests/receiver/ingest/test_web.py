"""The receiver's answers, one by one; servers and networks are in tests/road."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from calltouch.receiver_app import create_receiver
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.ingest import web as web_module
from receiver.ingest.web import WebhookFlask, register_receiver
from receiver.server.async_app import PlainAnswer
from receiver.settings.settings import Settings, WebhookSettings

CALLTOUCH = {"REMOTE_ADDR": "92.118.66.7"}


class Receiver:
    """An application on a data directory, and what its inbox holds."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client: FlaskClient = create_receiver(settings).test_client()

    def send(self, path: str = "/webhook", method: str = "POST", **options: Any) -> TestResponse:
        options.setdefault("environ_base", CALLTOUCH)
        return self.client.open(path, method=method, **options)

    @property
    def kept(self) -> list[Delivery]:
        return kept_in(self.settings)


def kept_in(settings: Settings) -> list[Delivery]:
    items = InboxReader(DataDir(settings.data_dir).inbox).look().entries({})
    return [item.received.delivery for item in items if isinstance(item, InboxEntry)]


@pytest.fixture
def receiver(settings: Settings) -> Receiver:
    return Receiver(settings)


@pytest.fixture
def receiver_with(settings: Settings) -> Callable[..., Receiver]:
    return lambda **changes: Receiver(replace(settings, **changes))


def test_it_works(receiver: Receiver) -> None:
    answer = receiver.send(data=b"leadtype=call&id=1", content_type="text/odd")
    assert (answer.status_code, answer.data) == (200, b"OK")
    assert answer.mimetype == "text/plain"
    assert "Set-Cookie" not in answer.headers
    assert receiver.kept == [
        Delivery(
            "default", "POST", "/webhook", b"", b"leadtype=call&id=1", "text/odd", "92.118.66.7"
        )
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["a", "Last-touch_2", "x" * 64])
def test_a_named_webhook_is_kept_under_its_name(receiver: Receiver, method: str, name: str) -> None:
    assert receiver.send(f"/webhook/{name}?id=1&fio=%D0%98+%zz", method).status_code == 200
    (kept,) = receiver.kept
    assert (kept.webhook, kept.method, kept.query) == (name, method, b"id=1&fio=%D0%98+%zz")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"fio=\xcf\xf0\xe8\xe2\xe5\xf2", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"{", "application/json"),
        (b"\x00" * 1000, ""),
        (b"comment[999999999][x]=1", "application/x-www-form-urlencoded"),
    ],
)
def test_whatever_comes_is_kept_byte_for_byte(
    receiver: Receiver, body: bytes, content_type: str
) -> None:
    assert receiver.send(data=body, content_type=content_type).status_code == 200
    assert receiver.kept[0].body == body


@pytest.mark.parametrize("path", ["/webhook", "/webhook/", "/webhook/a", "/webhook/a/"])
def test_a_probe_is_answered_and_kept_and_nothing_is_redirected(
    receiver: Receiver, path: str
) -> None:
    assert receiver.send(path, "GET").status_code == 200
    assert len(receiver.kept) == 1


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "//webhook", "/webhook/a.b", "/webhook/a/b", "/webhook/" + "x" * 65]
)
def test_other_paths_are_404(receiver: Receiver, path: str) -> None:
    assert receiver.send(path).status_code == 404
    assert receiver.kept == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_405_with_those_allowed(receiver: Receiver, method: str) -> None:
    answer = receiver.send(method=method)
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    assert receiver.kept == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_head_and_options_keep_nothing(receiver: Receiver, method: str) -> None:
    assert receiver.send("/webhook?id=1", method).status_code == 200
    assert receiver.kept == []


@pytest.mark.parametrize("address", ["203.0.113.9", "92.118.68.1", "::1", "2001:db8::1", ""])
def test_others_are_refused(receiver: Receiver, address: str) -> None:
    answer = receiver.send(data=b"id=1", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 403
    assert receiver.kept == []


def test_loopback_is_refused_by_default() -> None:
    networks = Settings.load({}).allowed_networks
    assert not any(ip_network("127.0.0.1/32").overlaps(network) for network in networks)


def test_a_spoofed_header_changes_nothing(receiver: Receiver) -> None:
    answer = receiver.send(
        environ_base={"REMOTE_ADDR": "203.0.113.9"}, headers={"X-Forwarded-For": "92.118.66.7"}
    )
    assert answer.status_code == 403


def test_behind_a_trusted_proxy_the_client_counts(receiver_with: Callable[..., Receiver]) -> None:
    receiver = receiver_with(trusted_proxies=(ip_network("10.0.0.0/8"),))
    proxy = {"REMOTE_ADDR": "10.0.0.5"}
    for forwarded, status in (
        ("92.118.66.7", 200),
        ("203.0.113.9", 403),
        ("92.118.66.7, 203.0.113.9", 403),
        ("203.0.113.9, 92.118.66.7, 10.0.0.9", 200),
        ("92.118.66.7, rubbish", 403),
    ):
        answer = receiver.send(environ_base=proxy, headers={"X-Forwarded-For": forwarded})
        assert answer.status_code == status, forwarded
    assert {kept.source_ip for kept in receiver.kept} == {"92.118.66.7"}


def test_warn_lets_others_in_and_marks_them(receiver_with: Callable[..., Receiver]) -> None:
    receiver = receiver_with(allowlist="warn")
    assert receiver.send(environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
    assert receiver.send().status_code == 200
    assert [(kept.source_ip, kept.outside) for kept in receiver.kept] == [
        ("203.0.113.9", True),
        ("92.118.66.7", False),
    ]


@pytest.mark.parametrize(
    "forwarded", ["garbage", "unknown", "92.118.66.7, <script>", "for=_hidden", "\xff", ":"]
)
def test_warn_lets_in_whatever_the_header_says(
    receiver_with: Callable[..., Receiver], forwarded: str
) -> None:
    receiver = receiver_with(allowlist="warn", trusted_proxies=(ip_network("10.0.0.0/8"),))
    for peer, source_ip in (("10.0.0.5", "10.0.0.5"), ("", "")):
        answer = receiver.send(
            environ_base={"REMOTE_ADDR": peer}, headers={"X-Forwarded-For": forwarded}
        )
        assert answer.status_code == 200
        assert (receiver.kept[-1].source_ip, receiver.kept[-1].outside) == (source_ip, True)


def test_a_port_in_the_header_loses_nothing(receiver_with: Callable[..., Receiver]) -> None:
    receiver = receiver_with(trusted_proxies=(ip_network("10.0.0.0/8"),))
    answer = receiver.send(
        environ_base={"REMOTE_ADDR": "10.0.0.5"}, headers={"X-Forwarded-For": "92.118.66.10:51008"}
    )
    assert answer.status_code == 200
    assert receiver.kept[0].source_ip == "92.118.66.10"


@pytest.mark.parametrize(
    "url",
    [
        "/webhook?secret=S3CRET?leadtype=call&id=2",
        "/webhook/?secret=S3CRET/?leadtype=call&id=2",
        "/webhook%20?secret=S3CRET&leadtype=call&id=2",
        "/webhook//?secret=S3CRET&leadtype=call&id=2",
        "/webhook?secret=S3CRET/&leadtype=call&id=2",
        "/webhook?secret=S3CRET%20&leadtype=call&id=2",
        "/webhook?secret=S3CRET+&leadtype=call&id=2",
        "/webhook?secret=S3CRET%C2%A0&leadtype=call&id=2",
        "/webhook?secret=S3CRET%3Fleadtype=call&id=2",
    ],
)
def test_a_url_that_was_copied_badly_loses_nothing(
    receiver_with: Callable[..., Receiver], url: str
) -> None:
    receiver = receiver_with(webhook_secret="S3CRET")
    assert receiver.send(url, "GET").status_code == 200
    (kept,) = receiver.kept
    assert (kept.webhook, kept.query) == ("default", b"leadtype=call&id=2")
    assert b"S3CRET" not in kept.pack()
    wrong = receiver.send(url.replace("S3CRET", "S3CRE"), "GET")
    assert wrong.status_code == 403
    assert len(receiver.kept) == 1


def test_the_secret_opens_and_is_not_kept(receiver_with: Callable[..., Receiver]) -> None:
    receiver = receiver_with(webhook_secret="s3cret")
    for path, status in (
        ("/webhook?secret=s3cret&id=1", 200),
        ("/webhook?id=1", 403),
        ("/webhook?secret=s3cre", 403),
        ("/webhook?secret=", 403),
    ):
        assert receiver.send(path).status_code == status, path
    (kept,) = receiver.kept
    assert kept.query == b"id=1"
    assert "s3cret" not in repr(kept)


def test_a_secret_in_the_body_opens_nothing(receiver_with: Callable[..., Receiver]) -> None:
    receiver = receiver_with(webhook_secret="s3cret")
    assert receiver.send(data=b"secret=s3cret").status_code == 403


def test_a_webhook_may_have_a_secret_of_its_own(receiver_with: Callable[..., Receiver]) -> None:
    receiver = receiver_with(
        webhook_secret="common", webhooks={"crm": WebhookSettings(secret="its own")}
    )
    assert receiver.send("/webhook/crm?secret=its+own").status_code == 200
    assert receiver.send("/webhook/crm?secret=common").status_code == 403
    assert receiver.send("/webhook?secret=common").status_code == 200


def test_large_bodies_are_413(receiver_with: Callable[..., Receiver]) -> None:
    receiver = receiver_with(max_body_bytes=5000)
    assert receiver.send(data=b"x" * 5000).status_code == 200
    assert receiver.send(data=b"x" * 5001).status_code == 413
    assert len(receiver.kept) == 1


def test_a_body_that_ends_before_its_time_is_not_kept(receiver: Receiver) -> None:
    """Half a body would overwrite good values with cut ones."""
    answer = receiver.send(data=b"id=1&status=succ", environ_overrides={"CONTENT_LENGTH": "30"})
    assert answer.status_code == 400
    assert receiver.kept == []


@pytest.mark.parametrize(("size", "status"), [(60_000, 200), (70_000, 414)])
def test_urls_may_be_64_kib_long(receiver: Receiver, size: int, status: int) -> None:
    query = "text=" + "x" * size
    answer = receiver.send(
        "/webhook", "GET", query_string=query, environ_overrides={"RAW_URI": "/webhook?" + query}
    )
    assert answer.status_code == status
    assert len(receiver.kept) == (status == 200)


def test_what_cannot_be_kept_is_503_and_works_again_by_itself(receiver: Receiver) -> None:
    inbox = DataDir(receiver.settings.data_dir).inbox
    inbox.parent.mkdir(parents=True, exist_ok=True)
    inbox.write_text("a file where the directory should be")
    answer = receiver.send(data=b"id=1")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert receiver.send("/readyz", "GET").status_code == 503
    inbox.unlink()
    assert receiver.send(data=b"id=2").status_code == 200
    assert [kept.body for kept in receiver.kept] == [b"id=2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_HOST": "a..b"},
        {"HTTP_HOST": "["},
        {"HTTP_HOST": "\xff"},
        {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "websocket"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "PUT"},
        {"PATH_INFO": "/webhook\xa0"},
        {"PATH_INFO": "/webhook/\x85"},
        {"PATH_INFO": "/webhook\n"},
    ],
    ids=repr,
)
def test_what_flask_would_refuse_is_kept(receiver: Receiver, changes: dict[str, str]) -> None:
    answer = receiver.send(data=b"id=1", environ_overrides=changes)
    assert (answer.status, answer.data) == ("200 OK", b"OK")
    assert [(kept.webhook, kept.body) for kept in receiver.kept] == [("default", b"id=1")]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT"])
@pytest.mark.parametrize(
    "path", ["//webhook", "//webhook/a", "webhook", "/webhook/a b", "/webhookx"]
)
def test_what_flask_would_take_for_a_webhook_is_404(
    receiver: Receiver, path: str, method: str
) -> None:
    answer = receiver.send("/", method, environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    assert receiver.kept == []


def test_the_endpoint_can_be_seen(settings: Settings) -> None:
    rules = create_receiver(settings).url_map.iter_rules("webhook")
    assert {(rule.rule, frozenset(rule.methods or ())) for rule in rules} == {
        (path, frozenset({"GET", "HEAD", "POST", "OPTIONS"}))
        for path in ("/webhook", "/webhook/<name>")
    }


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("/webhook", {}),
        ("/webhook/a", {"REMOTE_ADDR": "203.0.113.9"}),
        ("/webhook/a", {"PATH_INFO": "/webhook/a.b/"}),
        ("/webhook/a", {"PATH_INFO": "/webhook/a //"}),
        ("/webhook", {"CONTENT_LENGTH": "30"}),
        ("/webhook", {"CONTENT_LENGTH": str(1 << 40)}),
        ("/webhook", {"RAW_URI": "/webhook?" + "x" * 70_000}),
    ],
)
def test_both_ways_answer_the_same(settings: Settings, path: str, changes: dict[str, str]) -> None:
    web, answers = register_receiver(WebhookFlask("x"), settings), SimpleQueue[PlainAnswer]()
    assert web.begin(environ(path) | changes, answers.put)
    web.flush()
    prompt = answers.get(timeout=10)
    body, status, headers = run_wsgi_app(web.app, environ(path) | changes)
    assert (status, b"".join(body)) == (prompt.status_line, prompt.body)
    length = ("Content-Length", str(len(prompt.body)))
    assert list(headers) == [*prompt.headers, length]
    kept = kept_in(settings)
    assert len(kept) == (2 if prompt.status == 200 else 0)
    assert len(set(kept)) <= 1


def environ(path: str, method: str = "POST", body: bytes = b"id=1") -> dict[str, Any]:
    return EnvironBuilder(path, method=method, data=body, environ_base=CALLTOUCH).get_environ()


def test_taken_over_it_is_answered_after_the_sync(settings: Settings) -> None:
    web, answers = register_receiver(WebhookFlask("x"), settings), SimpleQueue[PlainAnswer]()
    for body in (b"id=1", b"id=2"):
        assert web.begin(environ("/webhook/a", body=body), answers.put)
    with pytest.raises(Empty):
        answers.get(timeout=0.1)
    web.flush()
    received = [answers.get(timeout=10) for _ in range(2)]
    assert [(answer.status, answer.body) for answer in received] == [(200, b"OK")] * 2
    assert [(kept.webhook, kept.body) for kept in kept_in(settings)] == [
        ("a", b"id=1"),
        ("a", b"id=2"),
    ]


def test_taken_over_it_is_refused_at_once(settings: Settings) -> None:
    web, answers = register_receiver(WebhookFlask("x"), settings), SimpleQueue[PlainAnswer]()
    for changes, status in (
        ({"REMOTE_ADDR": "203.0.113.9"}, 403),
        ({"CONTENT_LENGTH": "30"}, 400),
        ({"PATH_INFO": "/webhook/a.b"}, 404),
    ):
        assert web.begin({**environ("/webhook"), **changes}, answers.put)
        assert answers.get(timeout=0).status == status
    web.flush()
    assert kept_in(settings) == []


@pytest.mark.parametrize(
    ("path", "method"),
    [("/healthz", "GET"), ("/webhook", "HEAD"), ("/webhook", "PUT"), ("/webhook/a/b", "POST")],
)
def test_what_is_no_delivery_is_not_taken_over(settings: Settings, path: str, method: str) -> None:
    web = register_receiver(WebhookFlask("x"), settings)
    assert not web.begin(environ(path, method), lambda answer: pytest.fail("answered"))


def test_while_the_disk_hangs_memory_does_not_fill(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_module, "MOST_WAITING_BYTES", 10_000)
    may_sync, real = threading.Event(), os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (may_sync.wait(30), real(fd)))
    web, answers = register_receiver(WebhookFlask("x"), settings), SimpleQueue[PlainAnswer]()
    for _ in range(10):
        assert web.begin(environ("/webhook", body=b"x" * 3000), answers.put)
        web.flush()
    refused = [answers.get(timeout=10) for _ in range(6)]
    assert {one.status for one in refused} == {503}
    assert all("Retry-After" in dict(one.headers) for one in refused)
    may_sync.set()
    assert [answers.get(timeout=10).status for _ in range(4)] == [200] * 4
    assert len(kept_in(settings)) == 4
    assert web.begin(environ("/webhook"), answers.put)
    web.flush()
    assert answers.get(timeout=10).status == 200


def test_healthz_tells_the_client_its_address_and_readyz_is_ready(receiver: Receiver) -> None:
    answer = receiver.send("/healthz", "GET")
    assert (answer.status_code, answer.text) == (200, "alive; you are 92.118.66.7\n")
    assert receiver.send("/readyz", "GET").text == "ready\n"
    assert receiver.kept == []


def test_refusals_say_nothing_of_the_delivery_in_the_log(
    receiver_with: Callable[..., Receiver], caplog: pytest.LogCaptureFixture
) -> None:
    receiver = receiver_with(webhook_secret="s3cret")
    for _ in range(5):
        receiver.send("/webhook?secret=wrong&callerphone=79991112233", data=b"fio=Anna")
    lines = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert len(lines) == 1
    assert not any(word in lines[0] for word in ("wrong&", "7999", "Anna", "s3cret"))


def test_the_inbox_is_for_its_owner_alone(receiver: Receiver) -> None:
    receiver.send(data=b"id=1")
    inbox: Path = DataDir(receiver.settings.data_dir).inbox
    assert inbox.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in inbox.glob("*.seg"))
