"""The published file: always equal to the store, never changed under a reader."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.publish.publisher import Publisher
from analytics.publish.spare_file import BLOCK_COPY
from analytics.published_file import Published, PublishedFile
from analytics.store import last_delivery_id
from tests.analytics.fold.folding import new_store
from tests.analytics.publish.growing import bytes_of, grow


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    store = new_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb", "1.0")


def deliveries(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as db:
        return last_delivery_id(db)


def test_every_publication_is_the_store_byte_for_byte(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    inodes = []
    for round_ in range(8):
        grow(db, 40 * (round_ % 3), seed=round_)
        publisher.publish(db)
        published = tmp_path / "calltouch.duckdb"
        assert bytes_of(published) == bytes_of(tmp_path / "store.duckdb")
        assert published.stat().st_mode & 0o777 == 0o440
        inodes.append(published.stat().st_ino)
    if publisher.needed_bytes():
        assert len(set(inodes)) == 2, "two files take turns"


def test_blocks_with_the_same_checksum_are_told_apart(tmp_path: Path) -> None:
    """DuckDB's checksum says nothing of the order of a block's words, and equal ones cancel out."""
    store, spare = tmp_path / "store.duckdb", tmp_path / "spare.duckdb"
    checksum, words = bytes(8), [bytes([n]) * 8 for n in range(256)] * 128
    blocks = [words, words[::-1], [words[7]] * len(words)]
    before, after = (
        b"header".ljust(3 * 4_096)
        + b"".join(checksum + b"".join(blocks[n][1:]) for n in order)
        + b"cut off"
        for order in ((0, 0, 1), (0, 1, 2))
    )
    spare.write_bytes(before)
    store.write_bytes(after)
    subprocess.run([*BLOCK_COPY, store, spare], input=b"null", check=True)
    assert spare.read_bytes() == after


def test_a_file_that_somebody_reads_is_not_touched(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    grow(db, 40)
    publisher.publish(db)
    script = (
        "import duckdb, sys; db = duckdb.connect(sys.argv[1], read_only=True); print('open');"
        "sys.stdout.flush(); sys.stdin.readline();"
        "print(db.execute('select count(*), sum(length(params)) from deliveries').fetchall())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "calltouch.duckdb")]
    with duckdb.connect(command[-1], read_only=True) as one:
        expected = one.execute("select count(*), sum(length(params)) from deliveries").fetchall()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        for seed in range(5):
            grow(db, 40, seed)
            publisher.publish(db)
        assert reader.communicate("now\n")[0] == f"{expected}\n"
    assert deliveries(tmp_path / "calltouch.duckdb") == 240


def test_a_file_with_a_second_name_is_not_touched(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    grow(db, 10)
    publisher.publish(db)
    kept = tmp_path / "kept.duckdb"
    kept.hardlink_to(tmp_path / "calltouch.duckdb")
    for seed in range(3):
        grow(db, 10, seed)
        publisher.publish(db)
    assert deliveries(kept) == 10
    assert deliveries(tmp_path / "calltouch.duckdb") == 40


def test_a_hard_link_keeps_its_mode_and_what_is_in_it(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    """A mode belongs to the file, not to the name: changed for one it is changed for the other."""
    grow(db, 10)
    publisher.publish(db)
    kept = tmp_path / "kept.duckdb"
    kept.hardlink_to(tmp_path / "calltouch.duckdb")
    before, bytes_before = kept.stat(), bytes_of(kept)
    for seed in range(3):
        grow(db, 1, seed)
        publisher.publish(db)
        found = kept.stat()
        assert (found.st_mode, found.st_ino, found.st_mtime_ns) == (
            before.st_mode,
            before.st_ino,
            before.st_mtime_ns,
        )
    assert bytes_of(kept) == bytes_before


@pytest.mark.parametrize(
    ("there", "configured", "expected"),
    [
        (None, None, 0o440),
        (0o444, None, 0o444),
        (0o400, None, 0o400),
        (0o664, None, 0o444),
        (0o000, None, 0o400),
        (0o444, 0o440, 0o440),
        (None, 0o444, 0o444),
    ],
)
def test_the_mode_is_the_configured_one_or_that_of_the_file_there(
    db: DuckDBPyConnection,
    tmp_path: Path,
    there: int | None,
    configured: int | None,
    expected: int,
) -> None:
    target = tmp_path / "calltouch.duckdb"
    if there is not None:
        target.touch()
        target.chmod(there)
    publisher = Publisher(tmp_path / "store.duckdb", target, "1.0", configured)
    for seed in range(3):
        grow(db, 1, seed)
        publisher.publish(db)
        assert stat.S_IMODE(target.stat().st_mode) == expected
        spare = tmp_path / "calltouch.duckdb.unfinished"
        assert not spare.exists() or not spare.stat().st_mode & 0o077


def test_what_an_administrator_gives_it_stays(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    target, other = tmp_path / "calltouch.duckdb", another_group()
    publisher.publish(db)
    target.chmod(0o444)
    os.chown(target, -1, other)
    assert not publisher.is_disturbed()
    for seed in range(3):
        grow(db, 1, seed)
        publisher.publish(db)
        found = target.stat()
        assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o444, other)


def test_a_configured_group_is_given(db: DuckDBPyConnection, tmp_path: Path) -> None:
    target, other = tmp_path / "calltouch.duckdb", another_group()
    publisher = Publisher(tmp_path / "store.duckdb", target, "1.0", None, str(other))
    for _ in range(3):
        publisher.publish(db)
        assert target.stat().st_gid == other


def test_a_group_that_cannot_be_given_is_said_once_and_stops_nothing(
    db: DuckDBPyConnection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(path: Path, user: int, group: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "chown", refuse)
    target = tmp_path / "calltouch.duckdb"
    publisher = Publisher(tmp_path / "store.duckdb", target, "1.0", None, "65534")
    for _ in range(3):
        publisher.publish(db)
    assert stat.S_IMODE(target.stat().st_mode) == 0o440
    assert len(caplog.records) == 1


def another_group() -> int:
    """One that this process may give a file to."""
    mine = [group for group in os.getgroups() if group != os.getegid()]
    if os.geteuid() == 0:
        return 12_345
    return mine[0] if mine else os.getegid()


OPEN_TO_WRITE = (
    "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('open', flush=True);"
    "sys.stdin.readline()"
)
LEASE = (
    "import fcntl, os, signal, sys; signal.signal(signal.SIGIO, signal.SIG_IGN);"
    "fd = os.open(sys.argv[1], os.O_RDONLY); fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_WRLCK);"
    "print('open', flush=True); sys.stdin.readline()"
)


@pytest.mark.parametrize("script", [OPEN_TO_WRITE, LEASE])
def test_who_locks_the_file_out_is_answered_by_publishing_again(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path, script: str
) -> None:
    target = tmp_path / "calltouch.duckdb"
    grow(db, 10)
    publisher.publish(db)
    assert not publisher.is_disturbed()
    target.chmod(0o640)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == "open\n"
        assert publisher.is_disturbed()
        started = time.monotonic()
        for seed in range(2):
            publisher.publish(db)
            # For so long the kernel lets who opens a leased file wait.
            assert time.monotonic() - started < 45
            assert not publisher.is_disturbed()
            assert deliveries(target) == 10 + seed
            assert bytes_of(target) == bytes_of(tmp_path / "store.duckdb")
            grow(db, 1, seed)
        locker.communicate("now\n")


def test_what_somebody_has_written_into_it_does_not_stay(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    target = tmp_path / "calltouch.duckdb"
    grow(db, 10)
    publisher.publish(db)
    target.chmod(0o640)
    script = (
        "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table mine as select 1')"
    )
    subprocess.run([sys.executable, "-c", script, str(target)], check=True)
    assert publisher.is_disturbed()
    publisher.publish(db)
    assert not publisher.is_disturbed()
    assert bytes_of(target) == bytes_of(tmp_path / "store.duckdb")
    target.unlink()
    assert publisher.is_disturbed()


def test_what_an_earlier_process_left_serves_again_but_is_not_trusted(
    db: DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.publish.publisher.shares_blocks", lambda *places: False)
    publisher = Publisher(tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb", "1.0")
    # Blocks that stay as they are.
    db.execute("create table digest.still as select hash(range) as number from range(300_000)")
    for seed in range(2):
        grow(db, 40, seed)
        publisher.publish(db)
    spare = tmp_path / "calltouch.duckdb.unfinished"
    with spare.open("r+b") as torn:
        # Of every block only the beginning, with its checksum, reached the disk.
        for block in range(12_288, spare.stat().st_size, 262_144):
            torn.seek(block + 4_096)
            torn.write(bytes(262_144 - 4_096))
    again = Publisher(tmp_path / "store.duckdb", tmp_path / "calltouch.duckdb", "1.0")
    left = spare.stat().st_ino
    for seed in range(2):
        grow(db, 1, seed)
        again.publish(db)
        assert bytes_of(tmp_path / "calltouch.duckdb") == bytes_of(tmp_path / "store.duckdb")
        assert seed or (tmp_path / "calltouch.duckdb").stat().st_ino == left


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_spare_file_of_somebody_else_is_not_published(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    spare, target = tmp_path / "calltouch.duckdb.unfinished", tmp_path / "calltouch.duckdb"
    for seed in range(2):
        grow(db, 1, seed)
        publisher.publish(db)
    spare.touch()
    os.chown(spare, 65_534, -1)
    for _ in range(2):
        publisher.publish(db)
        assert target.stat().st_uid == 0
        assert bytes_of(target) == bytes_of(tmp_path / "store.duckdb")


def test_a_copy_that_fails_leaves_nothing_behind(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    grow(db, 10)
    for _ in range(2):
        publisher.publish(db)
    spare = tmp_path / "calltouch.duckdb.unfinished"
    spare.unlink()
    spare.mkdir()
    with pytest.raises((subprocess.CalledProcessError, OSError)):
        publisher.publish(db)
    spare.rmdir()
    grow(db, 10)
    publisher.publish(db)
    assert deliveries(tmp_path / "calltouch.duckdb") == 20
    publisher.close()
    assert not spare.exists()


def test_who_follows_lets_go_of_a_replaced_file(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.publish(db)
    published = Published(PublishedFile(tmp_path / "calltouch.duckdb"), follows=True)
    with published.reading():
        pass
    before = published._identity
    grow(db, 3)
    publisher.publish(db)
    give_up_at = time.monotonic() + 20
    while published._identity == before:
        assert time.monotonic() < give_up_at, "the old file is still held"
        time.sleep(0.05)


def test_who_follows_holds_no_file_while_nothing_is_asked(
    db: DuckDBPyConnection,
    publisher: Publisher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("analytics.published_file.PublishedFile.rest_seconds", 0.5)
    target = tmp_path / "calltouch.duckdb"
    grow(db, 3)
    publisher.publish(db)
    published = Published(PublishedFile(target), follows=True)
    for _ in range(2):
        with published.reading() as asked:
            time.sleep(2)
            assert is_open(target), "somebody is asking"
            assert last_delivery_id(asked) == 3
        give_up_at = time.monotonic() + 20
        while is_open(target):
            assert time.monotonic() < give_up_at, "the file is still held"
            published.check()
            time.sleep(0.4)


def is_open(path: Path) -> bool:
    """By this process."""
    links = Path("/proc/self/fd").iterdir()
    return any(os.path.realpath(link) == str(path.resolve()) for link in links)


def test_a_process_ends_well_while_it_follows(
    db: DuckDBPyConnection, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.publish(db)
    script = (
        "import sys; from pathlib import Path; from analytics import published_file as module\n"
        "module.PublishedFile.rest_seconds = module._FOLLOW_SECONDS = 0\n"
        "file = module.PublishedFile(Path(sys.argv[1]))\n"
        "published = module.Published(file, follows=True)\n"
        "for _ in range(20): published.check()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "calltouch.duckdb")]
    for _ in range(5):
        assert subprocess.run(command, check=False, stderr=subprocess.PIPE).returncode == 0
