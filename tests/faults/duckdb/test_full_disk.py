"""A disk that fills up under digest: while it folds, checkpoints, copies or archives."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from receiver.digest.running import Digest
from tests.faults.duckdb.stores import assert_is_the_truth, put_some, settings_for
from tests.faults.durability.disks import Filler, small_disk
from tests.faults.rounds import chance, rounds
from tests.faults.table import record

# Digest by itself would stop before it gets here.
_WITHOUT_MARGIN = (
    "from receiver.digest import disk_room; disk_room.ROOM_FOR_INBOX_BYTES = -(1 << 40);"
    "from calltouch.cli import main; import sys; sys.exit(main(['digest', '--once']))"
)


def test_digest_fails_on_a_full_disk_and_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = 0
    with small_disk("tmpfs", tmp_path) as disk:
        for number in range(rounds(3, 40)):
            luck = chance("full disk", number)
            settings = settings_for(disk / f"data-{number}")
            put_some(settings, luck)
            Digest(settings).finish()
            put_some(settings, luck, 2_000)
            filler = Filler(disk)
            filler.leave(luck.choice([0, 1, 2, 4, 6, 8]) << 19)
            noticed = int(_digest(settings.data_dir) != 0)
            filler.remove()
            assert_is_the_truth(settings, monkeypatch)
            failed += noticed
            record("T-17 disk full under digest", failed=noticed, differing=0)
            shutil.rmtree(settings.data_dir)
    assert failed > 0, "the disk was never full enough to be noticed"


def _digest(directory: Path) -> int:
    environ = {**os.environ, "CALLTOUCH_DATA_DIR": str(directory)}
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_MARGIN], env=environ, capture_output=True, timeout=120
    )
    return done.returncode
