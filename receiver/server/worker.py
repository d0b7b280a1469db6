"""A gunicorn worker that gives a thread to complete requests only.

gunicorn's own threaded worker reads a request in the thread that will answer it, so a few dozen
clients that stay silent, or send a byte now and then, occupy all threads and nothing more is
received. Here the event loop reads: a connection costs no thread until the last byte of a request
has arrived, has one total deadline, and may be closed when there are too many.

The event loop never waits for a single client and must not raise because of one: an error on a
connection ends that connection only.
"""

import errno
import os
import resource
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from receiver.server.async_app import AsyncApp, BodyLimit
from receiver.server.connections import receive
from receiver.server.framing import CompleteRequest, Framing, RequestTooLarge
from receiver.server.lingering import LingeringConnections
from receiver.server.pending import PendingRequests

REQUEST_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 64 << 10
SEND_SECONDS = 30
BUFFERED_BYTES = 64 << 20
# For an application that names no limit of its own.
MAX_BODY_BYTES = 16 << 20
# A client has this long to start before it may be dropped to make room for another.
GRACE_SECONDS = 0.5
_SWEEP_SECONDS = 0.25
_EVICTED_AT_ONCE = 100
# For segments, locks and the event loop itself.
_OTHER_DESCRIPTORS = 64
_PIECE_BYTES = 8 << 10
_NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
_GONE_AGAIN = (errno.EAGAIN, errno.ECONNABORTED, errno.EINTR)
# Health checks and metrics do not queue behind the work.
_URGENT_PATHS = (b"/healthz", b"/readyz", b"/metrics")
# Threads still working this long after the last answer was due are abandoned.
_LEAVE_SECONDS = 1.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Arrival:
    """A connection on which a request is awaited."""

    __slots__ = ("conn", "deadline", "framing", "since")

    def __init__(self, conn: TConn, framing: Framing, since: float, seconds: float) -> None:
        self.conn = conn
        self.framing = framing
        self.since = since
        self.deadline = since + seconds


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.worker_connections: int = min(
            self.cfg.worker_connections, descriptors - _OTHER_DESCRIPTORS
        )
        # Oldest first: a dictionary as an ordered set.
        self._arrivals: dict[_Arrival, None] = {}
        self._buffered = 0
        self._next_sweep = 0.0
        self._lingering = LingeringConnections(self)
        self._max_body = MAX_BODY_BYTES
        self._pending: PendingRequests | None = None
        self._urgent = ThreadPoolExecutor(1, "urgent")

    def load_wsgi(self) -> None:
        super().load_wsgi()
        if isinstance(self.wsgi, BodyLimit):
            self._max_body = self.wsgi.max_body_bytes
        if isinstance(self.wsgi, AsyncApp):
            self.wsgi.start()
        # The thread that answers writes the line of the access log.
        if isinstance(self.wsgi, AsyncApp) and not self.cfg.accesslog:
            self._pending = PendingRequests(self, self.wsgi)

    def run(self) -> None:
        super().run()
        if isinstance(self.wsgi, AsyncApp):
            self.wsgi.stop()
        leaving = threading.Timer(_LEAVE_SECONDS, os._exit, [0])
        leaving.daemon = True
        leaving.start()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; when there are too many, drop the one that has waited longest."""
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room(1)
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in _GONE_AGAIN:
                self._cannot_accept(error)
            return
        self.nr_conns += 1
        # A client that does not read its answer must not block the thread that writes it.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        self._await_request(TConn(self.cfg, sock, client, listener.getsockname()), b"")

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(timeout)
        if self._pending is not None:
            self._pending.flush()

    def is_parent_alive(self) -> bool:
        """A worker without its master shuts down cleanly: `alive` makes it announce the end of
        connections, which clients would otherwise use to the last moment."""
        if not super().is_parent_alive():
            self.alive = False
        return bool(self.alive)

    def finish_request(self, conn: TConn, future: "Future[bool]") -> None:
        """gunicorn calls this when the thread is done with a request."""
        done = not future.cancelled() and future.exception() is None
        self.after_answer(conn, done and future.result())

    def run_in_thread(
        self, conn: TConn, work: Callable[[], bool], threads: Executor | None = None
    ) -> None:
        """`work` returns whether the connection can be kept."""
        (threads or self.tpool).submit(work).add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def count(self) -> None:
        """Count a web request: `max_requests` ends a worker after so many."""
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False

    def after_answer(self, conn: TConn, keeps: bool) -> None:
        if keeps and not conn.closes:
            self._await_request(conn, conn.rest)
        else:
            self._lingering.begin(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close connections whose time is up. gunicorn calls this after every round of events."""
        now = time.monotonic()
        if now < self._next_sweep and not force:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        if self._pending is not None:
            self._pending.stop() if force else self._pending.expire(now)
        for arrival in [a for a in self._arrivals if force or a.deadline <= now]:
            if not force:
                # It may have arrived while other events were handled: a reset would lose it.
                self._on_readable(arrival, arrival.conn.sock)
            if arrival in self._arrivals and (force or arrival.deadline <= now):
                self._drop(arrival, "408 Request Timeout" if len(arrival.framing) else None)
        self._lingering.sweep(now, force)
        if self.nr_conns >= self.worker_connections:
            self._make_room(_EVICTED_AT_ONCE)
        if self._pending is not None:
            self._pending.flush()

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker stops, connections on which nothing has arrived yet close soon."""
        for arrival in self._arrivals:
            if not len(arrival.framing):
                arrival.deadline = min(arrival.deadline, deadline)

    def _cannot_accept(self, error: OSError) -> None:
        """Mostly out of descriptors or memory. The listener stays readable: do not spin on it."""
        if error.errno in _NO_DESCRIPTORS and self._make_room(1):
            return
        self.log.error("cannot accept a connection: %s", error)
        time.sleep(0.05)

    def _make_room(self, most: int) -> int:
        """Close those that have waited longest for a request that has not arrived by now."""
        latest = time.monotonic() - GRACE_SECONDS
        before: int = self.nr_conns
        for arrival in list(islice(self._arrivals, most)):
            if arrival.since > latest:
                break
            self._on_readable(arrival, arrival.conn.sock)
            if arrival in self._arrivals:
                self._drop(arrival)
        return before - int(self.nr_conns)

    def _await_request(self, conn: TConn, data: bytes) -> None:
        seconds = REQUEST_SECONDS if data or not conn.initialized else float(self.cfg.keepalive)
        if not self.alive and not data:
            seconds = min(seconds, STOP_KEEPALIVE_LINGER)
        arrival = _Arrival(conn, Framing(self._max_body), time.monotonic(), seconds)
        conn.sock.setblocking(False)
        self._arrivals[arrival] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_readable, arrival))
        if data:
            self._advance(arrival, data)
        elif not conn.initialized:
            # The first bytes have usually arrived along with the connection.
            self._on_readable(arrival, conn.sock)

    def _on_readable(self, arrival: _Arrival, sock: socket.socket) -> None:
        # An earlier event of the same round has closed this connection.
        if arrival not in self._arrivals:
            return
        data = receive(sock)
        if data is None:
            return
        if not data:
            self._drop(arrival)
            return
        self._advance(arrival, data)

    def _advance(self, arrival: _Arrival, data: bytes) -> None:
        known, held = arrival.framing.expected_bytes, len(arrival.framing)
        outcome = arrival.framing.feed(data)
        self._buffered += len(arrival.framing) - held
        # Empty lines before a request buy no time.
        if not held and len(arrival.framing):
            arrival.deadline = time.monotonic() + REQUEST_SECONDS
        if isinstance(outcome, CompleteRequest):
            self._answer(arrival, outcome)
        elif isinstance(outcome, RequestTooLarge):
            self._drop(arrival, outcome.status)
        else:
            if not known:
                arrival.deadline += arrival.framing.expected_bytes / SLOWEST_BYTES_PER_SECOND
            self._send_continue(arrival)
        if self._buffered > BUFFERED_BYTES and self._arrivals:
            self._drop(max(self._arrivals, key=lambda waiting: len(waiting.framing)))

    def _send_continue(self, arrival: _Arrival) -> None:
        """A client that sent `Expect: 100-continue` waits for our go-ahead."""
        if arrival.framing.wants_continue:
            arrival.framing.wants_continue = False
            try:
                arrival.conn.sock.send(_CONTINUE)
            except OSError:
                self._drop(arrival)

    def _answer(self, arrival: _Arrival, complete: CompleteRequest) -> None:
        """Give a thread exactly the bytes of one request, so that it never waits for more."""
        conn = arrival.conn
        self._forget(arrival)
        conn.initialized = True
        conn.rest, conn.closes = complete.rest, complete.closes
        if self._pending is not None and self._pending.begin(conn, complete):
            return
        conn.sock.setblocking(True)
        conn.parser = http.get_parser(self.cfg, _pieces(complete.request), conn.client)
        urgent = _path(complete.request) in _URGENT_PATHS
        self.run_in_thread(conn, partial(self.handle, conn), self._urgent if urgent else None)

    def _drop(self, arrival: _Arrival, status: str | None = None) -> None:
        """Close a connection whose request never became complete."""
        self._forget(arrival)
        if status is None:
            self.close(arrival.conn)
            return
        answer = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        with suppress(OSError):
            arrival.conn.sock.send(answer.encode())
        self._lingering.begin(arrival.conn)

    def _forget(self, arrival: _Arrival) -> None:
        del self._arrivals[arrival]
        self._buffered -= len(arrival.framing)
        self.poller.unregister(arrival.conn.sock)

    def close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


def _path(request: bytes) -> bytes:
    """As written in the request line."""
    return request[:_PIECE_BYTES].partition(b" ")[2].partition(b" ")[0].partition(b"?")[0]


def _pieces(request: bytes) -> Iterator[bytes]:
    """For gunicorn's parser, which copies everything it holds at every chunk of a body: a body of
    many small chunks, given at once, would keep it busy for minutes."""
    for start in range(0, len(request), _PIECE_BYTES):
        yield request[start : start + _PIECE_BYTES]
