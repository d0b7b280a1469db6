"""`doctor`, `/metrics` and alerts know how old the newest backup is."""

import math
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from calltouch.doctor.backups import CHECKS
from calltouch.doctor.finding import Finding
from receiver.ops.backup_age import BackupMetrics, backup_age_seconds, is_backup_old
from receiver.settings.settings import Settings
from tests.receiver.backup.test_tidying import made
from tests.receiver.digest.archive.archives import flip


@pytest.fixture
def kept(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, backup_to=tmp_path / "backups", backup_at=time(3, 15))


def a_backup(settings: Settings, age: timedelta, *faults: str) -> Path:
    assert settings.backup_to is not None
    moment = (datetime.now(UTC) - age).strftime("%Y%m%dT%H%M%S.000")
    return made(settings.backup_to, f"calltouch-{moment}Z", *faults)


def found(settings: Settings) -> Finding:
    (finding,) = [one for check in CHECKS for one in check(settings)]
    return finding


def test_without_a_directory_it_is_recommended_and_nobody_is_alarmed(settings: Settings) -> None:
    assert found(settings).level == "warn"
    assert "CALLTOUCH_BACKUP_TO" in found(settings).advice
    assert BackupMetrics(settings).exposition() == b""
    assert not is_backup_old(settings)


def test_without_a_backup_the_first_has_an_hour(kept: Settings) -> None:
    assert found(kept).level == "fail"
    assert backup_age_seconds(kept) == math.inf
    assert b"calltouch_backup_age_seconds +Inf" in BackupMetrics(kept).exposition()
    assert not is_backup_old(kept, watched_seconds=3_000)
    assert is_backup_old(kept, watched_seconds=4_000)


def test_its_age_is_told(kept: Settings) -> None:
    a_backup(kept, timedelta(days=9))
    assert is_backup_old(kept)
    a_backup(kept, timedelta(days=2))
    assert (found(kept).level, is_backup_old(kept)) == ("fail", True)
    by_hand = replace(kept, backup_at=None)
    assert (found(by_hand).level, is_backup_old(by_hand)) == ("ok", False)
    a_backup(kept, timedelta(hours=30))
    assert (found(kept).level, is_backup_old(kept)) == ("ok", False)
    text = BackupMetrics(kept).exposition().decode()
    told = float(text.split("calltouch_backup_age_seconds ")[-1])
    assert 108_000 <= told < 108_600


def test_one_that_lacks_something_or_is_damaged_is_no_good_news(kept: Settings) -> None:
    backup = a_backup(kept, timedelta(hours=1), "data/state.sqlite could not be read")
    assert found(kept).level == "fail"
    assert "state.sqlite" in found(kept).text
    flip(backup / "backup.json", 1000)
    assert found(kept).level == "fail"
