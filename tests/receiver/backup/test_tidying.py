"""What goes from a directory of backups, and what never does."""

import os
import shutil
from pathlib import Path

import pytest

from receiver.backup.manifest import BackupManifest, write_manifest
from receiver.backup.shelf import BackupShelf
from receiver.backup.tidying import keep_newest
from receiver.process_lock import hold
from receiver.settings.settings import Settings
from tests.receiver.backup.installation import back_up

FIRST, SECOND, THIRD = (f"calltouch-2026120{n}T031500.000Z" for n in (1, 2, 3))


def made(shelf: Path, name: str, *faults: str) -> Path:
    backup = shelf / name
    backup.mkdir(parents=True)
    moment = "2026-12-01T03:15:00+00:00"
    write_manifest(backup, BackupManifest(moment, moment, "1", 1, {}, {}, (), faults))
    return backup


def test_the_newest_are_kept(shelf: Path) -> None:
    for name in (SECOND, FIRST, THIRD):
        made(shelf, name)
    (shelf / "of-somebody-else").mkdir()
    assert [path.name for path in keep_newest(BackupShelf(shelf), 2)] == [FIRST]
    assert [path.name for path in BackupShelf(shelf).whole()] == [SECOND, THIRD]
    assert (shelf / "of-somebody-else").exists()
    assert keep_newest(BackupShelf(shelf), 5) == ()
    with hold(BackupShelf(shelf).lock):
        assert keep_newest(BackupShelf(shelf), 1) == ()


def test_the_newest_that_lacks_nothing_stays(shelf: Path) -> None:
    made(shelf, FIRST)
    made(shelf, SECOND)
    made(shelf, THIRD, "state.sqlite could not be read")
    assert [path.name for path in keep_newest(BackupShelf(shelf), 1)] == [FIRST]
    assert [path.name for path in BackupShelf(shelf).whole()] == [SECOND, THIRD]


def test_what_is_removed_passes_for_whole_at_no_moment(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(shelf, FIRST)
    made(shelf, SECOND)
    monkeypatch.setattr(shutil, "rmtree", lambda path: os._exit(7))
    child = os.fork()
    if child == 0:
        keep_newest(BackupShelf(shelf), 1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert [path.name for path in BackupShelf(shelf).whole()] == [SECOND]


def test_leftovers_go_with_the_next_one(whole: Settings, shelf: Path) -> None:
    made(shelf, f"{FIRST}.unfinished")
    made(shelf, f"{SECOND}.removed")
    taken = back_up(whole, shelf)
    assert sorted(path.name for path in shelf.iterdir()) == ["backup.lock", taken.path.name]
