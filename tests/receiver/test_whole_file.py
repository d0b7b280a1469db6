"""A small file is replaced whole, synced before it takes the old one's place."""

import os
import stat
from pathlib import Path

import pytest

from receiver.whole_file import replace_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_its_owner_s_alone_unless_the_mode_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, "one", keeps_mode=True)
    assert (path.read_text(), mode(path)) == ("one", 0o600)
    path.chmod(0o640)
    replace_file(path, "two", keeps_mode=True)
    assert (path.read_text(), mode(path)) == ("two", 0o640)
    replace_file(path, "three")
    assert (path.read_text(), mode(path)) == ("three", 0o600)


def test_it_is_synced_before_it_takes_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    steps: list[str] = []
    sync = os.fsync

    def noted(fd: int) -> None:
        kind = "directory" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file"
        steps.append(f"{kind} synced while it says {path.read_text()}")
        sync(fd)

    monkeypatch.setattr(os, "fsync", noted)
    replace_file(path, "new")
    assert steps == ["file synced while it says old", "directory synced while it says new"]


def test_what_fails_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file", "old")]
