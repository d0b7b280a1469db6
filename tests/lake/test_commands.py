"""Commands where the store is a lake: brought there and back, kept in shape, refused by name."""

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.compare import compare
from analytics.lake.address import LakeAddress
from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.settings.settings import PREFIX, Settings
from tests.lake.lakes import attaching, on_lake
from tests.receiver.deliveries import call, put


@pytest.fixture
def in_environment(
    settings: Settings, address: LakeAddress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Settings:
    monkeypatch.chdir(tmp_path)
    lake = on_lake(settings, address)
    for name in ("data_dir", "store", "store_data", "store_password"):
        monkeypatch.setenv(PREFIX + name.upper(), str(getattr(lake, name)))
    return lake


def test_a_store_goes_into_a_lake_and_comes_back(
    in_environment: Settings,
    address: LakeAddress,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = replace(in_environment, store=None)
    put(file, [call(number % 30) for number in range(90)])
    Digest(file).finish()
    place = DataDir(file.data_dir)
    assert main(["migrate", "--to", str(in_environment.store), "--data", address.data]) == 0
    assert compare(attaching(address), place.store, ("lake", "file")).is_equal
    assert main(["migrate", "--to", str(in_environment.store)]) == 1
    assert "there is a lake already" in capsys.readouterr().err
    put(in_environment, [call(number) for number in range(100, 110)])
    assert main(["digest", "--once"]) == 0
    assert main(["migrate", "--to", "file"]) == 0
    comparison = compare(attaching(address), place.store, ("lake", "file"))
    assert comparison.is_equal
    assert comparison.rows["deliveries"] == 100
    Digest(file).finish()
    assert compare(attaching(address), place.published, ("lake", "file")).is_equal
    assert len(list(place.root.glob("store.duckdb.before-*"))) == 1
