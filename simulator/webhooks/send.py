"""Sends over real HTTP: several keep-alive connections, one attempt per delivery."""

import http.client
import select
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from queue import Full, Queue
from threading import Thread

from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import Sending
from simulator.webhooks.target import Target

TIMEOUT_SECONDS = 30.0
_WAITING_PER_CONNECTION = 64
_POLL_SECONDS = 5.0
_CATCH_UP_SECONDS = 0.1
_HEADERS = {"Content-Type": CONTENT_TYPE, "User-Agent": "calltouch-simulate"}


class Unreachable(Exception):
    """Nothing listens at the target address; the text says why."""


@dataclass(slots=True)
class AnswerCounts:
    """Answers to the deliveries. `unanswered`: the connection broke or timed out."""

    by_status: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0

    @property
    def accepted(self) -> int:
        return self.by_status[200]

    @property
    def refused(self) -> dict[int, int]:
        return {status: n for status, n in sorted(self.by_status.items()) if status != 200}

    @property
    def sent(self) -> int:
        return sum(self.by_status.values()) + self.unanswered

    def add(self, other: "AnswerCounts") -> None:
        self.by_status.update(other.by_status)
        self.unanswered += other.unanswered


def send_all(
    sendings: Iterable[Sending],
    target: Target,
    connections: int = 8,
    rate: float | None = None,
) -> AnswerCounts:
    """Make the deliveries; `rate` is the maximum per second. Raises `Unreachable` before the first.

    All deliveries of a lead go over one connection, so they arrive in order.
    """
    _check_reachable(target)
    lines = [_Line(target) for _ in range(connections)]
    pace = _Pace(rate)
    for sending in sendings:
        pace.wait()
        lines[sending.lead_id % connections].put(sending)
    answers = AnswerCounts()
    for line in lines:
        answers.add(line.finish())
    return answers


def _check_reachable(target: Target) -> None:
    connection = _connection(target)
    try:
        connection.connect()
    except OSError as error:
        raise Unreachable(str(error)) from error
    finally:
        connection.close()


def _connection(target: Target) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if target.is_secure else http.client.HTTPConnection
    return kind(target.host, target.port, timeout=TIMEOUT_SECONDS)


class _Pace:
    """Limits deliveries per second."""

    def __init__(self, rate: float | None) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._next = time.monotonic()

    def wait(self) -> None:
        if not self._interval:
            return
        now = time.monotonic()
        time.sleep(max(0.0, self._next - now))
        self._next = max(self._next, now - _CATCH_UP_SECONDS) + self._interval


class _Line:
    """One connection with its own thread, which makes deliveries one by one."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._waiting: Queue[Sending | None] = Queue(_WAITING_PER_CONNECTION)
        self._answers = AnswerCounts()
        self._connection = _connection(target)
        # A daemon, so that Ctrl-C need not wait for a slow server.
        self._thread = Thread(target=self._run, name="simulate-line", daemon=True)
        self._thread.start()

    def put(self, sending: Sending | None) -> None:
        while True:
            try:
                return self._waiting.put(sending, timeout=_POLL_SECONDS)
            except Full:
                if not self._thread.is_alive():
                    raise RuntimeError("a sending thread has died; see its traceback") from None

    def finish(self) -> AnswerCounts:
        self.put(None)
        self._thread.join()
        return self._answers

    def _run(self) -> None:
        while (sending := self._waiting.get()) is not None:
            try:
                self._answers.by_status[self._deliver(sending)] += 1
            except (OSError, http.client.HTTPException):
                self._answers.unanswered += 1
                self._connection.close()
        self._connection.close()

    def _deliver(self, sending: Sending) -> int:
        self._hang_up_if_closed()
        self._connection.request(
            sending.method,
            self._target.request_target(sending.webhook, sending.query),
            sending.body or None,
            _HEADERS if sending.method == "POST" else {"User-Agent": _HEADERS["User-Agent"]},
        )
        response = self._connection.getresponse()
        response.read()
        return response.status

    def _hang_up_if_closed(self) -> None:
        """Between deliveries a server sends nothing, unless it has closed the connection."""
        if self._connection.sock is None:
            return
        poll = select.poll()
        poll.register(self._connection.sock, select.POLLIN)
        if poll.poll(0):
            self._connection.close()
