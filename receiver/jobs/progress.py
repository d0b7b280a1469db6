"""How far a command is, told to the runner of jobs on a pipe: lines `done total`."""

import os
import time
from contextlib import suppress

PROGRESS_FD = "JOB_PROGRESS_FD"
"""The variable that names the descriptor to write to."""

ASKED_BY = "JOB_ASKED_BY"
"""The variable that names who started the job."""

_EVERY_SECONDS = 0.25


class ReportedProgress:
    """Writes now and then, and when all is done."""

    def __init__(self, fd: int, total: int) -> None:
        self._fd, self._total = fd, total
        self._done, self._next = 0, 0.0

    def update(self, n_steps: int) -> None:
        self._done += n_steps
        now = time.monotonic()
        if now < self._next and self._done < self._total:
            return
        self._next = now + _EVERY_SECONDS
        # The work goes on whether or not somebody listens.
        with suppress(OSError):
            os.write(self._fd, f"{self._done} {self._total}\n".encode())


def last_progress(text: bytes) -> tuple[int, int] | None:
    """Done and total, of the last whole line."""
    lines = text.split(b"\n")[:-1]
    if not lines:
        return None
    done, total = lines[-1].split()
    return int(done), int(total)
