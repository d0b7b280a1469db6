"""Applications that need no thread while an answer waits for the disk.

An `AsyncApp` may accept a web request in the event loop and answer it later, from any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def status_line(self) -> str:
        return f"{self.status} {HTTPStatus(self.status).phrase}"


@runtime_checkable
class BodyLimit(Protocol):
    """An application that says how large a body it accepts."""

    @property
    def max_body_bytes(self) -> int: ...


@runtime_checkable
class AsyncApp(Protocol):
    def start(self) -> None:
        """Called before the first web request, in the process that serves it: acquire what may run
        out later."""

    def stop(self) -> None:
        """Called after the last one."""

    def begin(self, environ: WSGIEnvironment, done: Callable[[PlainAnswer], None]) -> bool:
        """Accept the web request and call `done` once, perhaps before this returns; False leaves it
        to a thread. Must not block."""

    def flush(self) -> None:
        """Nothing more begins for now: what has begun can be committed together."""

    def give_up(self) -> PlainAnswer:
        """The answer to a web request that has waited too long."""
