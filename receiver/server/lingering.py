"""Connections that have had their last answer: closed without losing it."""

from __future__ import annotations

import selectors
import socket
import time
from functools import partial

from gunicorn.workers.gthread import TConn

from receiver.server.connections import Connections, receive

LINGER_SECONDS = 2.0
LINGER_BYTES = 8 << 20


class _LingeringConnection:
    """A connection that has had its last answer and waits for the client to close it."""

    __slots__ = ("conn", "deadline", "drained")

    def __init__(self, conn: TConn, deadline: float) -> None:
        self.conn = conn
        self.deadline = deadline
        self.drained = 0


class LingeringConnections:
    """Those of one worker; belongs to its event loop."""

    def __init__(self, worker: Connections) -> None:
        self._worker = worker
        # Oldest first: a dictionary as an ordered set.
        self._lingering: dict[_LingeringConnection, None] = {}

    def begin(self, conn: TConn) -> None:
        """Close our side and give the client a moment to close its own: closing with bytes unread
        would send a reset, which may overtake the answer."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._worker.close(conn)
            return
        lingering = _LingeringConnection(conn, time.monotonic() + LINGER_SECONDS)
        self._lingering[lingering] = None
        drain = partial(self._drain, lingering)
        self._worker.poller.register(conn.sock, selectors.EVENT_READ, drain)
        drain(conn.sock)

    def sweep(self, now: float, force: bool) -> None:
        """Close those whose time is up."""
        for lingering in list(self._lingering):
            if force or lingering.deadline <= now:
                self._close(lingering)

    def _drain(self, lingering: _LingeringConnection, sock: socket.socket) -> None:
        if lingering not in self._lingering:
            return
        data = receive(sock)
        if data is None:
            return
        lingering.drained += len(data)
        if not data or lingering.drained > LINGER_BYTES:
            self._close(lingering)

    def _close(self, lingering: _LingeringConnection) -> None:
        del self._lingering[lingering]
        self._worker.poller.unregister(lingering.conn.sock)
        self._worker.close(lingering.conn)
