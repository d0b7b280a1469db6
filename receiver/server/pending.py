"""Web requests that an `AsyncApp` has accepted in the event loop and not answered yet.

They occupy no thread: the event loop parses them, and sends each answer when it is there. Only
small ones without chunks, which gunicorn's parser handles at once; it judges them as it judges all
others, and what it rejects goes to a thread, which says so.
"""

from __future__ import annotations

import time
from collections import deque
from functools import lru_cache, partial
from http import HTTPStatus

from gunicorn import SERVER, http
from gunicorn.http import wsgi
from gunicorn.util import http_date
from gunicorn.workers.gthread import TConn

from receiver.server.async_app import AsyncApp, PlainAnswer
from receiver.server.connections import Connections
from receiver.server.framing import CompleteRequest

PATIENCE_SECONDS = 20.0
MAX_BYTES = 64 << 10


class _PendingRequest:
    """One web request whose answer is awaited."""

    __slots__ = ("closes", "conn", "deadline")

    def __init__(self, conn: TConn, closes: bool, deadline: float) -> None:
        self.conn = conn
        self.closes = closes
        self.deadline = deadline


class PendingRequests:
    """Belongs to the event loop's thread; only `_on_answer` is called from others."""

    def __init__(self, worker: Connections, app: AsyncApp) -> None:
        self._worker = worker
        self._app = app
        # Oldest first: a dictionary as an ordered set.
        self._waiting: dict[_PendingRequest, None] = {}
        self._answered: deque[tuple[_PendingRequest, PlainAnswer]] = deque()
        self._is_woken = False

    def begin(self, conn: TConn, complete: CompleteRequest) -> bool:
        """Whether the application has accepted it."""
        if len(complete.request) > MAX_BYTES:
            return False
        try:
            return self._begin(conn, complete)
        except Exception:  # noqa: BLE001 - whatever it is, the thread meets it again
            return False

    def flush(self) -> None:
        """Called after every round of events."""
        self._app.flush()

    def expire(self, now: float) -> None:
        """Answer those that have waited too long."""
        for pending in list(self._waiting):
            if pending.deadline > now:
                break
            self._send(pending, self._app.give_up())

    def stop(self) -> None:
        """Send the answers that are there; later ones are dropped."""
        self._send_all()
        self._is_woken = True

    def _begin(self, conn: TConn, complete: CompleteRequest) -> bool:
        worker = self._worker
        request = next(http.get_parser(worker.cfg, iter((complete.request,)), conn.client))
        if request.version != (1, 1):
            return False
        _, environ = wsgi.create(request, conn.sock, conn.client, conn.server, worker.cfg)
        if "HTTP_TRANSFER_ENCODING" in environ:
            return False
        pending = _PendingRequest(conn, request.should_close(), time.monotonic() + PATIENCE_SECONDS)
        if not self._app.begin(environ, partial(self._on_answer, pending)):
            return False
        self._waiting[pending] = None
        worker.count()
        return True

    def _on_answer(self, pending: _PendingRequest, answer: PlainAnswer) -> None:
        """Called from any thread; one wake-up for all answers that arrive before the loop runs."""
        self._answered.append((pending, answer))
        if not self._is_woken:
            self._is_woken = True
            self._worker.method_queue.defer(self._send_all)

    def _send_all(self) -> None:
        # First, so that the next answer wakes the loop again.
        self._is_woken = False
        while self._answered:
            self._send(*self._answered.popleft())

    def _send(self, pending: _PendingRequest, answer: PlainAnswer) -> None:
        if pending not in self._waiting:
            return
        del self._waiting[pending]
        conn, worker = pending.conn, self._worker
        closes = pending.closes or conn.closes or not worker.alive or not worker.cfg.keepalive
        data = encode(answer, closes)
        try:
            sent = conn.sock.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            worker.close(conn)
            return
        if sent == len(data):
            worker.after_answer(conn, not closes)
        else:
            worker.run_in_thread(conn, partial(_send_rest, conn, data[sent:], not closes))


def encode(answer: PlainAnswer, closes: bool) -> bytes:
    """The answer to an HTTP/1.1 web request, as gunicorn would send it, in one piece."""
    return b"%s%s\r\n\r\n%s" % (_head(answer, closes), http_date().encode(), answer.body)


@lru_cache(maxsize=64)
def _head(answer: PlainAnswer, closes: bool) -> bytes:
    """Everything but the date, which comes last."""
    fields = [
        ("Server", SERVER),
        ("Connection", "close" if closes else "keep-alive"),
        *answer.headers,
    ]
    # RFC 9110, section 8.6: a 204 has no body, and no length either.
    if answer.status != HTTPStatus.NO_CONTENT:
        fields.append(("Content-Length", str(len(answer.body))))
    lines = [f"HTTP/1.1 {answer.status_line}", *(f"{name}: {text}" for name, text in fields)]
    return ("\r\n".join(lines) + "\r\nDate: ").encode("latin-1")


def _send_rest(conn: TConn, rest: bytes, keeps: bool) -> bool:
    """In a thread: the client does not read, and this may take long."""
    conn.sock.setblocking(True)
    conn.sock.sendall(rest)
    return keeps
