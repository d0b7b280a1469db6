"""What the parts of a worker ask of it: the end that meets them, so that none imports another."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from typing import Any, Protocol

from gunicorn.config import Config
from gunicorn.workers.gthread import PollableMethodQueue, TConn

_READ_BYTES = 64 << 10


class Connections(Protocol):
    """A worker, as seen by those who look after some of its connections."""

    alive: bool
    cfg: Config
    poller: selectors.BaseSelector
    method_queue: PollableMethodQueue

    def count(self) -> None:
        """One more web request was taken."""

    def after_answer(self, conn: TConn, keeps: bool) -> None:
        """The answer is sent: wait for the next request, or end the connection."""

    def run_in_thread(self, conn: TConn, work: Callable[[], bool]) -> Any:
        """`work` returns whether the connection can be kept."""

    def close(self, conn: TConn) -> None: ...


def receive(sock: socket.socket) -> bytes | None:
    """What has arrived; None when nothing has yet, empty when nothing more will."""
    try:
        return sock.recv(_READ_BYTES)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""
