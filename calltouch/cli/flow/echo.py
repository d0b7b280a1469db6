"""calltouch flow echo: a target on this machine that prints what it is sent."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import click

from calltouch.cli import FAILED
from calltouch.cli.output import json_option
from receiver.ending import ending_on_signals

_MOST_BYTES = 16 << 20
_ANSWER = b'{"ok": true}\n'


@click.command("echo", epilog="Example: calltouch flow echo --port 8090")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True)
@click.option(
    "--status", type=click.IntRange(200, 599), default=200, show_default=True, help="To answer."
)
@json_option
def echo(port: int, status: int, as_json: bool) -> int:
    """Listen on this machine, and print each web request whole.

    Flows may send there once flow_allowed_networks has 127.0.0.1/32 and flow_allowed_ports the
    port.
    """
    try:
        server = echo_server(port, status, print_line if as_json else print_text)
    except OSError as error:
        click.echo(f"calltouch: cannot listen on port {port}: {error.strerror}", err=True)
        return FAILED
    with server, ending_on_signals() as stop:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        # Of JSON every line is a request.
        click.echo(f"http://127.0.0.1:{server.server_port}/", err=as_json)
        stop.wait()
        server.shutdown()
    return 0


@dataclass(frozen=True, slots=True)
class EchoedRequest:
    line: str
    headers: tuple[tuple[str, str], ...]
    body: str


def print_text(request: EchoedRequest) -> None:
    head = "".join(f"{name}: {value}\n" for name, value in request.headers)
    click.echo(f"{request.line}\n{head}\n{request.body}\n")


def print_line(request: EchoedRequest) -> None:
    """As JSON."""
    method, path, *_ = request.line.split(" ")
    headers = dict(request.headers)
    described = {"method": method, "path": path, "headers": headers, "body": request.body}
    click.echo(json.dumps(described))


def echo_server(
    port: int, status: int, show: Callable[[EchoedRequest], None]
) -> ThreadingHTTPServer:
    """`show` is given each request. Raises `OSError` where the port is taken."""
    one_at_a_time = threading.Lock()

    class EchoRequest(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            length = self.headers.get("Content-Length", "0")
            size = min(int(length), _MOST_BYTES) if length.isdecimal() else 0
            body = self.rfile.read(size).decode("utf-8", "replace")
            with one_at_a_time:
                show(EchoedRequest(self.requestline, tuple(self.headers.items()), body))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(_ANSWER)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(_ANSWER)

        do_GET = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_POST

        def log_message(self, format: str, *values: object) -> None:
            """It is shown whole anyway."""

    return ThreadingHTTPServer(("127.0.0.1", port), EchoRequest)
