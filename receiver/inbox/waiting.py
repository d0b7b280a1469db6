"""What waits to be written, and how its sender learns the outcome."""

from __future__ import annotations

import threading
from collections.abc import Callable

from receiver.inbox.frames import FrameKind

PATIENCE_SECONDS = 20.0


class InboxUnavailable(Exception):
    """The inbox cannot be written at the moment; the text says why."""


class WaitingFrame:
    """A frame to be written. `done` is called from a thread of the inbox: with None once it is
    synced, or with the error that prevented that. It must be quick."""

    __slots__ = ("done", "kind", "packed")

    def __init__(
        self, kind: FrameKind, packed: bytes, done: Callable[[Exception | None], None]
    ) -> None:
        self.kind = kind
        self.packed = packed
        self.done = done


class FrameOutcome:
    """The outcome of a frame, for the one thread that waits for it."""

    __slots__ = ("_error", "_known")

    def __init__(self) -> None:
        self._error: Exception | None = None
        self._known = threading.Lock()
        self._known.acquire()

    def note(self, error: Exception | None) -> None:
        self._error = error
        self._known.release()

    def wait(self) -> None:
        """Return once it is synced; raises `InboxUnavailable`."""
        if not self._known.acquire(timeout=PATIENCE_SECONDS):
            raise InboxUnavailable(f"no sync within {PATIENCE_SECONDS:.0f} s")
        if self._error is not None:
            raise InboxUnavailable(str(self._error)) from self._error
