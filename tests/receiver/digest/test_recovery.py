"""Each step of the ladder that leads to a store that opens. Whole cases are in tests/faults."""

from pathlib import Path

import duckdb
import pytest

from analytics.store import StoreFingerprint, fingerprint_of, open_store
from receiver.digest import recovery
from receiver.digest.recovery import NeedsRebuild, note_failure, note_success, open_or_recover
from receiver.digest.store_files import wal_of

FINGERPRINT = StoreFingerprint("Europe/Moscow", "[]")


class Counted(list[str]):
    """The steps that were taken."""

    def __call__(self, step: str) -> None:
        self.append(step)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    open_store(path, FINGERPRINT).close()
    return path


def test_a_good_store_is_just_opened(store: Path) -> None:
    counted = Counted()
    with open_or_recover(store, FINGERPRINT, counted) as db:
        assert dict(FINGERPRINT.rows()).items() <= fingerprint_of(db).items()
    assert counted == []


def test_there_need_be_no_store(tmp_path: Path) -> None:
    open_or_recover(tmp_path / "store.duckdb", FINGERPRINT, Counted()).close()


def test_a_log_that_only_opens_from_outside_is_checkpointed_there(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some versions of DuckDB fail so; here the first opening is made to fail."""
    opened = []

    def fail_once(path: Path, fingerprint: StoreFingerprint) -> duckdb.DuckDBPyConnection:
        opened.append(path)
        if len(opened) == 1:
            raise duckdb.InternalException("Failure while replaying WAL")
        return open_store(path, fingerprint)

    monkeypatch.setattr(recovery, "open_store", fail_once)
    _leave_a_log(store)
    counted = Counted()
    with open_or_recover(store, FINGERPRINT, counted) as db:
        assert db.execute("select count(*) from freshness").fetchall() == [(1,)]
    assert counted == ["log checkpointed from outside"]


def test_a_log_that_cannot_be_replayed_is_set_aside(store: Path) -> None:
    _leave_a_log(store)
    log = bytearray(wal_of(store).read_bytes())
    log[len(log) // 2] ^= 1
    wal_of(store).write_bytes(log)
    counted = Counted()
    open_or_recover(store, FINGERPRINT, counted).close()
    assert counted == ["log set aside"]
    assert len(list(store.parent.glob("store.duckdb.wal.broken-*"))) == 1


def test_a_file_that_cannot_be_opened_is_set_aside_and_a_new_one_asked_for(store: Path) -> None:
    store.write_bytes(b"no database" * 1000)
    counted = Counted()
    with pytest.raises(NeedsRebuild, match="could not be opened"):
        open_or_recover(store, FINGERPRINT, counted)
    assert counted == ["file set aside"]
    assert not store.exists()
    assert len(list(store.parent.glob("store.broken-*.duckdb"))) == 1


def test_another_time_zone_calls_for_a_rebuild(store: Path) -> None:
    with pytest.raises(NeedsRebuild, match="another timezone"):
        open_or_recover(store, StoreFingerprint("Asia/Omsk", "[]"), Counted())
    assert store.exists()


def test_a_store_on_which_digest_keeps_failing_is_suspected(store: Path) -> None:
    for _ in range(2):
        note_failure(store)
    open_or_recover(store, FINGERPRINT, Counted()).close()
    note_failure(store)
    with pytest.raises(NeedsRebuild, match="3 times in a row"):
        open_or_recover(store, FINGERPRINT, Counted())
    open_or_recover(store, FINGERPRINT, Counted()).close()


def test_failures_that_are_not_in_a_row_do_not_count(store: Path) -> None:
    for _ in range(2):
        note_failure(store)
    note_success(store)
    note_failure(store)
    open_or_recover(store, FINGERPRINT, Counted()).close()


def _leave_a_log(store: Path) -> None:
    """A transaction that is in the log only, as after a kill."""
    db = open_store(store, FINGERPRINT)
    db.execute("set checkpoint_threshold = '1GB'")
    db.execute("pragma disable_checkpoint_on_shutdown")
    db.execute("delete from freshness")
    db.execute("insert into freshness values (now(), 0, null, '1', 1)")
    db.close()
    assert wal_of(store).stat().st_size > 0
