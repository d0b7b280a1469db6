"""The calendar is published with the leads and follows its file; a bad one changes nothing."""

import logging
from datetime import datetime
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from receiver.data_dir import DataDir
from receiver.digest import calendar_table
from receiver.digest.calendar_table import CalendarTable
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.analytics.fold.folding import new_store
from tests.receiver.deliveries import call, put
from tests.receiver.digest.test_running import ask

ZONE = "Europe/Moscow"
HOURS = '[hours]\nmon = "09:00-18:00"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calendar.toml"


@pytest.fixture
def db(tmp_path: Path) -> DuckDBPyConnection:
    return new_store(tmp_path)


def opening(db: DuckDBPyConnection, day: str = "2026-11-16") -> tuple[bool, datetime | None]:
    row = db.execute("select is_working, works_from from calendar where day = ?", [day]).fetchone()
    assert row is not None
    return row


def test_without_a_file_it_is_that_of_the_country(db: DuckDBPyConnection, path: Path) -> None:
    table = CalendarTable(path, ZONE)
    assert table.have_changed()
    table.write(db)
    assert not table.have_changed()
    assert opening(db) == (True, None)
    assert opening(db, "2026-11-04") == (False, None)
    first, last, days = db.execute("select min(day), max(day), count(*) from calendar").fetchall()[
        0
    ]
    assert (first.isoformat(), (last.month, last.day)) == ("2015-01-01", (12, 31))
    assert last.year > datetime.now().year
    assert days == (last - first).days + 1


def test_it_follows_the_file(db: DuckDBPyConnection, path: Path) -> None:
    table = CalendarTable(path, ZONE)
    table.write(db)
    path.write_text(HOURS, encoding="utf-8")
    assert table.have_changed()
    table.write(db)
    assert opening(db) == (True, datetime(2026, 11, 16, 9))
    path.unlink()
    assert table.have_changed()
    table.write(db)
    assert opening(db) == (True, None)


@pytest.mark.parametrize("bad", [b"[hours]\nmon = 9\n", b"\xff"])
def test_a_bad_file_leaves_what_was_in_force(
    db: DuckDBPyConnection, path: Path, caplog: pytest.LogCaptureFixture, bad: bytes
) -> None:
    path.write_text(HOURS, encoding="utf-8")
    table = CalendarTable(path, ZONE)
    table.write(db)
    path.write_bytes(bad)
    with caplog.at_level(logging.ERROR):
        table.write(db)
    assert opening(db) == (True, datetime(2026, 11, 16, 9))
    (record,) = caplog.records
    assert record.message.startswith("calendar.toml is not used: ")
    assert not table.have_changed()
    # In a store that is made anew there is nothing yet.
    db.execute("delete from calendar")
    table.begin(db)
    assert table.have_changed()
    table.write(db)
    assert opening(db) == (True, None)


def test_a_new_year_adds_the_next(
    db: DuckDBPyConnection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = CalendarTable(path, ZONE)
    table.write(db)
    year = datetime.now().year + 1

    class NextYear(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "NextYear":
            return cls(year, 1, 1)

    monkeypatch.setattr(calendar_table, "datetime", NextYear)
    assert table.have_changed()
    table.begin(db)
    assert table.have_changed()
    table.write(db)
    assert db.execute("select max(year(day)) from calendar").fetchall() == [(year + 1,)]


def test_digest_publishes_it(settings: Settings) -> None:
    put(settings, [call(1)])
    DataDir(settings.data_dir).calendar.write_text(HOURS, encoding="utf-8")
    Digest(settings).finish()
    monday = "select works_until::varchar from calendar where day = '2026-11-16'"
    assert ask(settings, monday) == [("2026-11-16 18:00:00",)]
