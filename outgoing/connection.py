"""One connection to a checked address: it knows how far it got, and ends at its deadline.

The phase decides what may be said of a failure: before the first byte of the request went out
nothing was done; behind it nobody knows. A socket's own time-out is per read, so an answer that
drips in a byte a second would hold it for hours: a timer shuts the socket down.
"""

import socket
import ssl
import threading
import time
from contextlib import suppress
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from io import BufferedReader
from typing import BinaryIO, cast

import certifi

from outgoing.guard import CheckedTarget
from outgoing.networks import Address

_MOST_INTERIM_ANSWERS = 20
_MOST_ADDRESSES = 4
_SWITCHING_PROTOCOLS = 101


class Phase(Enum):
    CONNECTING = "connecting"
    SENDING = "sending"
    READING = "reading"


class _HeadStream:
    """The lines of an answer's head. One that breaks off within it is no answer: `http.client`
    would take the end of the stream for the end of the head."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self, most: int) -> bytes:
        line = self._stream.readline(most)
        if not line.endswith(b"\n") and len(line) < most:
            raise HTTPException("the head is not whole")
        return line

    def close(self) -> None:
        self._stream.close()


class PatientResponse(HTTPResponse):
    """Passes all interim answers by. `http.client` passes 100 by alone and would hand 103 Early
    Hints over as the answer: a success would be taken for a failure and done again."""

    def begin(self) -> None:
        stream = self.fp
        self.fp = cast(BufferedReader, _HeadStream(stream))
        try:
            super().begin()
        finally:
            if self.fp is not None:
                self.fp = stream

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM_ANSWERS):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == _SWITCHING_PROTOCOLS:
                return version, status, reason
            while self.fp.readline(65_537).strip():
                pass
        raise HTTPException("too many interim answers")


class GuardedConnection(HTTPConnection):
    """`seconds`: for all of it, from now on. `ca_file`: instead of the usual authorities.
    `was_shut_down`: by its deadline, so that the end of what was read means nothing."""

    response_class = PatientResponse

    def __init__(self, target: CheckedTarget, seconds: float, ca_file: str | None = None) -> None:
        super().__init__(target.host, target.port)
        self.phase = Phase.CONNECTING
        self._target = target
        self._ca_file = ca_file
        self._ends_at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        # Also behind the answer's head, when `sock` may be gone and the body still drips in.
        self._held: socket.socket | None = None
        self.was_shut_down = False
        self.is_shaking_hands = False

    @property
    def seconds_left(self) -> float:
        return max(self._ends_at - time.monotonic(), 0.01)

    @property
    def is_over(self) -> bool:
        """Whether the deadline has ended it."""
        return self.was_shut_down or time.monotonic() >= self._ends_at

    def connect(self) -> None:
        """To one of the checked addresses; TLS checks the name. Raises `OSError`."""
        self._timer.start()
        self._held = self.sock = self._reached()
        if self._target.scheme == "https":
            self.is_shaking_hands = True
            context = ssl.create_default_context(cafile=self._ca_file or certifi.where())
            context.set_alpn_protocols(["http/1.1"])
            # The timer has to know the socket before the handshake, for that can drip in, too.
            self._held = self.sock = context.wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self.sock.settimeout(self.seconds_left)
            self.sock.do_handshake()
            self.is_shaking_hands = False

    def send_request(
        self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> None:
        """Raises `OSError` and `HTTPException`."""
        self.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            self.putheader(name, value)
        # Until here nothing was sent: the head goes out with the body, from its first byte on.
        self.phase = Phase.SENDING
        self.endheaders(body)
        self.phase = Phase.READING

    def finish(self) -> None:
        """When all is read, or nothing more will be. `http.client` closes a connection by itself
        as soon as an answer says `Connection: close`, with its body still to come."""
        self._timer.cancel()
        self.close()

    def _reached(self) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in self._target.addresses[:_MOST_ADDRESSES]:
            try:
                return _socket_to(address, self._target.port, self.seconds_left)
            except OSError as error:
                failure = error
        raise failure

    def _end(self) -> None:
        self.was_shut_down = True
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


def _socket_to(address: Address, port: int, seconds: float) -> socket.socket:
    """Without a look-up: the host is an address, and stays the one that was checked."""
    return socket.create_connection((str(address), port), timeout=seconds)
