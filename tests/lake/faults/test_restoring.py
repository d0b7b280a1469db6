"""A backup knows nothing of a lake, and a restore makes one: row for row what there was."""

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.compare import compare
from analytics.lake.address import LakeAddress
from analytics.lake.catalog import LakeState
from calltouch.cli import main
from receiver.backup.restoring import RestoreRefused, lake_or_none
from receiver.data_dir import DataDir
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.process_lock import DigestRunning
from receiver.settings.settings import PREFIX, Settings
from tests.lake.lakes import asked, attaching, numbers, on_lake
from tests.postgres import PASSWORD, PostgresServer
from tests.receiver.backup.installation import DELIVERIES, make_installation


def use(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    for name in ("data_dir", "store", "store_data", "store_password"):
        monkeypatch.setenv(PREFIX + name.upper(), str(getattr(settings, name)))


def test_a_backup_is_put_back_into_another_lake(
    address: LakeAddress,
    postgres: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    lake = on_lake(make_installation(tmp_path), address)
    Digest(lake).finish()
    use(monkeypatch, lake)
    backups, new = str(tmp_path / "backups"), str(tmp_path / "new")
    assert main(["backup", "--to", backups]) == 0
    assert main(["restore", "--from", backups, "--check"]) == 0
    assert numbers(address, LakeState.CURRENT) == [1]
    assert main(["restore", "--from", backups, "--to", new]) == 1
    assert "there is a lake in CALLTOUCH_STORE already" in capsys.readouterr().err
    assert not Path(new).exists()
    other = LakeAddress(postgres.new_database(), str(tmp_path / "other"), PASSWORD)
    use(monkeypatch, on_lake(lake, other))
    assert main(["restore", "--from", backups, "--to", new]) == 0
    rebuild(replace(lake, store=None), tmp_path / "aside.duckdb")
    comparison = compare(attaching(other), tmp_path / "aside.duckdb", ("lake", "file"))
    assert comparison.is_equal, comparison.examples
    assert comparison.rows["deliveries"] == DELIVERIES
    assert asked(address, "select count(*) from leads") == asked(
        other, "select count(*) from leads"
    )
    assert not DataDir(Path(new)).store.exists()
    with pytest.raises(DigestRunning), lake_or_none(on_lake(lake, other)):
        raise DigestRunning("somebody else digests")
    assert numbers(other, LakeState.CURRENT) == [1]
    with pytest.raises(RestoreRefused), lake_or_none(on_lake(lake, other)):
        raise RestoreRefused("it did not end")
    assert numbers(other, LakeState.CURRENT) == []
    assert not Path(other.place(1).data).exists()
    away = LakeAddress("host=127.0.0.1 port=1 dbname=none", str(tmp_path / "away"), PASSWORD)
    with pytest.raises(RestoreRefused), lake_or_none(on_lake(lake, away)):
        raise RestoreRefused("it did not end")
