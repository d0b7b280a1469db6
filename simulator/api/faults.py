"""Faults on demand: what the next requests get instead of an answer."""

import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import Response, g, request

from simulator.api import answers

CLOSED = "close"


class BadFault(ValueError):
    """The text says what is wrong with the ordered fault."""


@dataclass(frozen=True, slots=True)
class ApiFault:
    """`times`: how many requests it affects; `path`: a regular expression searched in theirs.

    `seconds` is for `slow`, `retry_after` for `429`, `code` and `message` for `api-error`; `body`
    answers `message` as JSON. Three come with the answer itself: `date` has `message` as a header,
    or none if empty; `lagging` shows leads as of `at` (Unix seconds); `moved` is an export page
    after this many new `records` have appeared in front of the others, or disappeared if negative.
    """

    kind: str
    times: int = 1
    path: str = ""
    seconds: float = 1.0
    retry_after: int | None = None
    code: int = 10001
    message: str = "Ошибка по заказу"
    at: int | None = None
    records: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadFault(f"kind {self.kind!r} is none of {', '.join(KINDS)}")
        if not isinstance(self.times, int) or self.times < 1:
            raise BadFault(f"times {self.times!r} is not a number from 1")
        if not isinstance(self.records, int) or not isinstance(self.at, int | None):
            raise BadFault("records and at are whole numbers")
        if not isinstance(self.seconds, int | float):
            raise BadFault(f"seconds {self.seconds!r} is not a number")
        try:
            re.compile(self.path)
        except (TypeError, re.error) as error:
            raise BadFault(f"path {self.path!r}: {error}") from error

    @classmethod
    def from_document(cls, document: Any) -> "ApiFault":
        if not isinstance(document, Mapping):
            raise BadFault('must be an object like {"kind": "500", "times": 2}')
        try:
            return cls(**document)
        except TypeError as error:
            raise BadFault(str(error)) from error


class ApiFaults:
    """Pending faults; the oldest is used up first."""

    def __init__(self) -> None:
        self._pending: list[tuple[ApiFault, int]] = []
        self._lock = Lock()

    def order(self, fault: ApiFault) -> None:
        with self._lock:
            self._pending.append((fault, fault.times))

    def clear(self) -> None:
        with self._lock:
            self._pending.clear()

    @property
    def pending(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{"kind": f.kind, "path": f.path, "times": left} for f, left in self._pending]

    def take(self, path: str) -> ApiFault | None:
        """Take a pending fault for a request with this path."""
        with self._lock:
            for position, (fault, left) in enumerate(self._pending):
                if re.search(fault.path, path):
                    self._pending[position : position + 1] = [(fault, left - 1)] if left > 1 else []
                    return fault
        return None


def strike(fault: ApiFault) -> Response | None:
    """The answer instead; None: the real answer, later."""
    return _STRIKES[fault.kind](fault)


def cut_connection() -> None:
    """How `close` ends: whatever is answered does not arrive."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)


def _slow(fault: ApiFault) -> None:
    time.sleep(fault.seconds)


def _changed(fault: ApiFault) -> None:
    """Called by whoever builds the answer."""
    g.change = fault


def change_of(kind: str) -> ApiFault | None:
    """The fault that affects this answer, if it is of that kind."""
    change: ApiFault | None = g.get("change")
    return change if change is not None and change.kind == kind else None


def _broken_json(fault: ApiFault) -> Response:
    return Response('[{"callId": 104000, "date": ', content_type="application/json")


def _truncated(fault: ApiFault) -> Response:
    """The connection ends before all promised bytes have been sent."""
    answer = Response('{"page":1,"pageTotal":1,"records":[', content_type="application/json")
    answer.headers["Content-Length"] = "4096"
    answer.automatically_set_content_length = False
    return answer


_STRIKES: dict[str, Callable[[ApiFault], Response | None]] = {
    "500": lambda fault: answers.internal_failure(),
    "502": lambda fault: answers.html_page("502 Bad Gateway", 502),
    "429": lambda fault: answers.too_many_requests(fault.retry_after),
    "403": lambda fault: answers.invalid_credentials(),
    "slow": _slow,
    "broken-json": _broken_json,
    "body": lambda fault: Response(fault.message, content_type="application/json"),
    "truncated": _truncated,
    "error-object-200": lambda fault: answers.json_answer(answers.INTERNAL_FAILURE),
    "redirect": lambda fault: answers.to_the_help_page(),
    CLOSED: lambda fault: Response(status=500),
    "api-error": lambda fault: answers.api_error(fault.code, fault.message),
    "date": _changed,
    "lagging": _changed,
    "moved": _changed,
    "validation-error": lambda fault: answers.validation_error(fault.message),
}
KINDS = tuple(_STRIKES)
