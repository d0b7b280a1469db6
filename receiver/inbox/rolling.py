"""A request to all writers of an inbox: end the segment that you write, and begin a new one.

Whoever needs what has been accepted so far out of living segments asks for it here. Writers look
between two commits, at least once a second, and leave an empty segment as it is.
"""

import os
from pathlib import Path

from receiver.inbox.segment import write_durably

LOOK_SECONDS = 1.0

Request = tuple[int, int] | None
"""Another one: somebody has asked since."""


def ask_to_roll(inbox: Path) -> None:
    """Survives a power cut, as the need for it may."""
    write_durably(inbox / "roll", b"")


def last_request(inbox: Path) -> Request:
    try:
        found = os.stat(inbox / "roll")  # noqa: PTH116 - once a second in each worker
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
