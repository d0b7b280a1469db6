"""Frames: how payloads are stored in a segment, and found again after damage.

A frame is marker (8 bytes) · kind (1) · length (4) · CRC-32 (4) · payload. The marker is random per
segment and part of the file's name, and no sender ever sees it, so no body can contain a forged
frame. The CRC covers marker, kind, length and payload.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

MARKER_BYTES = 8
MAX_PAYLOAD = (1 << 30) + (1 << 20)

_HEAD = struct.Struct(f"<{MARKER_BYTES}sBII")
_CHECKED = struct.Struct(f"<{MARKER_BYTES}sBI")
_WINDOW = 1 << 20


class FrameKind(IntEnum):
    HEADER = 1
    DELIVERY = 2
    CHECK = 3


@dataclass(frozen=True, slots=True)
class Frame:
    kind: int
    payload: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are not a frame. `tail`: no good frame follows, as after a power cut."""

    start: int
    end: int
    tail: bool


def encode(marker: bytes, kind: FrameKind, payload: bytes) -> bytes:
    checked = _CHECKED.pack(marker, kind, len(payload))
    crc = zlib.crc32(payload, zlib.crc32(checked))
    return _HEAD.pack(marker, kind, len(payload), crc) + payload


def read(fd: int, marker: bytes, start: int, limit: int) -> Iterator[Frame | Damage]:
    """The frames between two offsets of a segment, and the damage between them."""
    window = _Window(fd, limit)
    while start < limit:
        frame = _frame_at(window, marker, start)
        if frame is None:
            good = _next_good(window, marker, start + 1)
            yield Damage(start, limit if good is None else good.start, tail=good is None)
            if good is None:
                return
            frame = good
        yield frame
        start = frame.end


class _Window:
    """Reads a file through one buffer; never past `limit`."""

    def __init__(self, fd: int, limit: int) -> None:
        self._fd = fd
        self._limit = limit
        self._start = 0
        self._data = b""

    def bytes_at(self, start: int, size: int) -> bytes:
        """Up to `size` bytes from `start`, fewer at the limit or the end of the file."""
        end = min(start + size, self._limit)
        if start < self._start or end > self._start + len(self._data):
            wanted = min(max(size, _WINDOW), self._limit - start)
            self._start, self._data = start, _pread_all(self._fd, wanted, start)
        return self._data[start - self._start : end - self._start]


def _pread_all(fd: int, size: int, offset: int) -> bytes:
    parts = []
    while size > 0 and (part := os.pread(fd, size, offset)):
        parts.append(part)
        size -= len(part)
        offset += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _frame_at(window: _Window, marker: bytes, start: int) -> Frame | None:
    head = window.bytes_at(start, _HEAD.size)
    if len(head) < _HEAD.size:
        return None
    its_marker, kind, length, crc = _HEAD.unpack(head)
    if its_marker != marker or length > MAX_PAYLOAD:
        return None
    payload = window.bytes_at(start + _HEAD.size, length)
    if len(payload) < length or crc != zlib.crc32(payload, zlib.crc32(head[: _CHECKED.size])):
        return None
    return Frame(kind, payload, start, start + _HEAD.size + length)


def _next_good(window: _Window, marker: bytes, start: int) -> Frame | None:
    while chunk := window.bytes_at(start, _WINDOW):
        offset = chunk.find(marker)
        if offset < 0:
            start += max(len(chunk) - MARKER_BYTES + 1, 1)
            continue
        if frame := _frame_at(window, marker, start + offset):
            return frame
        start += offset + 1
    return None
