"""The last free space of a disk belongs to the inbox.

Whatever else digest writes can be made again later; a delivery cannot.
"""

import logging
import shutil
import time
from pathlib import Path

log = logging.getLogger(__name__)

ROOM_FOR_INBOX_BYTES = 64 << 20
_WARN_EVERY_SECONDS = 60.0


class DiskRoom:
    """The disk under a directory, for writers that must leave room on it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._next_warning = 0.0

    def is_there(self, for_bytes: int = 0) -> bool:
        """Whether that much can be written without taking the inbox's room. Logs a refusal at most
        once a minute."""
        free = shutil.disk_usage(self._directory).free
        if free >= ROOM_FOR_INBOX_BYTES + for_bytes:
            return True
        if time.monotonic() >= self._next_warning:
            self._next_warning = time.monotonic() + _WARN_EVERY_SECONDS
            log.error(
                "digest waits: %d MiB of disk are free, it needs %d and leaves %d to the inbox; "
                "make room and it continues by itself",
                free >> 20,
                for_bytes >> 20,
                ROOM_FOR_INBOX_BYTES >> 20,
            )
        return False
