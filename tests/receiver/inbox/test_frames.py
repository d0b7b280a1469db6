"""Frames are found again whatever happened to the bytes around them."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from receiver.inbox import frames
from receiver.inbox.frames import Damage, Frame, FrameKind

MARKER = bytes(range(8))
PAYLOADS = [b"first", b"", b"x" * 3000, MARKER * 3, b"last"]


@pytest.fixture
def segment(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "segment"
    path.write_bytes(b"".join(frames.encode(MARKER, FrameKind.DELIVERY, p) for p in PAYLOADS))
    yield path


def read(path: Path, start: int = 0, limit: int | None = None) -> list[Frame | Damage]:
    fd = os.open(path, os.O_RDONLY)
    try:
        size = path.stat().st_size
        return list(frames.read(fd, MARKER, start, size if limit is None else limit))
    finally:
        os.close(fd)


def payloads(found: list[Frame | Damage]) -> list[bytes]:
    return [item.payload for item in found if isinstance(item, Frame)]


def test_what_was_written_is_read(segment: Path) -> None:
    found = read(segment)
    assert payloads(found) == PAYLOADS
    assert found[-1].end == segment.stat().st_size
    assert payloads(read(segment, start=found[1].start)) == PAYLOADS[1:]


def test_payloads_larger_than_a_window_are_read(tmp_path: Path) -> None:
    large = os.urandom(3 << 20)
    path = tmp_path / "segment"
    path.write_bytes(
        frames.encode(MARKER, FrameKind.DELIVERY, large)
        + frames.encode(MARKER, FrameKind.CHECK, b"")
    )
    assert payloads(read(path)) == [large, b""]


def test_cut_at_every_byte_of_the_end_the_frames_before_are_whole(segment: Path) -> None:
    data = segment.read_bytes()
    whole = read(segment)
    for size in range(whole[1].start, len(data)):
        segment.write_bytes(data[:size])
        found = read(segment)
        before = [frame for frame in whole if frame.end <= size]
        assert payloads(found) == [frame.payload for frame in before if isinstance(frame, Frame)]
        if size > before[-1].end:
            assert found[-1] == Damage(before[-1].end, size, tail=True)


@pytest.mark.parametrize("filling", ["zeros", "garbage"])
def test_a_filled_end_is_damage_of_the_end(segment: Path, filling: str) -> None:
    data = segment.read_bytes()
    whole = read(segment)
    chance = random.Random(7)
    for start in range(whole[2].start, len(data), 97):
        rest = len(data) - start
        fill = bytes(rest) if filling == "zeros" else chance.randbytes(rest)
        segment.write_bytes(data[:start] + fill)
        kept = [f.payload for f in whole if isinstance(f, Frame) and f.end <= start]
        assert payloads(read(segment)) == kept


def test_one_flipped_bit_loses_one_frame_at_most_and_is_reported(segment: Path) -> None:
    data = segment.read_bytes()
    chance = random.Random(11)
    for _ in range(1000):
        at = chance.randrange(len(data))
        broken = bytearray(data)
        broken[at] ^= 1 << chance.randrange(8)
        segment.write_bytes(broken)
        found = read(segment)
        lost = [p for p in PAYLOADS if p not in payloads(found)]
        assert len(payloads(found)) == len(PAYLOADS) - 1
        assert len(lost) == 1
        damage = [item for item in found if isinstance(item, Damage)]
        assert len(damage) == 1
        assert damage[0].start <= at < damage[0].end
        assert damage[0].tail == (lost == [b"last"])


def test_a_frame_forged_inside_a_body_stays_a_body(tmp_path: Path) -> None:
    """A sender who knew the format, but not the marker, cannot put a delivery into a body."""
    forged = frames.encode(b"guessed!", FrameKind.DELIVERY, b"forged")
    path = tmp_path / "segment"
    data = bytearray(frames.encode(MARKER, FrameKind.DELIVERY, b"a" + forged))
    data[0] ^= 1
    path.write_bytes(bytes(data) + frames.encode(MARKER, FrameKind.DELIVERY, b"good"))
    assert payloads(read(path)) == [b"good"]


def test_nothing_is_read_past_the_limit(segment: Path) -> None:
    whole = read(segment)
    assert payloads(read(segment, limit=whole[1].end)) == PAYLOADS[:2]
