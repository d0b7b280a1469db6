"""Whatever is missing or damaged is named: at a glance if name or size tells, else by reading."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.archive.check import full_check, glance
from receiver.digest.archive.faults import ArchiveFault
from receiver.digest.archive.files import sha256_of
from receiver.settings.settings import Settings
from tests.made_once import made_once
from tests.receiver.digest.archive.archives import (
    A_FILE,
    FILES,
    archive_of,
    ask,
    copied,
    digest,
    files_of,
    flip,
    make,
    settings_of,
)

EVERYTHING = FILES * A_FILE


@pytest.fixture
def archived(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    original = made_once(tmp_path_factory, "archived", make)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    return copied(settings_of(original), tmp_path / "data")


def at_a_glance(settings: Settings, end: int = EVERYTHING) -> list[ArchiveFault]:
    return glance(archive_of(settings), None, end)


def read(settings: Settings) -> list[ArchiveFault]:
    return full_check(archive_of(settings), None, EVERYTHING)


def test_a_whole_archive_has_no_faults(
    archived: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at_a_glance(archived) == read(archived) == []
    assert main(["archive", "check"]) == 0
    assert f"{EVERYTHING} deliveries in {FILES} files: everything is intact" in (
        capsys.readouterr().out
    )


def test_a_missing_file_is_named_with_its_ids_and_days(
    archived: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    middle = files_of(archived)[1]
    middle.unlink()
    (fault,) = at_a_glance(archived)
    assert (fault.problem, fault.file, fault.ids) == ("missing", middle.name, (13, 24))
    assert sum(count for _, count in fault.days) == A_FILE
    assert main(["archive", "check", "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in answer["faults"]] == [middle.name]
    assert answer["deliveries"] == EVERYTHING


def test_a_truncated_file_is_named_at_a_glance(archived: Settings) -> None:
    last = files_of(archived)[2]
    last.write_bytes(last.read_bytes()[:-1])
    assert [(one.problem, one.file) for one in at_a_glance(archived)] == [("damaged", last.name)]


def test_a_flipped_bit_is_found_by_reading_and_remembered(archived: Settings) -> None:
    first = files_of(archived)[0]
    flip(first, 5_000)
    assert at_a_glance(archived) == []
    assert [(one.problem, one.file) for one in read(archived)] == [("damaged", first.name)]
    assert [(one.problem, one.file) for one in at_a_glance(archived)] == [("damaged", first.name)]


def test_a_good_copy_is_seen_at_a_glance(archived: Settings, tmp_path: Path) -> None:
    first = files_of(archived)[0]
    good = shutil.copy2(first, tmp_path / "good")
    flip(first, 5_000)
    read(archived)
    assert at_a_glance(archived)
    shutil.copy2(good, first)
    assert at_a_glance(archived) == read(archived) == []


def test_another_bad_copy_is_none(archived: Settings) -> None:
    first = files_of(archived)[0]
    flip(first, 5_000)
    read(archived)
    flip(first, 5_008)
    assert [(one.problem, one.file) for one in at_a_glance(archived)] == [("damaged", first.name)]


def test_a_row_that_is_not_what_was_archived_is_found_though_the_file_is_whole(
    archived: Settings,
) -> None:
    """As if memory had failed between the inbox and the file."""
    archive = archive_of(archived)
    entry = archive.entries()[1]
    table = pq.read_table(archive.path(entry))
    bodies = [b"x" if n == 3 else body.as_py() for n, body in enumerate(table["body"])]
    place = table.schema.get_field_index("body")
    table = table.set_column(place, table.schema.field(place), [bodies])
    pq.write_table(table, archive.path(entry), compression="zstd")
    rewritten = _noted_anew(archived, 1)
    assert at_a_glance(archived) == []
    assert [(one.problem, one.file) for one in read(archived)] == [("damaged", rewritten)]


def test_ids_of_which_no_file_is_known_are_a_gap(archived: Settings) -> None:
    (fault,) = at_a_glance(archived, EVERYTHING + 7)
    assert (fault.problem, fault.ids) == ("gap", (EVERYTHING + 1, EVERYTHING + 7))


def test_without_files_and_manifest_the_store_knows_what_is_missing(
    archived: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(DataDir(archived.data_dir).archive)
    assert main(["archive", "check"]) == 3
    assert f"(deliveries 1 to {EVERYTHING}, of " in capsys.readouterr().out


def test_a_damaged_line_of_the_manifest_is_named_and_mended_by_digest(archived: Settings) -> None:
    manifest = archive_of(archived).manifest.path
    flip(manifest, 8 * 60)
    assert [(one.problem, one.file) for one in at_a_glance(archived)][-1] == (
        "manifest",
        "manifest.jsonl",
    )
    digest(archived)
    assert at_a_glance(archived) == read(archived) == []
    assert ask(archived, "select count(*) from deliveries") == [(EVERYTHING,)]


def test_a_file_that_does_not_belong_there_is_named(
    archived: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (DataDir(archived.data_dir).archive / "2020-01-01.parquet").write_bytes(b"something")
    digest(archived)
    assert ask(archived, "select problem, file from archive_faults") == [
        ("unknown", "2020-01-01.parquet")
    ]
    assert main(["archive", "check"]) == 3


def _noted_anew(settings: Settings, number: int) -> str:
    """A file whose line in the manifest fits what lies there now."""
    archive = archive_of(settings)
    entry = archive.entries()[number]
    path = archive.path(entry)
    with archive.manifest.changing():
        with path.open("rb") as file:
            sha256 = sha256_of(file)
        written = replace(entry, bytes=path.stat().st_size, sha256=sha256)
        archive.manifest.note_file(written)
        archive.manifest.note_placed(written)
    return entry.name
