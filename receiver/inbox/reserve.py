"""Disk space reserved for the day the disk is full: room for tens of thousands of deliveries.

The space is a file of allocated blocks. The first writer that finds the disk full deletes it and
carries on; it is allocated again once there is plenty of room.
"""

import fcntl
import logging
import os
import shutil
from pathlib import Path

log = logging.getLogger(__name__)

RESERVE_BYTES = 64 << 20
_PLENTY = 4 * RESERVE_BYTES


def lay_down(directory: Path) -> None:
    """Reserve the space unless that is done already, or little space is left."""
    path = _path(directory)
    if path.exists() or shutil.disk_usage(directory).free < _PLENTY:
        return
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        with unfinished.open("xb") as file:
            os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
        unfinished.rename(path)
    except OSError as error:
        log.warning("no disk space could be reserved for emergencies: %s", error)
        unfinished.unlink(missing_ok=True)


def give_up(directory: Path) -> None:
    """Free the space, if it is still reserved. It is free when this returns, whoever freed it.

    The lock waits for another worker doing the same: a name disappears before its blocks do.
    """
    try:
        fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        _path(directory).unlink()
    except FileNotFoundError:
        return
    finally:
        os.close(fd)
    log.error("the disk is full: using the %d MiB reserved for emergencies", RESERVE_BYTES >> 20)


def _path(directory: Path) -> Path:
    return directory / "reserve"
