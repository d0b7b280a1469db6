"""Files of the archive, and its manifest, deleted, truncated, with single bits flipped.

Whatever digest does then by itself, with its store or without, no delivery may change unnoticed and
none may go from what is published; and the fault is named, or mended.
"""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.archive.check import full_check
from receiver.digest.archive.faults import DamagedFile
from receiver.settings.settings import Settings
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.digest.archive.archives import (
    archive_of,
    ask,
    copied,
    digest,
    digest_more,
    make,
)

FILES, A_FILE = 3, 40
EVERYTHING = FILES * A_FILE
KEPT = f"select * exclude (outcome) from deliveries where delivery_id <= {EVERYTHING} order by all"


def _delete(path: Path, luck: random.Random) -> None:
    path.unlink()


def _truncate(path: Path, luck: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: luck.randrange(path.stat().st_size)])


def _flip(path: Path, luck: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    path.write_bytes(data)


DAMAGES: dict[str, tuple[Callable[[Path, random.Random], None], int]] = {
    "deleted": (_delete, rounds(2, FILES * 3)),
    "truncated": (_truncate, rounds(2, 60)),
    "one bit flipped": (_flip, rounds(3, 200)),
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make(tmp_path_factory.mktemp("original") / "data", FILES, A_FILE)


@pytest.mark.parametrize("damage", DAMAGES)
def test_nothing_changes_unnoticed_and_nothing_goes(
    damage: str, original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_damage, count = DAMAGES[damage]
    archived, kept = list(archive_of(original).read()), ask(original, KEPT)
    for number in range(count):
        luck = chance("archive", damage, number)
        settings = copied(original, tmp_path / f"{number}")
        monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
        bad = archive_of(settings).files()[number % FILES]
        do_damage(bad, luck)
        try:
            silent = int(list(archive_of(settings).read()) != archived)
        except DamagedFile as fault:
            silent = int(fault.entry.name != bad.name)
        settings = _changed(settings, luck)
        digest_more(settings)
        published = ask(settings, KEPT)
        fewer = sum(row not in published for row in kept)
        named = main(["archive", "check"]) == 3 and main(["rebuild"]) == 1
        faults = [row[0] for row in ask(settings, "select file from archive_faults")]
        record(
            f"T-50 archive: a file {damage}",
            silent=silent,
            fewer_published=fewer,
            not_named=int(not named),
        )
        assert (silent, fewer, named) == (0, 0, True), (bad.name, faults)
        shutil.rmtree(settings.data_dir)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_manifest_is_mended_from_files_and_store(
    damage: str, original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_damage, count = DAMAGES[damage]
    kept = ask(original, KEPT)
    for number in range(count):
        settings = copied(original, tmp_path / f"{number}")
        monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
        do_damage(archive_of(settings).manifest.path, chance("manifest", damage, number))
        digest(settings)
        fewer = len(kept) - len(ask(settings, KEPT))
        left = len(full_check(archive_of(settings), None, EVERYTHING))
        record(f"T-51 manifest {damage}", fewer_published=fewer, not_mended=left)
        assert (fewer, left) == (0, 0)
        assert ask(settings, KEPT) == kept
        shutil.rmtree(settings.data_dir)


def test_the_whole_archive_deleted_while_other_things_change(
    original: Settings, tmp_path: Path
) -> None:
    kept = ask(original, KEPT)
    for number in range(rounds(2, 12)):
        settings = copied(original, tmp_path / f"{number}")
        shutil.rmtree(settings.data_dir / "archive")
        settings = _changed(settings, chance("all", number))
        digest_more(settings)
        fewer = len(kept) - len(ask(settings, KEPT))
        record("T-50 archive: all of it deleted", fewer_published=fewer)
        assert ask(settings, KEPT) == kept
        shutil.rmtree(settings.data_dir)


def _changed(settings: Settings, luck: random.Random) -> Settings:
    """What makes digest rebuild the store by itself, or nothing."""
    place = DataDir(settings.data_dir)
    what = luck.choice(["nothing", "zone", "no store", "garbage for a store"])
    if what == "zone":
        return replace(settings, timezone="Asia/Omsk")
    if what == "no store":
        place.store.unlink()
    elif what == "garbage for a store":
        place.store.write_bytes(luck.randbytes(50_000))
    return settings
