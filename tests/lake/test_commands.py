"""Commands where the store is a lake: brought there and back, kept in shape."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from analytics.compare import compare
from analytics.lake.address import LakeAddress
from analytics.lake.catalog import LakeState
from analytics.lake.published_lake import PublishedLake
from analytics.lake.store import open_lake
from analytics.published_file import Published
from calltouch.cli import DIFFERENCES, main
from receiver.data_dir import DataDir
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.running import Digest
from receiver.digest.stores import lake_store
from receiver.settings.settings import PREFIX, Settings
from tests.lake.lakes import asked, asked_postgres, attaching, numbers, on_lake
from tests.receiver.deliveries import call, put

DOCS = Path(__file__).parents[2] / "docs" / "scale.md"


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


def test_rebuild_makes_another_lake_and_drops_the_old_one(
    in_environment: Settings, address: LakeAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_store, "OLD_SECONDS", 0.0)
    put(in_environment, [call(number) for number in range(20)])
    assert main(["digest", "--once"]) == 0
    with open_lake(address, address.place(1), fingerprint_for(in_environment)) as db:
        db.execute("delete from leads where lead_id = 7")
    assert main(["rebuild", "--verify"]) == DIFFERENCES
    assert main(["rebuild"]) == 0
    assert main(["rebuild", "--verify"]) == 0
    assert numbers(address, LakeState.CURRENT) == [2]
    assert numbers(address, LakeState.OLD) == []
    assert not Path(address.place(1).data).exists()
    schemas = asked_postgres(address, b"select nspname from pg_namespace")
    assert ("calltouch_lake_2",) in schemas
    assert ("calltouch_lake_1",) not in schemas
    assert main(["upkeep"]) == 0
    assert main(["archive", "check"]) == 0


def test_files_go_elsewhere_with_the_next_lake(
    in_environment: Settings, address: LakeAddress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Until then the one there is goes on where it is; nothing of it stays there."""
    monkeypatch.setattr(lake_store, "OLD_SECONDS", 0.0)
    put(in_environment, [call(1)])
    assert main(["digest", "--once"]) == 0
    moved = replace(address, data=str(tmp_path / "elsewhere"))
    monkeypatch.setenv(PREFIX + "STORE_DATA", moved.data)
    put(in_environment, [call(2)])
    assert main(["digest", "--once"]) == 0
    with Published(PublishedLake(moved, tmp_path / "copy.duckdb")).reading() as db:
        assert db.execute("select count(*) from leads").fetchall() == [(2,)]
    assert Path(address.place(1).data).exists()
    assert main(["rebuild"]) == 0
    assert asked(moved, "select count(*) from leads") == [(2,)]
    assert Path(moved.place(2).data).exists()
    assert not Path(address.place(1).data).exists()


def test_a_lake_whose_files_are_lost_is_given_up(
    in_environment: Settings, address: LakeAddress, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the order that docs/scale.md has."""
    (order,) = re.findall(r"`(update calltouch\.lakes .*?)`", DOCS.read_text())
    put(in_environment, [call(number) for number in range(50)])
    assert main(["digest", "--once"]) == 0
    assert main(["upkeep"]) == 0
    shutil.rmtree(Path(address.place(1).data))
    assert main(["doctor"]) != 0
    assert "Cannot open file" in capsys.readouterr().out
    with psycopg.connect(address.catalog, password=address.password) as db:
        db.execute(order.encode())
    assert main(["digest", "--once"]) == 0
    assert asked(address, "select count(*) from leads") == [(50,)]


def test_settle_returns_once_readers_have_everything(
    in_environment: Settings, address: LakeAddress
) -> None:
    put(in_environment, [call(number) for number in range(3)])
    assert main(["settle", "--timeout", "60"]) == 0
    assert asked(address, "select count(*) from leads") == [(3,)]
