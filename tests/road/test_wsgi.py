"""`gunicorn wsgi:app`: everything on one port, for those who bring their own process manager."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.road.server import is_ready, signed_in, wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in [name for name in os.environ if name.startswith("CALLTOUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALLTOUCH_ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("CALLTOUCH_PUBLIC_URL", "https://leads.example")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        host, port = listener.getsockname()
        command = ["-m", "gunicorn", "wsgi:app", "--bind", f"fd://{listener.fileno()}"]
        server = subprocess.Popen(
            [sys.executable, *command, "--workers", "2", "--threads", "4"],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
        )
        try:
            wait_until(lambda: is_ready(f"http://{host}:{port}"), 30)
            yield f"http://{host}:{port}"
        finally:
            server.terminate()
            server.wait(30)


def test_one_port_receives_and_shows(address: str, tmp_path: Path) -> None:
    assert "https://leads.example/webhook" not in requests.get(address, timeout=30).text
    reader = signed_in(address, tmp_path / "data")
    waiting = reader.get(address, timeout=30)
    assert "https://leads.example/webhook" in waiting.text
    for n in range(30):
        answer = reader.post(f"{address}/webhook", data=f"leadtype=call&id={n}", timeout=30)
        assert (answer.status_code, answer.text) == (200, "OK")
        assert "Set-Cookie" not in answer.headers
    settled = subprocess.run([sys.executable, "-m", "receiver.cli", "settle"], timeout=60)
    assert settled.returncode == 0
    assert "leads-over-time" in reader.get(address, timeout=30).text
    metrics = requests.get(f"{address}/metrics", timeout=30).text
    assert 'calltouch_deliveries_accepted_total{webhook="default"} 30.0' in metrics
    assert requests.get(f"{address}/healthz", timeout=30).text.startswith("alive")
    assert requests.get(f"{address}/nothing", timeout=30).status_code == 404
