"""What digest starts by itself never makes less of what there was."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from analytics import store as store_module
from analytics.store import SCHEMA_VERSION
from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest import store_keeper
from receiver.digest.archive import keeper
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.running import Digest
from receiver.digest.stores.digest_store import NewStore
from receiver.settings.settings import Settings, WebhookSettings
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import (
    A_FILE,
    FILES,
    ask,
    digest,
    digest_more,
    files_of,
    flip,
    published_count,
)
from tests.receiver.digest.archive.test_check import archived as archived

EVERYTHING = FILES * A_FILE
ZONE = "select value from digest.basis where name = 'timezone'"
PROBLEMS = "select problem from archive_faults order by all"


def test_without_an_archive_another_zone_waits_and_digest_goes_on(
    archived: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(archived.data_dir / "archive")
    moved = replace(archived, timezone="Asia/Omsk")
    digest_more(moved)
    assert "rebuilding the store" not in caplog.text
    assert ask(moved, ZONE) == [("Europe/Moscow",)]
    assert published_count(moved) == EVERYTHING + 2
    assert ask(moved, PROBLEMS) == [("gap",), ("waits",)]
    assert Digest(moved)._metrics.waits._value.get() == 1


def test_other_renames_wait_too_and_the_old_ones_stay_in_force(archived: Settings) -> None:
    renaming = WebhookSettings(rename=(("telefon", "callerphone"),))
    old = replace(archived, webhooks={"default": renaming})
    digest(old)
    files_of(archived)[0].unlink()
    put(archived, [call(700, telefon="79990000000")])
    digest(archived)
    assert ask(archived, "select caller_phone from leads where lead_id = 700") == [("79990000000",)]
    assert ask(archived, PROBLEMS) == [("missing",), ("waits",)]


def test_the_rebuild_that_waited_is_done_when_the_file_is_back(
    archived: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_keeper, "TRY_EVERY_SECONDS", 0.0)
    first = files_of(archived)[0]
    backup = shutil.move(first, tmp_path / "backup")
    moved = replace(archived, timezone="Asia/Omsk")
    running = Digest(moved)
    running._publish()
    assert ask(moved, ZONE) == [("Europe/Moscow",)]
    shutil.copy2(backup, first)
    running._kept.look(running._db, [])
    running._replace_store()
    running.finish()
    assert ask(moved, ZONE) == [("Asia/Omsk",)]
    assert published_count(moved) == EVERYTHING
    assert ask(moved, PROBLEMS) == []


@pytest.mark.parametrize("lost", ["store", "store and archive", "everything else"])
def test_the_published_file_becomes_the_store_where_no_other_can_be_made(
    archived: Settings, lost: str
) -> None:
    place = DataDir(archived.data_dir)
    place.store.unlink()
    if lost == "store":
        flip(files_of(archived)[1], 5_000)
    else:
        shutil.rmtree(archived.data_dir / "archive")
    if lost == "everything else":
        shutil.rmtree(place.inbox)
    digest_more(archived)
    assert published_count(archived) == EVERYTHING + 2
    assert ask(archived, "select max(delivery_id) from deliveries") == [(EVERYTHING + 2,)]
    assert ask(archived, PROBLEMS) == [("damaged" if lost == "store" else "gap",)]
    assert place.store.stat().st_mode & 0o777 == 0o600
    assert main(["rebuild"]) == 1
    assert published_count(archived) == EVERYTHING + 2


def test_another_version_waits_and_leaves_everything_as_it_is(
    archived: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = DataDir(archived.data_dir)
    shutil.rmtree(archived.data_dir / "archive")
    before = place.published.read_bytes()
    for module in (store_module, store_keeper):
        monkeypatch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    monkeypatch.setattr(
        store_module.StoreFingerprint.__init__, "__defaults__", (SCHEMA_VERSION + 1,)
    )
    put(archived, [call(900)])
    assert main(["digest", "--once"]) == 1
    said = capsys.readouterr().err
    assert f"deliveries 1 to {EVERYTHING}" in said
    assert "Copy the file back" in said
    assert place.published.read_bytes() == before
    assert len(list(place.inbox.glob("*.seg"))) == 1
    running = Digest(archived)
    assert running.step() == 0
    running.finish()


def test_a_store_that_holds_less_than_is_published_is_not_published(archived: Settings) -> None:
    """Somebody put an older or an empty one there, and the archive cannot make up for it."""
    place = DataDir(archived.data_dir)
    with duckdb.connect(str(place.store)) as db:
        db.execute("delete from digest.deliveries where delivery_id > 5")
    files_of(archived)[1].unlink()
    digest(archived)
    assert published_count(archived) == EVERYTHING
    assert len(list(place.root.glob("store.smaller-*"))) == 1
    digest_more(archived)
    assert published_count(archived) == EVERYTHING + 2


def test_as_many_deliveries_of_other_days_are_not_enough_of_a_store_made_anew(
    archived: Settings,
) -> None:
    place = DataDir(archived.data_dir)
    with duckdb.connect(str(place.store)) as db:
        db.execute("update digest.deliveries set received_at = received_at + interval 1 day")
        db.execute("delete from freshness; delete from digest.noted")
    Digest(archived)._publish()
    assert len(list(place.root.glob("store.smaller-*"))) == 1


def test_an_empty_store_in_place_of_the_real_one_is_filled_from_the_archive(
    archived: Settings,
) -> None:
    DataDir(archived.data_dir).store.write_bytes(b"")
    digest(archived)
    assert published_count(archived) == EVERYTHING


def test_a_rebuilt_store_that_holds_less_gives_way_to_the_one_before(
    archived: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rebuild_too_little(settings: Settings, new: NewStore, **_: object) -> int:
        new.open(fingerprint_for(settings)).close()
        return 0

    monkeypatch.setattr(store_keeper, "rebuild", rebuild_too_little)
    monkeypatch.setattr(Digest, "_catch_up", lambda digest: setattr(digest, "_is_caught_up", True))
    moved = replace(archived, timezone="Asia/Omsk")
    digest(moved)
    assert published_count(moved) == EVERYTHING
    assert ask(moved, ZONE) == [("Europe/Moscow",)]
    assert not DataDir(archived.data_dir).previous.exists()


def test_the_store_before_is_kept_until_the_new_one_is_published(archived: Settings) -> None:
    place = DataDir(archived.data_dir)
    before = place.store.stat().st_ino
    running = Digest(replace(archived, timezone="Asia/Omsk"))
    assert place.previous.stat().st_ino == before
    running.finish()
    assert not place.previous.exists()


def test_a_file_that_is_bad_holds_up_nothing(
    archived: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = files_of(archived)[2]
    last.write_bytes(last.read_bytes()[:100])
    monkeypatch.setattr(keeper, "LOOK_EVERY_SECONDS", 0.0)
    digest_more(archived)
    running = Digest(archived)
    for _ in range(3):
        running._look_if_due()
    running.finish()
    assert published_count(archived) == EVERYTHING + 2
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.name for record in errors] == ["receiver.digest.archive.keeper"] * 2
    assert running._metrics.archive_faults._value.get() == 1


def test_with_no_store_at_all_digest_waits_for_the_file(archived: Settings, tmp_path: Path) -> None:
    place = DataDir(archived.data_dir)
    middle = files_of(archived)[1]
    backup = shutil.move(middle, tmp_path / "backup")
    place.store.write_bytes(b"")
    place.published.unlink()
    digest(archived)
    assert not place.published.exists()
    shutil.copy2(backup, middle)
    digest(archived)
    assert published_count(archived) == EVERYTHING
    assert main(["rebuild", "--verify"]) == 0


def test_the_account_survives_a_published_file_that_is_garbage(archived: Settings) -> None:
    place = DataDir(archived.data_dir)
    place.published.chmod(0o600)
    place.published.write_bytes(b"garbage" * 1000)
    digest_more(archived)
    assert published_count(archived) == EVERYTHING + 2
