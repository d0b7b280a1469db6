"""Power cuts without root: what the receiver did not sync is undone after all of it was killed.

Unlike a real file system, which mostly keeps more than it promised, this keeps the least.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import duckdb
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.digest.store_files import wal_of
from receiver.inbox import frames, segment
from receiver.inbox.delivery import stamp
from receiver.inbox.frames import FrameKind
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.inbox.segment import SUFFIX
from receiver.settings.settings import Settings
from tests.faults.durability.processes import kill_everything
from tests.faults.durability.undo import WAYS, NoCompiler, Undo, compiled
from tests.faults.load import Load, kept
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.deliveries import call, put
from tests.road.server import Server, serving, wait_until

LIVES = rounds(3, 10)
CLIENTS = 8
SABOTAGE = {"SABOTAGE": "no_sync", "PYTHONPATH": str(Path(__file__).parents[1] / "sabotage")}


@pytest.fixture
def new_undo(tmp_path: Path) -> Callable[[], Undo]:
    try:
        library = compiled(tmp_path)
    except NoCompiler:
        if os.environ.get("CI"):
            raise
        pytest.skip("no C compiler")
    return lambda: Undo(library, tmp_path / "notes", tmp_path / "data" / "inbox")


@pytest.mark.parametrize("number", range(rounds(1, 9)))
def test_nothing_answered_is_lost_with_what_was_not_synced(
    new_undo: Callable[[], Undo], number: int
) -> None:
    undo = new_undo()
    data_dir = undo.inbox.parent
    chances = chance("undone writes", number)
    numbers = count(1)
    sent: set[int] = set()
    held: set[int] = set()
    for life in range(LIVES + 1):
        with serving(data_dir, **undo.environ) as server:
            if life:
                assert_store_is_right(server, held)
            if life == LIVES:
                break
            # Among them the first life, in which the inbox itself is new.
            strict = life % 4 == 0
            load = kill_under_load(server, numbers, chances.uniform(0, 0.4 if strict else 1.4))
        way = WAYS[life % len(WAYS)]
        changed = undo.undo(way, strict, chances)
        sent |= load.sent
        survived = kept(data_dir)
        record(
            f"T-06 syncs undone: {way}, {'strict' if strict else 'lax'}",
            acknowledged=len(load.acknowledged),
            lost=len(set(load.acknowledged) - survived),
            lost_later=len(held - survived),
            phantom=len(survived - sent),
            segments_undone=changed,
        )
        assert set(load.acknowledged) - survived == set()
        assert held - survived == set()
        assert survived <= sent
        held = survived


def test_a_server_that_does_not_sync_is_found_out(new_undo: Callable[[], Undo]) -> None:
    undo = new_undo()
    data_dir = undo.inbox.parent
    with serving(data_dir, **undo.environ, **SABOTAGE) as server:
        load = kill_under_load(server, count(1), 1)
    undo.undo("all", False, random.Random(0))
    lost = set(load.acknowledged) - kept(data_dir)
    record("T-06 control without syncs", acknowledged=len(load.acknowledged), lost=len(lost))
    assert lost


def test_what_is_archived_comes_once_even_if_its_segment_comes_back(
    new_undo: Callable[[], Undo], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digest forgets how far it has read a segment only when its deletion is on the disk."""
    undo = new_undo()
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    for first in (0, 10):
        put(settings, [call(number) for number in range(first, first + 10)])
        undo.all_is_durable()
        digest = [sys.executable, "-m", "calltouch.cli", "digest", "--once"]
        subprocess.run(digest, env={**os.environ, **undo.environ}, check=True)
        undo.undo("all", True, random.Random(0))
    Digest(settings).finish()
    with duckdb.connect(str(DataDir(settings.data_dir).published), read_only=True) as db:
        counted = db.execute("select count(*), count(distinct lead_id) from deliveries").fetchall()
    assert counted == [(20, 20)]
    assert main(["rebuild", "--verify"]) == 0
    record("T-06 deletions undone, strict", acknowledged=20, lost=0, twice=0)


def test_the_archive_is_on_the_disk_name_and_all_before_a_segment_is_deleted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = DataDir(settings.data_dir)
    synced: list[Path] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        real(fd)
        if list(place.inbox.glob(f"*{SUFFIX}")):
            synced.append(Path(f"/proc/self/fd/{fd}").readlink())

    put(settings, [call(1)])
    monkeypatch.setattr(os, "fsync", fsync)
    Digest(settings).finish()
    assert list(place.inbox.glob(f"*{SUFFIX}")) == []
    (file,) = place.archive.glob("*.parquet")
    # Synced under the name it was written with, then in the directory that holds the right one.
    assert file.with_suffix(".unfinished") in synced
    assert synced.index(place.archive) > synced.index(file.with_suffix(".unfinished"))
    assert {place.archive.parent, place.root} <= set(synced)


def test_the_log_of_the_old_store_is_gone_for_good_before_a_new_one_takes_its_place(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that came back would be replayed, without a word, on a store that it is not of."""
    place = DataDir(settings.data_dir)
    put(settings, [call(1)])
    Digest(settings).finish()
    rebuild(settings, place.rebuilt)
    wal_of(place.store).write_bytes(b"of the old store")
    found: list[tuple[bool, bool]] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        real(fd)
        if Path(f"/proc/self/fd/{fd}").readlink() == place.root:
            found.append((wal_of(place.store).exists(), place.rebuilt.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    Digest(settings).finish()
    assert (False, True) in found
    assert not place.rebuilt.exists()


def test_what_a_dying_writer_had_in_flight_is_synced_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies between its write and its sync, while a reader waits for it."""
    dying = segment.create(tmp_path)
    synced: list[int] = []
    real = os.fdatasync

    def fdatasync(fd: int) -> None:
        real(fd)
        synced.append(os.fstat(fd).st_size)

    def wait(fd: int) -> int:
        size = os.fstat(fd).st_size
        payload = stamp(call(1).pack(), 1, 1)
        os.write(dying.fd, frames.encode(dying.marker, FrameKind.DELIVERY, payload))
        dying.close()
        return size

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    monkeypatch.setattr("receiver.inbox.reader.wait_until_nothing_in_flight", wait)
    reader = InboxReader(tmp_path)
    (entry,) = reader.look().entries({})
    reader.close()
    assert isinstance(entry, InboxEntry)
    assert synced == [entry.position]


def kill_under_load(server: Server, numbers: "count[int]", seconds: float) -> Load:
    with Load(server.receiver, CLIENTS, numbers=numbers) as load:
        wait_until(lambda: load.acknowledged, 60)
        time.sleep(seconds)
        kill_everything(server)
    return load


def assert_store_is_right(server: Server, held: set[int]) -> None:
    server.settle()
    leads = {lead for (lead,) in server.ask("select lead_id from leads")}
    assert leads == held
