"""The worker as `calltouch serve` runs it, and clients that are slow, greedy or gone."""

import select
import signal
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.faults.durability.clients import SABOTAGE
from tests.faults.durability.disks import shim
from tests.faults.durability.processes import kill, receiver_workers, segments_of
from tests.faults.hostile.looking import deliveries, descriptors
from tests.faults.hostile.raw import Raw, allow_descriptors, ask, chunked, get, post
from tests.road.server import Server, serving, started, wait_until

MAX_BODY = 1_000_000
# Gives up long before one that serves in earnest.
IMPATIENT = {"PYTHONPATH": SABOTAGE, "SABOTAGE": "impatient"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("worker") / "data"
    with serving(
        data_dir, CALLTOUCH_WORKERS="1", CALLTOUCH_MAX_BODY_BYTES=str(MAX_BODY)
    ) as running:
        yield running


def kept(server: Server, name: str) -> list[bytes]:
    return [one.body for one in deliveries(server.data_dir) if one.webhook == name]


def test_a_connection_serves_request_after_request(server: Server) -> None:
    with Raw(server.receiver) as raw:
        for number in range(20):
            raw.send(post(b"id=%d" % number, b"/webhook/alive"))
            answer = raw.answer()
            assert answer is not None
            assert (answer.status, answer.body) == (200, b"OK")
    assert kept(server, "alive") == [b"id=%d" % number for number in range(20)]


def test_requests_in_one_packet_are_answered_in_order(server: Server) -> None:
    requests = [
        (post(b"id=1", b"/webhook/piped"), 200),
        (get(b"/nothing"), 404),
        (post(b"x" * (MAX_BODY - 9), b"/webhook/piped"), 200),
        (post(b"", b"/webhook/piped", method=b"PUT"), 405),
        (chunked(b"id=3", 1).replace(b"/webhook", b"/webhook/piped"), 200),
        (get(b"/webhook/piped?id=4", b"Connection: close"), 200),
    ]
    with Raw(server.receiver) as raw:
        assert raw.send(b"".join(request for request, _ in requests) + get(b"/too-late"))
        assert raw.statuses() == [status for _, status in requests]
    assert [len(body) for body in kept(server, "piped")] == [4, MAX_BODY - 9, 4, 0]


@pytest.mark.parametrize(
    "whole",
    [
        post(b"id=1", fields=[b"Expect: 100-continue"]),
        chunked(b"id=1", fields=[b"Expect: 100-continue"]),
    ],
    ids=["length", "chunked"],
)
def test_a_client_that_asks_first_is_told_at_once(server: Server, whole: bytes) -> None:
    head, end, body = whole.partition(b"\r\n\r\n")
    with Raw(server.receiver) as raw:
        raw.send(head + end)
        told, answered = raw.answer(), None
        if told is not None and told.status == 100:
            raw.send(body)
            answered = raw.answer()
        assert told is not None
        assert answered is not None
        assert (told.status, answered.status) == (100, 200)


def test_a_body_that_is_too_large_is_refused_without_being_waited_for(server: Server) -> None:
    for fields in ([], [b"Expect: 100-continue"]):
        head = post(b"", fields=fields).replace(b"Length: 0", b"Length: %d" % (MAX_BODY + 1))
        with Raw(server.receiver) as raw:
            raw.send(head)
            assert raw.statuses() == [413]


def test_a_body_of_very_many_chunks_is_read_in_good_time(server: Server) -> None:
    body = b"id=1&fio=" + b"x" * 300_000
    request = chunked(body, 1).replace(b"/webhook", b"/webhook/crumbs", 1)
    answer = ask(server.receiver, request)
    assert answer is not None
    assert answer.status == 200
    assert kept(server, "crumbs") == [body]


@pytest.mark.parametrize("path", [b"", b"/", b"/default", b"/default/", b"/default?id=1"])
def test_no_form_of_the_address_redirects(server: Server, path: bytes) -> None:
    for request in (post(b"id=1", b"/webhook" + path), get(b"/webhook" + path)):
        answer = ask(server.receiver, request)
        assert answer is not None
        assert answer.status == 200


def test_a_broken_body_is_refused_and_nothing_of_it_kept(server: Server) -> None:
    path = b"/webhook/broken"
    head = chunked(b"", fields=[]).replace(b"/webhook", path).partition(b"0\r\n\r\n")[0]
    for body in (b"zz\r\n", b"4\r\nid=12\r\n0\r\n\r\n", b"4;a b\r\nid=1\r\n0\r\n\r\n"):
        with Raw(server.receiver) as raw:
            raw.send(head + body + get(path))
            assert raw.statuses() == [400]
    with Raw(server.receiver) as raw:
        raw.send(post(b"id=1&fio=Ann", path)[:-3])
        raw.sock.shutdown(socket.SHUT_WR)
        assert raw.statuses() in ([], [400])
    assert kept(server, "broken") == []


def test_every_slow_request_meets_one_total_deadline(server: Server) -> None:
    """All of them at a time: each sends a little more now and then and hopes for more time."""
    slow = {
        "idle": (b"", b""),
        "empty lines": (b"\r\n", b"\r\n"),
        "head": (b"POST /webhook HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n"),
        "body": (post(b"x" * 1000)[:-1000], b"x"),
        "chunks": (chunked(b"x" * 9, 3).partition(b"0\r\n")[0], b"1\r\nx\r\n"),
        "silence": (post(b"x" * 1000)[:-500], b""),
    }
    started = time.monotonic()
    connections = {name: Raw(server.receiver) for name in slow}
    for name, (first, _) in slow.items():
        connections[name].send(first)
    closed: dict[str, float] = {}
    while len(closed) < len(slow) and time.monotonic() - started < 40:
        for name in slow.keys() - closed.keys():
            if connections[name].is_closed(0.1) or not connections[name].send(slow[name][1]):
                closed[name] = time.monotonic() - started
    for raw in connections.values():
        raw.sock.close()
    assert closed.keys() == slow.keys()
    assert min(closed.values()) > 5
    assert ask_good(server)


def test_a_slow_answer_to_bye_holds_nobody_up(server: Server) -> None:
    """Clients that asked for the end of the connection and never close theirs."""
    lingering = [Raw(server.receiver) for _ in range(40)]
    for raw in lingering:
        raw.send(get(b"/webhook?id=1", b"Connection: close"))
    started = time.monotonic()
    assert ask_good(server)
    assert time.monotonic() - started < 20
    for raw in lingering:
        assert raw.is_closed()
        raw.sock.close()


def test_deliveries_that_wait_for_the_disk_hold_no_threads(tmp_path: Path) -> None:
    slow = {**shim(tmp_path), "SLOW_MICROSECONDS": "800000"}
    few = {"CALLTOUCH_WORKERS": "1", "CALLTOUCH_THREADS": "2"}
    with started(tmp_path / "data", **few, **slow) as server:
        waiting = [Raw(server.receiver) for _ in range(12)]
        for raw in waiting:
            raw.send(post(b"id=1"))
        answer = ask(server.receiver, get(b"/healthz"))
        assert answer is not None
        assert answer.status == 200
        poll = select.poll()
        for raw in waiting:
            poll.register(raw.sock, select.POLLIN)
        assert not poll.poll(0)
        answers = [raw.answer() for raw in waiting]
        assert [answer.status for answer in answers if answer is not None] == [200] * 12
        for raw in waiting:
            raw.sock.close()


def test_a_delivery_that_waits_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    """Its answer comes too late then: it must not be taken for the next request's."""
    hangs = {**shim(tmp_path), "SLOW_MICROSECONDS": "1200000", "CALLTOUCH_WORKERS": "1"}
    with (
        started(tmp_path / "data", **hangs, **IMPATIENT) as server,
        Raw(server.receiver) as raw,
    ):
        for _ in range(2):
            raw.send(post(b"id=1"))
            refused = raw.answer()
            assert refused is not None
            assert refused.status == 503
            assert b"\r\nRetry-After: " in refused.head
        wait_until(lambda: len(deliveries(server.data_dir)) == 2, 30)
        raw.send(get(b"/healthz"))
        alive = raw.answer()
        assert alive is not None
        assert alive.body.startswith(b"alive")


@pytest.mark.parametrize("path", [b"/healthz", b"/webhook/flood"])
def test_clients_that_never_read_hold_no_threads(server: Server, path: bytes) -> None:
    greedy = [Raw(server.receiver, receive_buffer=2048) for _ in range(24)]
    flood = get(path) * 2000
    for raw in greedy:
        raw.sock.setblocking(False)
        try:
            while raw.sock.send(flood):
                pass
        except OSError:
            pass
    for _ in range(5):
        assert ask_good(server)
    for raw in greedy:
        raw.sock.close()


def test_when_there_are_too_many_the_oldest_silent_ones_go(server: Server) -> None:
    allow_descriptors(2000)
    started = descriptors(server)
    silent = [Raw(server.receiver) for _ in range(1300)]
    assert ask_good(server)
    newest = Raw(server.receiver)
    assert newest.send(post(b"id=1"))
    assert newest.answer() is not None
    newest.sock.close()
    assert silent[0].is_closed()
    for raw in silent:
        raw.sock.close()
    wait_until(lambda: descriptors(server) <= started, 30)


def test_connections_leave_nothing_behind(server: Server) -> None:
    assert ask_good(server)
    started = descriptors(server)
    kinds = [
        b"",
        b"\r\n",
        b"POST /webhook HT",
        post(b"id=1")[:-2],
        post(b"id=1"),
        post(b"id=1") * 3,
        get(b"/webhook", b"Connection: close"),
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nbad\r\n\r\n",
        chunked(b"id=1")[:-3] + b"zz\r\n",
    ]
    for number in range(500):
        raw = Raw(server.receiver)
        raw.send(kinds[number % len(kinds)])
        if number % 3 == 0:
            raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        raw.sock.close()
    assert ask_good(server)
    wait_until(lambda: descriptors(server) <= started, 30)


def test_a_worker_that_ends_without_a_delivery_leaves_no_segment(server: Server) -> None:
    ended = []
    for _ in range(3):
        (worker,) = receiver_workers(server)
        wait_until(partial(segments_of, server, worker), 30)
        kill(worker, signal.SIGTERM)
        wait_until(partial(is_replaced, server, worker), 30)
        ended.append(worker)
    assert ask_good(server)
    assert [segments_of(server, worker) for worker in ended[1:]] == [[], []]


def is_replaced(server: Server, worker: int) -> bool:
    return receiver_workers(server) not in ([], [worker])


def ask_good(server: Server) -> bool:
    answer = ask(server.receiver, post(b"leadtype=call&id=1"))
    return answer is not None and answer.status == 200
