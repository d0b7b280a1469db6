"""`calltouch backup` and `calltouch restore`: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from receiver.backup.shelf import BackupShelf
from receiver.data_dir import DataDir
from receiver.ops import metrics
from receiver.settings.settings import Settings
from tests.receiver.backup.conftest import original
from tests.receiver.backup.installation import A_FILE, DELIVERIES, copied_installation
from tests.receiver.digest.archive.archives import ask, digest_more, files_of, flip, settings_of

__all__ = ["original"]


@pytest.fixture
def whole(original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = copied_installation(original, tmp_path)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(tmp_path / "calltouch.toml"))
    monkeypatch.chdir(tmp_path)
    return settings


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_backup_is_made_and_restored(
    whole: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = printed(capsys, "backup", "--to", "backups")
    assert (made["deliveries"], made["faults"], made["left_out"]) == (DELIVERIES, [], [])
    digest_more(whole)
    restored = printed(capsys, "restore", "--from", "backups", "--to", "new")
    assert restored["newer_than"] == made["began_at"]
    # Digested meanwhile, besides those that were waiting.
    assert restored["newer_deliveries"] == 2
    assert (restored["deliveries"], restored["differing_days"]) == (DELIVERIES, [])
    assert (restored["flows_stopped"], restored["operations_held"]) == (1, 1)
    assert restored["other_settings"] == []
    assert not metrics.directory_for(tmp_path / "new").exists()
    assert main(["restore", "--from", "backups", "--to", "new"]) == 1
    assert "is not empty" in capsys.readouterr().err


def test_a_check_leaves_nothing_behind(
    whole: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["backup", "--to", "backups"]) == 0
    monkeypatch.setenv("CALLTOUCH_TIMEZONE", "Asia/Almaty")
    capsys.readouterr()
    assert main(["restore", "--from", "backups", "--check", "--to", "scratch"]) == 0
    text = capsys.readouterr().out
    assert f"can be restored: {DELIVERIES} deliveries" in text
    assert "calltouch resync --from" in text
    assert "1 flows are stopped, 1 operations held" in text
    assert "made with another timezone" in text
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_damaged_backup_is_refused_and_the_file_named(
    whole: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "--to", "backups"]) == 0
    (backup,) = BackupShelf(tmp_path / "backups").whole()
    flip(backup / "data" / "state.sqlite", 4000)
    found = printed(capsys, "restore", "--from", "backups", "--to", "new", code=3)
    assert found["differing_files"] == ["data/state.sqlite is damaged: its checksum is another"]
    assert not (tmp_path / "new").exists()
    assert main(["restore", "--from", str(backup), "--check"]) == 3
    assert "nothing was put back" in capsys.readouterr().out
    flip(backup / "backup.json", 4000)
    assert main(["restore", "--from", str(backup), "--check"]) == 1


def test_a_dry_run_changes_nothing(
    whole: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = printed(capsys, "backup", "--to", "backups", "--dry-run")
    assert plan["linked"] == 0 < plan["copied_bytes"]
    assert not (tmp_path / "backups").exists()
    assert main(["backup", "--to", "backups"]) == 0
    assert printed(capsys, "backup", "--to", "backups", "--dry-run")["linked"] == 2
    would = printed(capsys, "restore", "--from", "backups", "--to", "new", "--dry-run")
    assert would["deliveries"] == DELIVERIES
    assert not (tmp_path / "new").exists()


def test_so_many_are_kept(
    whole: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [Path(printed(capsys, "backup", "--to", "b")["backup"]).name for _ in range(2)]
    assert printed(capsys, "backup", "--to", "b", "--keep", "2")["removed"] == names[:1]


def test_what_could_not_be_read_is_a_difference(
    whole: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files_of(whole)[0].unlink()
    assert main(["backup", "--to", "backups"]) == 3
    assert "is not whole" in capsys.readouterr().err
    assert main(["restore", "--from", "backups", "--to", "new"]) == 1
    assert "was not whole" in capsys.readouterr().err
    assert list((tmp_path / "new").iterdir()) == []
    accepted = ("restore", "--from", "backups", "--to", "new", "--accept-loss")
    restored = printed(capsys, *accepted, code=3)
    assert len(restored["faults"]) == 1
    (lost,) = ask(settings_of(tmp_path / "new"), "select last_id from lost_deliveries")
    assert lost == (A_FILE,)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["backup"], "CALLTOUCH_BACKUP_TO"),
        (["backup", "--to", "b", "--daily"], "CALLTOUCH_BACKUP_AT"),
        (["backup", "--to", "b", "--keep", "0"], "--keep"),
        (["restore", "--from", "."], "--check"),
        (["restore", "--to", "new"], "--from"),
        (["restore", "--from", "nowhere", "--check"], "nowhere"),
    ],
)
def test_wrong_usage(
    whole: Settings, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    assert main(arguments) == 2
    assert why in capsys.readouterr().err


def test_the_directory_may_be_a_setting(
    whole: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLTOUCH_BACKUP_TO", str(tmp_path / "set"))
    assert main(["backup"]) == 0
    assert len(BackupShelf(tmp_path / "set").whole()) == 1


def test_a_backup_inside_of_the_data_is_refused(
    whole: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "--to", str(DataDir(whole.data_dir).root / "backups")]) == 1
    assert "inside of" in capsys.readouterr().err
