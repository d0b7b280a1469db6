"""Disk space kept back for the day the disk is full: room for some tens of thousands of deliveries.

The space is a file of real blocks. The first writer that finds the disk full deletes it and goes
on; it is laid down again when there is plenty of room.
"""

import logging
import os
import shutil
from pathlib import Path

log = logging.getLogger(__name__)

RESERVE_BYTES = 64 << 20
_PLENTY = 4 * RESERVE_BYTES


def lay_down(directory: Path) -> None:
    """Set the space aside unless it already is, or the disk has little left."""
    path = _path(directory)
    if path.exists() or shutil.disk_usage(directory).free < _PLENTY:
        return
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        with unfinished.open("xb") as file:
            os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
        unfinished.rename(path)
    except OSError as error:
        log.warning("no disk space could be set aside for emergencies: %s", error)
        unfinished.unlink(missing_ok=True)


def give_up(directory: Path) -> bool:
    """Free the space; False when there was none left to free."""
    try:
        _path(directory).unlink()
    except FileNotFoundError:
        return False
    log.error("the disk is full: using the %d MiB kept for emergencies", RESERVE_BYTES >> 20)
    return True


def _path(directory: Path) -> Path:
    return directory / "reserve"
