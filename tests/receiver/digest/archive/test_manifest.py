"""The log that says what must be there: what a kill, a power cut or a bad disk leaves of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from receiver.digest.archive.manifest import manifest as module
from receiver.digest.archive.manifest.contents import FileEntry, LostRange
from receiver.digest.archive.manifest.manifest import Manifest


def entry(name: str, first_id: int, last_id: int, sha256: str = "a") -> FileEntry:
    days = {"2026-11-21": last_id - first_id + 1}
    return FileEntry(name, first_id, last_id, days, 100, sha256, {"one.seg": last_id * 10})


def note(manifest: Manifest, *entries: FileEntry) -> None:
    with manifest.changing():
        for one in entries:
            manifest.note_file(one)
            manifest.note_placed(one)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "manifest.jsonl"


@pytest.fixture
def manifest(path: Path) -> Manifest:
    manifest = Manifest(path)
    note(manifest, entry("a.parquet", 1, 10), entry("b.parquet", 11, 30))
    return manifest


def test_another_process_reads_what_was_written(manifest: Manifest, path: Path) -> None:
    again = Manifest(path).contents()
    assert [one.name for one in again.in_order()] == ["a.parquet", "b.parquet"]
    assert again.files["b.parquet"] == entry("b.parquet", 11, 30)
    assert again.last_id() == 30
    assert again.positions == {"one.seg": 300}


def test_what_another_process_writes_is_seen(manifest: Manifest, path: Path) -> None:
    assert manifest.contents().last_id() == 30
    note(Manifest(path), entry("c.parquet", 31, 40))
    assert manifest.contents().last_id() == 40
    note(manifest, entry("d.parquet", 41, 50))
    assert Manifest(path).contents().last_id() == 50
    assert Manifest(path).bad_lines == []


def test_a_file_counts_when_it_has_been_put_in_place(manifest: Manifest) -> None:
    longer = entry("b.parquet", 11, 35, "b")
    with manifest.changing():
        manifest.note_file(longer)
    assert manifest.contents().files["b.parquet"].last_id == 30
    assert manifest.contents().pending == longer
    with manifest.changing():
        manifest.note_placed(longer)
    assert manifest.contents().files["b.parquet"] == longer
    assert manifest.contents().earlier["b.parquet"] == {"a": entry("b.parquet", 11, 30)}


def test_what_was_undone_never_was(manifest: Manifest) -> None:
    longer = entry("b.parquet", 11, 35, "b")
    with manifest.changing():
        manifest.note_file(longer)
        manifest.note_undone(longer)
    assert manifest.contents().pending is None
    assert manifest.contents().last_id() == 30


def test_substitutes_take_the_place_of_a_file_and_it_takes_theirs(manifest: Manifest) -> None:
    saved = FileEntry(
        "saved.parquet", 11, 20, {}, 50, "c", supersedes=["b.parquet"], is_substitute=True
    )
    note(manifest, saved)
    with manifest.changing():
        manifest.note_lost(LostRange(21, 30, "2026-11-21", "gone"))
    contents = manifest.contents()
    assert set(contents.files) == {"a.parquet", "saved.parquet"}
    assert set(contents.awaited) == {"b.parquet"}
    assert contents.last_id() == 30
    note(manifest, replace(entry("b.parquet", 11, 30), supersedes=["saved.parquet"]))
    contents = manifest.contents()
    assert set(contents.files) == {"a.parquet", "b.parquet"}
    assert contents.awaited == {}
    assert contents.lost == []


def test_what_came_back_of_a_lost_range_is_taken_out_of_it(manifest: Manifest) -> None:
    with manifest.changing():
        manifest.note_lost(LostRange(31, 60, None, "gone"))
    note(manifest, entry("c.parquet", 41, 50))
    ranges = [(one.first_id, one.last_id) for one in manifest.contents().lost]
    assert ranges == [(31, 40), (51, 60)]


def test_a_torn_last_line_was_never_promised(manifest: Manifest, path: Path) -> None:
    data = path.read_bytes()
    last = data.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(last, len(data) - 1):
        path.write_bytes(data[:end])
        torn = Manifest(path)
        assert torn.bad_lines == []
        assert torn.contents().pending == entry("b.parquet", 11, 30)
    note(torn, entry("b.parquet", 11, 30), entry("c.parquet", 31, 40))
    assert Manifest(path).bad_lines == []
    assert Manifest(path).contents().last_id() == 40


def test_a_last_line_that_only_lost_its_end_counts(manifest: Manifest, path: Path) -> None:
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert Manifest(path).contents().last_id() == 30
    note(Manifest(path), entry("c.parquet", 31, 40))
    assert Manifest(path).contents().last_id() == 40
    assert Manifest(path).bad_lines == []


def test_any_other_line_that_is_not_what_was_written_is_named(
    manifest: Manifest, path: Path
) -> None:
    data = path.read_bytes()
    whole = data.rstrip(b"\n").rfind(b"\n") + 1
    for place in range(whole):
        damaged = bytearray(data)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        assert Manifest(path).bad_lines, f"byte {place}"


def test_a_line_that_is_gone_is_named(manifest: Manifest, path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    for gone in range(len(lines) - 1):
        path.write_bytes(b"".join([*lines[:gone], *lines[gone + 1 :]]))
        assert Manifest(path).bad_lines == [gone + 1]


def test_made_anew_it_says_what_it_said_and_keeps_the_damaged_one(
    manifest: Manifest, path: Path
) -> None:
    with manifest.changing():
        manifest.note_lost(LostRange(31, 40, None, "gone"))
    lines = path.read_bytes().splitlines(keepends=True)
    damaged = b"".join([lines[0].replace(b"first_id", b"fjrst_id"), *lines[1:]])
    path.write_bytes(damaged)
    manifest = Manifest(path)
    assert manifest.bad_lines == [1]
    with manifest.changing():
        manifest.begin_anew([entry("a.parquet", 1, 10)])
    assert Manifest(path).bad_lines == []
    entries = [entry("a.parquet", 1, 10), entry("b.parquet", 11, 30)]
    assert Manifest(path).contents().in_order() == entries
    assert Manifest(path).contents().lost == [LostRange(31, 40, None, "gone")]
    (kept,) = path.parent.glob("manifest.*.damaged")
    assert kept.read_bytes() == damaged


def test_a_long_log_is_shortened_to_what_is_needed(
    manifest: Manifest, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINES_TO_SPARE", 10)
    for last_id in range(31, 51):
        note(manifest, entry("b.parquet", 11, last_id, str(last_id)))
        with manifest.changing():
            manifest.shorten()
        assert len(path.read_bytes().splitlines()) <= 14
        again = Manifest(path)
        assert again.bad_lines == []
        assert again.contents().files == manifest.contents().files
        assert again.contents().positions == {"one.seg": last_id * 10}
    assert list(path.parent.iterdir()) == [path]
