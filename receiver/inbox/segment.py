"""A segment file: its name, its locks, its header, and how its writer appends to it.

Two locks of one byte each (open-file-description locks, which the kernel releases however the
process dies):

- IN_FLIGHT is held from the moment deliveries are stamped until they are synced, or until the
  segment that replaces this one exists. A reader that gets it for a moment knows that nothing
  stamped earlier is still being written.
- ALIVE is held as long as the writer may append. A reader that finds it free may delete the file.

So a segment gets its name only when its writer holds ALIVE and its header is synced: under that
name nobody ever meets one that is not held yet.
"""

import fcntl
import os
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from receiver import __version__
from receiver.inbox import frames
from receiver.inbox.frames import MARKER_BYTES, FrameKind

FORMAT = 1
SUFFIX = ".seg"
IN_FLIGHT, ALIVE = 0, 1

_UNFINISHED = ".unfinished"
# What is older is of a writer that was killed; one that only slept finds no file to give a name to.
_UNFINISHED_SECONDS = 60.0
_OF_HOST = re.compile(r"\d{20}-\d{20}-\d+\.(\d+)-([0-9a-f]{16})\.seg")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class RewrittenTail:
    """The frames of `segment` from `position` on were rewritten elsewhere: ignore them."""

    segment: str
    position: int


@dataclass(slots=True)
class OpenSegment:
    """The writer's side of a segment. `size`: the offset up to which it is written and synced.
    `is_empty`: it holds nothing that anyone needs."""

    path: Path
    fd: int
    marker: bytes
    opened: float
    size: int
    is_empty: bool

    @property
    def name(self) -> str:
        return self.path.name

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        lock(self.fd, IN_FLIGHT, fcntl.F_WRLCK)
        try:
            yield
        finally:
            lock(self.fd, IN_FLIGHT, fcntl.F_UNLCK)

    def append(self, data: bytes) -> None:
        """Write and sync. After an `OSError` the segment must not be appended to."""
        write_all(self.fd, data)
        os.fdatasync(self.fd)
        self.size += len(data)

    def close(self) -> None:
        os.close(self.fd)

    def finish(self) -> None:
        """Close it; an empty segment leaves no file behind."""
        if self.is_empty:
            with suppress(OSError):
                self.path.unlink()
        self.close()


def create(directory: Path, cut: RewrittenTail | None = None) -> OpenSegment:
    """Create a segment; when this returns, it survives a power cut, name and all."""
    marker = os.urandom(MARKER_BYTES)
    name = f"{time.time_ns():020d}-{os.getpid()}-{marker.hex()}{SUFFIX}"
    return create_as(directory / name, frames.encode(marker, FrameKind.HEADER, _header(cut)), cut)


def create_as(path: Path, header: bytes, cut: RewrittenTail | None = None) -> OpenSegment:
    """The same under a name of the caller's, which ends in the marker of its `header` frame."""
    _clear_unfinished(path.parent)
    unfinished = path.with_suffix(_UNFINISHED)
    fd = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    marker = marker_of(path.name)
    segment = OpenSegment(path, fd, marker, time.monotonic(), 0, is_empty=cut is None)
    try:
        lock(fd, ALIVE, fcntl.F_WRLCK)
        segment.append(header)
        unfinished.rename(path)
        sync_directory(path.parent)
    except BaseException:
        segment.close()
        for name in (unfinished, path):
            name.unlink(missing_ok=True)
        raise
    return segment


def _clear_unfinished(directory: Path) -> None:
    oldest = time.time() - _UNFINISHED_SECONDS
    for path in directory.glob(f"*{_UNFINISHED}"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def header_of(marker: bytes, size: int, cut: RewrittenTail | None = None) -> bytes:
    """A header frame of so many bytes."""
    blank = frames.encode(marker, FrameKind.HEADER, b"")
    return frames.encode(marker, FrameKind.HEADER, _header(cut).ljust(size - len(blank)))


def marker_of(name: str) -> bytes:
    return bytes.fromhex(name.removesuffix(SUFFIX).rsplit("-", 1)[1])


def place_in_host(name: str) -> tuple[str, int] | None:
    """Of which segment of another host it holds a part, by its marker, and from which offset on;
    None for what was received here."""
    match = _OF_HOST.fullmatch(name)
    return (match[2], int(match[1])) if match else None


def is_of_host(name: str) -> bool:
    """Whether a segment holds what another host received."""
    return place_in_host(name) is not None


def cut_in(header: bytes) -> RewrittenTail | None:
    """What the header frame of a segment says about its predecessor."""
    cut = orjson.loads(header)["cut"]
    return RewrittenTail(**cut) if cut else None


def is_alive(fd: int) -> bool:
    """Whether the process that writes this segment may still append to it."""
    wanted = _flock(fcntl.F_WRLCK, ALIVE)
    answer = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, wanted)
    return bool(struct.unpack("hhqqi", answer[: len(wanted)])[0] != fcntl.F_UNLCK)


def wait_until_nothing_in_flight(fd: int) -> int:
    """The segment's size at that moment; a moment later it may end in half a frame."""
    lock(fd, IN_FLIGHT, fcntl.F_RDLCK)
    size = os.fstat(fd).st_size
    lock(fd, IN_FLIGHT, fcntl.F_UNLCK)
    return size


def lock(fd: int, byte: int, kind: int) -> None:
    fcntl.fcntl(fd, fcntl.F_OFD_SETLKW, _flock(kind, byte))


def sync_directory(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_durably(path: Path, data: bytes) -> None:
    with path.open("wb", buffering=0) as file:
        write_all(file.fileno(), data)
        os.fsync(file.fileno())
    sync_directory(path.parent)


def write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _flock(kind: int, byte: int) -> bytes:
    """`struct flock` of 64-bit Linux: type, whence, start, length, pid."""
    return struct.pack("hhqqi", kind, os.SEEK_SET, byte, 1, 0)


def _header(cut: RewrittenTail | None) -> bytes:
    boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""
    return orjson.dumps(
        {
            "format": FORMAT,
            "app_version": __version__,
            "host": socket.gethostname(),
            "boot": boot,
            "pid": os.getpid(),
            "cut": None if cut is None else {"segment": cut.segment, "position": cut.position},
        }
    )
