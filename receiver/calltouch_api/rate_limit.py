"""Limits API requests per second and host across all processes of this machine.

Calltouch counts them per IP address, whatever the token. A small file, locked by each process in
turn, holds the time of the last slot given out; slots are evenly spaced.
"""

import fcntl
import hashlib
import os
import struct
import tempfile
import time
from pathlib import Path

_TIME = struct.Struct("<d")
_MEMORY = Path("/dev/shm")
# A slot further ahead is from the clock of an earlier boot.
_FARTHEST_SECONDS = 600.0


class RateLimit:
    """Slots of one host. `per_second` may differ between processes; each keeps its own."""

    def __init__(self, host: str, per_second: float) -> None:
        directory = _MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())
        name = hashlib.sha256(host.lower().encode()).hexdigest()[:16]
        self._path = directory / f"calltouch-pace-{os.getuid()}-{name}"
        self._seconds = 1 / per_second

    def wait(self) -> None:
        """Block until the caller's slot."""
        turn = self._take_turn()
        time.sleep(max(turn - time.monotonic(), 0.0))

    def _take_turn(self) -> float:
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            now = time.monotonic()
            data = os.pread(fd, _TIME.size, 0)
            last = _TIME.unpack(data)[0] if len(data) == _TIME.size else 0.0
            if last > now + _FARTHEST_SECONDS:
                last = 0.0
            turn: float = max(now, last + self._seconds)
            os.pwrite(fd, _TIME.pack(turn), 0)
        finally:
            os.close(fd)
        return turn
