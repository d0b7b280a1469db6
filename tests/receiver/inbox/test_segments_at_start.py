"""A segment is there before the first delivery, and leaves nothing behind when none comes."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.inbox import segment
from receiver.inbox.reader import InboxReader
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from tests.receiver.inbox.test_inbox import bodies, delivery, fail_once, raising, segments


def test_opened_at_start_the_first_delivery_needs_no_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.open()
    assert len(segments(tmp_path)) == 1
    with monkeypatch.context() as exhausted:
        exhausted.setattr(os, "open", raising(errno.EMFILE))
        inbox.put(delivery(b"kept"))
    assert bodies(tmp_path) == [b"kept"]
    assert len(segments(tmp_path)) == 1


def test_closed_without_a_delivery_it_leaves_no_file(tmp_path: Path) -> None:
    for _ in range(3):
        inbox = InboxWriter(tmp_path)
        inbox.open()
        inbox.check()
        inbox.close()
    assert segments(tmp_path) == []


def test_closed_with_a_delivery_it_stays(tmp_path: Path) -> None:
    inbox = InboxWriter(tmp_path)
    inbox.open()
    inbox.put(delivery(b"kept"))
    inbox.check()
    inbox.close()
    assert bodies(tmp_path) == [b"kept"]


def test_one_that_voids_the_end_of_another_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it what was not acknowledged would count."""
    inbox = InboxWriter(tmp_path)
    inbox.put(delivery(b"kept"))
    fail_once(monkeypatch, "fdatasync", errno.EIO)
    inbox.check()
    inbox.close()
    assert len(segments(tmp_path)) == 2


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EMFILE])
def test_what_fails_at_start_is_made_good_with_the_first_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    inbox = InboxWriter(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(os, "open", raising(number))
        inbox.open()
    assert segments(tmp_path) == []
    inbox.put(delivery(b"kept"))
    assert bodies(tmp_path) == [b"kept"]


def test_a_disk_that_is_full_at_start_keeps_its_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    InboxWriter(tmp_path).put(delivery())
    with monkeypatch.context() as full:
        full.setattr(os, "write", raising(errno.ENOSPC))
        InboxWriter(tmp_path).open()
    assert (tmp_path / "reserve").exists()


def test_an_empty_one_of_a_killed_worker_is_cleaned_up(settings: Settings) -> None:
    inbox = DataDir(settings.data_dir).inbox
    inbox.mkdir(parents=True)
    segment.create(inbox).close()
    living = InboxWriter(inbox)
    living.open()
    assert len(segments(inbox)) == 2
    Digest(settings).finish()
    assert len(segments(inbox)) == 1
    living.put(delivery(b"kept"))
    assert bodies(inbox) == [b"kept"]
    living.close()


def at_each_line(function: Callable[..., object], act: Callable[[], None]) -> None:
    """From now on in this thread: before each line of a function."""

    def in_it(frame: FrameType, event: str, about: object) -> Any:
        if event == "line":
            act()
        return in_it

    code = function.__code__
    sys.settrace(lambda frame, event, about: in_it if frame.f_code is code else None)


def test_one_that_is_being_made_is_deleted_by_nobody(tmp_path: Path) -> None:
    """Whoever empties the inbox looks between any two steps of it."""
    reader, looks = InboxReader(tmp_path), 0

    def empty() -> None:
        nonlocal looks
        looks += 1
        for name in reader.look().finished({}):
            reader.delete(name)

    at_each_line(segment.create_as, empty)
    try:
        made = segment.create(tmp_path)
    finally:
        sys.settrace(None)
    assert looks > 5
    assert made.path.exists()
    assert [one.alive for one in reader.look().segments] == [True]


def test_one_whose_writer_was_killed_before_it_had_a_name_is_cleared(tmp_path: Path) -> None:
    killed, being_made = (tmp_path / f"{n}.unfinished" for n in (1, 2))
    for path in (killed, being_made):
        path.touch()
    os.utime(killed, (0, 0))
    made = segment.create(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([being_made, made.path])


def test_a_reader_lets_go_of_those_that_are_gone(tmp_path: Path) -> None:
    reader, before = InboxReader(tmp_path), open_descriptors()
    for _ in range(5):
        inbox = InboxWriter(tmp_path)
        inbox.open()
        assert [one.alive for one in reader.look().segments] == [True]
        inbox.close()
    assert reader.look().segments == []
    # The watermark of each writer is still open.
    assert open_descriptors() <= before + 5


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
