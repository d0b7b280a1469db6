"""Which blocks of the store were written is known from its checkpoints; what is not, is found."""

import json
import os
import random
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from analytics.publish.last_checkpoint import BLOCK, HEADERS, last_checkpoint
from analytics.publish.publisher import Publisher
from analytics.publish.spare_file import BLOCK_COPY
from tests.analytics.fold.folding import new_store
from tests.analytics.publish.growing import bytes_of, grow
from tests.analytics.publish.store_life import WatchedCopies, live

IS_KNOWN = duckdb.__version__ < "2"
"""Of files that DuckDB 2.0 makes nothing is known: they are compared whole."""
needs_known = pytest.mark.skipif(not IS_KNOWN, reason="files of DuckDB 2.0 are not known")


@pytest.mark.parametrize("reads", [False, True])
def test_what_is_published_is_the_store_whatever_was_done_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    watched = live(tmp_path, monkeypatch, random.Random(f"1 {reads}"), 8, reads)
    assert (watched.known > 2) == IS_KNOWN


def test_few_blocks_of_a_large_store_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watching(monkeypatch)
    publisher = Publisher(tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb", "1.0")
    with new_store(tmp_path) as db:
        db.execute("create table digest.still as select hash(range) from range(4_000_000)")
        for seed in range(8):
            grow(db, 20, seed)
            publisher.publish(db)
    assert watched.untold == []
    if IS_KNOWN:
        assert (watched.unknown, watched.known) == (0, 6)
        assert watched.told < watched.of / 4


def test_what_a_reader_still_sees_is_written_to_after_it_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB lists such blocks as free in one checkpoint only, and they are not free then."""
    watched = watching(monkeypatch)
    publisher = Publisher(tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb", "1.0")
    with new_store(tmp_path) as db:
        db.execute(
            "create table digest.numbers as select hash(range) as number from range(1_500_000)"
        )
        publisher.publish(db)
        db.execute("update digest.numbers set number = number + 1 where number % 2 = 0")
        reader = db.cursor()
        reader.execute("from digest.numbers").fetchmany(5)
        for seed in range(3):
            grow(db, 1, seed)
            publisher.publish(db)
        reader.close()
        db.execute("create table digest.others as select hash(-range) from range(1_500_000)")
        for _ in range(2):
            publisher.publish(db)
            assert bytes_of(tmp_path / "calltouch.duckdb") == bytes_of(tmp_path / "store.duckdb")
    assert watched.untold == []
    assert (watched.known > 0) == IS_KNOWN


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with new_store(tmp_path) as db:
        db.execute("create table digest.still as select hash(range) from range(300_000)")
    return tmp_path / "store.duckdb"


@needs_known
@pytest.mark.parametrize(
    ("checksum", "told", "are_equal"),
    [
        (b"checksum", {}, True),
        (b"", {"blocks": [3]}, True),
        (b"", {"count": 3}, True),
        (b"", {"iteration": 1_000}, True),
        # The one way to be deceived.
        (b"", {}, False),
    ],
)
def test_what_nobody_told_of_is_found_by_its_checksum(
    store: Path, checksum: bytes, told: dict[str, object], are_equal: bool
) -> None:
    seen, whole = last_checkpoint_of(store), store.read_bytes()
    spare, third = store.with_name("spare.duckdb"), HEADERS + 3 * BLOCK
    other = bytearray(whole)
    other[third : third + len(checksum)] = checksum
    other[third + 5_000] ^= 1
    spare.write_bytes(other)
    told = {"iteration": seen["iteration"] - 1, "count": seen["count"], "blocks": [], **told}
    subprocess.run([*BLOCK_COPY, store, spare], input=json.dumps(told).encode(), check=True)
    assert (spare.read_bytes() == whole) == are_equal


@needs_known
def test_a_checkpoint_that_was_missed_makes_unknown_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watching(monkeypatch)
    publisher = Publisher(tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb", "1.0")
    with new_store(tmp_path) as db:
        for first in (1, 2, 4):
            db.execute(f"create table digest.n{first} as select hash(range) from range(300_000)")
            publisher.publish(db)
        db.execute("drop table digest.n1")
        db.execute("checkpoint")
        db.execute("create table digest.n3 as select hash(-range) from range(300_000)")
        unknown = watched.unknown
        for more in range(3):
            publisher.publish(db)
            assert watched.unknown - unknown == min(more + 1, 2)
    assert watched.untold == []


def test_a_spare_file_that_somebody_has_written_to_is_compared_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watching(monkeypatch)
    spare = tmp_path / "calltouch.duckdb.unfinished"
    publisher = Publisher(tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb", "1.0")
    with new_store(tmp_path) as db:
        db.execute("create table digest.still as select hash(range) from range(300_000)")
        for seed in range(4):
            grow(db, 1, seed)
            publisher.publish(db)
        known = watched.known
        with spare.open("r+b") as file:
            file.seek(-100, os.SEEK_END)
            file.write(b"not what it was")
        publisher.publish(db)
        assert bytes_of(tmp_path / "calltouch.duckdb") == bytes_of(tmp_path / "store.duckdb")
        assert watched.known == known
        publisher.publish(db)
        assert (watched.known > known) == IS_KNOWN


def test_of_another_store_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of its checkpoints go on where those of the first one end."""
    watched = watching(monkeypatch)
    store, target = tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb"
    publisher = Publisher(store, target, "1.0")
    for count in (1, 2):
        store.unlink(missing_ok=True)
        publisher.forget()
        with new_store(tmp_path) as db:
            for number in range(count):
                db.execute(
                    f"create table digest.n{number} as select hash(range) from range(90_000)"
                )
                db.execute("checkpoint")
            for _ in range(count):
                publisher.publish(db)
                assert bytes_of(target) == bytes_of(store)
    assert watched.known == 0


def overwrite(place: int, number: int) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        struct.pack_into("<Q", data, place, number)

    return change


def lead_in_a_circle(data: bytearray) -> None:
    """The list of free blocks goes on where it begins."""
    header = max((4096, 8192), key=lambda place: int(struct.unpack_from("<Q", data, place + 8)[0]))
    (pointer,) = struct.unpack_from("<Q", data, header + 24)
    piece = (BLOCK - 8) // 64 // 8 * 8
    place = HEADERS + (pointer & ((1 << 56) - 1)) * BLOCK + 8 + (pointer >> 56) * piece
    struct.pack_into("<Q", data, place, pointer)


def cut_off(data: bytearray) -> None:
    del data[HEADERS:]


@pytest.mark.parametrize(
    "damage",
    [
        overwrite(8, 0),
        overwrite(12, 999),
        overwrite(20, 1),
        overwrite(4096 + 40, 1 << 20),
        overwrite(4096 + 24, 1 << 40),
        overwrite(4096 + 24, (1 << 64) - 1),
        overwrite(4096 + 16, 1 << 40),
        overwrite(4096 + 32, 1),
        lead_in_a_circle,
        cut_off,
    ],
)
@needs_known
def test_a_file_of_an_unknown_kind_is_none_that_is_known(
    tmp_path: Path, damage: Callable[[bytearray], None]
) -> None:
    path = tmp_path / "store.duckdb"
    with new_store(tmp_path) as db:
        # Of the two headers the first one counts.
        while last_checkpoint_of(path)["iteration"] % 2 == 0:
            grow(db, 1)
            db.execute("checkpoint")
    data = bytearray(path.read_bytes())
    damage(data)
    path.write_bytes(data)
    with path.open("rb") as file:
        assert last_checkpoint(file.fileno()) is None


def watching(monkeypatch: pytest.MonkeyPatch) -> WatchedCopies:
    monkeypatch.setattr("analytics.publish.publisher.shares_blocks", lambda *places: False)
    watched = WatchedCopies()
    watched.watch(monkeypatch)
    return watched


def last_checkpoint_of(path: Path) -> dict[str, int]:
    """By another process: see `bytes_of`."""
    done = subprocess.run([*BLOCK_COPY, path], check=True, capture_output=True)
    return dict(json.loads(done.stdout))
