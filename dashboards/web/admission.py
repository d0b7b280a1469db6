"""How many pages may be made at once, where they share a process with the receiving of webhooks."""

import threading

from flask import Response, g

RETRY_AFTER_SECONDS = 2
# Who waits holds a thread that a webhook may need.
_WAIT_SECONDS = 0.25


class TooBusy(Exception):
    """This web request must come back later."""


class Admission:
    """Serves so many web requests at once; as many again may wait for a moment."""

    def __init__(self, at_most: int) -> None:
        self._serving = threading.BoundedSemaphore(at_most)
        self._present = threading.BoundedSemaphore(2 * at_most)

    def enter(self) -> None:
        """Raises `TooBusy`; whoever got in must `leave`."""
        if not self._present.acquire(blocking=False):
            raise TooBusy
        if not self._serving.acquire(timeout=_WAIT_SECONDS):
            self._present.release()
            raise TooBusy

    def leave(self) -> None:
        self._serving.release()
        self._present.release()


def admit(admission: Admission) -> None:
    """Let the web request of this context in; raises `TooBusy`."""
    admission.enter()
    g.admitted_by = admission


def leave_when_sent(response: Response) -> Response:
    """A slow client holds its place, and a thread, until the last byte is on its way."""
    admission: Admission | None = g.pop("admitted_by", None)
    if admission is not None:
        response.call_on_close(admission.leave)
    return response


def leave_anyway(error: BaseException | None) -> None:
    """For a web request that ended without a response."""
    admission: Admission | None = g.pop("admitted_by", None)
    if admission is not None:
        admission.leave()
