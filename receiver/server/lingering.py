"""Connections that have had their last answer: how they end without losing it."""

from __future__ import annotations

import selectors
import socket
import time
from functools import partial
from typing import TYPE_CHECKING

from gunicorn.workers.gthread import TConn

if TYPE_CHECKING:
    from receiver.server.worker import BufferingWorker

LEAVING_SECONDS = 2.0
LEAVING_BYTES = 8 << 20
_READ_BYTES = 64 << 10


class _LingeringConnection:
    """A connection that has had its last answer and waits for the client to close it."""

    __slots__ = ("conn", "deadline", "drained")

    def __init__(self, conn: TConn, deadline: float) -> None:
        self.conn = conn
        self.deadline = deadline
        self.drained = 0


class LingeringConnections:
    """Those of one worker; belongs to its event loop."""

    def __init__(self, worker: BufferingWorker) -> None:
        self._worker = worker
        # In the order in which they came: a dictionary as an ordered set.
        self._leaving: dict[_LingeringConnection, None] = {}

    def begin(self, conn: TConn) -> None:
        """Say goodbye and wait a little for the client to do so: closing while bytes of it are
        unread would send a reset, which may overtake the answer."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._worker.close(conn)
            return
        leaving = _LingeringConnection(conn, time.monotonic() + LEAVING_SECONDS)
        self._leaving[leaving] = None
        on_farewell = partial(self._on_farewell, leaving)
        self._worker.poller.register(conn.sock, selectors.EVENT_READ, on_farewell)
        self._on_farewell(leaving, conn.sock)

    def sweep(self, now: float, force: bool) -> None:
        """Close those whose time is up."""
        for leaving in [one for one in self._leaving if force or one.deadline <= now]:
            self._part(leaving)

    def _on_farewell(self, leaving: _LingeringConnection, sock: socket.socket) -> None:
        if leaving not in self._leaving:
            return
        data = receive(sock)
        if data is None:
            return
        leaving.drained += len(data)
        if not data or leaving.drained > LEAVING_BYTES:
            self._part(leaving)

    def _part(self, leaving: _LingeringConnection) -> None:
        del self._leaving[leaving]
        self._worker.poller.unregister(leaving.conn.sock)
        self._worker.close(leaving.conn)


def receive(sock: socket.socket) -> bytes | None:
    """What has come; None when nothing has yet, empty when nothing will any more."""
    try:
        return sock.recv(_READ_BYTES)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""
