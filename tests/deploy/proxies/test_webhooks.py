"""Webhooks through each proxy: who sent them, all of them, whole; and what the receiver answers."""

import hashlib
import time
from collections.abc import Mapping
from contextlib import suppress
from email.message import Message
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxEntry, InboxReader
from tests.deploy.proxies.conftest import ADDRESSES, upstream_of
from tests.deploy.proxies.running import (
    BASE,
    Certificates,
    Proxy,
    ProxyKind,
    Upstream,
    free_port,
    running,
)
from tests.faults.durability.clients import NOTHING, compare
from tests.faults.durability.disks import shim
from tests.faults.load import Load
from tests.road.server import Server, serving, started, wait_until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LARGEST = 16 << 20
STRANGER = "127.0.0.3"


class LoadByTls(Load):
    """Through a proxy, as one of the senders that are allowed."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(proxy.url)
        self._proxy = proxy

    def _connect(self) -> HTTPConnection:
        return self._proxy.connect()


def send(
    proxy: Proxy,
    path: str = "/webhook",
    body: bytes | None = b"leadtype=call&id=1",
    headers: Mapping[str, str] = FORM,
    source: str = "127.0.0.2",
) -> tuple[int, Message, bytes]:
    """The answer. A GET without a body."""
    connection = proxy.connect(source)
    try:
        connection.request("GET" if body is None else "POST", path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def kept(data_dir: Path, webhook: str) -> list[Delivery]:
    """The inbox first: what is archived in between is then found twice rather than never."""
    place = DataDir(data_dir)
    reader = InboxReader(place.inbox)
    entries = [item for item in reader.look().entries({}) if isinstance(item, InboxEntry)]
    reader.close()
    entries += [numbered.entry for numbered in Archive(place.archive).read()]
    found = [entry.received.delivery for entry in entries]
    return [delivery for delivery in found if delivery.webhook == webhook]


def test_a_webhook_arrives_with_the_address_of_its_sender(
    kind: ProxyKind, proxy: Proxy, server: Server
) -> None:
    for ending in ("", "/", "%20"):
        assert send(proxy, f"/webhook/from-{kind.name}{ending}")[0] == 200
    assert send(proxy, "/webhook%20")[0] == 200
    found = kept(server.data_dir, f"from-{kind.name}")
    assert {delivery.source_ip for delivery in found} == {"127.0.0.2"}
    connection = proxy.connect(STRANGER)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == f"alive; you are {STRANGER}\n".encode()
    connection.close()


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "x-forwarded-for", "X_Forwarded_For", "Forwarded", "X-Real-IP"]
)
def test_a_forged_address_does_not_pass(proxy: Proxy, header: str) -> None:
    for value in ("127.0.0.2", "127.0.0.2, 127.0.0.1", "for=127.0.0.2"):
        status, _, text = send(proxy, headers={**FORM, header: value}, source=STRANGER)
        assert (status, text) == (403, b"sender not allowed\n"), value
    # As they are told apart by nothing else, the true one passes with the same header.
    assert send(proxy, headers={**FORM, header: "92.118.66.1"})[0] == 200


def test_a_long_url_arrives_whole(kind: ProxyKind, proxy: Proxy, server: Server) -> None:
    query = "leadtype=call&id=2&text[0][phrase]=" + "%D1%82%20" * ((60 << 10) // 9)
    name = f"long-{kind.name}"
    assert send(proxy, f"/webhook/{name}?{query}", None)[0] == 200
    (found,) = kept(server.data_dir, name)
    assert found.query == query.encode()
    assert send(proxy, f"/webhook/{name}?{query}&{'x' * (6 << 10)}", None)[0] == 414


def test_a_body_of_16_mib_arrives_whole_and_a_larger_one_is_413(
    kind: ProxyKind, proxy: Proxy, server: Server
) -> None:
    name, body = f"large-{kind.name}", b"leadtype=call&id=3&comment="
    body += b"x" * (LARGEST - len(body))
    assert send(proxy, f"/webhook/{name}", body)[0] == 200
    hashes = {hashlib.sha256(found.body).digest() for found in kept(server.data_dir, name)}
    assert hashes == {hashlib.sha256(body).digest()}
    assert refusal(proxy, len(body) + 1) == 413


def refusal(proxy: Proxy, length: int) -> int:
    """The status; it may be there before all of the body is sent."""
    connection = proxy.connect()
    connection.putrequest("POST", "/webhook")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    with suppress(OSError):
        connection.send(b"x" * length)
    status = connection.getresponse().status
    connection.close()
    return status


def test_slow_senders_lose_nothing_and_delay_nobody(
    kind: ProxyKind, proxy: Proxy, server: Server
) -> None:
    """More of them than the receiver has threads."""
    name, body = f"slow-{kind.name}", b"leadtype=call&id=4&comment=slow"
    slow = [proxy.connect() for _ in range(40)]
    for connection in slow:
        connection.putrequest("POST", f"/webhook/{name}")
        connection.putheader("Content-Type", FORM["Content-Type"])
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
    for piece in (body[:9], body[9:20], body[20:-1]):
        for connection in slow:
            connection.send(piece)
        assert send(proxy)[0] == 200
        time.sleep(0.5)
    for connection in slow:
        connection.send(body[-1:])
    assert {connection.getresponse().status for connection in slow} == {200}
    for connection in slow:
        connection.close()
    bodies = [found.body for found in kept(server.data_dir, name)]
    assert set(bodies) == {body}
    assert len(bodies) >= len(slow)


def test_a_503_is_passed_on_as_it_is(
    kind: ProxyKind, tmp_path: Path, certificates: Certificates
) -> None:
    """Of a receiver whose disk fails after some deliveries."""
    failing = {"FAILING_CALL": "fdatasync", "FAILING_FROM": "20", "FAILING_EVERY": "1"}
    with (
        started(tmp_path / "data", **ADDRESSES, **shim(tmp_path), **failing) as failed,
        running(kind, tmp_path, upstream_of(failed), certificates) as proxy,
    ):
        answers = (send(proxy) for _ in range(200))
        status, headers, text = next(answer for answer in answers if answer[0] != 200)
        assert (status, headers["Retry-After"], text) == (503, "30", b"inbox unavailable\n")


def test_what_was_answered_200_outlives_restarts_behind_the_proxy(
    kind: ProxyKind, tmp_path: Path, certificates: Certificates
) -> None:
    """Each server ends while deliveries are on their way, and the next one takes its ports."""
    upstream, data = Upstream(free_port(), free_port()), tmp_path / "data"
    ports = ("--port", str(upstream.receiver), "--dashboards-port", str(upstream.dashboards))
    with running(kind, tmp_path, upstream, certificates) as proxy, LoadByTls(proxy) as load:
        for wanted in (50, 100, 150):
            with serving(data, *ports, **ADDRESSES):
                wait_until(partial(has_answered, load, wanted), 60)
    assert compare(data, [load]) == NOTHING


def has_answered(load: Load, times: int) -> bool:
    return load.answers["200"] >= times


def test_below_a_base_path_webhooks_arrive(kind: ProxyKind, based: Proxy, server: Server) -> None:
    assert send(based, f"{BASE}/webhook/based-{kind.name}")[0] == 200
    assert len(kept(server.data_dir, f"based-{kind.name}")) == 1
