import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from analytics.compare import compare
from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put


@pytest.fixture
def digested(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data directory with some history, for this process's command line too."""
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    put(settings, [call(n % 7, sent=1695673778 - n, comment=str(n)) for n in range(30)])
    Digest(settings).finish()
    put(settings, [call(n, sent=1695673999, status="successful") for n in range(5)])
    Digest(settings).finish()
    return settings


def test_a_rebuilt_store_is_the_same(digested: Settings, tmp_path: Path) -> None:
    assert rebuild(digested, tmp_path / "rebuilt.duckdb") == 35
    comparison = compare(
        DataDir(digested.data_dir).published, tmp_path / "rebuilt.duckdb", ("one", "other")
    )
    assert comparison.is_equal
    assert comparison.rows["deliveries"] == 35


def test_what_a_killed_rebuild_left_is_taken_away(digested: Settings, tmp_path: Path) -> None:
    left = tmp_path / "rebuilt.duckdb.tmp"
    left.mkdir()
    (left / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"rows")
    (tmp_path / "rebuilt.duckdb").write_bytes(b"half a store")
    assert rebuild(digested, tmp_path / "rebuilt.duckdb") == 35
    assert not left.exists()


def test_verify_says_so_with_exit_code_0(
    digested: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rebuild", "--verify"]) == 0
    assert "identical up to delivery 35" in capsys.readouterr().out
    assert [path.name for path in digested.data_dir.glob("rebuild-*")] == []


@pytest.mark.parametrize(
    ("damage", "table", "named"),
    [
        ("update leads set status = 'x' where lead_id = 3", "leads", "lead_id 3"),
        ("delete from digest.lead_changes where lead_id = 2", "lead_changes", "lead_id 2"),
        (
            "insert into lead_tags by name select 'call' as lead_type, 4 as lead_id,"
            " 'manual' as tag_category, 'x' as tag, date '2026-11-02' as lead_day",
            "lead_tags",
            "lead_id 4",
        ),
        ("update digest.deliveries set outcome = 'x' where delivery_id = 9", "deliveries", "9"),
    ],
)
def test_verify_names_the_rows_that_differ_with_exit_code_3(
    digested: Settings, capsys: pytest.CaptureFixture[str], damage: str, table: str, named: str
) -> None:
    published = DataDir(digested.data_dir).published
    published.chmod(0o600)
    with duckdb.connect(str(published)) as db:
        db.execute(damage)
    assert main(["rebuild", "--verify"]) == 3
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(table + ":")]
    assert lines
    assert any(named in line for line in lines)


def test_rebuild_replaces_the_store(digested: Settings) -> None:
    place = DataDir(digested.data_dir)
    before = place.store.stat().st_ino
    assert main(["rebuild"]) == 0
    assert place.store.stat().st_ino != before
    assert not place.rebuilt.exists()
    assert main(["rebuild", "--verify"]) == 0


def test_rebuild_says_what_it_would_do(
    digested: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rebuild", "--dry-run"]) == 0
    assert "35 deliveries" in capsys.readouterr().out


def test_verify_without_a_published_file_says_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    assert main(["rebuild", "--verify"]) == 1
    assert "calltouch settle" in capsys.readouterr().err


def test_a_rebuild_killed_half_way_leaves_the_old_store_in_place(digested: Settings) -> None:
    place = DataDir(digested.data_dir)
    code = (
        "import os, receiver.digest.rebuild as r\n"
        "from receiver.settings.settings import Settings\n"
        "def die(count): os.kill(os.getpid(), 9)\n"
        f"r.rebuild(Settings.load(), r.Path({str(place.root / 'store.rebuilding.duckdb')!r}),"
        " progress=die)\n"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    assert not place.rebuilt.exists()
    assert main(["rebuild", "--verify"]) == 0
    assert main(["rebuild"]) == 0
    assert main(["rebuild", "--verify"]) == 0


def test_a_backup_taken_while_digest_archives_holds_everything(
    digested: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inbox first, then archive: what moved in between is in both, and counted once."""
    put(digested, [call(n, sent=1695680000) for n in range(20)])
    backup = tmp_path / "backup"
    shutil.copytree(digested.data_dir / "inbox", backup / "inbox")
    Digest(digested).finish()
    shutil.copytree(digested.data_dir / "archive", backup / "archive")
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(backup))
    assert main(["rebuild"]) == 0
    original, restored = (DataDir(place).published for place in (digested.data_dir, backup))
    assert compare(original, restored, ("original", "restored")).is_equal
