"""`gunicorn wsgi:app`: everything on one port, for those who bring their own process manager."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest
import requests

from tests.receiver.ingest.flow_places import FlowPlace
from tests.road.server import is_ready, signed_in, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CALLTOUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALLTOUCH_ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("CALLTOUCH_PUBLIC_URL", "https://leads.example")


@pytest.fixture
def address(settings: None) -> Iterator[str]:
    """Started as anybody would: no option but those that differ from place to place."""
    with running() as address:
        yield address


@contextmanager
def running(*options: str, output: IO[bytes] | None = None) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        host, port = listener.getsockname()
        command = ["-m", "gunicorn", "wsgi:app", "--bind", f"fd://{listener.fileno()}"]
        server = subprocess.Popen(
            [sys.executable, *command, "--workers", "2", "--threads", "4", *options],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
            stdout=output,
            stderr=output,
        )
        try:
            wait_until(lambda: is_ready(f"http://{host}:{port}"), 30)
            yield f"http://{host}:{port}"
        finally:
            server.terminate()
            server.wait(30)


def test_it_serves_flows_and_its_access_log_names_their_routes(
    settings: None, tmp_path: Path
) -> None:
    flows = FlowPlace(tmp_path / "data")
    path = flows.apply(answer='body = "{{phone}}"')
    key, log = path.rpartition("/")[2], tmp_path / "log"
    with log.open("wb") as output, running("--access-logfile", "-", output=output) as address:
        query = {"phone": "79990001122"}
        headers = {"Referer": address + path, "User-Agent": key}
        answer = requests.post(address + path, params=query, headers=headers, timeout=30)
        assert (answer.status_code, answer.text) == (200, "79990001122")
        assert requests.get(f"{address}{path}x", timeout=30).status_code == 404
        assert requests.post(f"{address}/webhook?secret={key}", timeout=30).text == "OK"
        assert "Location" not in requests.post(f"{address}{path}/", timeout=30).headers
    assert [kept.query for kept in flows.kept] == [b"phone=79990001122", b""]
    written = log.read_text()
    assert '"POST /flow/tilda HTTP/1.1" 200' in written
    assert '"GET /flow/tilda HTTP/1.1" 404' in written
    assert '"POST /webhook HTTP/1.1" 200' in written
    assert key not in written
    assert "79990001122" not in written


def test_one_port_receives_and_shows(address: str, tmp_path: Path) -> None:
    assert "https://leads.example/webhook" not in requests.get(address, timeout=30).text
    reader = signed_in(address, tmp_path / "data")
    waiting = reader.get(address, timeout=30)
    assert "https://leads.example/webhook" in waiting.text
    for n in range(30):
        answer = reader.post(f"{address}/webhook", data=f"leadtype=call&id={n}", timeout=30)
        assert (answer.status_code, answer.text) == (200, "OK")
        assert "Set-Cookie" not in answer.headers
    settled = subprocess.run([sys.executable, "-m", "calltouch.cli", "settle"], timeout=60)
    assert settled.returncode == 0
    assert "leads-over-time" in reader.get(address, timeout=30).text
    metrics = requests.get(f"{address}/metrics", timeout=30).text
    assert 'calltouch_deliveries_accepted_total{webhook="default"} 30.0' in metrics
    assert requests.get(f"{address}/healthz", timeout=30).text.startswith("alive")
    assert requests.get(f"{address}/nothing", timeout=30).status_code == 404


def test_it_has_the_limits_and_the_worker_of_serve(address: str) -> None:
    """gunicorn's own worker would give its eight threads to clients that say nothing."""
    host, port = address.removeprefix("http://").split(":")
    with ExitStack() as stack:
        for silence in [b"", b"POST /webhook HTTP/1.1\r\n"] * 20:
            client = stack.enter_context(socket.create_connection((host, int(port))))
            client.sendall(silence)
        long = requests.get(f"{address}/webhook?leadtype=call&id=1&x={'y' * 60_000}", timeout=5)
        assert (long.status_code, long.text) == (200, "OK")
        too_long = requests.get(f"{address}/webhook?x={'y' * 66_000}", timeout=5)
        assert too_long.status_code == 414
    # By default gunicorn lets a peer on the same host say what the path is.
    forged = requests.get(f"{address}/nothing", headers={"SCRIPT_NAME": "/nothing"}, timeout=5)
    assert forged.status_code == 404


@pytest.mark.parametrize("finds_it", [True, False])
def test_from_another_directory_it_is_the_same_or_says_what_to_do(
    settings: None, tmp_path: Path, finds_it: bool
) -> None:
    options = ["--config", str(ROOT / "gunicorn.conf.py")] if finds_it else []
    path = {} if finds_it else {"PYTHONPATH": str(ROOT)}
    asked = subprocess.run(
        [sys.executable, "-m", "gunicorn", *options, "--print-config", "wsgi:app"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if finds_it:
        assert "receiver.server.worker.BufferingWorker" in asked.stdout
        assert re.search(r"limit_request_line += 0\b", asked.stdout)
    else:
        assert asked.returncode != 0
        assert str(ROOT / "gunicorn.conf.py") in asked.stderr
