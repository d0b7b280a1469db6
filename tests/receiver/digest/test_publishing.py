"""A restart publishes what is not published yet, and nothing else."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from analytics.publish.publisher import Publisher
from receiver import __version__
from receiver.alerts.timeline_notes import TimelineNote, add_note, open_notes
from receiver.data_dir import DataDir
from receiver.digest import calendar_table, publishing
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put
from tests.receiver.digest.test_calendar_table import HOURS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTE = TimelineNote(NOW, None, None, "campaign started", "anna")


class Killed(Exception):
    pass


@pytest.fixture
def digested(settings: Settings) -> Settings:
    put(settings, [call(1), call(2)])
    write_note(settings)
    digest(settings)
    return settings


def digest(settings: Settings) -> None:
    Digest(settings).finish()


def write_note(settings: Settings) -> None:
    with closing(open_notes(DataDir(settings.data_dir).state)) as db:
        add_note(db, NOTE, NOW)
        db.commit()


def published(settings: Settings) -> tuple[int, int, int]:
    found = DataDir(settings.data_dir).published.stat()
    return found.st_ino, found.st_mtime_ns, found.st_mode & 0o777


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(DataDir(settings.data_dir).published), read_only=True) as db:
        return db.execute(query).fetchall()


def _log_access(place: DataDir) -> None:
    with closing(sqlite3.connect(place.state)) as state:
        state.execute("create table audit (line text)")
        state.execute("insert into audit values ('somebody looked')")
        state.commit()


def _touch_state(place: DataDir) -> None:
    os.utime(place.state)


def _nothing(place: DataDir) -> None:
    """But a restart."""


def test_what_is_published_is_not_published_again(digested: Settings) -> None:
    before = published(digested)
    for happens in (_nothing, _log_access, _touch_state):
        happens(DataDir(digested.data_dir))
        running = Digest(digested)
        assert running.step() == 0
        running._publish_if_due()
        assert published(digested) == before, happens.__name__
        running.finish()
        assert published(digested) == before, happens.__name__
    assert running._metrics.last_delivery_id._value.get() == 2
    ((at,),) = ask(digested, "select epoch(published_at) from freshness")
    assert running._metrics.published_at._value.get() == pytest.approx(at)


def _take_a_delivery(place: DataDir) -> None:
    put(place.inbox, [call(3)])


def _write_a_note(place: DataDir) -> None:
    with closing(open_notes(place.state)) as db:
        add_note(db, NOTE, NOW)
        db.commit()


def _change_a_note(place: DataDir) -> None:
    with closing(sqlite3.connect(place.state)) as state:
        state.execute("update notes set text = 'another'")
        state.commit()


def _set_hours(place: DataDir) -> None:
    place.calendar.write_text(HOURS, encoding="utf-8")


def _delete(place: DataDir) -> None:
    place.published.unlink()


def _write_into(place: DataDir) -> None:
    """As root may."""
    place.published.chmod(0o640)
    with duckdb.connect(str(place.published)) as db:
        db.execute("create table mine as select 1")


def _put_another_there(place: DataDir) -> None:
    copy = place.root / "copy"
    copy.write_bytes(place.published.read_bytes())
    copy.rename(place.published)


def _leave_a_log(place: DataDir) -> None:
    place.published.with_name("calltouch.duckdb.wal").write_bytes(b"")


def _lose_a_file(place: DataDir) -> None:
    next(place.archive.glob("*.parquet")).unlink()


def _lack_a_view(place: DataDir) -> None:
    """As a store that an earlier version made."""
    with duckdb.connect(str(place.store)) as db:
        db.execute("drop view missed_calls")


@pytest.mark.parametrize(
    "what",
    [
        (_take_a_delivery, _write_a_note, _change_a_note, _set_hours, _lack_a_view),
        (_delete, _write_into, _put_another_there, _leave_a_log, _lose_a_file),
    ],
)
def test_what_has_changed_meanwhile_is_published(
    digested: Settings, what: Sequence[Callable[[DataDir], None]]
) -> None:
    for happens in what:
        happens(DataDir(digested.data_dir))
        before = happens is not _delete and published(digested)
        digest(digested)
        assert published(digested) != before, happens.__name__
    again = published(digested)
    digest(digested)
    assert published(digested) == again


def test_other_rights_in_the_settings_and_another_version_are_published(
    digested: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version stands in the file, and may know other holidays."""
    digested = replace(digested, published_mode=0o444)
    digest(digested)
    assert published(digested)[2] == 0o444
    for module in (calendar_table, publishing):
        digest(digested)
        before = published(digested)
        with monkeypatch.context() as patch:
            patch.setattr(module, "__version__", f"{__version__}.1")
            digest(digested)
        assert published(digested) != before, module.__name__


@pytest.mark.parametrize(
    ("step", "comes"),
    [("publish", "note"), ("publish", "delivery"), ("_put_in_place", "delivery")],
)
def test_what_a_killed_digest_did_not_publish_is_published_by_the_next(
    digested: Settings, monkeypatch: pytest.MonkeyPatch, step: str, comes: str
) -> None:
    running = Digest(digested)

    def kill(*_: object) -> None:
        raise Killed

    if comes == "note":
        write_note(digested)
    else:
        put(digested, [call(3)])
    with monkeypatch.context() as patch:
        patch.setattr(Publisher, step, kill)
        with pytest.raises(Killed):
            assert running.step() == 0
            running._publish()
    running._db.close()
    digest(digested)
    notes, leads = (2, 2) if comes == "note" else (1, 3)
    assert ask(digested, "select count(*) from notes") == [(notes,)]
    assert ask(digested, "select count(*) from leads") == [(leads,)]


def test_notes_that_another_store_lacks_are_written(digested: Settings) -> None:
    place = DataDir(digested.data_dir)
    place.store.unlink()
    digest(digested)
    assert ask(digested, "select count(*) from notes") == [(1,)]
    assert ask(digested, "select count(*) > 0 from calendar") == [(True,)]
