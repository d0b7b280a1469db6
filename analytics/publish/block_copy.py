"""An older copy of a DuckDB file, made equal to it: python -I -S block_copy.py FILE COPY

Only the blocks that differ are written; they lie behind three headers of 4 KiB
(https://duckdb.org/docs/stable/internals/storage). Whole blocks are compared: the checksum that
DuckDB begins each one with is the same for the same words in another order.

Both files must rest. The copy is left alone, and IN_USE returned, while anyone has it open or
holds a lease on it, or when it has another name: its mode is then that of the other name, too.
"""

import fcntl
import os
import signal
import sys

IN_USE = 3

_HEADERS = 3 * 4096
_BLOCK = 262_144


def main(source: str, copy: str) -> int:
    # Whoever opens the copy meanwhile waits for us; we are told so by this signal.
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    old = os.open(source, os.O_RDONLY)
    new = _open_alone(copy)
    if new is None:
        return IN_USE
    size = os.fstat(old).st_size
    os.ftruncate(new, size)
    wanted, there = bytearray(_BLOCK), bytearray(_BLOCK)
    for start in (0, *range(_HEADERS, size, _BLOCK)):
        length = min(_BLOCK if start else _HEADERS, size - start)
        os.preadv(old, [memoryview(wanted)[:length]], start)
        os.preadv(new, [memoryview(there)[:length]], start)
        if wanted != there:
            _write(new, memoryview(wanted)[:length], start)
    return 0


def _open_alone(copy: str) -> int | None:
    """The copy, opened for writing; None when it is not ours alone. Its mode stays as it was then.

    pathlib takes longer to import than this to run.
    """
    before = os.stat(copy)  # noqa: PTH116
    if before.st_nlink > 1:
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
