"""A version of a file: exactly these bytes, held open so that they stay what they are.

Whoever publishes uses the blocks of the file before the last one again, unless somebody has it
open (analytics/publish): a descriptor of ours keeps a version whole while it is read.

Closing one lets go of the locks that DuckDB has on the same file in this process. Nobody but root
could open the file for writing even then, and whoever publishes goes by who has it open.
"""

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from analytics.statements import attach, statement

Identity = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class FileVersion:
    """`keyed_at`: of the keyed file only."""

    fd: int
    identity: Identity
    version: str
    published_at: datetime
    keyed_at: datetime | None
    last_delivery_id: int | None

    @property
    def size(self) -> int:
        return self.identity[2]


def identity_of(found: os.stat_result) -> Identity:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def open_version(path: Path) -> FileVersion:
    """The file that stands there now. Raises `FileNotFoundError`, other `OSError`, and
    `duckdb.Error` when it is no published file."""
    while True:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            identity = identity_of(os.fstat(fd))
            # Replaced between finding and opening, it may have been written over since.
            if identity_of(path.stat()) == identity:
                return _told(fd, identity)
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


def _told(fd: int, identity: Identity) -> FileVersion:
    """By itself: the name may lead to another file by now."""
    with duckdb.connect() as db:
        attach(db, Path(f"/proc/self/fd/{fd}"), "held")
        db.execute("set timezone = 'UTC'")
        described = db.execute(statement("remote/freshness"))
        names = [column[0] for column in described.description or ()]
        told = dict(zip(names, described.fetchall()[0], strict=True))
    made_at: datetime = told.get("keyed_at", told["published_at"])
    known = hashlib.blake2b(repr(identity).encode(), digest_size=6).hexdigest()
    return FileVersion(
        fd,
        identity,
        f"{made_at:%Y%m%dT%H%M%S%f}Z-{known}",
        told["published_at"],
        told.get("keyed_at"),
        told["last_delivery_id"],
    )


class VersionBytes(io.RawIOBase):
    """The bytes of a version from any place on, apart from everybody else who reads it; they stay
    readable until this is closed."""

    def __init__(self, held: FileVersion) -> None:
        self._fd = os.dup(held.fd)
        self._size = held.size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        wanted = self._size - self._place if size < 0 else size
        piece = os.pread(self._fd, max(0, wanted), self._place)
        self._place += len(piece)
        return piece

    def close(self) -> None:
        if not self.closed:
            os.close(self._fd)
        super().close()
