"""How many pages may be made at once in a process that also receives webhooks."""

import threading

from flask import Response, g

RETRY_AFTER_SECONDS = 2
# A waiting request occupies a thread that a webhook may need.
_WAIT_SECONDS = 0.25


class TooBusy(Exception):
    """This web request must come back later."""


class Admission:
    """Per application. So many web requests are served at once; as many again may wait a moment."""

    def __init__(self, at_most: int) -> None:
        self._serving = threading.BoundedSemaphore(at_most)
        self._present = threading.BoundedSemaphore(2 * at_most)

    def enter(self) -> None:
        """Raises `TooBusy`; otherwise call `leave` at the end."""
        if not self._present.acquire(blocking=False):
            raise TooBusy
        if not self._serving.acquire(timeout=_WAIT_SECONDS):
            self._present.release()
            raise TooBusy

    def leave(self) -> None:
        self._serving.release()
        self._present.release()


def admit(admission: Admission) -> None:
    """Let this web request in; raises `TooBusy`."""
    admission.enter()
    g.admitted_by = admission


def leave_when_sent(response: Response) -> Response:
    """A slow client keeps its place, and a thread, until the last byte is sent."""
    admission: Admission | None = g.pop("admitted_by", None)
    if admission is not None:
        response.call_on_close(admission.leave)
    return response


def leave_anyway(error: BaseException | None) -> None:
    """For a web request that ended without a response."""
    admission: Admission | None = g.pop("admitted_by", None)
    if admission is not None:
        admission.leave()
