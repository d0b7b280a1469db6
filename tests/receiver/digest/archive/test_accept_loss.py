"""rebuild, and rebuild --accept-loss, over an archive that has lost something."""

import json
import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.archive.saved import LOST_BYTES, OUTSIDE
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import (
    A_FILE,
    FILES,
    archive_of,
    ask,
    digest,
    digest_more,
    files_of,
    flip,
    make,
    published_count,
)
from tests.receiver.digest.archive.test_check import archived as archived

EVERYTHING = FILES * A_FILE
LEADS = "select * exclude (first_received_at, last_received_at) from leads order by all"
SAVED = f"select count(*) from deliveries where list_contains(problems, '{LOST_BYTES}')"


def test_a_lost_file_stops_a_rebuild_before_it_touches_anything(
    archived: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    place = DataDir(archived.data_dir)
    before = place.store.read_bytes(), place.published.read_bytes()
    middle = files_of(archived)[1]
    middle.unlink()
    assert main(["rebuild"]) == 1
    said = capsys.readouterr().err
    assert f"{middle.name} is missing (deliveries 13 to 24, of " in said
    assert f"{A_FILE - 1} leads of the present store" in said
    assert "Copy the file back" in said
    assert (place.store.read_bytes(), place.published.read_bytes()) == before
    assert main(["rebuild", "--verify"]) == 3
    assert f"{middle.name} is missing" in capsys.readouterr().out


def test_verify_says_so_as_json(archived: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    files_of(archived)[0].unlink()
    assert main(["rebuild", "--verify", "--json"]) == 3
    (fault,) = json.loads(capsys.readouterr().out)["archive_faults"]
    assert (fault["problem"], fault["first_id"], fault["last_id"]) == ("missing", 1, 12)


def test_accepted_the_store_gives_what_it_knows(
    archived: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before, deliveries = ask(archived, LEADS), _deliveries(archived)
    files_of(archived)[1].unlink()
    assert main(["rebuild", "--accept-loss"]) == 0
    said = capsys.readouterr()
    assert "0 keep their raw bytes, 12 were recovered from the store, 0 are" in said.err
    assert f"{EVERYTHING} deliveries rebuilt" in said.out
    assert ask(archived, LEADS) == before
    assert _deliveries(archived) == deliveries
    assert ask(archived, SAVED) == [(A_FILE,)]
    assert ask(archived, "select count(*) from lost_deliveries") == [(0,)]
    assert main(["rebuild", "--verify"]) == main(["archive", "check"]) == 0


def test_rows_of_another_archive_take_no_delivery_s_place(
    archived: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup of another machine: its rows prove themselves, under the same ids."""
    before, deliveries = ask(archived, LEADS), _deliveries(archived)
    other = make(tmp_path / "other")
    shutil.copyfile(files_of(other)[1], files_of(archived)[1])
    assert main(["rebuild", "--accept-loss"]) == 0
    assert "0 keep their raw bytes, 12 were recovered from the store" in capsys.readouterr().err
    assert (ask(archived, LEADS), _deliveries(archived)) == (before, deliveries)
    assert main(["rebuild", "--verify"]) == 0


def test_what_was_saved_once_can_be_saved_again(archived: Settings) -> None:
    deliveries = _deliveries(archived)
    for _ in range(2):
        files_of(archived)[1].unlink()
        assert main(["rebuild", "--accept-loss"]) == 0
    assert _deliveries(archived) == deliveries
    assert main(["rebuild", "--verify"]) == 0


def test_rows_that_prove_themselves_keep_their_bytes(
    archived: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    middle = files_of(archived)[1]
    originals = list(archive_of(archived).read())
    flip(middle, 8 * middle.stat().st_size - 12)
    flip(middle, 8 * 3_000)
    assert main(["rebuild", "--accept-loss"]) == 0
    proven = int(capsys.readouterr().err.partition(" keep their raw bytes")[0].rpartition(" ")[2])
    kept = list(archive_of(archived).read())
    assert [one.delivery_id for one in kept] == [one.delivery_id for one in originals]
    same = sum(one == other for one, other in zip(kept, originals, strict=True))
    assert same == EVERYTHING - A_FILE + proven


def test_only_the_row_that_is_damaged_loses_its_bytes(
    archived: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bit in the middle of a body that is stored as it is."""
    originals = list(archive_of(archived).read())
    _rewrite_uncompressed_with_a_flip(archived, 1)
    assert main(["rebuild", "--accept-loss"]) == 0
    assert "11 keep their raw bytes, 1 were recovered from the store" in (capsys.readouterr().err)
    kept = list(archive_of(archived).read())
    assert sum(one != other for one, other in zip(kept, originals, strict=True)) == 1


def test_when_the_file_comes_back_it_takes_the_place_of_its_substitute(
    archived: Settings, tmp_path: Path
) -> None:
    originals = list(archive_of(archived).read())
    middle = files_of(archived)[1]
    backup = shutil.move(middle, tmp_path / "backup")
    assert main(["rebuild", "--accept-loss"]) == 0
    digest_more(archived)
    shutil.copy2(backup, middle)
    digest(archived)
    assert ask(archived, SAVED) == [(0,)]
    assert list(archive_of(archived).read())[:EVERYTHING] == originals
    assert list(DataDir(archived.data_dir).archive.glob("saved-*")) == []
    assert main(["rebuild", "--verify"]) == main(["archive", "check"]) == 0


def test_a_check_before_a_rebuild_takes_it_back_as_well(archived: Settings, tmp_path: Path) -> None:
    middle = files_of(archived)[1]
    backup = shutil.move(middle, tmp_path / "backup")
    assert main(["rebuild", "--accept-loss"]) == 0
    assert middle not in archive_of(archived).files()
    shutil.copy2(backup, middle)
    assert main(["rebuild", "--dry-run"]) == 0
    assert middle in archive_of(archived).files()
    assert list(DataDir(archived.data_dir).archive.glob("saved-*")) == []


@pytest.fixture
def bereft(archived: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    """The middle file is gone, and no store has its deliveries; the file as it was."""
    place = DataDir(archived.data_dir)
    middle = files_of(archived)[1]
    backup = Path(shutil.move(middle, tmp_path / "backup"))
    place.store.unlink()
    place.published.chmod(0o600)
    with duckdb.connect(str(place.published)) as db:
        db.execute("delete from digest.deliveries where delivery_id between 13 and 24")
    assert main(["rebuild", "--accept-loss"]) == 0
    assert "12 are lost" in capfd.readouterr().err
    return backup


def test_what_nobody_has_is_given_up_in_writing(
    archived: Settings, bereft: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ask(archived, "select first_id, last_id, day is not null from lost_deliveries") == [
        (13, 24, True)
    ]
    assert published_count(archived) == EVERYTHING - A_FILE
    digest_more(archived)
    assert ask(archived, "select max(delivery_id) from deliveries") == [(EVERYTHING + 2,)]
    assert main(["rebuild"]) == main(["rebuild", "--verify"]) == main(["archive", "check"]) == 0
    assert ask(archived, "select first_id, last_id from lost_deliveries") == [(13, 24)]
    main(["doctor"])
    assert "12 deliveries are lost for good" in capfd.readouterr().out


def test_what_was_given_up_and_comes_back_is_welcome(archived: Settings, bereft: Path) -> None:
    name = next(iter(archive_of(archived).manifest.contents().awaited))
    shutil.copy2(bereft, DataDir(archived.data_dir).archive / name)
    digest(archived)
    assert published_count(archived) == EVERYTHING
    assert ask(archived, "select count(*) from lost_deliveries") == [(0,)]
    assert main(["rebuild", "--verify"]) == 0


def test_ids_after_a_lost_end_are_new_ones(archived: Settings) -> None:
    """Nobody may get the id of a delivery that is lost."""
    place = DataDir(archived.data_dir)
    files_of(archived)[2].unlink()
    place.store.unlink()
    place.published.chmod(0o600)
    with duckdb.connect(str(place.published)) as db:
        db.execute("delete from digest.deliveries where delivery_id > 24")
    assert main(["rebuild", "--accept-loss"]) == 0
    running = Digest(archived)
    put(archived, [call(500 + n) for n in range(3)])
    running.finish()
    query = "select list(delivery_id order by delivery_id)[25:] from deliveries"
    assert ask(archived, query) == [([37, 38, 39],)]
    assert not list(place.root.glob("store.smaller-*"))
    assert main(["rebuild", "--verify"]) == main(["archive", "check"]) == 0


def test_the_whole_archive_can_be_saved_from_the_store_and_come_back_file_by_file(
    archived: Settings, tmp_path: Path
) -> None:
    place = DataDir(archived.data_dir)
    originals, deliveries = list(archive_of(archived).read()), _deliveries(archived)
    backup = shutil.move(place.archive, tmp_path / "backup")
    digest_more(archived)
    assert main(["rebuild"]) == 1
    assert main(["rebuild", "--accept-loss"]) == 0
    assert _deliveries(archived)[:EVERYTHING] == deliveries
    for number, file in enumerate(sorted(Path(backup).glob("*.parquet"), reverse=True), 1):
        shutil.copy2(file, place.archive)
        digest(archived)
        assert ask(archived, SAVED) == [(EVERYTHING - number * A_FILE,)]
    assert main(["rebuild", "--verify"]) == 0
    assert list(archive_of(archived).read())[:EVERYTHING] == originals


def test_renames_are_not_undone_twice(
    archived: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "calltouch.toml"
    config.write_text('[webhooks.default]\nrename = {comment = "fio", fio = "comment"}\n')
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(config))
    digest(Settings.load())
    deliveries = _deliveries(archived)
    for file in files_of(archived):
        file.unlink()
    assert main(["rebuild", "--accept-loss"]) == 0
    assert _deliveries(archived) == deliveries


def _deliveries(settings: Settings) -> list[object]:
    query = f"""select * exclude (problems), list_filter(problems, lambda p: p <> '{LOST_BYTES}')
        from deliveries order by delivery_id"""
    rows: list[object] = [*ask(settings, query)]
    assert any(OUTSIDE in str(row) for row in rows)
    return rows


def _rewrite_uncompressed_with_a_flip(settings: Settings, number: int) -> None:
    path = files_of(settings)[number]
    table = pq.read_table(path)
    pq.write_table(table, path, compression="none", use_dictionary=False)
    flip(path, 8 * path.read_bytes().index(b"comment=1-4"))
