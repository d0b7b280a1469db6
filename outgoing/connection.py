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


class PatientResponse(HTTPResponse):
    """Passes all interim answers by. `http.client` passes 100 by alone and would hand 103 Early
    Hints over as the answer: a success would be taken for a failure and done again."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM_ANSWERS):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == _SWITCHING_PROTOCOLS:
                return version, status, reason
            while self.fp.readline(65_537).strip():
                pass
        raise HTTPException("too many interim answers")


class GuardedConnection(HTTPConnection):
    """`seconds`: for all of it, from now on. `ca_file`: instead of the usual authorities."""

    response_class = PatientResponse

    def __init__(self, target: CheckedTarget, seconds: float, ca_file: str | None = None) -> None:
        super().__init__(target.host, target.port)
        self.phase = Phase.CONNECTING
        self._target = target
        self._ca_file = ca_file
        self._ends_at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._is_over = False
        self.is_shaking_hands = False

    @property
    def seconds_left(self) -> float:
        return max(self._ends_at - time.monotonic(), 0.01)

    @property
    def is_over(self) -> bool:
        """Whether the deadline has ended it."""
        return self._is_over or time.monotonic() >= self._ends_at

    def connect(self) -> None:
        """To one of the checked addresses; TLS checks the name. Raises `OSError`."""
        self._timer.start()
        self.sock = self._reached()
        if self._target.scheme == "https":
            self.is_shaking_hands = True
            context = ssl.create_default_context(cafile=self._ca_file or certifi.where())
            context.set_alpn_protocols(["http/1.1"])
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
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

    def close(self) -> None:
        self._timer.cancel()
        super().close()

    def _reached(self) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in self._target.addresses[:_MOST_ADDRESSES]:
            try:
                return _socket_to(address, self._target.port, self.seconds_left)
            except OSError as error:
                failure = error
        raise failure

    def _end(self) -> None:
        self._is_over = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def _socket_to(address: Address, port: int, seconds: float) -> socket.socket:
    """Without a look-up: the host is an address, and stays the one that was checked."""
    return socket.create_connection((str(address), port), timeout=seconds)
