"""A service that flows send to: slow enough to be killed in the middle, and it forgets nothing."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Arrival:
    """A web request that has come in whole, at a monotonic time."""

    method: str
    id: int
    key: str
    at: float = 0.0


@dataclass
class RecordingTarget:
    """`newest`: the highest number that has arrived, 0 before the first."""

    port: int = 0
    newest: int = 0
    arrivals: list[Arrival] = field(default_factory=list)

    def of(self, method: str) -> list[int]:
        return [arrival.id for arrival in self.arrivals if arrival.method == method]

    def forget_since(self, moment: float) -> None:
        """A machine without power sends nothing."""
        self.arrivals[:] = [arrival for arrival in self.arrivals if arrival.at < moment]


@contextmanager
def recording(seconds: float = 0.02) -> Iterator[RecordingTarget]:
    """`seconds`: from a request to its answer."""
    target, noting = RecordingTarget(), threading.Lock()

    class RecordedRequest(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with noting:
                at = time.monotonic()
                target.newest = max(target.newest, int(body["id"]))
                target.arrivals.append(Arrival(self.command, int(body["id"]), body["key"], at))
            time.sleep(seconds)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_POST

        def log_message(self, format: str, *values: object) -> None:
            """Nobody reads it."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """Those that were killed do not wait for the answer."""

    with Quiet(("127.0.0.1", 0), RecordedRequest) as server:
        target.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield target
        server.shutdown()
