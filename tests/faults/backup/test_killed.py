"""kill -9 of a backup, of its tidying and of a restore, before and after every sync, rename, link
and removal: nothing half passes for whole, and the next try succeeds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from receiver.backup.restoring import choose_backup, differences
from receiver.backup.shelf import BackupShelf
from receiver.data_dir import InvalidDataDir, prepare
from receiver.settings.settings import Settings
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.backup.conftest import original
from tests.receiver.backup.installation import back_up, copied_installation, ids_in
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import ask, settings_of

__all__ = ["original"]

# Kills itself at a step, or says how many there are.
_DYING = """
import os, shutil, signal, sys
from pathlib import Path
from calltouch.cli import main

die_at, steps = int(sys.argv[1]), 0

def stepping(function):
    def call(*args, **kwargs):
        step()
        result = function(*args, **kwargs)
        step()
        return result
    return call

def step():
    global steps
    steps += 1
    if steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)

for name in ("fsync", "fdatasync"):
    setattr(os, name, stepping(getattr(os, name)))
for name in ("rename", "unlink", "hardlink_to", "mkdir", "replace"):
    setattr(Path, name, stepping(getattr(Path, name)))
shutil.rmtree = stepping(shutil.rmtree)
code = main(sys.argv[2:])
print(steps)
sys.exit(code)
"""


def test_a_killed_backup_leaves_nothing_that_passes_for_whole(
    original: Settings, tmp_path: Path
) -> None:
    """With one before it, so that it links, and removes that one in the end."""
    command = ["backup", "--to", "backups", "--keep", "1"]
    steps = _die(_with_a_backup(original, tmp_path / "all"), 0, command)
    assert steps > 40
    for number in chance("backup killed").sample(range(1, steps + 1), rounds(4, steps)):
        settings = _with_a_backup(original, tmp_path / f"{number}")
        assert _die(settings, number, command) == -9
        shelf = BackupShelf(settings.data_dir.parent / "backups")
        whole = shelf.whole()
        assert whole
        broken = sum(bool(differences(choose_backup(one), lambda done: None)) for one in whole)
        record("T-61 kill -9 of a backup", kills=1, half=broken)
        assert broken == 0
        before = ids_in(settings.data_dir)
        taken = back_up(settings, shelf.directory)
        assert ids_in(taken.path / "data") == before
        assert {path.name for path in shelf.directory.iterdir()} == {
            "backup.lock",
            *(path.name for path in shelf.whole()),
        }


def test_a_killed_restore_is_not_taken_for_done(original: Settings, tmp_path: Path) -> None:
    command = ["restore", "--from", "backups", "--to", "new"]
    steps = _die(_with_a_backup(original, tmp_path / "all"), 0, command)
    assert steps > 40
    for number in chance("restore killed").sample(range(1, steps + 1), rounds(4, steps)):
        settings = _with_a_backup(original, tmp_path / f"{number}")
        assert _die(settings, number, command) == -9
        new = settings.data_dir.parent / "new"
        is_refused = (new / "restoring").exists()
        record("T-61 kill -9 of a restore", kills=1, refused=int(is_refused))
        if is_refused:
            with pytest.raises(InvalidDataDir, match="empty the directory"):
                prepare(new)
        elif new.exists() and any(new.iterdir()):
            counted = ask(settings_of(new), "select count(*) from deliveries")
            assert counted == [(len(ids_in(new)) + 2,)], "either all of it, or a mark"


def _with_a_backup(original: Settings, directory: Path) -> Settings:
    settings = copied_installation(original, directory)
    back_up(settings, directory / "backups")
    put(settings, [call(77)])
    return settings


def _die(settings: Settings, step: int, command: list[str]) -> int:
    """Its exit code; for step 0, which is none, how many there are."""
    environ = {**os.environ, "CALLTOUCH_DATA_DIR": str(settings.data_dir)}
    done = subprocess.run(
        [sys.executable, "-c", _DYING, str(step), *command],
        env=environ, cwd=settings.data_dir.parent, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.returncode if step else int(done.stdout.splitlines()[-1])
