"""How far digest has read: no delivery is stamped with an order at or below it again.

Eight bytes in a file that digest writes and every writer reads before it stamps. Together with the
IN_FLIGHT lock it makes the order of all workers' deliveries final, whatever the clock does: what
digest has seen up to the watermark is all there will ever be below it.

Digest syncs it before it folds anything below it. Otherwise, after a power cut that reverts the
file and sets the clock back, new deliveries could sort before digested ones.
"""

import os
import struct
from pathlib import Path

from receiver.inbox.segment import sync_directory

_NUMBER = struct.Struct("<q")


class Watermark:
    def __init__(self, directory: Path) -> None:
        self._path = directory / "watermark"
        self._fd = -1
        self._is_named = False

    def read(self) -> int:
        data = os.pread(self._open(), _NUMBER.size, 0)
        return int(_NUMBER.unpack(data)[0]) if len(data) == _NUMBER.size else 0

    def raise_to(self, order_ns: int) -> None:
        os.pwrite(self._open(), _NUMBER.pack(order_ns), 0)

    def sync(self) -> None:
        """Make sure that a power cut cannot revert it."""
        os.fdatasync(self._open())
        if not self._is_named:
            sync_directory(self._path.parent)
            self._is_named = True

    def __del__(self) -> None:
        # Nobody closes one: its writer or digest has it to the end.
        if self._fd >= 0:
            os.close(self._fd)

    def _open(self) -> int:
        if self._fd < 0:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._fd
