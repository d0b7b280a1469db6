"""An older copy of a DuckDB file, made equal to it: python -I -S block_copy.py FILE COPY

Only the blocks whose checksums differ are written. DuckDB begins each block with the checksum of
the rest of it (https://duckdb.org/docs/stable/internals/storage), behind three headers of 4 KiB.

The copy must be an earlier state of the same file that was written whole; both must rest. It is
left alone, and IN_USE returned, while anyone has it open or it has another name.
"""

import fcntl
import os
import signal
import sys

IN_USE = 3

_HEADERS = 3 * 4096
_BLOCK = 262_144
_CHECKSUM = 8


def main(source: str, copy: str) -> int:
    # Whoever opens the copy meanwhile waits for us; we are told so by this signal.
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    old = os.open(source, os.O_RDONLY)
    os.chmod(copy, 0o600)  # noqa: PTH101 - pathlib takes longer to import than this to run
    new = os.open(copy, os.O_RDWR)
    if not _is_ours_alone(new):
        return IN_USE
    size = os.fstat(old).st_size
    os.ftruncate(new, size)
    _copy(old, new, 0, _HEADERS)
    for start in range(_HEADERS, size, _BLOCK):
        if os.pread(old, _CHECKSUM, start) != os.pread(new, _CHECKSUM, start):
            _copy(old, new, start, min(_BLOCK, size - start))
    return 0


def _is_ours_alone(fd: int) -> bool:
    """A write lease is granted on a file that nobody else has open."""
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError:
        return False
    return os.fstat(fd).st_nlink == 1


def _copy(old: int, new: int, start: int, size: int) -> None:
    data = os.pread(old, size, start)
    while data:
        written = os.pwrite(new, data, start)
        data, start = data[written:], start + written


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
