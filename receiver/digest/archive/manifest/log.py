"""The manifest's lines on disk: JSON, only ever appended, each with its number and its own CRC.

A last line that is not whole was being written when the power went: it promised nothing and is cut
off before the next one. Any other line that is not what was written is damage, and named.
"""

import fcntl
import os
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from receiver.inbox.segment import sync_directory, write_all

_LINE = re.compile(rb'\{"crc":"([0-9a-f]{8})",(.*)', re.DOTALL)

Record = dict[str, Any]
Signature = tuple[int, int, int]


@dataclass(slots=True)
class LogContents:
    """What a log says. `bad_lines`: numbers of lines that are damaged, or of which some are gone
    before them. `whole_bytes`: where the next line belongs."""

    records: list[Record] = field(default_factory=list)
    bad_lines: list[int] = field(default_factory=list)
    whole_bytes: int = 0
    is_torn: bool = False


class ManifestLog:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 1

    def signature(self) -> Signature | None:
        """Another one: somebody has written."""
        return signature_of(self._path)

    def read(self) -> LogContents:
        reading = LogContents()
        data = self._path.read_bytes() if self._path.exists() else b""
        self._next = 1
        pieces = data.split(b"\n")
        for number, piece in enumerate(pieces, 1):
            is_last = number == len(pieces)
            if is_last and not piece:
                break
            record = _record(piece)
            if record is None and is_last:
                reading.is_torn = True
                break
            reading.whole_bytes += len(piece) + (0 if is_last else 1)
            if record is None or record["n"] != self._next:
                reading.bad_lines.append(number)
            if record is not None:
                self._next = record["n"]
                reading.records.append(record)
            self._next += 1
        return reading

    @property
    def length(self) -> int:
        """In lines."""
        return self._next - 1

    def append(self, kind: str, values: Record, *, synced: bool = True) -> Record:
        """Write one line, and sync it. The caller holds `changing`."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        record = {"n": self._next, "kind": kind, "at": now, **values}
        body = orjson.dumps(record)
        fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            is_new = os.fstat(fd).st_size == 0
            write_all(fd, b'{"crc":"%08x",' % zlib.crc32(body) + body[1:] + b"\n")
            if synced:
                os.fsync(fd)
        finally:
            os.close(fd)
        if is_new and synced:
            sync_directory(self._path.parent)
        self._next += 1
        return record

    def cut_torn_end(self, reading: LogContents) -> None:
        """The caller holds `changing`."""
        fd = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        try:
            size = os.fstat(fd).st_size
            if reading.is_torn:
                os.ftruncate(fd, reading.whole_bytes)
            elif size and os.pread(fd, 1, size - 1) != b"\n":
                os.pwrite(fd, b"\n", size)
            os.fsync(fd)
        finally:
            os.close(fd)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Nobody else writes meanwhile."""
        while True:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                # Who had the lock may have put another log in the place of this one.
                if self._is_named(fd):
                    yield
                    return
            finally:
                os.close(fd)

    def take_place_of(self, other: "ManifestLog", *, keep: bool) -> None:
        """By rename, once all lines are on the disk. `keep`: what the other holds, beside it."""
        if keep:
            aside = other._path.with_name(f"{other._path.stem}.{time.time_ns()}.damaged")
            aside.hardlink_to(other._path)
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
        self._path.rename(other._path)
        sync_directory(other._path.parent)

    def _is_named(self, fd: int) -> bool:
        found = signature_of(self._path)
        return found is not None and found[0] == os.fstat(fd).st_ino


def signature_of(path: Path) -> Signature | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _record(line: bytes) -> Record | None:
    """None for a line that is not as it was written."""
    parted = _LINE.fullmatch(line)
    if parted is None:
        return None
    body = b"{" + parted[2]
    if zlib.crc32(body) != int(parted[1], 16):
        return None
    record: Record = orjson.loads(body)
    return record
