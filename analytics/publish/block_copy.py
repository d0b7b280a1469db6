"""An older copy of a DuckDB file, made equal to it; a process of its own does it.

Only the blocks that differ are written; they lie behind three headers of 4 KiB
(https://duckdb.org/docs/stable/internals/storage). Whole blocks are compared: those that may have
been written, if it is known which (see written_blocks), and all others only by the checksum that
each begins with. It is too weak to rely on, being the same for the same words in another order.

Both files must rest. The copy is left alone, and IN_USE returned, while anyone has it open or
holds a lease on it, or when it has another owner, or another name: its mode is then that of the
other name, too.

What is imported here delays each publication.
"""

import fcntl
import json
import os
import signal
import sys

from analytics.publish.last_checkpoint import BLOCK, HEADERS, last_checkpoint

IN_USE = 3


def main(source: str, copy: str | None = None) -> int:
    """Writes what the last checkpoint says of the blocks. Without a copy that is all. What is known
    of a copy comes in: `blocks` that may have been written, of the first `count`, until the
    checkpoint before the last one, `iteration`; or `null`."""
    # Whoever opens the copy meanwhile waits for us; we are told so by this signal.
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    old = os.open(source, os.O_RDONLY)
    seen = last_checkpoint(old)
    if copy is not None:
        new = _open_alone(copy)
        if new is None:
            return IN_USE
        known = json.load(sys.stdin)
        size = os.fstat(old).st_size
        os.ftruncate(new, size)
        suspects = list(range(HEADERS, size, BLOCK))
        if known is not None and seen is not None and seen["iteration"] == known["iteration"] + 1:
            written = {*known["blocks"], *range(known["count"], len(suspects))}
            suspects = [
                start
                for block, start in enumerate(suspects)
                if block in written or _checksum(old, start) != _checksum(new, start)
            ]
        _make_equal(old, new, size, suspects)
    json.dump(seen, sys.stdout)
    return 0


def _checksum(fd: int, start: int) -> bytes:
    return os.pread(fd, 8, start)


def _make_equal(old: int, new: int, size: int, suspects: list[int]) -> None:
    """`suspects`: where the blocks begin that are to be compared."""
    wanted, there = bytearray(BLOCK), bytearray(BLOCK)
    for start in (0, *suspects):
        length = min(BLOCK if start else HEADERS, size - start)
        os.preadv(old, [memoryview(wanted)[:length]], start)
        os.preadv(new, [memoryview(there)[:length]], start)
        if wanted != there:
            _write(new, memoryview(wanted)[:length], start)


def _open_alone(copy: str) -> int | None:
    """The copy, opened for writing; None when it is not ours alone. Its mode stays as it was then.

    pathlib takes longer to import than this to run.
    """
    before = os.stat(copy)  # noqa: PTH116
    if before.st_nlink > 1 or before.st_uid != os.geteuid():
        return None
    os.chmod(copy, 0o600)  # noqa: PTH101
    try:
        fd = os.open(copy, os.O_RDWR | os.O_NONBLOCK)
        # A write lease is granted on a file that nobody else has open.
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        if os.fstat(fd).st_nlink == 1:
            return fd
    except OSError:
        pass
    os.chmod(copy, before.st_mode & 0o7777)  # noqa: PTH101
    return None


def _write(fd: int, data: memoryview, start: int) -> None:
    while data:
        written = os.pwrite(fd, data, start)
        data, start = data[written:], start + written
