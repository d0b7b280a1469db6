"""Two threads that take turns while a disk is slow."""

import errno
import os
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from queue import SimpleQueue

import pytest

from receiver.inbox import commits, writer
from receiver.inbox.frames import FrameKind
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.inbox.watermark import Watermark
from receiver.inbox.writer import InboxWriter, WaitingFrame
from tests.receiver.inbox.test_inbox import bodies, delivery, raising, segments, wait_until


class Syncs:
    """How many run at a time; each takes a while, and no longer on a busy disk."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._counting = threading.Lock()
        self.running = 0
        self.most = 0

    def __call__(self, fd: int) -> None:
        with self._counting:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(self._seconds)
        with self._counting:
            self.running -= 1


def send(
    inbox: InboxWriter, number: int, told: Callable[[Exception | None], None] = lambda error: None
) -> None:
    inbox.begin([WaitingFrame(FrameKind.DELIVERY, delivery(b"%d" % number).pack(), told)])


@pytest.mark.parametrize(("lanes", "slow", "most"), [(2, 0.01, 2), (1, 0.01, 1), (2, 10.0, 1)])
def test_only_on_a_slow_disk_two_syncs_run_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lanes: int, slow: float, most: int
) -> None:
    monkeypatch.setattr(writer, "SLOW_SECONDS", slow)
    inbox = InboxWriter(tmp_path, lanes=lanes)
    inbox.open()
    syncs, told = Syncs(0.05), SimpleQueue[Exception | None]()
    monkeypatch.setattr(os, "fdatasync", syncs)
    for number in range(40):
        send(inbox, number, told.put)
        time.sleep(0.01)
    assert [told.get(timeout=10) for _ in range(40)] == [None] * 40
    inbox.close()
    assert syncs.most == most
    assert sorted(map(int, bodies(tmp_path))) == list(range(40))
    assert len(segments(tmp_path)) == most


def test_what_does_not_fit_into_one_share_goes_with_the_other_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, told = InboxWriter(tmp_path, lanes=2), SimpleQueue[float]()
    inbox.put(delivery())
    monkeypatch.setattr(os, "fdatasync", Syncs(0.6))
    inbox.put(delivery())
    wait_until(lambda: len(segments(tmp_path)) == 2)
    time.sleep(1.3)
    packed = delivery().pack()
    started = time.monotonic()
    inbox.begin(
        [WaitingFrame(FrameKind.DELIVERY, packed, lambda error: told.put(time.monotonic()))] * 8
    )
    took = [told.get(timeout=10) - started for _ in range(8)]
    assert max(took) < 1.1, "some waited for two syncs"
    assert len(bodies(tmp_path)) == 10


def test_closing_keeps_all_that_waits_on_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxWriter(tmp_path, lanes=2)
    monkeypatch.setattr(os, "fdatasync", Syncs(0.01))
    for number in range(200):
        send(inbox, number)
        if number % 20 == 0:
            time.sleep(0.01)
    inbox.close()
    assert sorted(map(int, bodies(tmp_path))) == list(range(200))
    assert not any(one.alive for one in InboxReader(tmp_path).look().segments)
    send(inbox, 200)
    inbox.close()
    assert len(bodies(tmp_path)) == 201


def test_a_reader_sees_one_final_order_of_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fdatasync", Syncs(0.002))
    inbox = InboxWriter(tmp_path, lanes=2)
    reader, watermark = InboxReader(tmp_path), Watermark(tmp_path)

    def put_some() -> None:
        for _ in range(60):
            inbox.put(delivery())

    clients = [threading.Thread(target=put_some) for _ in range(6)]
    for client in clients:
        client.start()
    seen: list[tuple[int, str, int]] = []
    positions: dict[str, int] = {}
    while len(seen) < 360:
        for item in reader.look(watermark).entries(positions):
            assert isinstance(item, InboxEntry)
            seen.append(item.key)
            positions[item.segment] = item.position
    for client in clients:
        client.join()
    assert len(positions) == 2
    assert seen == sorted(seen)


def test_a_disk_that_fails_on_both_is_told_to_everyone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, told = InboxWriter(tmp_path, lanes=2), SimpleQueue[Exception | None]()
    with monkeypatch.context() as slow:
        slow.setattr(os, "fdatasync", Syncs(0.01))
        for number in range(20):
            send(inbox, number)
            time.sleep(0.005)
        wait_until(lambda: inbox.waiting_bytes == 0)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", raising(5))
        for number in range(20, 40):
            send(inbox, number, told.put)
            time.sleep(0.005)
        assert all(told.get(timeout=10) is not None for _ in range(20))
    send(inbox, 40, told.put)
    assert told.get(timeout=10) is None
    inbox.close()
    assert {*range(20), 40} <= set(map(int, bodies(tmp_path)))


def test_one_that_failed_tries_again_while_the_other_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every third sync fails; with others in between, so would tries that are as many."""
    inbox, told = InboxWriter(tmp_path, lanes=2), SimpleQueue[Exception | None]()
    inbox.open()
    slow, numbers, counting = Syncs(0.004), count(1), threading.Lock()

    def fdatasync(fd: int) -> None:
        with counting:
            fails = next(numbers) % 3 == 0
        if fails:
            raise OSError(5, "injected")
        slow(fd)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fdatasync)
        for number in range(300):
            send(inbox, number, told.put)
            time.sleep(0.001)
        assert [told.get(timeout=30) for _ in range(300)] == [None] * 300
        inbox.close()
    assert sorted(map(int, bodies(tmp_path))) == list(range(300))


def test_a_lane_that_gets_no_segment_leaves_the_work_to_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, told = InboxWriter(tmp_path, lanes=2), SimpleQueue[Exception | None]()
    inbox.put(delivery())
    refused = SimpleQueue[None]()

    def refuse(directory: Path, cut: object) -> None:
        refused.put(None)
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(commits, "create", refuse)
    monkeypatch.setattr(os, "fdatasync", Syncs(0.02))
    for number in range(60):
        send(inbox, number, told.put)
        time.sleep(0.01)
    assert [told.get(timeout=10) for _ in range(60)] == [None] * 60
    refused.get(timeout=10)
    inbox.close()
    assert len(segments(tmp_path)) == 1
    assert len(bodies(tmp_path)) == 61
