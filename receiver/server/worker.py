"""A gunicorn worker that gives a thread to complete requests only.

gunicorn's own threaded worker reads a request in the thread that will answer it, so a few dozen
clients that stay silent, or send a byte now and then, take all threads and nothing is received any
more. Here the event loop reads: connections cost no thread until the last byte of a request has
come, have a total deadline, and give way when there are too many of them.

The event loop never waits for one client, so it may not raise for one either: what a single
connection does wrong ends that connection.
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

from receiver.server.async_app import AsyncApp
from receiver.server.framing import CompleteRequest, Framing, RequestTooLarge
from receiver.server.lingering import LingeringConnections, receive
from receiver.server.pending import PendingRequests
from receiver.settings.settings import Settings

REQUEST_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 64 << 10
SEND_SECONDS = 30
BUFFERED_BYTES = 64 << 20
# A client has this long to begin before it may have to make room for another one.
GRACE_SECONDS = 0.5
_SWEEP_SECONDS = 0.25
_EVICTED_AT_ONCE = 100
# Segments, locks, the event loop's own: what is not a connection.
_OTHER_DESCRIPTORS = 64
_PIECE_BYTES = 8 << 10
_NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
_GONE_AGAIN = (errno.EAGAIN, errno.ECONNABORTED, errno.EINTR)
# What is asked to find out how we are does not wait behind what we are asked to do.
_URGENT_PATHS = (b"/healthz", b"/readyz", b"/metrics")
# A thread that still works this long after the last answer was due is left behind.
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
        # In the order in which they came: a dictionary as an ordered set.
        self._arrivals: dict[_Arrival, None] = {}
        self._buffered = 0
        self._next_sweep = 0.0
        self._farewells = LingeringConnections(self)
        self._max_body = Settings.load().max_body_bytes
        self._taken: PendingRequests | None = None
        self._urgent = ThreadPoolExecutor(1, "urgent")

    def load_wsgi(self) -> None:
        super().load_wsgi()
        if isinstance(self.wsgi, AsyncApp):
            self.wsgi.start()
        # A line of the access log is written by the thread that answers.
        if isinstance(self.wsgi, AsyncApp) and not self.cfg.accesslog:
            self._taken = PendingRequests(self, self.wsgi)

    def run(self) -> None:
        super().run()
        if isinstance(self.wsgi, AsyncApp):
            self.wsgi.stop()
        leaving = threading.Timer(_LEAVE_SECONDS, os._exit, [0])
        leaving.daemon = True
        leaving.start()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; when there are too many, the one that waits longest goes."""
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room(1)
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in _GONE_AGAIN:
                self._cannot_accept(error)
            return
        self.nr_conns += 1
        # A client that does not read its answer must not hold the thread that writes it.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        self._await_request(TConn(self.cfg, sock, client, listener.getsockname()), b"")

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(timeout)
        if self._taken is not None:
            self._taken.go_on()

    def is_parent_alive(self) -> bool:
        """Without its master a worker stops in order, as if told to: `alive` makes it announce the
        end of connections, which clients would otherwise keep using until it is over."""
        if not super().is_parent_alive():
            self.alive = False
        return bool(self.alive)

    def finish_request(self, conn: TConn, future: "Future[bool]") -> None:
        """After the answer: the next request on the same connection, or its end."""
        done = not future.cancelled() and future.exception() is None
        self.go_on(conn, done and future.result())

    def run_in_thread(
        self, conn: TConn, work: Callable[[], bool], threads: Executor | None = None
    ) -> None:
        """`work` tells whether the connection can be kept."""
        (threads or self.tpool).submit(work).add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def count(self) -> None:
        """One more web request: gunicorn ends a worker after so many, if told to."""
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False

    def go_on(self, conn: TConn, keeps: bool) -> None:
        if keeps and not conn.closes:
            self._await_request(conn, conn.rest)
        else:
            self._farewells.begin(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close connections whose time is up. gunicorn calls this after every round of events."""
        now = time.monotonic()
        if now < self._next_sweep and not force:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        if self._taken is not None:
            self._taken.stop() if force else self._taken.give_up(now)
        for arrival in [a for a in self._arrivals if force or a.deadline <= now]:
            if not force:
                # It may have come while other events were seen to: a reset would lose it.
                self._on_readable(arrival, arrival.conn.sock)
            if arrival in self._arrivals and (force or arrival.deadline <= now):
                self._drop(arrival, "408 Request Timeout" if len(arrival.framing) else None)
        self._farewells.sweep(now, force)
        if self.nr_conns >= self.worker_connections:
            self._make_room(_EVICTED_AT_ONCE)
        if self._taken is not None:
            self._taken.go_on()

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker stops: connections on which nothing has come yet close soon."""
        for arrival in self._arrivals:
            if not len(arrival.framing):
                arrival.deadline = min(arrival.deadline, deadline)

    def _cannot_accept(self, error: OSError) -> None:
        """Out of descriptors or memory, mostly. The listener stays readable: do not spin on it."""
        if error.errno in _NO_DESCRIPTORS and self._make_room(1):
            return
        self.log.error("cannot accept a connection: %s", error)
        time.sleep(0.05)

    def _make_room(self, most: int) -> int:
        """Close those that have waited longest for a request, if it has not come by now."""
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
            # What the client sent with its connection is here already, mostly.
            self._on_readable(arrival, conn.sock)

    def _on_readable(self, arrival: _Arrival, sock: socket.socket) -> None:
        # An event of a connection that an earlier event of the same round has closed.
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
        found = arrival.framing.feed(data)
        self._buffered += len(arrival.framing) - held
        # Empty lines before a request are no request: they win no time.
        if not held and len(arrival.framing):
            arrival.deadline = time.monotonic() + REQUEST_SECONDS
        if isinstance(found, CompleteRequest):
            self._answer(arrival, found)
        elif isinstance(found, RequestTooLarge):
            self._drop(arrival, found.status)
        else:
            if not known:
                arrival.deadline += arrival.framing.expected_bytes / SLOWEST_BYTES_PER_SECOND
            self._encourage(arrival)
        if self._buffered > BUFFERED_BYTES and self._arrivals:
            self._drop(max(self._arrivals, key=lambda waiting: len(waiting.framing)))

    def _encourage(self, arrival: _Arrival) -> None:
        """A client that asks first sends its body only when told to."""
        if arrival.framing.wants_continue:
            arrival.framing.wants_continue = False
            try:
                arrival.conn.sock.send(_CONTINUE)
            except OSError:
                self._drop(arrival)

    def _answer(self, arrival: _Arrival, complete: CompleteRequest) -> None:
        """Give a thread exactly the bytes of one request: it cannot wait for more."""
        conn = arrival.conn
        self._forget(arrival)
        conn.initialized = True
        conn.rest, conn.closes = complete.rest, complete.closes
        if self._taken is not None and self._taken.begin(conn, complete):
            return
        conn.sock.setblocking(True)
        conn.parser = http.get_parser(self.cfg, _pieces(complete.request), conn.client)
        urgent = _path(complete.request) in _URGENT_PATHS
        self.run_in_thread(conn, partial(self.handle, conn), self._urgent if urgent else None)

    def _drop(self, arrival: _Arrival, status: str | None = None) -> None:
        """End a connection whose request never became complete."""
        self._forget(arrival)
        if status is None:
            self.close(arrival.conn)
            return
        answer = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        with suppress(OSError):
            arrival.conn.sock.send(answer.encode())
        self._farewells.begin(arrival.conn)

    def _forget(self, arrival: _Arrival) -> None:
        del self._arrivals[arrival]
        self._buffered -= len(arrival.framing)
        self.poller.unregister(arrival.conn.sock)

    def close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


def _path(request: bytes) -> bytes:
    """As it is written in the request line."""
    return request[:_PIECE_BYTES].partition(b" ")[2].partition(b" ")[0].partition(b"?")[0]


def _pieces(request: bytes) -> Iterator[bytes]:
    """For gunicorn's parser, which copies all that it holds at every chunk of a body: given a body
    of many small chunks whole, it would be busy for minutes."""
    for start in range(0, len(request), _PIECE_BYTES):
        yield request[start : start + _PIECE_BYTES]
