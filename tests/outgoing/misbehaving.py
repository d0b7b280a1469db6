"""A target that misbehaves, one way a path: what a flow meets sooner or later."""

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_DRIP_SECONDS = 0.1
_JSON = b"Content-Type: application/json\r\n"


@dataclass
class Misbehaving:
    """`port`: on 127.0.0.1. `seen`: the heads and bodies of all requests, by path."""

    port: int
    seen: dict[str, list[bytes]] = field(default_factory=dict)

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{path}"


@contextmanager
def misbehaving(
    context: ssl.SSLContext | None = None, *, shakes_hands: bool = True
) -> Iterator[Misbehaving]:
    """`context`: speak TLS. `shakes_hands`: else connections are taken, and nothing is said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = Misbehaving(server.getsockname()[1])
        over = threading.Event()

        def serve() -> None:
            server.settimeout(0.1)
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = server.accept()
                    connection.settimeout(5)
                    arguments = (target, connection, context, shakes_hands, over)
                    threading.Thread(target=_answer, args=arguments, daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield target
        finally:
            over.set()
            thread.join()


def _answer(
    target: Misbehaving,
    connection: socket.socket,
    context: ssl.SSLContext | None,
    shakes_hands: bool,
    over: threading.Event,
) -> None:
    if not shakes_hands:
        over.wait(5)
        connection.close()
        return
    with suppress(OSError), connection:
        sock = context.wrap_socket(connection, server_side=True) if context else connection
        head, body = _request(sock)
        path = head.split(b" ")[1].decode().lstrip("/")
        target.seen.setdefault(path, []).append(head + body)
        name = path.partition("?")[0]
        if name == "echo":
            _send(sock, 200, body, b"X-Echo: %s\r\n" % path.encode())
            return
        if name.startswith("first-"):
            is_first = len(target.seen[path]) == 1
            _send(sock, int(name.removeprefix("first-")) if is_first else 200, b'{"ok":true}')
        elif name.isdecimal():
            _send(sock, int(name), b'{"ok":true}')
        else:
            WAYS[name](sock)


def _request(sock: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += sock.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += sock.recv(65_536)
    return head + b"\r\n\r\n", body


def _send(sock: socket.socket, status: int, body: bytes = b"", headers: bytes = _JSON) -> None:
    length = b"Content-Length: %d\r\n" % len(body)
    sock.sendall(b"HTTP/1.1 %d X\r\n" % status + headers + length + b"\r\n" + body)


def _slow(sock: socket.socket) -> None:
    time.sleep(2)
    _send(sock, 200)


def _drip(sock: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Drip: " + b"x" * 1_000:
        sock.sendall(bytes([byte]))
        time.sleep(_DRIP_SECONDS)


def _drip_headers(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1_000):
        sock.sendall(b"X: y\r\n")
        time.sleep(_DRIP_SECONDS)


def _drip_without_length(sock: socket.socket) -> None:
    sock.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"ok":true}')
    for _ in range(1_000):
        sock.sendall(b" ")
        time.sleep(_DRIP_SECONDS)


def _drip_and_close(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1_000):
        sock.sendall(b"x")
        time.sleep(_DRIP_SECONDS)


def _drip_chunks(sock: socket.socket) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    sock.sendall(head + b'b\r\n{"ok":true}\r\n')
    for _ in range(1_000):
        sock.sendall(b"1\r\n \r\n")
        time.sleep(_DRIP_SECONDS)


def _drip_body(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1_000):
        sock.sendall(b"x")
        time.sleep(_DRIP_SECONDS)


def _reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _cut_body(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b'{"ok":')


def _huge(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(3_200):
        sock.sendall(b"x" * 65_536)


def _bomb(sock: socket.socket) -> None:
    packed = gzip.compress(bytes(50 << 20), 1)
    _send(sock, 200, packed, b"Content-Encoding: gzip\r\n")


def _interim(status: int) -> Callable[[socket.socket], None]:
    def way(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 %d X\r\nLink: </a.css>\r\n\r\n" % status)
        _send(sock, 200, b'{"ok":true}')

    return way


def _busy(headers: Callable[[], str], body: bytes = b"") -> Callable[[socket.socket], None]:
    return lambda sock: _send(sock, 429, body, headers().encode())


def _moved(location: str) -> Callable[[socket.socket], None]:
    """`PORT` in it is ours."""

    def way(sock: socket.socket) -> None:
        where = location.replace("PORT", str(sock.getsockname()[1]))
        _send(sock, 302, b"", b"Location: %s\r\n" % where.encode())

    return way


def _endless_interim(sock: socket.socket) -> None:
    for _ in range(10_000):
        sock.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")


WAYS: dict[str, Callable[[socket.socket], None]] = {
    "slow": _slow,
    "drip": _drip,
    "drip-headers": _drip_headers,
    "drip-and-close": _drip_and_close,
    "drip-chunks": _drip_chunks,
    "drip-without-length": _drip_without_length,
    "cut-headers": lambda sock: sock.sendall(b"HTTP/1.1 200 OK\r\nX: y\r\n"),
    "cut-header": lambda sock: sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cut-status": lambda sock: sock.sendall(b"HTTP/1.1 200"),
    "without-length": lambda sock: sock.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"ok":true}'),
    "drip-body": _drip_body,
    "close": lambda sock: None,
    "reset": _reset,
    "garbage": lambda sock: sock.sendall(b"\x00\xff garbage\r\n\r\n"),
    "cut-body": _cut_body,
    "huge": _huge,
    "bomb": _bomb,
    "gzip": lambda sock: _send(
        sock, 200, gzip.compress(b'{"ok":true}'), _JSON + b"Content-Encoding: gzip\r\n"
    ),
    "brotli": lambda sock: _send(sock, 200, b"\x0b\x02", _JSON + b"Content-Encoding: br\r\n"),
    "not-packed": lambda sock: _send(sock, 200, b"{}", _JSON + b"Content-Encoding: gzip\r\n"),
    "5000-headers": lambda sock: _send(sock, 200, b"", b"X: y\r\n" * 5_000),
    "long-header": lambda sock: _send(sock, 200, b"", b"X: " + b"y" * 100_000 + b"\r\n"),
    "interim-100": _interim(100),
    "interim-102": _interim(102),
    "interim-103": _interim(103),
    "endless-interim": _endless_interim,
    "switching": lambda sock: _send(sock, 101),
    "redirect": lambda sock: _send(sock, 302, b"", b"Location: http://127.0.0.1/\r\n"),
    "busy-seconds": _busy(lambda: "Retry-After: 7200\r\n"),
    "busy-date": _busy(
        lambda: f"Retry-After: {format_datetime(datetime.now(UTC) + timedelta(hours=2), True)}\r\n"
    ),
    "busy-json": _busy(lambda: "Retry-After: 5\r\n", b'{"parameters":{"retry_after":7200}}'),
    "busy-soon": _busy(lambda: "Retry-After: soon\r\n"),
    "busy-for-years": _busy(lambda: "Retry-After: 999999999\r\n"),
    "moved": _moved("/200?from=moved#here"),
    "moved-twice": _moved("moved"),
    "moved-round": _moved("/moved-round"),
    "moved-elsewhere": _moved("http://other.example.com:PORT/200"),
    "moved-inside": _moved("http://inside.example.com:PORT/200"),
    "moved-to-a-file": _moved("file:///etc/passwd"),
    "moved-to-nowhere": _moved("http://[/"),
    "moved-%D0%B0": _moved("/200?имя=а б"),
    "html": lambda sock: _send(sock, 200, b"<h1>Error</h1>", b"Content-Type: text/html\r\n"),
    "says-no": lambda sock: _send(sock, 200, b'{"ok":false}'),
    "cp1251": lambda sock: _send(sock, 200, "Готово".encode("cp1251")),
}
