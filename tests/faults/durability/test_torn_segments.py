"""Damage to the bytes of a segment: everything around it is still read, and it is reported.

Made as a power cut, a dying disk or a hostile sender would leave it, then read by the real reader.
"""

import os
import random
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.inbox import frames
from receiver.inbox import segment as segment_file
from receiver.inbox.delivery import Delivery, stamp
from receiver.inbox.frames import Frame, FrameKind
from receiver.inbox.reader import DamagedBytes, InboxEntry, InboxReader
from receiver.inbox.segment import SUFFIX, marker_of
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.deliveries import call, delivery, put

SECTOR = 512
DELIVERIES = rounds(80, 600)
FLIPS = rounds(150, 1000)

Found = tuple[list[bytes], list[tuple[int, int, bool]]]
"""The bodies that were read, and start, end and `tail` of each piece of damage."""


@dataclass(frozen=True)
class Written:
    """A segment as it was written: its bytes and its frames, of which the first is the header."""

    path: Path
    data: bytes
    frames: list[Frame]
    bodies: list[bytes]

    def whole_up_to(self, offset: int) -> tuple[list[bytes], int]:
        """The deliveries that end by an offset, and where the last frame of all that do so ends."""
        ends = [frame.end for frame in self.frames if frame.end <= offset]
        return self.bodies[: max(len(ends) - 1, 0)], ends[-1] if ends else 0

    def read(self, data: bytes) -> Found:
        """What is found when the segment holds these bytes instead."""
        self.path.write_bytes(data)
        reader = InboxReader(self.path.parent)
        try:
            items = list(reader.look().entries({}))
        finally:
            reader.close()
        damaged = [item for item in items if isinstance(item, DamagedBytes)]
        assert {piece.segment for piece in damaged} <= {self.path.name}
        bodies = [item.received.delivery.body for item in items if isinstance(item, InboxEntry)]
        return bodies, [(piece.start, piece.end, piece.tail) for piece in damaged]


def written(directory: Path, deliveries: list[Delivery]) -> Written:
    put(directory, deliveries)
    (path,) = directory.glob(f"*{SUFFIX}")
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        found = list(frames.read(file.fileno(), marker_of(path.name), 0, size))
    whole = [item for item in found if isinstance(item, Frame)]
    assert len(whole) == len(found) == len(deliveries) + 1
    return Written(path, path.read_bytes(), whole, [one.body for one in deliveries])


def deliveries_of_all_sizes(chances: random.Random) -> list[Delivery]:
    """The last three are short, to be cut at every byte."""
    sizes = [chances.choice((0, 9, 120, 800, 1500)) for _ in range(DELIVERIES - 4)]
    bodies = [chances.randbytes(size) for size in (*sizes, 20_000, 120, 0, 60)]
    return [delivery(body) for body in bodies]


@pytest.fixture
def segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Read in thousands of damaged versions, none of which has to survive anything."""
    segment = written(tmp_path / "inbox", deliveries_of_all_sizes(chance("torn segments")))
    monkeypatch.setattr(os, "fdatasync", lambda fd: None)
    return segment


def test_cut_anywhere_in_the_last_frames_all_before_is_read(segment: Written) -> None:
    cuts = range(segment.frames[-3].start, len(segment.data) + 1)
    for size in cuts:
        bodies, end = segment.whole_up_to(size)
        damage = [] if end == size else [(end, size, True)]
        assert segment.read(segment.data[:size]) == (bodies, damage)
    record("T-07 cut at every byte of the last frames", places=len(cuts), lost_before=0)


@pytest.mark.parametrize("filling", ["zeros", "garbage"])
def test_filled_from_any_sector_on_all_before_is_read(segment: Written, filling: str) -> None:
    chances = chance("filling", filling)
    starts = range(0, len(segment.data), SECTOR)
    for start in starts:
        rest = len(segment.data) - start
        fill = bytes(rest) if filling == "zeros" else chances.randbytes(rest)
        bodies, end = segment.whole_up_to(start)
        found = segment.read(segment.data[:start] + fill)
        assert found == (bodies, [(end, len(segment.data), True)])
    record(f"T-07 {filling} from every sector on", places=len(starts), lost_before=0)


@pytest.mark.parametrize("size", [1, SECTOR, 4096, 3 << 20])
def test_an_end_that_grew_without_data_loses_nothing(segment: Written, size: int) -> None:
    """Some file systems make a file longer before they write what belongs there."""
    end = len(segment.data)
    assert segment.read(segment.data + bytes(size)) == (segment.bodies, [(end, end + size, True)])
    record("T-07 end grown by zeros", places=1, lost_before=0)


def test_one_flipped_bit_loses_one_delivery_at_most(segment: Written) -> None:
    chances = chance("flips")
    lost = 0
    for _ in range(FLIPS):
        at = chances.randrange(len(segment.data))
        broken = bytearray(segment.data)
        broken[at] ^= 1 << chances.randrange(8)
        hit = next(number for number, frame in enumerate(segment.frames) if frame.end > at)
        rest = [body for number, body in enumerate(segment.bodies, 1) if number != hit]
        frame = segment.frames[hit]
        damage = [(frame.start, frame.end, frame is segment.frames[-1])]
        assert segment.read(bytes(broken)) == (rest, damage)
        lost += len(segment.bodies) - len(rest)
    record("T-07 one bit flipped", places=FLIPS, lost_besides_the_one=0, lost=lost)


def test_a_sector_lost_in_the_middle_costs_what_lay_in_it(segment: Written) -> None:
    """What comes after is found again, wherever in a frame the damage ends."""
    starts = range(SECTOR, len(segment.data) - SECTOR, SECTOR)
    for start in starts:
        end = start + SECTOR
        data = segment.data[:start] + bytes(SECTOR) + segment.data[end:]
        whole = [frame.end <= start or frame.start >= end for frame in segment.frames[1:]]
        rest = [body for body, is_whole in zip(segment.bodies, whole, strict=True) if is_whole]
        bodies, damage = segment.read(data)
        assert bodies == rest
        assert len(damage) == 1
        assert damage[0][0] <= start < end <= damage[0][1]
    record("T-07 one sector zeroed", places=len(starts), lost_besides_the_hit=0)


@pytest.mark.parametrize("place", ["middle", "end", "header"])
def test_digest_keeps_the_damaged_bytes_and_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    synced: list[Path] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        real(fd)
        synced.append(Path(f"/proc/self/fd/{fd}").readlink())

    monkeypatch.setattr(os, "fsync", fsync)
    data_dir = DataDir(settings.data_dir)
    segment = written(data_dir.inbox, [call(number) for number in range(100)])
    hit = {"header": 0, "middle": 50, "end": 100}[place]
    frame = segment.frames[hit]
    broken = bytearray(segment.data)
    broken[frame.start + 3 : frame.end - 3] = bytes(frame.end - frame.start - 6)
    segment.path.write_bytes(broken)
    put(settings, [call(1000)])
    Digest(settings).finish()
    (kept,) = data_dir.damaged.iterdir()
    assert kept.name == f"{segment.path.name}-{frame.start}-{frame.end}"
    assert kept.read_bytes() == bytes(broken[frame.start : frame.end])
    # The segment is gone: a power cut must not take these last bytes of it too.
    assert {kept, data_dir.damaged, data_dir.inbox} <= set(synced)
    with duckdb.connect(str(data_dir.published), read_only=True) as db:
        found = [lead for (lead,) in db.execute("select lead_id from leads order by 1").fetchall()]
    assert found == [*(n for n in range(100) if n != hit - 1), 1000]
    assert list(data_dir.inbox.glob(f"*{SUFFIX}")) == []
    record("T-07 damage met by digest", places=1, lost_besides_the_hit=0)


def test_a_frame_that_is_just_being_written_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file grows page by page while it is written to: a reader may find half of a frame."""
    live = segment_file.create(tmp_path)
    payload = stamp(delivery(b"x" * 10_000).pack(), 1, 1)
    frame = frames.encode(live.marker, FrameKind.DELIVERY, payload)
    parts = [frame[:4096], frame[4096:]]

    def is_alive(fd: int) -> bool:
        os.write(live.fd, parts.pop(0))
        return True

    monkeypatch.setattr("receiver.inbox.reader.is_alive", is_alive)
    reader = InboxReader(tmp_path)
    assert list(reader.look().entries({})) == []
    os.write(live.fd, parts.pop())
    monkeypatch.undo()
    (entry,) = reader.look().entries({})
    reader.close()
    live.close()
    assert isinstance(entry, InboxEntry)
    record("T-07 half a frame under a reader", places=1, lost=0)


def test_a_frame_of_another_segment_inside_a_body_stays_a_body(tmp_path: Path) -> None:
    """A sender may know the format and even bytes that once were a frame, but not the marker."""
    other = written(tmp_path / "other", [delivery(b"forged")])
    forged = other.data[other.frames[-1].start :]
    bodies = [b"before", b"x=" + forged * 3 + b"&y=", b"after"]
    segment = written(tmp_path / "inbox", [delivery(body) for body in bodies])
    assert segment.read(segment.data) == (bodies, [])
    frame = segment.frames[2]
    # Damage that ends right where the forged frame begins, and every shorter one.
    for end in range(frame.start + 1, segment.data.index(forged) + 1):
        broken = bytearray(segment.data)
        broken[frame.start : end] = bytes(255 - byte for byte in broken[frame.start : end])
        found = segment.read(bytes(broken))
        assert found == ([b"before", b"after"], [(frame.start, frame.end, False)])
    record("T-07 forged frame behind damage", places=1, forged_deliveries=0)


@pytest.mark.parametrize("claimed", ["nothing", "its length", "more than there is", "too much"])
def test_the_right_marker_with_a_wrong_frame_behind_it_is_skipped(
    tmp_path: Path, claimed: str
) -> None:
    """Should a marker stand in a body after all, it needs a right checksum too."""
    inbox = InboxWriter(tmp_path / "inbox")
    inbox.put(delivery(b"before"))
    (path,) = (tmp_path / "inbox").glob(f"*{SUFFIX}")
    length = {"nothing": 0, "its length": 6, "more than there is": 1 << 20, "too much": 2**32 - 1}
    head = (
        marker_of(path.name) + bytes([FrameKind.DELIVERY]) + length[claimed].to_bytes(4, "little")
    )
    inbox.put(delivery((head + bytes(4) + b"forged") * 5))
    inbox.put(delivery(b"after"))
    inbox.close()
    data = bytearray(path.read_bytes())
    outer = data.index(marker_of(path.name), data.index(b"before"))
    data[outer] ^= 1
    path.write_bytes(data)
    reader = InboxReader(path.parent)
    items = list(reader.look().entries({}))
    reader.close()
    found = [item.received.delivery.body for item in items if isinstance(item, InboxEntry)]
    damaged = [(item.start, item.tail) for item in items if isinstance(item, DamagedBytes)]
    assert found == [b"before", b"after"]
    assert damaged == [(outer, False)]
    record("T-07 forged frame behind damage", places=1, forged_deliveries=0)


def test_what_lies_behind_missing_bytes_is_found_where_it_is_now(segment: Written) -> None:
    hit = next(n for n, body in enumerate(segment.bodies, 1) if len(body) == 1500)
    frame = segment.frames[hit]
    rest = [body for number, body in enumerate(segment.bodies, 1) if number != hit]
    sizes = (1, 13, SECTOR, frame.end - frame.start - 1)
    for size in sizes:
        missing = slice(frame.start + 1, frame.start + 1 + size)
        data = bytearray(segment.data)
        del data[missing]
        assert segment.read(bytes(data)) == (rest, [(frame.start, frame.end - size, False)])
    record("T-07 bytes missing in the middle", places=len(sizes), lost_besides_the_hit=0)
