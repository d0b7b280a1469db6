"""One web request to a checked address, and its answer, or how far it got.

No proxy, password, cookie or redirect from anywhere. No error text of another library goes on:
those quote addresses, and addresses hold tokens.
"""

import ssl
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Literal
from urllib.parse import urlsplit

from outgoing.connection import GuardedConnection, Phase
from outgoing.guard import (
    CheckedTarget,
    GuardSettings,
    LookUp,
    check_target,
    look_up,
)
from outgoing.packed import Unreadable, unpack

_OWN_HEADERS = ("host", "connection", "accept-encoding", "content-length", "transfer-encoding")
_PIECE_BYTES = 64 << 10
_NO_BODY = ("GET", "HEAD", "DELETE")

BodyProblem = Literal["cut", "broken", "packed"]


@dataclass(frozen=True, slots=True)
class WebRequest:
    """`seconds`: for all of it. `answer_bytes`: what is read of the answer, and unpacked, at most.
    Its text quotes nothing, for addresses and headers hold tokens."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 15.0
    answer_bytes: int = 65_536
    ca_file: str | None = None

    def __repr__(self) -> str:
        return f"<WebRequest {self.method}, {len(self.body)} bytes>"


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """`body_problem`: what keeps the body from being whole: there is more than was read, it broke
    off, or it is packed in a way that nobody asked for. Header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    body_problem: BodyProblem | None = None

    def header(self, name: str) -> str | None:
        """The first of this name."""
        return next((value for key, value in self.headers if key == name.lower()), None)


class NotAnswered(Exception):
    """There is no answer. `phase`: how far it got. `reason`: blocked-address (refused by the
    guard), dns, connect, tls, timeout or broken."""

    def __init__(self, phase: Phase, reason: str) -> None:
        super().__init__(reason)
        self.phase = phase
        self.reason = reason


def send(request: WebRequest, settings: GuardSettings, find: LookUp = look_up) -> WebAnswer:
    """Raises `BlockedTarget` where nothing may be sent, and `NotAnswered`."""
    return send_to(check_target(request.url, settings, find), request)


def send_to(target: CheckedTarget, request: WebRequest) -> WebAnswer:
    """To a target that may be spoken to. Raises `NotAnswered`."""
    connection = GuardedConnection(target, request.seconds, request.ca_file)
    try:
        return _exchange(connection, request, target)
    except (OSError, HTTPException, ValueError) as error:
        raise NotAnswered(connection.phase, _reason(connection, error)) from None
    finally:
        connection.finish()


def _exchange(
    connection: GuardedConnection, request: WebRequest, target: CheckedTarget
) -> WebAnswer:
    connection.connect()
    connection.send_request(
        request.method, _path(request.url), _headers(request, target), request.body
    )
    with closing(connection.getresponse()) as response:
        headers = tuple((name.lower(), value) for name, value in response.getheaders())
        body, problem = _body(response, request.answer_bytes)
    if connection.was_shut_down and problem is None and not _says_its_end(response):
        problem = "broken"
    answer = WebAnswer(response.status, headers, body, problem)
    if problem == "broken":
        return answer
    try:
        unpacked, is_cut = unpack(
            body, answer.header("content-encoding") or "", request.answer_bytes
        )
    except Unreadable:
        return WebAnswer(response.status, headers, body, "packed")
    return WebAnswer(response.status, headers, unpacked, "cut" if is_cut else problem)


def _body(response: HTTPResponse, most: int) -> tuple[bytes, BodyProblem | None]:
    """An answer whose body breaks off is an answer all the same."""
    pieces: list[bytes] = []
    size = 0
    try:
        while size <= most and (piece := response.read(min(_PIECE_BYTES, most + 1 - size))):
            pieces.append(piece)
            size += len(piece)
    except (OSError, HTTPException, ValueError):
        return b"".join(pieces)[:most], "broken"
    if size > most:
        return b"".join(pieces)[:most], "cut"
    if response.length:
        return b"".join(pieces), "broken"
    return b"".join(pieces), None


def _says_its_end(response: HTTPResponse) -> bool:
    """Else the body ends with the connection, whoever ends that."""
    return response.chunked or response.length is not None


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _headers(request: WebRequest, target: CheckedTarget) -> tuple[tuple[str, str], ...]:
    """Ours, then those that were asked for; of ours none can be replaced."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"http": 80, "https": 443}[target.scheme]
    ours = [
        ("Host", host if target.port == usual else f"{host}:{target.port}"),
        ("Connection", "close"),
        ("Accept-Encoding", "identity"),
    ]
    if request.body or request.method not in _NO_BODY:
        ours.append(("Content-Length", str(len(request.body))))
    given = [pair for pair in request.headers if pair[0].lower() not in _OWN_HEADERS]
    if not any(name.lower() == "user-agent" for name, _ in given):
        given.append(("User-Agent", "calltouch-receiver"))
    return (*ours, *given)


def _reason(connection: GuardedConnection, error: Exception) -> str:
    if connection.phase is Phase.CONNECTING:
        is_tls = connection.is_shaking_hands or isinstance(error, ssl.SSLError)
        return "tls" if is_tls else "connect"
    return "timeout" if connection.is_over or isinstance(error, TimeoutError) else "broken"
