"""A test receiver: real sockets, keeps what it gets, sends scripted answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType

HANG_UP = 0


@dataclass(frozen=True)
class Received:
    method: str
    target: str
    content_type: str
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> bytes:
        return self.target.partition("?")[2].encode()


@dataclass
class StandIn:
    """`answer` returns the status for a delivery, or `HANG_UP`.

    `keeps_alive`: whether a connection stays open after an answer.
    """

    answer: Callable[[Received], int] = lambda received: 200
    keeps_alive: bool = True
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> "StandIn":
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/webhook"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Otherwise the answer leaves in two packets, and the second waits for an acknowledgement.
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            content_type = self.headers.get("Content-Type", "")
            received = Received(self.command, self.path, content_type, body)
            with lock:
                stand_in.received.append(received)
            status = stand_in.answer(received)
            self.close_connection = status == HANG_UP or not stand_in.keeps_alive
            if status == HANG_UP:
                return
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
