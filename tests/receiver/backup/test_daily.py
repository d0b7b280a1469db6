"""Every day at its time, a missed one as soon as it can be, and so many are kept."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from receiver.backup import daily
from receiver.backup.daily import is_due, run_daily_backup
from receiver.backup.shelf import BackupShelf
from receiver.backup.taking import BackupFailed
from receiver.settings.settings import Settings
from tests.receiver.backup.test_tidying import made

AT = time(3, 15)
NOW = datetime(2026, 12, 2, 3, 15, 1, tzinfo=UTC)


def test_it_is_due_when_none_began_since_its_time(shelf: Path) -> None:
    assert is_due(BackupShelf(shelf), AT, NOW)
    made(shelf, "calltouch-20261201T031500.000Z")
    assert is_due(BackupShelf(shelf), AT, NOW)
    assert not is_due(BackupShelf(shelf), AT, NOW - timedelta(seconds=2))
    assert is_due(BackupShelf(shelf), AT, NOW + timedelta(hours=20)), "a missed one"
    made(shelf, "calltouch-20261202T031500.000Z")
    assert not is_due(BackupShelf(shelf), AT, NOW)
    assert not is_due(BackupShelf(shelf), AT, NOW + timedelta(hours=23))
    assert is_due(BackupShelf(shelf), AT, NOW + timedelta(hours=24))


class Pauses(threading.Event):
    """Ends when it is waited for long enough; notes how long."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.seen: list[float] = []
        self._most = most

    def wait(self, timeout: float | None = None) -> bool:
        self.seen.append(timeout or 0.0)
        return len(self.seen) > self._most


def test_one_is_made_and_older_ones_go(whole: Settings, shelf: Path) -> None:
    made(shelf, "calltouch-20200101T031500.000Z")
    made(shelf, "calltouch-20200102T031500.000Z")
    stop = Pauses(3)
    run_daily_backup(replace(whole, backup_keep=2), BackupShelf(shelf), AT, stop)
    older, new = BackupShelf(shelf).whole()
    assert older.name == "calltouch-20200102T031500.000Z" < new.name
    assert all(0 < pause <= 600 for pause in stop.seen[1:])


def test_one_that_fails_is_tried_again_in_an_hour(
    whole: Settings, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise BackupFailed("the disk is away")

    monkeypatch.setattr(daily, "take_backup", fail)
    stop = Pauses(2)
    run_daily_backup(whole, BackupShelf(shelf), AT, stop)
    assert stop.seen == [0.0, 3600.0, 3600.0]


def test_it_gives_up_when_serve_stops(whole: Settings, shelf: Path) -> None:
    stop = threading.Event()
    stop.set()
    assert not daily.back_up(whole, BackupShelf(shelf), stop)
    assert BackupShelf(shelf).whole() == []
    assert [path.name for path in shelf.iterdir()] == ["backup.lock"]
