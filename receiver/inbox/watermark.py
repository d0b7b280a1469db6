"""How far digest has read: no delivery is stamped with an order at or below it any more.

Eight bytes in a file that digest writes and every writer reads before it stamps. Together with the
lock that says "in flight" it makes the order of all workers' deliveries final, whatever the clock
does: what digest has seen up to the watermark is all there will ever be below it.

Digest syncs it before it takes anything below it into the store. Otherwise, when a power cut took
the file back and the clock starts behind, new deliveries would come before digested ones.
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
        """From now on a power cut cannot take it back to what it was before."""
        os.fdatasync(self._open())
        if not self._is_named:
            sync_directory(self._path.parent)
            self._is_named = True

    def _open(self) -> int:
        if self._fd < 0:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._fd
