"""The web requests that a `AsyncApp` application has taken over from the event loop of a worker.

They take no thread: the event loop parses them, and sends their answers when they are there. Only
small ones without chunks, which gunicorn's parser is done with at once; it judges them as it judges
all others, and what it does not like is left to the thread that says so.
"""

from __future__ import annotations

import time
from collections import deque
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from gunicorn import SERVER, http
from gunicorn.http import wsgi
from gunicorn.util import http_date
from gunicorn.workers.gthread import TConn

from receiver.server.async_app import AsyncApp, PlainAnswer
from receiver.server.framing import CompleteRequest

if TYPE_CHECKING:
    from receiver.server.worker import BufferingWorker

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
    """Belongs to the event loop's thread; only `_note` is called from others."""

    def __init__(self, worker: BufferingWorker, app: AsyncApp) -> None:
        self._worker = worker
        self._app = app
        # In the order in which they came: a dictionary as an ordered set.
        self._waiting: dict[_PendingRequest, None] = {}
        self._answered: deque[tuple[_PendingRequest, PlainAnswer]] = deque()
        self._is_woken = False

    def begin(self, conn: TConn, complete: CompleteRequest) -> bool:
        """Whether the application has taken it over."""
        if len(complete.request) > MAX_BYTES:
            return False
        try:
            return self._begin(conn, complete)
        except Exception:  # noqa: BLE001 - whatever it is, it happens again in the thread
            return False

    def go_on(self) -> None:
        """After every round of events, and when others were looked for."""
        self._app.go_on()

    def give_up(self, now: float) -> None:
        """Answer those that have waited too long."""
        for taken in list(self._waiting):
            if taken.deadline > now:
                break
            self._send(taken, self._app.give_up())

    def stop(self) -> None:
        """Send the answers that are there; those that come now find nobody."""
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
        taken = _PendingRequest(conn, request.should_close(), time.monotonic() + PATIENCE_SECONDS)
        if not self._app.begin(environ, partial(self._note, taken)):
            return False
        self._waiting[taken] = None
        worker.count()
        return True

    def _note(self, taken: _PendingRequest, answer: PlainAnswer) -> None:
        """Called from any thread. One wake-up for all that is answered until the loop runs."""
        self._answered.append((taken, answer))
        if not self._is_woken:
            self._is_woken = True
            self._worker.method_queue.defer(self._send_all)

    def _send_all(self) -> None:
        # First: what is answered from now on wakes the loop again.
        self._is_woken = False
        while self._answered:
            self._send(*self._answered.popleft())

    def _send(self, taken: _PendingRequest, answer: PlainAnswer) -> None:
        if taken not in self._waiting:
            return
        del self._waiting[taken]
        conn, worker = taken.conn, self._worker
        closes = taken.closes or conn.closes or not worker.alive or not worker.cfg.keepalive
        data = encode(answer, closes)
        try:
            sent = conn.sock.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            worker.close(conn)
            return
        if sent == len(data):
            worker.go_on(conn, not closes)
        else:
            worker.run_in_thread(conn, partial(_send_rest, conn, data[sent:], not closes))


def encode(answer: PlainAnswer, closes: bool) -> bytes:
    """The answer to an HTTP/1.1 web request, as gunicorn would send it, in one piece."""
    return b"%s%s\r\n\r\n%s" % (_head(answer, closes), http_date().encode(), answer.body)


@lru_cache(maxsize=64)
def _head(answer: PlainAnswer, closes: bool) -> bytes:
    """All but the date, which comes last."""
    fields = [
        ("Server", SERVER),
        ("Connection", "close" if closes else "keep-alive"),
        *answer.headers,
        ("Content-Length", str(len(answer.body))),
    ]
    lines = [f"HTTP/1.1 {answer.status_line}", *(f"{name}: {text}" for name, text in fields)]
    return ("\r\n".join(lines) + "\r\nDate: ").encode("latin-1")


def _send_rest(conn: TConn, rest: bytes, keeps: bool) -> bool:
    """In a thread: the client does not read, which may take long."""
    conn.sock.setblocking(True)
    conn.sock.sendall(rest)
    return keeps
