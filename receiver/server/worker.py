"""A gunicorn worker that gives a thread to complete requests only.

gunicorn's own threaded worker reads a request in the thread that will answer it, so a few dozen
clients that stay silent, or send a byte now and then, take all threads and nothing is received any
more. Here the event loop reads: connections cost no thread until the last byte of a request has
come, have a total deadline, and give way when there are too many of them.
"""

import errno
import selectors
import socket
import struct
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from receiver.server.framing import Complete, Framing, TooLarge
from receiver.settings import Settings

REQUEST_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 64 << 10
SEND_SECONDS = 30
BUFFERED_BYTES = 256 << 20
_READ_BYTES = 64 << 10
_NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Arrival:
    """A connection on which a request is awaited."""

    __slots__ = ("conn", "deadline", "framing")

    def __init__(self, conn: TConn, framing: Framing, deadline: float) -> None:
        self.conn = conn
        self.framing = framing
        self.deadline = deadline


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arrivals: dict[int, _Arrival] = {}
        self._buffered = 0
        self._max_body = Settings.load().max_body_bytes

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; when there are too many, the one that waits longest goes."""
        if self.nr_conns >= self.worker_connections - 1:
            self._evict()
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in _NO_DESCRIPTORS:
                self._evict()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        # A client that does not read its answer must not hold the thread that writes it.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        self.nr_conns += 1
        self._await_request(TConn(self.cfg, sock, client, listener.getsockname()), b"")

    def finish_request(self, conn: TConn, future: "Future[bool]") -> None:
        """After the answer: the next request on the same connection, or its end."""
        try:
            keep = not future.cancelled() and future.result()
        except Exception:  # noqa: BLE001 - whatever it was, the connection is done with
            keep = False
        if keep and not conn.closes:
            self._await_request(conn, conn.rest)
        else:
            self.nr_conns -= 1
            conn.close(graceful=True)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close connections whose time is up."""
        now = time.monotonic()
        for arrival in list(self._arrivals.values()):
            if force or arrival.deadline <= now:
                answer = "408 Request Timeout" if len(arrival.framing) else None
                self._drop(arrival, answer)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker stops: connections on which nothing has come yet close soon."""
        for arrival in self._arrivals.values():
            if not len(arrival.framing):
                arrival.deadline = min(arrival.deadline, deadline)

    def _await_request(self, conn: TConn, data: bytes) -> None:
        seconds = REQUEST_SECONDS if data or not conn.initialized else self.cfg.keepalive
        framing = Framing(self._max_body)
        arrival = _Arrival(conn, framing, time.monotonic() + seconds)
        conn.sock.setblocking(False)
        self._arrivals[conn.sock.fileno()] = arrival
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_readable, arrival))
        if data:
            self._advance(arrival, data)
        else:
            # What the client sent with its connection is here already, mostly.
            self._on_readable(arrival, conn.sock)

    def _on_readable(self, arrival: _Arrival, sock: socket.socket) -> None:
        try:
            data = sock.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(arrival)
            return
        if not len(arrival.framing):
            arrival.deadline = time.monotonic() + REQUEST_SECONDS
        self._advance(arrival, data)

    def _advance(self, arrival: _Arrival, data: bytes) -> None:
        known, held = arrival.framing.expected_bytes, len(arrival.framing)
        found = arrival.framing.feed(data)
        self._buffered += len(arrival.framing) - held
        if isinstance(found, Complete):
            self._answer(arrival, found)
        elif isinstance(found, TooLarge):
            self._drop(arrival, found.status)
        elif not known and (expected := arrival.framing.expected_bytes):
            arrival.deadline += expected / SLOWEST_BYTES_PER_SECOND
            self._encourage(arrival)
        if self._buffered > BUFFERED_BYTES and self._arrivals:
            self._drop(max(self._arrivals.values(), key=lambda waiting: len(waiting.framing)))

    def _encourage(self, arrival: _Arrival) -> None:
        """A client that asks first sends its body only when told to."""
        if arrival.framing.wants_continue:
            try:
                arrival.conn.sock.send(_CONTINUE)
            except OSError:
                self._drop(arrival)

    def _answer(self, arrival: _Arrival, complete: Complete) -> None:
        """Give a thread exactly the bytes of one request: it cannot wait for more."""
        conn = arrival.conn
        self._forget(arrival)
        conn.sock.setblocking(True)
        conn.initialized = True
        conn.parser = http.get_parser(self.cfg, [complete.request], conn.client)
        conn.rest, conn.closes = complete.rest, complete.closes
        self.enqueue_req(conn)

    def _evict(self) -> None:
        if self._arrivals:
            self._drop(next(iter(self._arrivals.values())))

    def _drop(self, arrival: _Arrival, status: str | None = None) -> None:
        self._forget(arrival)
        if status is not None:
            answer = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            with suppress(OSError):
                arrival.conn.sock.send(answer.encode())
        self.nr_conns -= 1
        arrival.conn.close()

    def _forget(self, arrival: _Arrival) -> None:
        self._buffered -= len(arrival.framing)
        self._arrivals.pop(arrival.conn.sock.fileno(), None)
        with suppress(KeyError, ValueError, OSError):
            self.poller.unregister(arrival.conn.sock)
