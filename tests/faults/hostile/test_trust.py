"""Who is believed, and what never leaves: forged senders, secrets, personal data, forged logs."""

import io
import logging
import re
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from receiver.ops.logs import FORMAT, OneLineFormatter
from receiver.settings.settings import Settings, SettingsError
from tests.faults.hostile.bodies import ODD_BODIES
from tests.faults.hostile.forged import ALLOWED, BEHIND_A_PROXY, FORGED
from tests.faults.hostile.looking import deliveries
from tests.faults.hostile.raw import Answer, Raw, ask, chunked, get, post
from tests.faults.table import record
from tests.road.server import Server, serving

CALLTOUCH = "92.118.66.0/23"
FORM = b"Content-Type: application/x-www-form-urlencoded"

PHONE, MAIL, NAME = "79997776655", "anna.ivanova@example.com", "Аделаида"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJjYWxsIjo3fQ.c2lnbmF0dXJl"
PERSONAL = [PHONE, MAIL, NAME, quote(NAME), quote(NAME)[:12], quote(MAIL), JWT, "jwtkey"]
SECRET = "zK4-vN8.qW2_xT6~pL0"
TOKEN = "tok-9f8e7d6c5b4a"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that has all kinds of secrets, for the tests that look for them."""
    place = tmp_path_factory.mktemp("trust")
    named = place / "calltouch.toml"
    named.write_text(
        f'[webhooks.guarded]\nsecret = "{SECRET}"\n[sites.7]\napi_token = "{TOKEN}-site"\n'
    )
    environ = {
        "CALLTOUCH_CONFIG": str(named),
        "CALLTOUCH_API_TOKEN": TOKEN,
        "CALLTOUCH_TRUSTED_PROXIES": "127.0.0.1/32",
        "CALLTOUCH_MAX_BODY_BYTES": "100000",
    }
    with serving(place / "data", **environ) as running:
        yield running


def status(answer: Answer | None) -> int | None:
    return None if answer is None else answer.status


def with_fields(fields: bytes) -> bytes:
    request = post(b"leadtype=call&id=1", fields=[FORM, fields])
    return (
        request.replace(b"Host: calls.example\r\n", b"", 1) if fields[:5] == b"Host:" else request
    )


def test_a_forged_sender_stays_outside(tmp_path: Path) -> None:
    """T-34: without trusted proxies no header says who sends."""
    with serving(tmp_path / "data", CALLTOUCH_ALLOWED_NETWORKS=CALLTOUCH) as server:
        for fields in FORGED:
            assert status(ask(server.receiver, with_fields(fields))) == 403, fields
        for path in (b"/webhook/../webhook", b"//webhook", b"http://92.118.66.7/webhook"):
            assert status(ask(server.receiver, post(b"id=1", path))) in (403, 404), path
        assert deliveries(server.data_dir) == []
    record("T-34 forged senders", probes=len(FORGED) + 3, believed=0)


def test_behind_one_proxy_only_what_it_adds_is_believed(tmp_path: Path) -> None:
    """T-34"""
    environ = {
        "CALLTOUCH_ALLOWED_NETWORKS": CALLTOUCH,
        "CALLTOUCH_TRUSTED_PROXIES": "127.0.0.1/32",
    }
    with serving(tmp_path / "data", **environ) as server:
        for hops, expected in BEHIND_A_PROXY.items():
            request = with_fields(b"X-Forwarded-For: " + hops)
            assert status(ask(server.receiver, request)) == expected, hops[:60]
        others = [fields for fields in FORGED if b"forwarded-for:" not in fields.lower()]
        for fields in others:
            assert status(ask(server.receiver, with_fields(fields))) == 403, fields
        kept = deliveries(server.data_dir)
        assert len(kept) == sum(expected == 200 for expected in BEHIND_A_PROXY.values())
        assert {one.source_ip for one in kept} == {ALLOWED.decode()}
    record("T-34 behind a proxy", probes=len(BEHIND_A_PROXY) + len(others), believed=len(kept))


def test_the_secret_opens_and_is_written_nowhere(server: Server) -> None:
    """T-35"""
    wrong = [
        "", "?secret=", "?secret=x", f"?secret={SECRET[:-1]}", f"?secret={SECRET}x",
        f"?secret={SECRET.lower()}", f"?secret={SECRET * 500}", f"?SECRET={SECRET}",
        f"?secret%00={SECRET}", f"?a=secret={SECRET}", f"?secret={SECRET}%00",
        "?secret=%FF%FE", f"?token={SECRET}",
    ]  # fmt: skip
    right = [f"?secret={SECRET}", f"?id=1&secret={SECRET}&fio=x", f"?s%65cret={SECRET}",
             "?secret=" + "".join(f"%{ord(letter):02x}" for letter in SECRET)]  # fmt: skip
    for query in wrong:
        assert server.send(b"id=1", "/webhook/guarded" + query).status_code == 403, query[:40]
    for query in right:
        assert server.send(b"id=1", "/webhook/guarded" + query).status_code == 200, query
    with Raw(server.receiver) as raw:
        raw.send(b"GET /webhook/guarded?secret=" + SECRET.encode() + b" HTTP/9.9\r\n\r\n")
        raw.statuses()
    kept = [one for one in deliveries(server.data_dir) if one.webhook == "guarded"]
    assert len(kept) == len(right)
    server.settle()
    shown = everything_shown(server)
    for needle in (SECRET, right[-1].removeprefix("?secret=")):
        stored = [path for path in files(server.data_dir) if needle.encode() in path.read_bytes()]
        assert stored == []
        assert needle not in shown
    record("T-35 secrets", wrong=len(wrong), right=len(right), found_anywhere=0)


def test_nothing_personal_is_logged(server: Server) -> None:
    """T-39: whatever goes wrong with a delivery that holds personal data."""
    form = (
        f"leadtype=call&id=1&callerphone={PHONE}&email={MAIL}&fio={NAME}&reclink=https://x/?{JWT}"
    )
    data = (form + f"&jwtkey={JWT}").encode()
    hostile = list(personal_requests(data))
    for request in hostile:
        send(server, request)
    server.settle()
    shown = everything_shown(server)
    names = "\n".join(str(path) for path in server.data_dir.rglob("*"))
    for needle in PERSONAL:
        assert needle not in shown, needle
        assert needle not in names, needle
    record("T-39 personal data", requests=len(hostile), found_in_log=0)


def personal_requests(data: bytes) -> Iterator[bytes]:
    """The same data everywhere in a request, in requests that fail in every way."""
    encoded = quote(data, safe="=&").encode()
    yield post(data)
    yield post(data, b"/webhook/" + encoded[:60])
    yield post(data, b"/nothing?" + encoded)
    yield post(data, method=b"PUT")
    yield post(data, fields=[b"Content-Type: " + data])
    yield post(data, fields=[FORM, b"Cookie: " + data, b"Referer: " + data])
    yield post(data, fields=[b"X: " + data + b"\0"])
    yield post(data, fields=[data])
    yield post(data, fields=[b"Expect: " + data])
    yield post(data, fields=[b"Transfer-Encoding: " + data])
    yield post(data, fields=[b"Host: " + data])
    yield post(data)[:-10]
    yield post(data).replace(b"Content-Length: ", b"Content-Length: " + data)
    yield post(data + b"&x=" + b"y" * 200_000)
    yield get(b"/webhook?" + encoded)
    yield get(b"/webhook?" + data)
    yield get(b"/webhook?" + encoded + b"&x=" + b"y" * 70_000)
    yield data + b" /webhook HTTP/1.1\r\n\r\n"
    yield b"GET /webhook " + data + b"\r\n\r\n"
    yield chunked(data, 5)
    yield chunked(data).replace(b"\r\n0\r\n", b"\r\n" + data + b"\r\n")
    yield chunked(data).replace(b"0\r\n\r\n", b"0\r\n" + data + b"\r\n\r\n")
    yield chunked(data).replace(b"0\r\n\r\n", b"0\r\nHost: " + data + b"\r\n\r\n")
    yield chunked(data).replace(b"chunked\r\n\r\n", b"chunked\r\n\r\n1;" + data + b"\r\nx\r\n")
    for odd in ODD_BODIES.values():
        yield post(data + b"&" + odd)
        yield post(odd + data)
    yield post(b'{"id": 1, "fio": "' + data + b'"', fields=[b"Content-Type: application/json"])
    yield post(data.replace(b"id=1", b"id=" + PHONE.encode() * 9))
    yield post(b"leadtype=" + data + b"&sendingTimestamp=" + data + b"&duration=" + data)


def test_nobody_writes_lines_into_the_log(server: Server) -> None:
    """T-40"""
    forged = "2026-01-01 00:00:00,000 INFO FORGED[1]: all is well"
    raw_line, coded = forged.encode(), quote(forged).encode()
    breaks = [b"\r\n", b"\n", b"\r", b"\x1b[31m", b"\x1b]0;x\7", b"\x85", b"\xe2\x80\xa8", b"\0"]
    requests_ = []
    for one in breaks:
        escaped = quote(one).encode()
        requests_ += [
            get(b"/webhook/" + escaped + coded),
            get(b"/webhook/guarded?secret=" + escaped + coded),
            get(b"/" + escaped + coded),
            get(b"/webhook" + one + raw_line),
            get(b"/webhook?a=" + one + raw_line),
            get(b"/webhook", b"X: " + one + raw_line),
            get(b"/webhook", b"X-Forwarded-For: " + one + raw_line),
            get(b"/webhook", b"X" + one + raw_line + b": y"),
            get(method=b"GET" + one + raw_line),
            post(b"id=1", fields=[b"Content-Type: " + one + raw_line]),
            chunked(b"id=1").replace(b"4\r\n", b"4;" + one + raw_line + b"\r\n", 1),
            chunked(b"id=1").replace(b"0\r\n", b"0\r\nX: " + one + raw_line + b"\r\n", 1),
        ]
    for request in requests_:
        send(server, request)
    everything_shown(server)
    ours = r"(receiver|dashboards|set up the first user): "
    line = re.compile(rf"\d{{4}}-\d\d-\d\d [\d:,]+ [A-Z]+ [\w. ]+\[\d+\]: |{ours}")
    assert [text for text in server.output if not line.match(text)] == []
    assert not re.search(r"FORGED\[|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", server.log)
    record("T-40 log injection", requests=len(requests_), forged_lines=0)


def test_a_traceback_cannot_pretend_to_be_another_event() -> None:
    """T-40"""
    stream = io.StringIO()
    target = logging.StreamHandler(stream)
    target.setFormatter(OneLineFormatter(FORMAT))
    forged = "x\n2026-01-01 00:00:00,000 INFO FORGED[1]: all is well\x1b[31m\r"
    try:
        raise ValueError(forged)
    except ValueError as error:
        failed = (type(error), error, error.__traceback__)
    target.emit(logging.LogRecord("n", 40, "p", 1, "%s", (forged,), failed))
    first, *others = stream.getvalue().splitlines()
    assert "FORGED" in first
    assert all(line.startswith("  | ") for line in others)
    assert "\x1b" not in stream.getvalue()


def test_the_token_of_the_api_is_never_shown(server: Server, tmp_path: Path) -> None:
    """T-44"""
    shown = everything_shown(server)
    for command in (["config"], ["doctor"], ["config", "--help"], ["serve", "--port", "x"]):
        done = server.calltouch(*command)
        shown += done.stdout + done.stderr
    settings = Settings.load({k: v for k, v in server.environ.items() if k.startswith("CALLTOUCH")})
    assert settings.api_token == TOKEN
    shown += repr(settings) + str(settings.sites)
    named = tmp_path / "calltouch.toml"
    for broken in (f'api_token = ["{TOKEN}"]', f'api_tokn = "{TOKEN}"', f'api_token = "{TOKEN}'):
        named.write_text(broken)
        with pytest.raises(SettingsError) as raised:
            Settings.load({"CALLTOUCH_CONFIG": str(named)})
        shown += str(raised.value)
    assert TOKEN not in shown
    record("T-44 token of the API", places=9, shown=0)


def send(server: Server, request: bytes) -> None:
    with Raw(server.receiver) as raw:
        if raw.send(request):
            raw.sock.shutdown(socket.SHUT_WR)
        raw.statuses()


def everything_shown(server: Server) -> str:
    """What the server tells to whoever asks, its log, and its command lines."""
    pages = [requests.get(server.dashboards + path, timeout=30).text
             for path in ("/metrics", "/healthz", "/readyz")]  # fmt: skip
    pages += [requests.get(server.receiver + path, timeout=30).text
              for path in ("/healthz", "/readyz", "/webhook", "/nothing")]  # fmt: skip
    for pid in [server.process.pid, *server.children("")]:
        pages.append(Path(f"/proc/{pid}/cmdline").read_text())
    # The last lines may still be on their way here.
    time.sleep(0.5)
    return "\n".join([*pages, server.log])


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if stat.S_ISREG(path.stat().st_mode)]
