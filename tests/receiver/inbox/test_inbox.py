"""Writer and reader on real files."""

import errno
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest

from receiver.inbox import commits, reserve, segment, writer
from receiver.inbox.delivery import Delivery, Origin
from receiver.inbox.frames import FrameKind
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.inbox.rolling import ask_to_roll
from receiver.inbox.watermark import Watermark
from receiver.inbox.writer import InboxUnavailable, InboxWriter, WaitingFrame


def delivery(body: bytes = b"id=1", webhook: str = "default") -> Delivery:
    return Delivery(
        webhook=webhook,
        method="POST",
        path="/webhook",
        query=b"q=%D0%98",
        body=body,
        content_type="application/x-www-form-urlencoded",
        source_ip="92.118.66.7",
    )


def entries(directory: Path, positions: dict[str, int] | None = None) -> list[InboxEntry]:
    snapshot = InboxReader(directory).look()
    return [item for item in snapshot.entries(positions or {}) if isinstance(item, InboxEntry)]


def bodies(directory: Path) -> list[bytes]:
    return [entry.received.delivery.body for entry in entries(directory)]


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.seg"))


def test_what_is_put_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    kept = Delivery(
        webhook="a-b_C",
        method="GET",
        path="/webhook/a-b_C",
        query=bytes(range(256)),
        body=bytes(range(255, -1, -1)),
        content_type="text/плохой".encode().decode("latin-1"),
        source_ip="2001:db8::1",
        origin=Origin.API,
        outside=True,
    )
    inbox = InboxWriter(tmp_path)
    before = time.time_ns()
    inbox.put(kept)
    (entry,) = entries(tmp_path)
    assert entry.received.delivery == kept
    assert before <= entry.received.received_ns <= time.time_ns()


def test_it_is_there_while_the_segment_is_still_written(tmp_path: Path) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"one"))
    first = entries(tmp_path)
    inbox.put(delivery(b"two"))
    assert bodies(tmp_path) == [b"one", b"two"]
    (second,) = entries(tmp_path, {first[0].segment: first[0].position})
    assert second.received.delivery.body == b"two"


def test_many_threads_share_syncs_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs = []
    slow = os.fdatasync

    def fdatasync(fd: int) -> None:
        syncs.append(fd)
        time.sleep(0.002)
        slow(fd)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    inbox = InboxWriter(tmp_path)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: inbox.put(delivery(b"%d" % n)), range(400)))
    assert sorted(map(int, bodies(tmp_path))) == list(range(400))
    assert len(syncs) < 200


def test_on_a_slow_disk_those_answered_together_share_the_next_sync_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LONGEST_GATHERING_SECONDS", 2.0)
    inbox, told = InboxWriter(tmp_path), SimpleQueue[Exception | None]()
    inbox.put(delivery())
    syncs, real = [], os.fdatasync

    def fdatasync(fd: int) -> None:
        syncs.append(fd)
        time.sleep(0.5)
        real(fd)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    waiting = WaitingFrame(FrameKind.DELIVERY, delivery().pack(), told.put)
    inbox.begin([waiting] * 4)
    assert [told.get(timeout=10) for _ in range(4)] == [None] * 4
    inbox.begin([waiting])
    time.sleep(0.02)
    inbox.begin([waiting] * 3)
    assert [told.get(timeout=10) for _ in range(4)] == [None] * 4
    assert len(syncs) == 2
    assert len(bodies(tmp_path)) == 9


def test_one_that_cannot_be_told_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    inbox, told = InboxWriter(tmp_path), SimpleQueue[Exception | None]()

    def fails(error: Exception | None) -> None:
        raise RuntimeError

    packed = delivery().pack()
    inbox.begin([WaitingFrame(FrameKind.DELIVERY, packed, done) for done in (fails, told.put)])
    assert told.get(timeout=10) is None
    inbox.put(delivery())
    assert len(bodies(tmp_path)) == 3


def test_put_returns_only_after_the_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery())
    may_sync, done = threading.Event(), threading.Event()
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (may_sync.wait(5), real(fd)))

    def put() -> None:
        inbox.put(delivery())
        done.set()

    thread = threading.Thread(target=put)
    thread.start()
    assert not done.wait(0.2)
    may_sync.set()
    assert done.wait(5)
    thread.join()


def test_after_a_failed_sync_the_group_goes_into_a_new_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"before"))
    fail_once(monkeypatch, "fdatasync", errno.EIO)
    inbox.put(delivery(b"during"))
    inbox.put(delivery(b"after"))
    assert len(segments(tmp_path)) == 2
    # The frame of the failed sync is in the first segment too, and is counted once.
    assert segments(tmp_path)[0].read_bytes().count(b"during") == 1
    assert bodies(tmp_path) == [b"before", b"during", b"after"]


def test_a_partial_write_is_written_again_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"before"))
    real = os.write
    calls = []

    def write(fd: int, data: bytes) -> int:
        calls.append(fd)
        if len(calls) == 1:
            return real(fd, bytes(data)[:10])
        if len(calls) == 2:
            raise OSError(errno.EIO, "injected")
        return real(fd, data)

    monkeypatch.setattr(os, "write", write)
    inbox.put(delivery(b"during"))
    assert bodies(tmp_path) == [b"before", b"during"]


def test_when_both_tries_fail_the_caller_is_told_and_the_next_one_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"before"))
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", raising(errno.EIO))
        for _ in range(3):
            with pytest.raises(InboxUnavailable, match="Input/output error"):
                inbox.put(delivery(b"refused"))
    inbox.put(delivery(b"after"))
    assert [body for body in bodies(tmp_path) if body != b"refused"] == [b"before", b"after"]


def test_a_full_disk_uses_the_reserve_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"before"))
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= reserve.RESERVE_BYTES
    fail_once(monkeypatch, "write", errno.ENOSPC)
    inbox.put(delivery(b"during"))
    assert not (tmp_path / "reserve").exists()
    with monkeypatch.context() as full:
        full.setattr(os, "write", raising(errno.ENOSPC))
        with pytest.raises(InboxUnavailable, match="No space left"):
            inbox.put(delivery(b"refused"))
    inbox.put(delivery(b"after"))
    assert [body for body in bodies(tmp_path) if body != b"refused"] == [
        b"before",
        b"during",
        b"after",
    ]


def test_space_that_another_worker_freed_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"before"))
    reserve.give_up(tmp_path)
    fail_once(monkeypatch, "write", errno.ENOSPC)
    inbox.put(delivery(b"during"))
    assert bodies(tmp_path) == [b"before", b"during"]


@pytest.mark.parametrize("call", ["open", "write", "fdatasync", "fsync"])
def test_a_first_segment_that_fails_once_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    inbox = InboxWriter(tmp_path)
    fail_once(monkeypatch, call, errno.EIO)
    inbox.put(delivery(b"kept"))
    assert bodies(tmp_path) == [b"kept"]


def test_a_directory_that_appears_later_is_used(tmp_path: Path) -> None:
    blocked = tmp_path / "inbox"
    blocked.write_text("a file is in the way")
    inbox = InboxWriter(blocked)
    with pytest.raises(InboxUnavailable):
        inbox.put(delivery())
    blocked.unlink()
    inbox.put(delivery(b"kept"))
    assert bodies(blocked) == [b"kept"]


def test_segments_rotate_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "SEGMENT_BYTES", 1000)
    inbox = InboxWriter(tmp_path)
    for n in range(10):
        inbox.put(delivery(b"%d" % n * 400))
    assert len(segments(tmp_path)) > 3
    assert len(bodies(tmp_path)) == 10


def test_an_idle_segment_rotates_by_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "SEGMENT_SECONDS", 0.2)
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery())
    reader = InboxReader(tmp_path)
    assert reader.look().segments[0].alive
    wait_until(lambda: not reader.look().segments[0].alive)


def test_a_segment_is_alive_until_its_writer_closes_it(tmp_path: Path) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery())
    reader = InboxReader(tmp_path)
    assert reader.look().segments[0].alive
    assert reader.look().finished({}) == []
    inbox.close()
    assert not reader.look().segments[0].alive
    (entry,) = entries(tmp_path)
    assert reader.look().finished({}) == []
    assert reader.look().finished({entry.segment: entry.position}) == [entry.segment]


def test_a_reader_with_the_watermark_sees_one_final_order(tmp_path: Path) -> None:
    """What one look gives is never added to from below by a later one, across workers."""
    workers = [InboxWriter(tmp_path) for _ in range(3)]
    reader, watermark = InboxReader(tmp_path), Watermark(tmp_path)
    seen: list[InboxEntry] = []
    positions: dict[str, int] = {}

    def write(number: int) -> None:
        for n in range(150):
            workers[number].put(delivery(b"%d-%d" % (number, n)))

    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(write, number) for number in range(3)]
        while True:
            finished = all(job.done() for job in jobs)
            for item in reader.look(watermark).entries(positions):
                assert isinstance(item, InboxEntry)
                seen.append(item)
                positions[item.segment] = item.position
            if finished:
                break
    assert len(seen) == 450
    assert [entry.key for entry in seen] == sorted(entry.key for entry in seen)


def test_the_order_does_not_run_back_with_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, watermark = InboxWriter(tmp_path), Watermark(tmp_path)
    inbox.put(delivery(b"before"))
    InboxReader(tmp_path).look(watermark)
    hour_ago = time.time_ns() - 3600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: hour_ago)
    inbox.put(delivery(b"an hour earlier, says the clock"))
    InboxReader(tmp_path).look(watermark)
    InboxWriter(tmp_path).put(delivery(b"another worker"))
    found = entries(tmp_path)
    assert [entry.received.delivery.body[:6] for entry in found] == [
        b"before",
        b"an hou",
        b"anothe",
    ]
    assert found[1].received.received_ns == hour_ago
    assert found[1].received.order_ns > found[0].received.order_ns


def test_stamps_from_a_clock_that_was_ahead_hold_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, watermark, reader = InboxWriter(tmp_path), Watermark(tmp_path), InboxReader(tmp_path)
    in_an_hour = time.time_ns() + 3600 * 10**9
    with monkeypatch.context() as ahead:
        ahead.setattr(time, "time_ns", lambda: in_an_hour)
        inbox.put(delivery(b"ahead"))
    inbox.put(delivery(b"right again"))
    positions: dict[str, int] = {}
    found = []
    for _ in range(3):
        for item in reader.look(watermark).entries(positions):
            assert isinstance(item, InboxEntry)
            found.append(item.received.delivery.body)
            positions[item.segment] = item.position
    assert found == [b"ahead", b"right again"]


def test_check_goes_the_whole_way_and_is_no_delivery(tmp_path: Path) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.check()
    assert entries(tmp_path) == []
    assert len(segments(tmp_path)) == 1


def test_a_segments_name_is_durable_before_the_first_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = segment.sync_directory

    def sync_directory(path: Path) -> None:
        synced.append(str(path))
        real(path)

    monkeypatch.setattr(segment, "sync_directory", sync_directory)
    InboxWriter(tmp_path).put(delivery())
    assert synced == [str(tmp_path)]


def fail_once(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    real = getattr(os, name)
    left = [1]

    def fails(*args: object) -> object:
        if left:
            left.pop()
            raise OSError(number, os.strerror(number))
        return real(*args)

    monkeypatch.setattr(os, name, fails)


def raising(number: int) -> object:
    def fails(*args: object) -> object:
        raise OSError(number, os.strerror(number))

    return fails


def wait_until(condition: object, seconds: float = 5.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_asked_to_roll_a_living_segment_ends_and_an_empty_one_stays(tmp_path: Path) -> None:
    busy, idle = InboxWriter(tmp_path), InboxWriter(tmp_path)
    idle.open()
    (empty,) = segments(tmp_path)
    busy.put(delivery(b"id=1"))
    (first,) = {*segments(tmp_path)} - {empty}
    ask_to_roll(tmp_path)
    give_up_at = time.monotonic() + 20
    while alive(tmp_path)[first.name] and time.monotonic() < give_up_at:
        time.sleep(0.02)
    busy.put(delivery(b"id=2"))
    known = alive(tmp_path)
    assert not known.pop(first.name)
    assert known.pop(empty.name)
    assert list(known.values()) == [True]
    assert bodies(tmp_path) == [b"id=1", b"id=2"]


def test_a_delivery_is_read_as_what_its_reader_wants(tmp_path: Path) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"id=1"))
    reader = InboxReader(tmp_path, lambda one: replace(one, body=b"id=erased"))
    (entry,) = reader.look().entries({})
    assert isinstance(entry, InboxEntry)
    assert entry.received.delivery == replace(delivery(), body=b"id=erased")
    assert bodies(tmp_path) == [b"id=1"]


def alive(directory: Path) -> dict[str, bool]:
    return {one.name: one.alive for one in InboxReader(directory).look().segments}
