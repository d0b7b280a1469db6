"""What is written again, what stays whatever breaks, and what is removed when."""

import errno
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from analytics.export import exporting
from analytics.export.manifest import MANIFEST
from analytics.export.places import ExportDirectory, ExportFailed
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.analytics.export import files
from tests.analytics.export.files import asked, files_in, files_named, manifest_in
from tests.receiver.deliveries import call, put

_TABLES = ("deliveries", "freshness", "lead_tags", "leads", "leads_by_day")
exported = partial(files.exported, tables=_TABLES)
_NONE, _DAY = timedelta(0), timedelta(days=1)


@pytest.fixture
def published(settings: Settings) -> Path:
    add(settings, 1, "2026-10-05 12:00:00")
    add(settings, 2, "2026-11-05 12:00:00")
    return DataDir(settings.data_dir).published


def add(settings: Settings, number: int, date: str) -> None:
    at = str(int(datetime.fromisoformat(f"{date}+03:00").timestamp()))
    put(settings, [call(number, timestamp=at, callphase="calllost", source="google")])
    Digest(settings).finish()


def leads(directory: Path) -> list[int]:
    found = asked(files_named(directory)["leads"], "select lead_id from exported order by all")
    return [number for (number,) in found]


def check_whole(directory: Path) -> None:
    sizes = ExportDirectory(directory).sizes()
    for file in manifest_in(directory)["files"]:
        assert sizes[file["file"]] == file["bytes"]


def test_of_the_same_file_nothing_is_written(published: Path, tmp_path: Path) -> None:
    place = tmp_path / "out"
    exported(published, place)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert exported(published, place).written == ()
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before


def test_the_same_rows_are_the_same_bytes(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(published, tmp_path / "one")
    monkeypatch.setattr(exporting, "_unchanged", lambda plan, found: None)
    exported(published, tmp_path / "two")
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")
    assert exported(published, tmp_path / "one").written == ()


def test_one_more_delivery_writes_its_months_alone(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    exported(published, place)
    old = files_in(place)
    add(settings, 3, "2026-11-06 12:00:00")
    done = exported(published, place)
    leads_written = [file.month for file in done.written if file.table.startswith("lead")]
    assert {*leads_written} == {"2026-11"}
    assert {"leads", "leads_by_day", "deliveries", "freshness"} <= {f.table for f in done.written}
    assert leads(place) == [1, 2, 3]
    assert old < files_in(place)
    assert {*manifest_in(place)["retired"]} == old - {f.file for f in done.manifest.files}


def test_what_is_not_named_goes_after_the_grace_and_no_sooner(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    exported(published, place)
    add(settings, 3, "2026-11-06 12:00:00")
    exported(published, place)
    retired = {*manifest_in(place)["retired"]}
    assert exported(published, place, grace=_DAY).removed == ()
    assert retired <= files_in(place)
    assert {*exported(published, place, grace=_NONE).removed} == retired
    assert files_in(place) == {file["file"] for file in manifest_in(place)["files"]}
    assert manifest_in(place)["retired"] == {}


def test_the_grace_begins_when_a_file_is_no_longer_named(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    """Not when it was written."""
    place = tmp_path / "out"
    exported(published, place)
    for name in files_in(place):
        os.utime(place / name, (0, 0))
    add(settings, 3, "2026-11-06 12:00:00")
    assert exported(published, place).removed == ()
    since = manifest_in(place)["retired"]
    add(settings, 4, "2026-11-06 12:00:00")
    exported(published, place)
    assert since.items() <= manifest_in(place)["retired"].items()


class _Breaking(ExportDirectory):
    """Ends after so many files."""

    def __init__(self, root: Path, count: int) -> None:
        super().__init__(root)
        self._left = count

    def put(self, name: str, file: IO[bytes]) -> None:
        if self._left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._left -= 1
        super().put(name, file)


def test_a_full_disk_leaves_the_export_before(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    with pytest.raises(OSError, match="No space left"):
        exported(published, _Breaking(place, 3))
    assert not (place / MANIFEST).exists()
    exported(published, place)
    before = manifest_in(place)
    add(settings, 3, "2026-11-06 12:00:00")
    for count in (0, 1):
        with pytest.raises(OSError, match="No space left"):
            exported(published, _Breaking(place, count))
        assert manifest_in(place) == before
        check_whole(place)
    exported(published, place)
    assert leads(place) == [1, 2, 3]
    check_whole(place)


_KILLED = """
import os, signal, sys
from pathlib import Path
from analytics.export.places import ExportDirectory
from tests.analytics.export.files import exported

class Killed(ExportDirectory):
    def put_manifest(self, content):
        with self.new_file() as file:
            file.write(content)
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)

tables = tuple(sys.argv[3:])
exported(Path(sys.argv[1]), Killed(Path(sys.argv[2])), tables=tables)
"""


def test_killed_between_files_and_manifest_the_next_one_goes_on(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    exported(published, place)
    before = manifest_in(place)
    add(settings, 3, "2026-11-06 12:00:00")
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(published), str(place)], check=False
    )
    assert killed.returncode == -9
    assert manifest_in(place) == before
    check_whole(place)
    assert exported(published, place).written == ()
    assert leads(place) == [1, 2, 3]
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("text", ["", "{", '{"made_by": "calltouch export", "layout": 1}'])
def test_a_damaged_manifest_is_made_anew(published: Path, tmp_path: Path, text: str) -> None:
    place = tmp_path / "out"
    exported(published, place)
    (place / MANIFEST).write_text(text)
    done = exported(published, place, grace=_DAY)
    assert (done.was_damaged, done.written, done.removed) == (True, (), ())
    check_whole(place)


def test_a_file_that_was_cut_off_is_written_again(published: Path, tmp_path: Path) -> None:
    place = tmp_path / "out"
    exported(published, place)
    (path, *_) = files_named(place)["leads"]
    Path(path).write_bytes(b"PAR1")
    assert [file.table for file in exported(published, place).written] == ["leads"]
    check_whole(place)


@pytest.mark.parametrize(
    "there",
    [
        {"notes.txt": ""},
        {MANIFEST: '{"name": "an extension"}'},
        {MANIFEST: "not JSON"},
        {MANIFEST: '{"made_by": "calltouch export", "layout": 2}'},
        {"leads/2026-11.parquet": ""},
    ],
)
def test_what_holds_something_else_is_left_alone(
    published: Path, tmp_path: Path, there: Mapping[str, str]
) -> None:
    place = tmp_path / "out"
    for name, text in there.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    with pytest.raises(ExportFailed):
        exported(published, place)
    assert {str(p.relative_to(place)) for p in place.rglob("*") if p.is_file()} == {*there}


def test_the_files_of_persons_do_not_become_those_without(published: Path, tmp_path: Path) -> None:
    exported(published, tmp_path / "out")
    with pytest.raises(ExportFailed, match="a place of its own"):
        exported(published, tmp_path / "out", source="keyed")


def test_two_do_not_export_at_once(published: Path, tmp_path: Path) -> None:
    place = tmp_path / "out"
    with ExportDirectory(place).held(), pytest.raises(ExportFailed, match="another process"):
        exported(published, place)


def test_a_dry_run_tells_and_writes_nothing(published: Path, tmp_path: Path) -> None:
    place = tmp_path / "out"
    told = exported(published, place, is_dry=True)
    assert not place.exists()
    assert told.written == exported(published, place).written
