"""Recordings: from Calltouch alone, for those who may hear them, noted, and no link in any log."""

import logging
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from flask import Flask
from requests.adapters import HTTPAdapter

from analytics.restricted.rights import WHOLE
from dashboards.access.audit import Action, read_audit
from dashboards.access.gate import Gate
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.app import register_pages
from dashboards.recordings.fetch import (
    MOST_BYTES,
    BadLink,
    PublicAdapter,
    checked,
    fetch_recording,
    is_public,
)
from dashboards.recordings.view import Recordings
from tests.dashboards.access.conftest import full_disk
from tests.dashboards.access.signing_in import bearer, sign_in

HOST = "https://api-node3.calltouch.ru"
SOUND = bytes(range(256)) * 1000
SECRET = "jwtkey=s3cretjwt"


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/")
        getattr(self, name, self.nothing)()

    def sound(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted is None:
            self._answer(
                200, SOUND, ("Accept-Ranges", "bytes"), ("X-Own", "x"), ("Set-Cookie", "a=b")
            )
            return
        first, last = map(int, wanted.groups())
        if first >= len(SOUND):
            self._answer(
                416, b"<script>", ("Content-Range", f"bytes */{len(SOUND)}"), kind="text/html"
            )
            return
        place = ("Content-Range", f"bytes {first}-{last}/{len(SOUND)}")
        self._answer(206, SOUND[first : last + 1], place)

    def page(self) -> None:
        self._answer(200, b"<script>alert(1)</script>", kind="text/html")

    def nothing(self) -> None:
        self._answer(404, b"{}", kind="application/json")

    def broken(self) -> None:
        self._answer(500, b"", kind="audio/mpeg")

    def huge(self) -> None:
        self._answer(200, b"", ("Content-Length", str(MOST_BYTES + 1)))

    def moved(self) -> None:
        self._answer(302, b"", ("Location", f"/sound?{SECRET}"))

    def elsewhere(self) -> None:
        self._answer(302, b"", ("Location", f"https://evil.example/sound?{SECRET}"))

    def inwards(self) -> None:
        self._answer(302, b"", ("Location", "http://calltouch.ru/sound"))

    def circle(self) -> None:
        self._answer(302, b"", ("Location", "/circle"))

    def astray(self) -> None:
        self._answer(302, b"", ("Location", "https://[calltouch.ru/sound"))

    def odd(self) -> None:
        """Headers that urllib3 complains about, URL and all."""
        self._answer(200, SOUND, ("Content-Type", "audio/mpeg\r\n broken: x\r\nnot a header"))

    def _answer(
        self, status: int, body: bytes, *headers: tuple[str, str], kind: str = "audio/mpeg"
    ) -> None:
        given = {"Content-Type": kind, "Content-Length": str(len(body)), **dict(headers)}
        self.send_response(status)
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class StandIn:
    """Calltouch's machine, on loopback; `asked`: the URLs we wanted to ask."""

    port: int
    asked: list[str] = field(default_factory=list)

    def adapter(self) -> HTTPAdapter:
        stand_in = self

        class ToStandIn(HTTPAdapter):
            def send(self, request: requests.PreparedRequest, *rest: Any, **options: Any) -> Any:
                assert request.url is not None
                stand_in.asked.append(request.url)
                address = f"http://127.0.0.1:{stand_in.port}"
                request.url = re.sub(r"^https://[^/]+", address, request.url)
                return super().send(request, *rest, **options)

        return ToStandIn()


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def stand_in(server: int, app: Flask) -> StandIn:
    """Under the recordings of the pages: call 0 has the first of `NAMES`, and so on."""
    stand_in = StandIn(server)
    Recordings(LINKS.get, stand_in.adapter).attach(app)
    return stand_in


NAMES = [
    *("sound", "page", "nothing", "broken", "huge"),
    *("moved", "elsewhere", "inwards", "circle", "odd", "astray"),
]
LINKS = {number: f"{HOST}/{name}?{SECRET}" for number, name in enumerate(NAMES)}
LINKS[90] = f"https://evil.example/sound?{SECRET}"


def path(name: str) -> str:
    return f"/recordings/{NAMES.index(name)}"


def test_who_may_hears_the_recording_and_it_is_noted(
    app: Flask, access: AccessStore, stand_in: StandIn
) -> None:
    client = sign_in(app.test_client(), access, Role.ANALYST)
    for name in ("sound", "moved"):
        answer = client.get(path(name), headers={"Range": "no range"}, buffered=True)
        assert (answer.status_code, answer.data) == (200, SOUND)
        assert (answer.content_type, answer.content_length) == ("audio/mpeg", len(SOUND))
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not {"X-Own", "Set-Cookie", "Server"} & set(answer.headers.keys())
    part = client.get(path("sound"), headers={"Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, SOUND[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(SOUND)}"
    beyond = client.get(path("sound"), headers={"Range": "bytes=9999999-9999999"})
    assert (beyond.status_code, beyond.data) == (416, b"")
    with access.reading() as db:
        noted = [one.entry for one in read_audit(db, None, 10)]
    assert [(one.reader, one.action, one.query) for one in noted[:2]] == [
        ("analyst", Action.RECORDING, "lead_id=0")
    ] * 2
    assert len(noted) == 4


def test_viewers_hear_nothing(app: Flask, access: AccessStore, stand_in: StandIn) -> None:
    assert sign_in(app.test_client(), access, Role.VIEWER).get(path("sound")).status_code == 403
    assert app.test_client().get(path("sound"), headers=bearer(access)).status_code == 403
    assert app.test_client().get(path("sound")).status_code == 302
    assert stand_in.asked == []


@pytest.mark.parametrize(
    ("name", "status", "asked"),
    [
        ("page", 502, 1),
        ("nothing", 404, 1),
        ("broken", 502, 1),
        ("huge", 502, 1),
        ("elsewhere", 502, 1),
        ("inwards", 502, 1),
        ("circle", 502, 4),
        ("astray", 502, 1),
    ],
)
def test_what_is_no_recording_is_not_passed_on(
    app: Flask, access: AccessStore, stand_in: StandIn, name: str, status: int, asked: int
) -> None:
    client = sign_in(app.test_client(), access)
    answer = client.get(path(name))
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "alert(1)" not in answer.text
    assert len(stand_in.asked) == asked
    assert all(url.startswith(HOST) for url in stand_in.asked)
    for unknown in (12345, 1 << 63):
        assert client.get(f"/recordings/{unknown}").status_code == 404
    program = app.test_client().get(path(name), headers=bearer(access, Role.ADMIN))
    assert (program.status_code, list(program.get_json())) == (status, ["error"])


def test_no_more_than_two_listen_at_once_and_places_come_free(
    app: Flask, access: AccessStore, stand_in: StandIn
) -> None:
    client = sign_in(app.test_client(), access)
    for name in ("circle", "nothing", "sound"):
        for _ in range(3):
            client.get(path(name)).close()
    held = [client.get(path("sound"), buffered=False) for _ in range(2)]
    assert [answer.status_code for answer in held] == [200, 200]
    assert client.get(path("sound")).status_code == 503
    held[0].close()
    assert client.get(path("sound"), buffered=True).status_code == 200
    held[1].close()


def test_a_recording_that_cannot_be_noted_is_not_heard(
    app: Flask, access: AccessStore, stand_in: StandIn
) -> None:
    client = sign_in(app.test_client(), access)
    with full_disk():
        answer = client.get(path("sound"))
    assert answer.status_code == 503
    assert SOUND[:100] not in answer.data


@pytest.mark.parametrize(
    "link",
    [
        "http://api.calltouch.ru/x",
        "https://evil-calltouch.ru/x",
        "https://calltouch.ru.evil/x",
        "https://calltouch.ru@evil.example/x",
        "https://user@calltouch.ru/x",
        "https://evil.example/calltouch.ru",
        "https://evil.example?.calltouch.ru",
        "https://evil.example#.calltouch.ru",
        "https://evil.example\\.calltouch.ru/x",
        "https://evil.example\\@api.calltouch.ru/x",
        "https://evil.example/\t.calltouch.ru/x",
        "https://api.calltouch.ru:8443/x",
        "https://api.calltouch.ru:port/x",
        "https://api.calltouch.ru./x",
        "https://.calltouch.ru/x",
        "https://api.саlltouch.ru/x",
        "https://[::1]/x",
        "https://[calltouch.ru/x",
        "https:///calltouch.ru",
        "//calltouch.ru/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_links_that_lead_elsewhere_are_refused(link: str) -> None:
    with pytest.raises(BadLink):
        checked(link)


def test_links_to_calltouch_are_followed_as_they_are() -> None:
    for link in ("https://calltouch.ru/", f"{HOST}/a/b?x=1&{SECRET}", "https://a.b.calltouch.ru/"):
        assert checked(link) == link
    assert checked("HTTPS://API.Calltouch.RU:443#x") == "https://api.calltouch.ru/"


def test_a_name_that_resolves_into_our_network_is_not_spoken_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        where = (socket.AF_INET, socket.SOCK_STREAM, 6, "", listener.getsockname())
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [where])
        with pytest.raises(BadLink):
            fetch_recording(f"{HOST}/sound", None, PublicAdapter())
        listener.settimeout(1)
        spoken, _ = listener.accept()
        with spoken:
            assert spoken.recv(100) == b""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2a02:6b8::1", True),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("2002:a00:1::1", False),
    ],
)
def test_addresses_that_stand_for_private_ones_are_private(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def test_listeners_take_no_places_of_pages(
    access: AccessStore, stand_in: StandIn, app: Flask
) -> None:
    """Where the pages share a process with the receiving of webhooks."""
    shared = Flask(__name__)
    alone = app.extensions["dashboards"]
    register_pages(shared, alone.files.of(WHOLE), alone.settings, Gate(access), at_most=2)
    admission = shared.extensions["recordings"].admission
    Recordings(LINKS.get, stand_in.adapter, admission).attach(shared)
    client = sign_in(shared.test_client(), access)
    with client.get(path("sound"), buffered=False) as held:
        assert held.status_code == 200
        assert client.get(path("sound")).status_code == 503
        pages = [client.get("/access", buffered=False) for _ in range(2)]
        assert [page.status_code for page in pages] == [200, 200]
    for page in pages:
        page.close()


def test_nothing_secret_gets_into_the_log(
    app: Flask, access: AccessStore, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in(app.test_client(), access)
    with caplog.at_level(logging.DEBUG):
        for number in LINKS:
            client.get(f"/recordings/{number}", buffered=True)
        stand_in.port = 1
        assert client.get(path("sound")).status_code == 502
        token = bearer(access, Role.ADMIN)
        app.test_client().get(path("circle"), headers=token)
        app.test_client().get("/", headers={"Authorization": "Bearer s3crettoken"})
    assert "a recording could not be fetched" in caplog.text
    for secret in ("s3cret", "jwtkey", token["Authorization"].split()[1]):
        assert secret not in caplog.text
