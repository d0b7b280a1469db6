"""A backup holds what was accepted before it began, once, whoever moves it meanwhile."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dashboards.access.people import list_users
from dashboards.access.state import AccessStore
from receiver.backup import parts, taking
from receiver.backup.copying import BackupCopy
from receiver.backup.manifest import BackupFile, read_manifest, write_manifest
from receiver.backup.shelf import BackupShelf
from receiver.backup.taking import BackupFailed, take_backup
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.inbox.frames import FrameKind, encode
from receiver.inbox.reader import InboxReader
from receiver.inbox.segment import IN_FLIGHT, create, lock, write_all
from receiver.person_key import person_key
from receiver.process_lock import hold
from receiver.settings.settings import Settings
from tests.receiver.backup.installation import (
    DELIVERIES,
    add_somebody,
    back_up,
    deliver,
    ids_in,
    take_in,
)
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import digest_more, files_of, flip

# All others by tests/faults/backup.
STEPS = (("add_inbox", 1), ("add_archive", 0), ("add_settings", 0))


def meanwhile(
    patch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    act: Callable[[], None],
    calls_before: int = 0,
) -> None:
    """Do something once, just before a step of the backup, or before one of its later calls."""
    step = getattr(where, name)
    calls = count()

    def acting(*given: Any, **named: Any) -> Any:
        if next(calls) == calls_before:
            act()
        return step(*given, **named)

    patch.setattr(where, name, acting)


@pytest.mark.parametrize(("step", "calls_before"), STEPS)
def test_what_digest_moves_meanwhile_is_in_it_once(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch, step: str, calls_before: int
) -> None:
    before = ids_in(whole.data_dir)
    meanwhile(monkeypatch, parts, step, lambda: Digest(whole).finish(), calls_before)
    taken = back_up(whole, shelf)
    assert ids_in(taken.path / "data") == before
    assert taken.manifest.faults == ()
    assert taken.manifest.deliveries == DELIVERIES


def test_a_file_that_digest_replaces_meanwhile_is_copied_with_its_manifest(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ids_in(whole.data_dir)
    meanwhile(monkeypatch, parts, "_add_file", lambda: digest_more(whole, 500))
    taken = back_up(whole, shelf)
    assert taken.manifest.faults == ()
    assert {*before, 500, 501} == {*ids_in(taken.path / "data")}


def test_a_segment_that_goes_before_it_is_opened_is_in_the_archive(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ids_in(whole.data_dir)
    meanwhile(monkeypatch, InboxReader, "_open", lambda: Digest(whole).finish())
    assert ids_in(back_up(whole, shelf).path / "data") == before


@pytest.mark.parametrize(
    ("where", "step"),
    [
        (parts, "add_flows"),
        (parts, "add_inbox"),
        (parts, "_drop_deleted"),
        (BackupCopy, "add_database"),
        (parts, "_deleted"),
    ],
)
def test_what_a_runner_takes_in_meanwhile_becomes_one_operation(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch, where: Any, step: str
) -> None:
    """Once it is taken in, its segment is deleted and forgotten."""
    place = DataDir(whole.data_dir)
    deliver(place, "id=2")

    def act() -> None:
        assert take_in(place) == ["id=1", "id=2"]
        assert list(place.flows_inbox.glob("*.seg")) == []

    # `state.sqlite` is copied before; the other is asked before the store is copied, and after.
    meanwhile(monkeypatch, where, step, act, calls_before=step in ("add_database", "_deleted"))
    taken = back_up(whole, shelf)
    assert take_in(DataDir(taken.path / "data")) == ["id=1", "id=2"]


def test_half_a_frame_is_waited_for(whole: Settings, shelf: Path) -> None:
    """Its writer is in the middle of it: what a copy ended with would not be a delivery."""
    inbox = DataDir(whole.data_dir).inbox
    segment = create(inbox)
    frame = encode(segment.marker, FrameKind.CHECK, b"x" * 4096)
    lock(segment.fd, IN_FLIGHT, fcntl.F_WRLCK)
    write_all(segment.fd, frame[:1000])
    taken: list[Any] = []
    backup = threading.Thread(target=lambda: taken.append(back_up(whole, shelf)))
    backup.start()
    backup.join(0.3)
    assert backup.is_alive()
    write_all(segment.fd, frame[1000:])
    lock(segment.fd, IN_FLIGHT, fcntl.F_UNLCK)
    backup.join(60)
    copy = taken[0].path / "data" / "inbox" / segment.name
    assert copy.read_bytes() == segment.path.read_bytes()
    segment.close()


def test_what_is_being_written_while_it_is_copied_is_left_to_the_next(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy ends where all was committed when it was looked at."""
    segment = create(DataDir(whole.data_dir).inbox)
    segment.append(encode(segment.marker, FrameKind.CHECK, bytes(64)))
    committed = segment.path.read_bytes()
    copy = BackupCopy.copy

    def copying(self: BackupCopy, path: str, fd: int, size: int | None = None) -> BackupFile:
        if path.endswith(segment.name):
            write_all(segment.fd, b"half a frame")
        return copy(self, path, fd, size)

    monkeypatch.setattr(BackupCopy, "copy", copying)
    taken = back_up(whole, shelf)
    assert (taken.path / "data" / "inbox" / segment.name).read_bytes() == committed
    segment.close()


def test_the_state_is_that_of_before_the_inbox(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which windows a resync has fetched it says of what is in the inbox."""
    place = DataDir(whole.data_dir)
    meanwhile(monkeypatch, parts, "add_inbox", lambda: add_somebody(place, "late"), 1)
    taken = back_up(whole, shelf)
    copy = AccessStore(taken.path / "data" / "state.sqlite")
    with closing(copy), copy.reading() as db:
        assert [user.name for user in list_users(db)] == ["anna"]


def test_the_key_is_that_of_what_was_hashed(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made when it is first needed, perhaps while a backup runs."""
    key = DataDir(whole.data_dir).person_key
    key.unlink()

    def hash_something() -> None:
        person_key(key)

    meanwhile(monkeypatch, BackupCopy, "add_database", hash_something, 1)
    taken = back_up(whole, shelf)
    assert (taken.path / "data" / "person.key").read_bytes() == key.read_bytes()


def test_what_has_not_changed_is_linked_and_what_has_grown_is_copied(
    whole: Settings, shelf: Path
) -> None:
    first = back_up(whole, shelf)
    put(whole, [call(77)])
    second = back_up(whole, shelf)
    same = [one.path for one in second.manifest.files if _inode(first, one) == _inode(second, one)]
    assert {path.partition("-")[0] for path in same if "deliveries" in path} != set()
    assert len([path for path in same if path.endswith(".parquet")]) == 3
    assert len([path for path in same if path.startswith("data/inbox/0")]) == 1
    # Written in place, if somebody uses a backup as it is.
    changing = ("manifest.jsonl", "state.sqlite", "flows.sqlite", "watermark")
    assert [path for path in same if path.endswith(changing)] == []
    assert second.linked == len(same)
    assert 77 in ids_in(second.path / "data")
    assert 77 not in ids_in(first.path / "data")


def test_a_segment_that_grows_is_never_linked(whole: Settings, shelf: Path) -> None:
    """Neither to the one in use, nor to a shorter copy of it."""
    inbox = DataDir(whole.data_dir).inbox
    segment = create(inbox)
    copies = []
    for _ in range(3):
        segment.append(encode(segment.marker, FrameKind.CHECK, bytes(64)))
        copies.append(back_up(whole, shelf).path / "data" / "inbox" / segment.name)
    sizes = [copy.stat().st_size for copy in copies]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == segment.path.stat().st_size
    segment.close()


def test_no_file_is_one_in_use(whole: Settings, shelf: Path) -> None:
    taken = back_up(whole, shelf)
    in_use = {path.stat().st_ino for path in whole.data_dir.rglob("*")}
    copied = {(taken.path / file.path).stat().st_ino for file in taken.manifest.files}
    assert not in_use & copied


def test_nobody_but_its_owner_can_read_it(whole: Settings, shelf: Path) -> None:
    taken = back_up(whole, shelf)
    modes = {path.stat().st_mode & 0o077 for path in (taken.path, *taken.path.rglob("*"))}
    assert modes == {0}


def test_everything_is_on_the_disk_before_the_manifest_is_written(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And that before the backup gets its name."""
    synced: set[int] = set()
    seen: list[Path] = []
    fsync = os.fsync

    def noting(fd: int) -> None:
        synced.add(os.fstat(fd).st_ino)
        fsync(fd)

    def written(directory: Path, *given: Any) -> None:
        paths = [directory, *directory.rglob("*")]
        assert [path for path in paths if path.stat().st_ino not in synced] == []
        write_manifest(directory, *given)
        assert (directory / "backup.json").stat().st_ino in synced
        assert BackupShelf(shelf).whole() == []
        seen.append(directory)

    monkeypatch.setattr(os, "fsync", noting)
    monkeypatch.setattr(taking, "write_manifest", written)
    assert back_up(whole, shelf).path.exists()
    assert len(seen) == 1


def test_a_file_that_the_archive_has_lost_comes_from_the_last_backup(
    whole: Settings, shelf: Path
) -> None:
    back_up(whole, shelf)
    lost, damaged = files_of(whole)
    lost.unlink()
    flip(damaged, 800)
    taken = back_up(whole, shelf)
    assert taken.manifest.faults == ()
    assert len(ids_in(taken.path / "data")) == len(
        ids_in(taken.path.parent / _first(shelf) / "data")
    )


def test_a_file_that_is_nowhere_is_named_and_the_rest_is_kept(whole: Settings, shelf: Path) -> None:
    lost, _ = files_of(whole)
    lost.unlink()
    taken = back_up(whole, shelf)
    assert taken.manifest.faults == (f"data/archive/deliveries/{lost.name} is not whole",)
    assert (taken.path / "data" / "state.sqlite").exists()


def test_a_database_that_is_damaged_is_named(whole: Settings, shelf: Path) -> None:
    state = DataDir(whole.data_dir).state
    with closing(sqlite3.connect(state)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    data = bytearray(state.read_bytes())
    data[4096:8192] = bytes(4096)
    state.write_bytes(data)
    (fault,) = back_up(whole, shelf).manifest.faults
    assert fault.startswith("data/state.sqlite could not be read")


def test_a_backup_that_fails_leaves_nothing(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(BackupCopy, "sync", fail)
    with pytest.raises(BackupFailed, match="No space left"):
        back_up(whole, shelf)
    assert [path.name for path in shelf.iterdir()] == ["backup.lock"]


def test_what_cannot_be_is_refused(whole: Settings, shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="inside of"):
        back_up(whole, whole.data_dir / "backups")
    nowhere = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path / "nowhere")})
    with pytest.raises(BackupFailed, match="does not exist"):
        back_up(nowhere, shelf)
    shelf.mkdir()
    with (
        hold(BackupShelf(shelf).lock),
        pytest.raises(BackupFailed, match="a backup is being made by process"),
    ):
        take_backup(whole, BackupShelf(shelf))


def test_the_inbox_keeps_its_room_on_the_disk(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "ROOM_FOR_INBOX_BYTES", 1 << 60)
    with pytest.raises(BackupFailed, match="are to stay free"):
        back_up(whole, shelf)


def test_an_empty_data_directory_has_a_backup_too(shelf: Path, tmp_path: Path) -> None:
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path / "data")})
    settings.data_dir.mkdir()
    assert back_up(settings, shelf).manifest.files == ()


def _first(shelf: Path) -> str:
    return BackupShelf(shelf).whole()[0].name


def _inode(taken: Any, file: Any) -> int:
    path = taken.path / file.path
    return int(path.stat().st_ino) if path.exists() else 0


def test_a_damaged_manifest_of_the_last_one_is_no_reason_for_none(
    whole: Settings, shelf: Path
) -> None:
    first = back_up(whole, shelf)
    flip(first.path / "backup.json", 4321)
    second = back_up(whole, shelf)
    assert second.linked == 0
    assert read_manifest(second.path).deliveries == DELIVERIES
