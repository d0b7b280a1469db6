"""Off the machine and back: the real restic carries a directory of backups."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from calltouch.cli import main
from receiver.backup.shelf import BackupShelf
from receiver.settings.settings import Settings
from tests.receiver.backup.conftest import original
from tests.receiver.backup.installation import back_up, copied_installation
from tests.receiver.deliveries import call, put

__all__ = ["original"]


def test_what_restic_brings_back_can_be_restored(
    original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("restic") is None:
        assert "CI" not in os.environ, "make tools installs it"
        pytest.skip("there is no restic here")
    settings = copied_installation(original, tmp_path)
    backups, back = tmp_path / "backups", tmp_path / "back"
    back_up(settings, backups)
    put(settings, [call(77)])
    newest = back_up(settings, backups)
    (backups / "calltouch-20991231T000000.000Z.unfinished").mkdir()
    monkeypatch.setenv("RESTIC_REPOSITORY", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("RESTIC_PASSWORD", "secret")
    monkeypatch.setenv("RESTIC_CACHE_DIR", str(tmp_path / "cache"))
    excluded = ("--exclude", "*.unfinished", "--exclude", "*.removed")
    _restic("init")
    _restic("backup", "--tag", "calltouch", *excluded, str(backups))
    _restic("restore", "latest", "--tag", "calltouch", "--target", str(back))
    returned = BackupShelf(back / backups.relative_to("/"))
    assert [path.name for path in returned.whole()] == [
        path.name for path in BackupShelf(backups).whole()
    ]
    assert returned.newest() == returned.directory / newest.path.name
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.chdir(tmp_path)
    assert main(["restore", "--from", str(returned.directory), "--check"]) == 0


def _restic(*arguments: str) -> None:
    subprocess.run(["restic", *arguments], check=True, capture_output=True, timeout=120)
