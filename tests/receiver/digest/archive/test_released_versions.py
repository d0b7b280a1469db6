"""Data directories that 0.2.0 left start under this version, whether it made them or was given one
that a newer version had made: what it added to the archive counts like everything else.

The one of 0.1.0 is in `test_version_before.py`.
"""

import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from calltouch.cli import main
from dashboards.access.people import find_user
from dashboards.access.sign_in.passwords import is_right
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.conftest import SAMPLES
from tests.receiver.digest.archive.archives import ask, digest, settings_of

KEPT = "select delivery_id, received_at, lead_type, lead_id, params from deliveries order by all"
PASSWORD = "correct horse 7"


def unpacked(name: str, directory: Path, patch: pytest.MonkeyPatch) -> Settings:
    with tarfile.open(SAMPLES / f"{name}.tar.xz") as tar:
        tar.extractall(directory, filter="data")
    patch.setenv("CALLTOUCH_DATA_DIR", str(directory / name))
    return settings_of(directory / name)


@pytest.mark.parametrize(
    ("name", "published", "waiting"),
    [
        # Two files of twenty, and ten in the inbox.
        ("version-7", 40, 10),
        # Two files of six by schema 9, then one of twenty and ten in the inbox by 0.2.0.
        ("version-9-and-7", 32, 10),
    ],
)
def test_it_starts_and_keeps_everything(
    name: str, published: int, waiting: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = unpacked(name, tmp_path, monkeypatch)
    kept = ask(before, KEPT)
    assert len(kept) == published
    digest(before)
    now = ask(before, KEPT)
    assert now[:published] == kept
    assert [row[0] for row in now] == list(range(1, published + waiting + 1))
    assert ask(before, "select count(*) from archive_faults") == [(0,)]
    assert main(["archive", "check"]) == main(["rebuild", "--verify"]) == 0


def test_the_store_before_is_kept_until_the_new_one_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = unpacked("version-7", tmp_path, monkeypatch)
    place = DataDir(before.data_dir)
    store = place.store.read_bytes()
    running = Digest(before)
    assert place.previous.read_bytes() == store
    running.finish()
    assert not place.previous.exists()


def test_its_users_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = DataDir(unpacked("version-7", tmp_path, monkeypatch).data_dir)
    with closing(AccessStore(place.state)) as access, access.reading() as db:
        anna = find_user(db, "anna")
    assert anna is not None
    assert is_right(PASSWORD, anna.password_hash)


def test_it_is_backed_up_before_the_upgrade_and_restored_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked("version-7", tmp_path, monkeypatch)
    new, backups = tmp_path / "new", str(tmp_path / "backups")
    assert main(["backup", "--to", backups]) == 0
    assert main(["restore", "--from", backups, "--to", str(new)]) == 0
    assert ask(settings_of(new), "select count(*) from deliveries") == [(50,)]
