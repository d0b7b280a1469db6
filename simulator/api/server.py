"""The API on a real socket: one thread per connection."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.api.app import create_api
from simulator.api.options import ApiOptions
from simulator.api.state import ApiState, state_of
from simulator.webhooks.outlet import TellLead
from simulator.world import World

_POLL_SECONDS = 0.02
_BACKLOG = 128


class _Silent(WSGIRequestHandler):
    """The journal has everything, and a log line would contain the token."""

    protocol_version = "HTTP/1.1"

    def send_response(self, code: int, message: str | None = None) -> None:
        """Without this server's own headers; the app sets Date."""
        self.send_response_only(code, message)

    def send_header(self, keyword: str, value: str) -> None:
        if (keyword.lower(), value) != ("date", ""):
            super().send_header(keyword, value)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@dataclass(frozen=True, slots=True)
class RunningApi:
    """A running API with its account, faults and journal."""

    url: str
    state: ApiState


@contextmanager
def serving(
    world: World,
    options: ApiOptions | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    tell: TellLead = lambda lead: None,
) -> Iterator[RunningApi]:
    """The API while the block runs. Port 0: any free port. Raises `OSError`."""
    with (
        listening(host, port) as listener,
        running(create_api(world, options, tell), listener) as served,
    ):
        yield served


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, so that connections can already queue up. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=_BACKLOG) as listener:
        yield listener


@contextmanager
def running(app: Flask, listener: socket.socket) -> Iterator[RunningApi]:
    """Serve the app on the socket."""
    host, port = listener.getsockname()[:2]
    server = _server(app, listener, host, port)
    thread = Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield RunningApi(f"http://{f'[{host}]' if ':' in host else host}:{port}", state_of(app))
    finally:
        server.shutdown()
        thread.join()


def _server(app: Flask, listener: socket.socket, host: str, port: int) -> BaseWSGIServer:
    return make_server(
        host, port, app, threaded=True, request_handler=_Silent, fd=listener.fileno()
    )
