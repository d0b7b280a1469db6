"""The clock is stepped, and runs backwards: nothing is skipped, doubled or put in another order.

A clock here is the real one plus an offset in a file, so that several processes share it.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.running import Digest
from receiver.inbox import segment
from receiver.inbox.delivery import Delivery
from receiver.inbox.segment import SUFFIX
from receiver.inbox.watermark import Watermark
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.deliveries import call, put

HOUR = 3600 * 10**9
STEPS = (10**9, HOUR, 24 * HOUR, 365 * 24 * HOUR)
LEADS = 20
ACTIONS = rounds(50, 200)
ZONES = ("Europe/Berlin", "Europe/Moscow")
BOUNDARIES = (
    "1970-01-01 03:00:00+00:00",
    "2026-03-29 01:00:00+00:00",
    "2026-10-25 01:00:00+00:00",
    "2038-01-19 03:14:08+00:00",
    "2106-02-07 06:28:16+00:00",
)

_REAL = time.time_ns
_WRITER = """
import sys, time
from pathlib import Path
from receiver.inbox.writer import InboxWriter
from tests.faults.durability.test_clocks import numbered
inbox, offset, first, count = Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:])
real = time.time_ns
time.time_ns = lambda: real() + int(offset.read_text())
writer = InboxWriter(inbox)
for number in range(first, first + count):
    writer.put(numbered(number))
writer.close()
"""


class Clock:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.step_to(0)

    def __call__(self) -> int:
        return _REAL() + int(self.file.read_text())

    def step_to(self, offset: int) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str(offset))
        new.rename(self.file)

    def step(self, by: int) -> None:
        self.step_to(int(self.file.read_text()) + by)


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(tmp_path / "clock")
    monkeypatch.setattr(time, "time_ns", clock)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    return clock


@pytest.mark.parametrize("number", range(rounds(2, 30)))
def test_whatever_the_clock_does_the_result_is_the_same(
    settings: Settings, clock: Clock, tmp_path: Path, number: int
) -> None:
    """Writers come and go, digest works and is restarted, and the clock jumps in between."""
    chances = chance("clock", number)
    sent = list(_live_through(settings, clock, chances))
    assert_each_once(settings, range(len(sent)))
    clock.step_to(0)
    steady = replace(settings, data_dir=tmp_path / "steady")
    put(steady, sent)
    Digest(steady).finish()
    for query in (
        "select lead_id, status, last_sent_at, delivery_count from leads order by all",
        "select lead_id, changed_at, field, old_value, new_value from lead_changes order by all",
    ):
        assert ask(settings, query) == ask(steady, query)
    record("T-13 clock steps of up to a year", acknowledged=len(sent), skipped=0, twice=0)


def _live_through(settings: Settings, clock: Clock, chances: random.Random) -> Iterator[Delivery]:
    inbox = DataDir(settings.data_dir).inbox
    writers = [InboxWriter(inbox), InboxWriter(inbox)]
    digest = Digest(settings)
    sent = count()
    for _ in range(ACTIONS):
        match chances.choice(("put", "put", "put", "step", "digest", "renew", "restart")):
            case "put":
                one = numbered(next(sent))
                chances.choice(writers).put(one)
                yield one
            case "step":
                clock.step(chances.choice((-1, 1)) * chances.choice(STEPS))
            case "digest":
                digest.step()
            case "renew":
                writers.pop(0).close()
                writers.append(InboxWriter(inbox))
            case "restart" if chances.random() < 0.3:
                digest.finish()
                digest = Digest(settings)
    for writer in writers:
        writer.close()
    digest.finish()


def test_a_clock_set_back_while_several_processes_write(settings: Settings, clock: Clock) -> None:
    """As a time server does it: for all of them at once, again and again, under load."""
    each = rounds(300, 3000)
    chances = chance("clock of processes")
    digest = Digest(settings)
    processes = [_start_writer(settings, clock, number * each, each) for number in range(2)]
    while any(process.poll() is None for process in processes):
        clock.step(chances.choice((-HOUR, HOUR, -(10**9), 10**6)))
        digest.step()
    assert [process.returncode for process in processes] == [0, 0]
    digest.finish()
    assert_each_once(settings, range(2 * each))
    record("T-13 clock steps, two processes", acknowledged=2 * each, skipped=0, twice=0)


def _start_writer(
    settings: Settings, clock: Clock, first: int, many: int
) -> "subprocess.Popen[bytes]":
    inbox = DataDir(settings.data_dir).inbox
    inbox.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", _WRITER, str(inbox), str(clock.file), str(first), str(many)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[3])


@pytest.mark.parametrize("zone", ZONES[: rounds(1, 2)])
def test_boundaries_of_time_are_no_boundaries(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Before, at and after: days that miss an hour or have one twice, the end of 32 bits, 1970."""
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setenv("CALLTOUCH_TIMEZONE", zone)
    time.tzset()
    settings = replace(settings, timezone=zone)
    moments = [
        datetime.fromisoformat(boundary) + timedelta(minutes=minutes)
        for boundary in BOUNDARIES
        for minutes in (-30, 0, 30)
    ]
    digest = Digest(settings)
    try:
        for number, now in enumerate(moments):
            clock.step_to(int(now.timestamp()) * 10**9 - _REAL())
            local = now.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
            put(settings, [numbered(number, sent=int(now.timestamp()), calltime=local)])
            digest.step()
        digest.finish()
        assert_each_once(settings, range(len(moments)))
        query = "select epoch(max(last_sent_at))::bigint from leads"
        assert ask(settings, query) == [(int(moments[-1].timestamp()),)]
    finally:
        monkeypatch.undo()
        time.tzset()
    record("T-13 boundaries of time", acknowledged=len(moments), skipped=0, twice=0)


def test_local_times_that_come_twice_or_never_are_taken(settings: Settings, clock: Clock) -> None:
    settings = replace(settings, timezone="Europe/Berlin")
    twice, never = "2026-10-25 02:30:00", "2026-03-29 02:30:00"
    put(settings, [numbered(0, calltime=twice), numbered(1, calltime=never)])
    Digest(settings).finish()
    assert ask(settings, "select lead_id, outcome, problems from deliveries order by all") == [
        (0, "created", []),
        (1, "created", []),
    ]
    record("T-13 local times twice or never", acknowledged=2, skipped=0, twice=0)


def test_segments_made_at_the_same_time_have_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1)
    made = [segment.create(tmp_path) for _ in range(200)]
    for one in made:
        one.close()
    assert len({one.name for one in made}) == len(list(tmp_path.glob(f"*{SUFFIX}"))) == 200
    record("T-13 segments made at one time", segments=200, collisions=0)


@pytest.mark.parametrize("year", [1970, 2025])
def test_a_clock_that_is_behind_after_a_power_cut(
    settings: Settings, clock: Clock, year: int
) -> None:
    """A machine without a battery begins anew in 1970. What was not synced is gone as well."""
    inbox = DataDir(settings.data_dir).inbox
    with synced_only(Watermark(inbox)):
        put(settings, map(numbered, range(10)))
        Digest(settings).finish()
    clock.step_to(int(datetime(year, 1, 1, 0, 0, 9, tzinfo=UTC).timestamp()) * 10**9 - _REAL())
    for first in (10, 20):
        put(settings, map(numbered, range(first, first + 10)))
        Digest(settings).finish()
    assert_each_once(settings, range(30))
    ids = ask(settings, "select lead_id from deliveries order by delivery_id")
    assert ids == [(number % LEADS,) for number in range(30)]
    record("T-13 clock behind after a power cut", acknowledged=30, skipped=0, twice=0)


@contextmanager
def synced_only(watermark: Watermark) -> Iterator[None]:
    """The watermark's file as it is on the disk after a power cut at the end."""
    path = watermark._path
    kept: list[bytes] = []
    real = os.fdatasync

    def fdatasync(fd: int) -> None:
        real(fd)
        if path.exists() and os.path.samestat(os.fstat(fd), path.stat()):
            kept.append(path.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fdatasync", fdatasync)
        yield
    path.unlink(missing_ok=True)
    if kept:
        path.write_bytes(kept[-1])


def numbered(number: int, sent: int = 0, **params: str) -> Delivery:
    return call(
        number % LEADS,
        sent or 1700000000 + number,
        status=str(number),
        **params,
    )


def assert_each_once(settings: Settings, numbers: Iterable[int]) -> None:
    """In store and archive, under the same ids, in the order of the stamps; and so if rebuilt."""
    archived = list(Archive(DataDir(settings.data_dir).archive).read())
    assert [one.delivery_id for one in archived] == list(range(1, len(archived) + 1))
    orders = [one.entry.received.order_ns for one in archived]
    assert orders == sorted(orders)
    places = {(one.entry.segment, one.entry.position) for one in archived}
    assert len(places) == len(archived)
    found = ask(settings, "select sent.status from digest.deliveries")
    assert sorted(int(status) for (status,) in found) == sorted(numbers)
    assert main(["rebuild", "--verify"]) == 0


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(DataDir(settings.data_dir).published), read_only=True) as db:
        return db.execute(query).fetchall()
