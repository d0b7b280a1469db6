"""A backup is put back whole, or not at all; what differs is named."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import orjson
import pytest

from analytics.state_file import check
from dashboards.access.people import find_user
from dashboards.access.state import AccessStore
from receiver.backup.manifest import InvalidBackup, read_manifest, write_manifest
from receiver.backup.restoring import (
    ChosenBackup,
    DayDifference,
    RestoreRefused,
    choose_backup,
    compared,
    differences,
    finish,
    make_store,
    newer_deliveries,
    put_back,
    refuse_small,
    refuse_used,
    settings_for,
)
from receiver.backup.shelf import UNFINISHED
from receiver.data_dir import DataDir, InvalidDataDir, prepare
from receiver.person_key import person_key
from receiver.process_lock import hold
from receiver.settings.settings import Settings
from tests.made_once import made_once
from tests.receiver.backup.installation import (
    DELIVERIES,
    WAITING,
    back_up,
    copied_installation,
    ids_in,
)
from tests.receiver.digest.archive.archives import ask, digest_more, flip


@pytest.fixture(scope="session")
def kept(original: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of backups that nobody changes."""

    def make(directory: Path) -> None:
        back_up(copied_installation(original, directory / "installation"), directory / "backups")

    return made_once(tmp_path_factory, "kept backups", make) / "backups"


@pytest.fixture
def chosen(whole: Settings, shelf: Path) -> ChosenBackup:
    """One that may be damaged."""
    return choose_backup(back_up(whole, shelf).path)


def found(chosen: ChosenBackup) -> list[str]:
    return differences(chosen, lambda count: None)


def test_all_of_it_is_there_again(kept: Path, whole: Settings, tmp_path: Path) -> None:
    chosen, target = choose_backup(kept), tmp_path / "new"
    prepare(target)
    put_back(chosen, target, lambda count: None)
    with pytest.raises(InvalidDataDir, match="being put back"):
        prepare(target)
    settings = settings_for(whole, target)
    make_store(settings, lambda count: None)
    finish(target)
    prepare(target)
    place, before = DataDir(target), DataDir(whole.data_dir)
    assert ids_in(target) == ids_in(whole.data_dir)
    assert ask(settings, "select count(*) from deliveries") == [(DELIVERIES,)]
    assert compared(settings, chosen.manifest.days) == []
    assert list(place.inbox.glob("*.seg")) == []
    with closing(AccessStore(place.state)) as access, access.reading() as db:
        assert find_user(db, "anna") is not None
    check(place.state)
    assert person_key(place.person_key) == person_key(before.person_key)
    for same in ("calendar", "flow_addresses"):
        assert getattr(place, same).read_bytes() == getattr(before, same).read_bytes()
    assert (place.damaged / "one.seg-7-9").read_bytes() == b"??"
    assert newer_deliveries(place, before) == 0


def test_what_is_put_back_is_on_the_disk(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    fsync = os.fsync

    def noting(fd: int) -> None:
        synced.add(os.fstat(fd).st_ino)
        fsync(fd)

    monkeypatch.setattr(os, "fsync", noting)
    target = tmp_path / "new"
    put_back(choose_backup(kept), target, lambda count: None)
    paths = [target, *target.rglob("*")]
    assert [path for path in paths if path.stat().st_ino not in synced] == []
    modes = {path.name: path.stat().st_mode & 0o077 for path in paths[1:]}
    assert [name for name, mode in modes.items() if mode and name != "restoring"] == []


def test_days_that_differ_are_named(whole: Settings) -> None:
    (day,) = [
        str(row[0]) for row in ask(whole, "select distinct received_at::date from deliveries")
    ]
    expected = {day: DELIVERIES, "2026-01-01": 2}
    assert compared(whole, expected) == [
        DayDifference("2026-01-01", 2, 0),
        DayDifference(day, DELIVERIES, DELIVERIES - WAITING),
    ]


def test_what_is_newer_is_counted(kept: Path, whole: Settings, tmp_path: Path) -> None:
    older = copied_installation(whole, tmp_path / "older")
    digest_more(whole)
    assert newer_deliveries(DataDir(older.data_dir), DataDir(whole.data_dir)) == WAITING + 2
    assert newer_deliveries(DataDir(older.data_dir), DataDir(tmp_path / "nothing")) is None
    here = DataDir(whole.data_dir)
    assert newer_deliveries(here, here) is None, "restored into its place, nothing is left of it"


def test_a_bit_that_flips_in_any_file_is_found(chosen: ChosenBackup) -> None:
    for file in [one for one in chosen.manifest.files if one.bytes]:
        path = chosen.path / file.path
        flip(path, 8 * (file.bytes // 2) + 3)
        assert found(chosen) == [f"{file.path} is damaged: its checksum is another"]
        flip(path, 8 * (file.bytes // 2) + 3)
    assert found(chosen) == []


def test_files_that_are_missing_or_shorter_are_named(chosen: ChosenBackup) -> None:
    (chosen.path / "data/person.key").unlink()
    os.truncate(chosen.path / "data/state.sqlite", 100)
    assert len(found(chosen)) == 2
    assert "data/person.key is missing" in found(chosen)
    assert any("state.sqlite has 100 bytes, not" in text for text in found(chosen))


def test_a_bit_that_flips_in_the_manifest_is_found(chosen: ChosenBackup) -> None:
    path = chosen.path / "backup.json"
    for place in range(0, 8 * path.stat().st_size, 997):
        flip(path, place)
        with pytest.raises(InvalidBackup):
            read_manifest(chosen.path)
        flip(path, place)
    read_manifest(chosen.path)


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "data/../../evil", "elsewhere/x"])
def test_a_manifest_names_no_file_outside(chosen: ChosenBackup, path: str) -> None:
    first, *rest = chosen.manifest.files
    evil = replace(chosen.manifest, files=(replace(first, path=path), *rest))
    write_manifest(chosen.path, evil)
    with pytest.raises(InvalidBackup, match="outside"):
        read_manifest(chosen.path)


def test_a_newer_format_is_not_guessed(chosen: ChosenBackup) -> None:
    write_manifest(chosen.path, replace(chosen.manifest, format=2, app_version="9.9"))
    with pytest.raises(InvalidBackup, match="made by a newer version"):
        read_manifest(chosen.path)


def test_what_is_damaged_while_it_is_copied_is_not_put_back(
    chosen: ChosenBackup, tmp_path: Path
) -> None:
    flip(chosen.path / "data/state.sqlite", 12345)
    with pytest.raises(InvalidBackup, match=r"state\.sqlite is damaged"):
        put_back(chosen, tmp_path / "new", lambda count: None)
    assert not (tmp_path / "new" / "state.sqlite").exists()
    with pytest.raises(InvalidDataDir, match="being put back"):
        prepare(tmp_path / "new")


def full(target: Path) -> None:
    (target / "something").touch()


def unfinished(target: Path) -> None:
    (target / "restoring").touch()


@pytest.mark.parametrize(("state", "why"), [(full, "not empty"), (unfinished, "not finished")])
def test_a_directory_that_holds_something_is_refused(
    tmp_path: Path, state: Callable[[Path], None], why: str
) -> None:
    target = tmp_path / "new"
    refuse_used(target)
    target.mkdir()
    refuse_used(target)
    state(target)
    with pytest.raises(RestoreRefused, match=why):
        refuse_used(target)


def test_a_disk_that_is_too_small_is_refused_before_it_is_full(
    chosen: ChosenBackup, tmp_path: Path
) -> None:
    refuse_small(chosen.manifest, tmp_path / "not" / "there")
    file = next(one for one in chosen.manifest.files if one.path.endswith(".parquet"))
    huge = replace(chosen.manifest, files=(replace(file, bytes=1 << 60),))
    with pytest.raises(RestoreRefused, match="MiB of room"):
        refuse_small(huge, tmp_path)


def test_a_directory_in_use_is_refused_by_name(whole: Settings) -> None:
    with (
        hold(DataDir(whole.data_dir).serve_lock),
        pytest.raises(RestoreRefused, match="in use: process"),
    ):
        refuse_used(whole.data_dir)


def test_an_archive_that_was_not_whole_is_named(
    whole: Settings, shelf: Path, tmp_path: Path
) -> None:
    archive = DataDir(whole.data_dir).archive
    sorted(archive.glob("*.parquet"))[0].unlink()
    chosen, target = choose_backup(back_up(whole, shelf).path), tmp_path / "new"
    put_back(chosen, target, lambda count: None)
    with pytest.raises(RestoreRefused, match="was not whole"):
        make_store(settings_for(whole, target), lambda count: None)


def test_the_newest_is_chosen_and_none_that_is_half(whole: Settings, shelf: Path) -> None:
    with pytest.raises(InvalidBackup, match="holds no finished backup"):
        choose_backup(shelf)
    back_up(whole, shelf)
    second = back_up(whole, shelf)
    half = shelf / f"calltouch-20991231T000000.000Z{UNFINISHED}"
    half.mkdir()
    (half / "backup.json").write_bytes(orjson.dumps(asdict(second.manifest)))
    (shelf / "calltouch-20991231T000000.000Z").mkdir()
    assert choose_backup(shelf).path == second.path
