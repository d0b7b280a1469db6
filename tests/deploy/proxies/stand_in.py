"""An upstream that sends the first part of a page, and the rest when it is told to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HEAD = b"<!doctype html><title>first</title>"
REST = b"<p>rest</p>"
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class StandIn:
    port: int
    may_go_on: threading.Event = field(default_factory=threading.Event)


@contextmanager
def standing_in() -> Iterator[StandIn]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stand_in = StandIn(listener.getsockname()[1])
        thread = threading.Thread(target=_answer, args=(listener, stand_in), daemon=True)
        thread.start()
        yield stand_in
        stand_in.may_go_on.set()
        thread.join(PATIENCE_SECONDS)


def _answer(listener: socket.socket, stand_in: StandIn) -> None:
    """One web request, as the dashboards stream a page: in chunks, without a length."""
    client, _ = listener.accept()
    with client:
        while b"\r\n\r\n" not in client.recv(65536):
            pass
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head.encode() + _chunk(HEAD))
        # Else the page breaks off, and who waits for it is told.
        if stand_in.may_go_on.wait(PATIENCE_SECONDS):
            client.sendall(_chunk(REST) + _chunk(b""))


def _chunk(part: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(part), part)
