"""HTTP by hand: what no honest client library would send, and the answers taken apart."""

import resource
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes = field(default=b"")


class Raw:
    """One connection. What was read and belongs to the next answer is kept."""

    def __init__(self, address: str, receive_buffer: int = 0) -> None:
        host, _, port = urlsplit(address).netloc.rpartition(":")
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(PATIENCE)
        self.sock.connect((host, int(port)))
        self._read = b""

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *error: object) -> None:
        self.sock.close()

    def send(self, *pieces: bytes, pause: float = 0.0) -> bool:
        """Whether all of it could be sent: a server may close before it has read everything."""
        try:
            for piece in pieces:
                self.sock.sendall(piece)
                if pause:
                    time.sleep(pause)
        except OSError:
            return False
        return True

    def answer(self, has_body: bool = True) -> Answer | None:
        """The next answer; None when the connection ended without a whole one."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        status = int(head.split(b" ", 2)[1])
        if status == 100:
            return Answer(100, head)
        lines = head.lower().split(b"\r\n")
        length = [line.split(b":")[1] for line in lines if line.startswith(b"content-length:")]
        body = self._exactly(int(length[0]) if length and has_body else 0)
        return None if body is None else Answer(status, head, body)

    def statuses(self) -> list[int]:
        """Of all answers until the server closes."""
        found = []
        while (answer := self.answer()) is not None:
            found.append(answer.status)
        return found

    def is_closed(self, seconds: float = PATIENCE) -> bool:
        """Whether the server closes within this time."""
        self.sock.settimeout(seconds)
        try:
            while self.sock.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

    def _until(self, end: bytes) -> bytes | None:
        while end not in self._read:
            if not self._more():
                return None
        found, _, self._read = self._read.partition(end)
        return found

    def _exactly(self, size: int) -> bytes | None:
        while len(self._read) < size:
            if not self._more():
                return None
        found, self._read = self._read[:size], self._read[size:]
        return found

    def _more(self) -> bool:
        """Raises `TimeoutError` when the server is silent: that is what must never happen."""
        try:
            data = self.sock.recv(65536)
        except ConnectionError:
            return False
        self._read += data
        return bool(data)


def post(
    body: bytes,
    path: bytes = b"/webhook",
    fields: Sequence[bytes] = (b"Content-Type: application/x-www-form-urlencoded",),
    method: bytes = b"POST",
) -> bytes:
    """A whole request with its length declared."""
    lines = [
        method + b" " + path + b" HTTP/1.1",
        b"Host: calls.example",
        *fields,
        b"Content-Length: %d" % len(body),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def get(path: bytes = b"/webhook", *fields: bytes, method: bytes = b"GET") -> bytes:
    lines = [method + b" " + path + b" HTTP/1.1", b"Host: calls.example", *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def chunked(body: bytes, size: int = 1 << 30, fields: Sequence[bytes] = ()) -> bytes:
    """A whole request in chunks of a size."""
    head = [b"POST /webhook HTTP/1.1", b"Host: calls.example", *fields]
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    coded = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return b"\r\n".join([*head, b"Transfer-Encoding: chunked"]) + b"\r\n\r\n" + coded


def ask(address: str, request: bytes) -> Answer | None:
    """One request on a connection of its own."""
    with Raw(address) as raw:
        raw.send(request)
        return raw.answer(has_body=not request.startswith(b"HEAD"))


def allow_descriptors(count: int) -> None:
    """Let this process hold so many connections; where it may not, the tests cannot be run."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(hard, count)))
