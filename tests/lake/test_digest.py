"""Digest with a lake for its store: the rows of a file, and one digest at a time."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.compare import compare
from analytics.lake.address import LakeAddress
from analytics.lake.catalog import LakeState
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.process_lock import DigestRunning
from receiver.settings.settings import Settings
from tests.lake.lakes import asked, attaching, numbers, on_lake
from tests.receiver.deliveries import call, put
from tests.receiver.digest.test_by_leads import all_kinds


@pytest.fixture
def lake_settings(settings: Settings, address: LakeAddress) -> Settings:
    return on_lake(settings, address)


def test_the_tables_are_those_of_a_file(
    lake_settings: Settings, address: LakeAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batch by batch, then by leads, when the zone is another one."""
    other = replace(lake_settings, store=None, data_dir=tmp_path / "other")
    put(lake_settings, all_kinds(120)[:600])
    shutil.copytree(lake_settings.data_dir, other.data_dir)
    monkeypatch.setattr("receiver.digest.batch.MAX_DELIVERIES", 150)
    for settings in (lake_settings, other):
        Digest(settings).finish()
    published = DataDir(other.data_dir).published
    comparison = compare(attaching(address), published, ("lake", "file"))
    assert comparison.is_equal, comparison
    assert comparison.rows["leads"] > 100
    assert asked(address, "select last_delivery_id from freshness") == [
        (comparison.rows["deliveries"],)
    ]
    Digest(replace(lake_settings, timezone="Asia/Omsk")).finish()
    Digest(replace(other, timezone="Asia/Omsk")).finish()
    assert compare(attaching(address), published, ("lake", "file")).is_equal
    assert (numbers(address, LakeState.CURRENT), numbers(address, LakeState.OLD)) == ([2], [1])
    assert not DataDir(lake_settings.data_dir).store.exists()


def test_one_digest_at_a_time_has_the_lake(
    lake_settings: Settings, address: LakeAddress, tmp_path: Path
) -> None:
    put(lake_settings, [call(1)])
    first = Digest(lake_settings)
    with pytest.raises(DigestRunning, match=r"by 127\.0\.0\.1 since"):
        Digest(replace(lake_settings, data_dir=tmp_path / "another host"))
    first.finish()
    Digest(lake_settings).finish()
    assert asked(address, "select count(*) from leads") == [(1,)]
