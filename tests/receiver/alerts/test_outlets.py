"""Messages reach a mail server, Telegram's API and any HTTP address: real servers on loopback."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from calltouch.alerts.channels import alert_channels
from calltouch.cli import main
from receiver.alerts.outlets import SIGNATURE, NotTold
from receiver.alerts.telling import AlertChannel, try_channel
from receiver.settings.settings import Settings
from tests.receiver.alerts.engine import ZONE, Engine

NOW = datetime(2026, 11, 20, 12, tzinfo=ZONE)


@dataclass
class StandIn:
    """Keeps what it is posted: path, headers, body; answers what it is told to."""

    port: int = 0
    posted: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"ok": true}'


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.posted.append((self.path, dict(self.headers), body))
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(made.answer)))
            self.end_headers()
            self.wfile.write(made.answer)

        def log_message(self, format: str, *values: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


def environment(folder: Path, port: int, networks: str = "127.0.0.0/8") -> dict[str, str]:
    file = folder / "calltouch.toml"
    file.write_text(
        '[alerts.phone]\ntelegram_token = "12:abc"\ntelegram_chat = "-1001"\n\n'
        f'[alerts.pager]\nurl = "http://127.0.0.1:{port}/hook?token=t0ken"\n'
        'signature_key = "s3cret"\nlanguage = "en"\n'
    )
    return {
        "CALLTOUCH_CONFIG": str(file),
        "CALLTOUCH_DATA_DIR": str(folder),
        "CALLTOUCH_TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
        "CALLTOUCH_FLOW_ALLOWED_PORTS": str(port),
        "CALLTOUCH_FLOW_ALLOWED_NETWORKS": networks,
    }


def channels(folder: Path, port: int, networks: str = "127.0.0.0/8") -> dict[str, AlertChannel]:
    made = alert_channels(Settings.load(environment(folder, port, networks)))
    return {channel.name: channel for channel in made}


def test_telegram_is_written_to_through_its_api(tmp_path: Path, stand_in: StandIn) -> None:
    try_channel(channels(tmp_path, stand_in.port)["phone"], NOW)
    ((path, _, body),) = stand_in.posted
    assert path == "/bot12:abc/sendMessage"
    values = orjson.loads(body)
    assert values["chat_id"] == "-1001"
    assert values["text"].startswith("Проверка оповещений\n\nЭто проверка канала «phone».")


def test_json_is_signed(tmp_path: Path, stand_in: StandIn) -> None:
    try_channel(channels(tmp_path, stand_in.port)["pager"], NOW)
    ((path, headers, body),) = stand_in.posted
    assert path == "/hook?token=t0ken"
    digest = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"sha256={digest}"
    assert orjson.loads(body)["event"] == "test"


def test_programs_get_the_alert_as_values(tmp_path: Path, stand_in: StandIn) -> None:
    engine = Engine(tmp_path / "state.sqlite")
    engine.add(channels(tmp_path, stand_in.port)["pager"].outlet, "pager")
    engine.begin("site_silence", "12345")
    engine.step(minutes=1)
    told = orjson.loads(stand_in.posted[0][2])
    (alert,) = told["alerts"]
    assert told["message_id"] == "1-began-1"
    assert (alert["kind"], alert["subject"]) == ("site_silence", "12345")
    assert alert["began_at"] == "2026-11-20T12:00:00+00:00"
    assert alert["ended_at"] is None


def test_the_guard_keeps_messages_from_addresses_inside(tmp_path: Path, stand_in: StandIn) -> None:
    with pytest.raises(NotTold, match="blocked-address"):
        try_channel(channels(tmp_path, stand_in.port, "10.0.0.0/8")["pager"], NOW)
    assert stand_in.posted == []


def test_what_refuses_is_not_told_and_no_token_is_quoted(tmp_path: Path, stand_in: StandIn) -> None:
    stand_in.status, stand_in.answer = 429, b'{"parameters": {"retry_after": 77}}'
    made = channels(tmp_path, stand_in.port)
    with pytest.raises(NotTold, match=r"^Telegram: answered 429$") as raised:
        try_channel(made["phone"], NOW)
    assert raised.value.wait_seconds == 77
    stand_in.status = 302
    with pytest.raises(NotTold, match=r"^answered 302$"):
        try_channel(made["pager"], NOW)
    shown = repr(made)
    assert not any(secret in shown for secret in ("abc", "t0ken", "s3cret"))


def test_a_test_message_by_command(
    tmp_path: Path,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment(tmp_path, stand_in.port).items():
        monkeypatch.setenv(name, value)
    assert main(["alert", "test"]) == 0
    assert len(stand_in.posted) == 2
    stand_in.status = 500
    assert main(["alert", "test", "pager"]) == 1
    assert "pager: not sent: answered 500" in capsys.readouterr().err
    assert main(["alert", "test", "nobody"]) == 2
