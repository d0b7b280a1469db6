"""A glance a minute sees what a look at every file does, sooner or later."""

from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.digest.archive import glances
from receiver.digest.archive.check import looked_at
from receiver.digest.archive.faults import ArchiveFault
from receiver.digest.archive.glances import ArchiveGlances
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.reference import reading
from receiver.settings.settings import Settings
from tests.receiver.digest.archive.archives import A_FILE, FILES, archive_of, files_of
from tests.receiver.digest.archive.test_check import archived as archived


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were looked at; one in turn at each glance."""
    names: list[str] = []

    def look(archive: object, entry: FileEntry) -> ArchiveFault | None:
        names.append(entry.name)
        return looked_at(archive, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(glances, "looked_at", look)
    monkeypatch.setattr(glances, "AT_ONCE", 1)
    return names


class Glancing:
    def __init__(self, settings: Settings) -> None:
        self._glances = ArchiveGlances(archive_of(settings))
        self._published = DataDir(settings.data_dir).published

    def problems(self, end: int = FILES * A_FILE) -> list[str]:
        with reading(self._published) as store:
            assert store is not None
            return [fault.problem for fault in self._glances.look(store, end)]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_each_file_has_its_turn(archived: Settings, seen: list[str]) -> None:
    glancing = Glancing(archived)
    for number in range(1, FILES + 1):
        assert glancing.problems() == []
        assert len(seen) == number
    assert set(seen) == {path.name for path in files_of(archived)}


@pytest.mark.parametrize("which", range(FILES))
def test_a_file_that_goes_is_missed_at_once(
    archived: Settings, seen: list[str], which: int, tmp_path: Path
) -> None:
    glancing = Glancing(archived)
    path = files_of(archived)[which]
    assert glancing.problems() == []
    path.rename(tmp_path / "elsewhere")
    assert glancing.problems() == ["missing"]
    assert glancing.problems() == ["missing"]
    (tmp_path / "elsewhere").rename(path)
    assert glancing.problems() == []


def test_a_file_that_is_cut_short_is_seen_in_its_turn_and_kept_in_sight(
    archived: Settings, seen: list[str]
) -> None:
    glancing = Glancing(archived)
    assert glancing.problems() == []
    path = files_of(archived)[1]
    whole = path.read_bytes()
    cut(path)
    found = [glancing.problems() for _ in range(FILES)]
    assert ["damaged"] in found
    # From then on at every glance, until it is whole.
    assert glancing.problems() == glancing.problems() == ["damaged"]
    path.write_bytes(whole)
    assert [glancing.problems() for _ in range(FILES)] == [[]] * FILES


def test_what_the_manifest_calls_damaged_is_said_by_the_first_glance(
    archived: Settings, seen: list[str]
) -> None:
    manifest, path = archive_of(archived).manifest, files_of(archived)[2]
    status = path.stat()
    with manifest.changing():
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        manifest.note_damage(path.name, signature, "is damaged")
    assert [Glancing(archived).problems() for _ in range(FILES)] == [["damaged"]] * FILES


def test_more_that_must_be_there_is_a_gap(archived: Settings, seen: list[str]) -> None:
    glancing = Glancing(archived)
    assert glancing.problems() == []
    assert glancing.problems(FILES * A_FILE + 5) == ["gap"]
