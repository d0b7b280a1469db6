"""A data directory of version 6, made by that version: no manifest, no checksums, another schema.

Its archive has three files; the last ten deliveries of a writer that was killed are not digested.
"""

import shutil
import tarfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings
from tests.conftest import SAMPLES
from tests.receiver.digest.archive.archives import (
    archive_of,
    ask,
    digest,
    digest_more,
    files_of,
    flip,
    published_count,
    settings_of,
)

ARCHIVED, WAITING = 203, 10
KEPT = "select delivery_id, received_at, lead_type, lead_id, params from deliveries order by all"


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    with tarfile.open(SAMPLES / "version-6.tar.xz") as tar:
        tar.extractall(tmp_path, filter="data")
    directory = tmp_path / "version-6"
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(directory))
    return settings_of(directory)


def test_it_upgrades_by_itself_and_keeps_everything(before: Settings) -> None:
    kept, leads = ask(before, KEPT), ask(before, "select lead_type, lead_id from leads")
    assert len(kept) == ARCHIVED
    digest(before)
    assert ask(before, KEPT)[:ARCHIVED] == kept
    assert published_count(before) == ARCHIVED + WAITING
    assert set(leads) <= set(ask(before, "select lead_type, lead_id from leads"))
    entries = archive_of(before).entries()
    assert [entry.trusted_since is not None for entry in entries] == [True, True, False]
    assert entries[-1].last_id == ARCHIVED + WAITING
    assert ask(before, "select count(*) from archive_faults") == [(0,)]
    assert main(["archive", "check"]) == main(["rebuild", "--verify"]) == 0


def test_rows_get_their_checksum_when_their_file_is_rewritten(before: Settings) -> None:
    """The last one's day goes on."""
    digest(before)
    *_, trusted, grown = files_of(before)
    assert "checksum" not in pq.read_schema(trusted).names
    table = pq.read_table(grown)
    assert table.num_rows == 20 + WAITING
    assert table["checksum"].null_count == 0


@pytest.mark.parametrize("damage", ["a file is gone", "a bit is flipped", "nothing is left"])
def test_an_archive_that_is_not_whole_waits_with_everything_as_it_was(
    before: Settings, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = DataDir(before.data_dir)
    published = place.published.read_bytes()
    middle = sorted(place.archive.glob("*.parquet"))[0]
    if damage == "a file is gone":
        middle.unlink()
    elif damage == "a bit is flipped":
        flip(middle, 8 * middle.stat().st_size - 3)
    else:
        shutil.rmtree(place.archive)
    assert main(["digest", "--once"]) == 1
    assert "waits for the archive" in capsys.readouterr().err
    assert place.published.read_bytes() == published
    assert len(list(place.inbox.glob("*.seg"))) == 1
    assert main(["rebuild"]) == 1


def test_its_losses_can_be_accepted(before: Settings) -> None:
    kept = ask(before, KEPT)
    sorted(DataDir(before.data_dir).archive.glob("*.parquet"))[0].unlink()
    assert main(["rebuild", "--accept-loss"]) == 0
    assert ask(before, KEPT)[:ARCHIVED] == kept
    digest_more(before)
    assert published_count(before) == ARCHIVED + WAITING + 2
    assert main(["rebuild", "--verify"]) == 0


def test_an_archive_that_says_something_else_than_the_store_is_not_trusted(
    before: Settings,
) -> None:
    with duckdb.connect(str(DataDir(before.data_dir).store)) as db:
        db.execute(
            "update digest.deliveries set received_at = received_at + interval 1 day "
            "where delivery_id = 40"
        )
    assert main(["digest", "--once"]) == 1


def test_a_manifest_that_was_deleted_is_made_anew(before: Settings) -> None:
    digest(before)
    archive = archive_of(before)
    entries = archive.entries()
    archive.manifest.path.unlink()
    digest_more(before)
    again = archive_of(before).entries()
    assert [(e.name, e.first_id) for e in again[:3]] == [(e.name, e.first_id) for e in entries]
    assert [e.sha256 for e in again[:2]] == [e.sha256 for e in entries[:2]]
    assert published_count(before) == ARCHIVED + WAITING + 2
    assert main(["archive", "check"]) == main(["rebuild", "--verify"]) == 0
