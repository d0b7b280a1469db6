"""Web requests that need no thread of their own while they wait for the disk.

An application that is `AsyncApp` may take a web request over in the event loop and say the answer
later, from whatever thread.
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
class AsyncApp(Protocol):
    def start(self) -> None:
        """Before the first web request, in the process that serves them: lay hands on what may be
        short later."""

    def stop(self) -> None:
        """After the last one."""

    def begin(self, environ: WSGIEnvironment, done: Callable[[PlainAnswer], None]) -> bool:
        """Take the web request over and call `done` once, perhaps before this returns; False leaves
        it to be served in the ordinary way. Must not wait for anything."""

    def go_on(self) -> None:
        """No more will begin for now: what has begun can be done together."""

    def give_up(self) -> PlainAnswer:
        """The answer to a web request that has waited too long."""
