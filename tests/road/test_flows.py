"""The addresses of flows, at the server as it runs."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from flows.store.writer import open_store
from receiver.data_dir import DataDir
from tests.faults.durability.processes import receiver_workers
from tests.faults.flows.flow_load import FLOW, begin_flow, environment
from tests.faults.flows.target import RecordingTarget, recording
from tests.faults.hostile.raw import Raw, ask, chunked, get, post
from tests.receiver.ingest.flow_places import FlowPlace
from tests.road.server import Server, serving, wait_until

BROWSER = {
    "Origin": "https://site.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}
MORE = 'methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]\nmax_body_bytes = 1000'


@pytest.fixture(scope="module")
def target() -> Iterator[RecordingTarget]:
    with recording(0.0) as target:
        yield target


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory, target: RecordingTarget) -> tuple[Path, str]:
    """A data directory in which a flow runs, and the path of its address."""
    data_dir = tmp_path_factory.mktemp("flows") / "data"
    return data_dir, begin_flow(data_dir, target)


@pytest.fixture(scope="module")
def server(flow: tuple[Path, str], target: RecordingTarget) -> Iterator[Server]:
    with serving(flow[0], CALLTOUCH_WORKERS="1", **environment(target)) as running:
        yield running


def test_from_the_sender_to_the_target(
    server: Server, flow: tuple[Path, str], target: RecordingTarget
) -> None:
    """And the worker that took it in reaches no database."""
    answer = server.send("id=1&key=7", flow[1])
    assert (answer.status_code, answer.text) == (200, "OK")
    wait_until(lambda: states(server, FLOW) == ["done"], 20)
    assert [(sent.method, sent.id) for sent in target.arrivals] == [("POST", 1), ("PUT", 1)]
    (worker,) = receiver_workers(server)
    mapped = Path(f"/proc/{worker}/maps").read_text().lower()
    assert "python" in mapped
    assert "sqlite" not in mapped
    assert "duckdb" not in mapped


def states(server: Server, flow: str) -> list[str]:
    path = DataDir(server.data_dir).flows_store
    with closing(open_store(path, read_only=True)) as db:
        return [
            row[0] for row in db.execute("select state from operations where flow = ?", (flow,))
        ]


def test_a_new_flow_and_a_change_are_seen_in_about_a_second(server: Server) -> None:
    flows = FlowPlace(server.data_dir)
    path = flows.apply("fresh", answer='body = "one"')
    wait_until(lambda: server.send(path=path).status_code == 200, 5)
    flows.apply("fresh", answer='status = 201\nbody = "two"')
    wait_until(lambda: server.send(path=path).text == "two", 5)


@pytest.fixture(scope="module")
def path(server: Server) -> str:
    """Of a flow that takes every method and answers browsers."""
    answer = 'headers = ["Access-Control-Allow-Origin:*"]\nreason = "Made"\nstatus = 201'
    path = FlowPlace(server.data_dir).apply("wide", MORE, answer)
    wait_until(lambda: requests.head(server.receiver + path, timeout=5).status_code == 201, 5)
    return path


def test_browsers_and_curious_ones(server: Server, path: str) -> None:
    url = server.receiver + path
    preflight = requests.options(url, headers=BROWSER, timeout=5)
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert "Content-Length" not in preflight.headers
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
    sent = requests.post(url, json={"a": 1}, headers={"Origin": BROWSER["Origin"]}, timeout=5)
    assert (sent.status_code, sent.reason) == (201, "Made")
    assert sent.headers["Access-Control-Allow-Origin"] == "*"
    head, plain = requests.head(url, timeout=5), requests.get(url, timeout=5)
    assert head.headers["Content-Length"] == plain.headers["Content-Length"] == "2"
    assert head.headers["Content-Type"] == plain.headers["Content-Type"]
    assert requests.request("TRACE", url, timeout=5).headers["Allow"].startswith("OPTIONS, HEAD")
    assert requests.request("BREW", url, timeout=5).status_code == 405


def test_one_connection_with_every_kind_of_answer(server: Server, path: str) -> None:
    """In order, and none takes bytes of another."""
    flows = FlowPlace(server.data_dir)
    silent = flows.apply("silent", answer='status = 204\nbody = "never sent"')
    echo = flows.apply("echo", answer='body = "{{a}}"')
    wait_until(lambda: server.send(path=echo).status_code == 200, 5)
    wide = path.encode()
    requests_sent = [
        (post(b"x" * 1000, wide), 201, b"OK"),
        (post(b"x" * 1001, wide), 413, b"body too large\n"),
        (post(b"a=1", silent.encode()), 204, b""),
        (post(b"a=%3Cb%3E", echo.encode()), 200, b"<b>"),
        (_chunked(b"x" * 1000, wide), 201, b"OK"),
        (_chunked(b"x" * 1001, wide), 413, b"body too large\n"),
        (get(wide, method=b"HEAD"), 201, b""),
        (get(wide + b"x"), 404, b"no such flow\n"),
        (post(b"", wide, method=b"DELETE"), 201, b"OK"),
    ]
    with Raw(server.receiver) as raw:
        raw.send(b"".join(request for request, _, _ in requests_sent))
        for request, status, body in requests_sent:
            answer = raw.answer(has_body=not request.startswith(b"HEAD"))
            assert answer is not None
            assert (answer.status, answer.body) == (status, body)


def _chunked(body: bytes, path: bytes) -> bytes:
    return chunked(body, 300).replace(b"/webhook", path, 1)


def test_hostile_ones(server: Server, path: str) -> None:
    """No status but these, and the worker lives."""
    wide = path.encode()
    tricks = {
        b"GET /" + wide + b" HTTP/1.1": 404,
        b"GET /flow/../flow/wide/x HTTP/1.1": 404,
        b"GET " + wide.replace(b"/wide/", b"%2Fother%2F") + b" HTTP/1.1": 404,
        b"GET /flow/wide/%00 HTTP/1.1": 404,
        b"GET " + wide + b"%00 HTTP/1.1": 404,
        b"GET " + wide + b"?" + b"x" * 70_000 + b" HTTP/1.1": 414,
        b"get " + wide + b" HTTP/1.1": 400,
        b"G\x00T " + wide + b" HTTP/1.1": 400,
        b"GET " + wide + b" \x00 HTTP/1.1": 400,
        b"POST " + wide + b" HTTP/1.1\r\nContent-Length: -1": 400,
        b"POST " + wide + b" HTTP/1.1\r\nContent-Length: 1, 1": 400,
    }
    for line, status in tricks.items():
        answer = ask(server.receiver, line + b"\r\nHost: x\r\n\r\n")
        assert answer is not None, line[:60]
        assert answer.status == status, line[:60]
    assert server.send("a=1", path).status_code == 201


def test_no_key_and_no_content_is_in_what_it_writes(server: Server, path: str) -> None:
    """Beside `test_keys_and_contents_are_in_no_log`: what gunicorn says of what it refuses."""
    key = path.rpartition("/")[2]
    for line in (
        b"POST %s HTTP/9.9",
        b"GET %s HTTP/1.1\r\nbad header: 79990001122",
        b"BREW %s\r\n",
    ):
        ask(server.receiver, line % path.encode() + b"\r\n\r\n")
    requests.post(f"{server.receiver}{path}", json={"phone": "79990001122"}, timeout=5)
    metrics = requests.get(f"{server.dashboards}/metrics", timeout=5).text
    assert 'calltouch_flow_received_total{flow="wide"}' in metrics
    for text in (server.log, metrics):
        assert key not in text
        assert "79990001122" not in text
