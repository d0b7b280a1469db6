"""kill -9 of an erasure before and after every sync, write of a file, rename and removal: the next
start goes on and finishes it, and nothing of the person is left, nor anything else lost."""

import os
import subprocess
import sys
from pathlib import Path

from analytics.compare import compare
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrders
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.byte_search import search_directory
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.backup.installation import copied_installation
from tests.receiver.digest.archive.archives import archive_of, ask
from tests.receiver.digest.erasing.conftest import original_world
from tests.receiver.digest.erasing.test_erasing import NUMBERS
from tests.receiver.digest.erasing.world import LEADS, SOUGHT, with_order

__all__ = ["original_world"]

# Kills itself at a step of carrying out an order, or says how many there are.
_DYING = """
import os, shutil, signal, sqlite3, sys
from pathlib import Path
from receiver.digest.running import Digest
from receiver.digest.erasing import carrying_out, sqlite_files
from calltouch.cli import main

die_at, steps, is_erasing = int(sys.argv[1]), 0, False

def step():
    global steps
    steps += is_erasing
    if is_erasing and steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)

def stepping(function):
    def call(*args, **kwargs):
        step()
        result = function(*args, **kwargs)
        step()
        return result
    return call

for name in ("fsync", "fdatasync", "write", "ftruncate"):
    setattr(os, name, stepping(getattr(os, name)))
for name in ("rename", "replace", "unlink", "hardlink_to"):
    setattr(Path, name, stepping(getattr(Path, name)))
shutil.rmtree = stepping(shutil.rmtree)
for name in ("_update", "_leave_no_trace"):
    setattr(sqlite_files, name, stepping(getattr(sqlite_files, name)))
erase = Digest._erase_if_due

def erase_stepping(*args):
    global is_erasing
    is_erasing = True
    erase(*args)
    is_erasing = False

Digest._erase_if_due = erase_stepping
code = main(["digest", "--once"])
print(steps)
sys.exit(code)
"""


def test_an_erasure_killed_anywhere_is_finished_by_the_next_start(
    original_world: Settings, tmp_path: Path
) -> None:
    settled = copied_installation(original_world, tmp_path / "settled")
    Digest(settled).finish()
    numbers = [ask(settled, each) for each in NUMBERS]
    ids = [one.delivery_id for one in archive_of(settled).read()]
    steps = _die(_ordered(settled, tmp_path / "all"), 0)
    assert steps > 60
    for number in chance("erasing").sample(range(1, steps + 1), rounds(4, steps)):
        settings = _ordered(settled, tmp_path / f"{number}")
        assert _die(settings, number) == -9
        Digest(settings).finish()
        left = len(search_directory(settings.data_dir, SOUGHT))
        record("T-62 kill -9 of an erasure", kills=1, places_left=left)
        assert left == 0, number
        assert [one.delivery_id for one in archive_of(settings).read()] == ids
        assert [ask(settings, each) for each in NUMBERS] == numbers
        _assert_is_finished(settings)


def _assert_is_finished(settings: Settings) -> None:
    place = DataDir(settings.data_dir)
    assert not ErasureOrders(place.orders).are_there()
    (act,) = ErasureLog(place.erasures).erasures()
    assert act.ended_at is not None
    assert (act.leads, act.summary["deliveries"]) == (LEADS, 5)
    assert sum(n for where, n in act.summary["places"].items() if "archive/2" in where) == 8
    rebuilt = place.root / "again.duckdb"
    rebuild(settings, rebuilt)
    assert compare(place.published, rebuilt, ("published", "rebuilt")).is_equal


def _ordered(settled: Settings, directory: Path) -> Settings:
    settings = copied_installation(settled, directory)
    with_order(settings)
    return settings


def _die(settings: Settings, step: int) -> int:
    """Its exit code; for step 0, which is none, how many there are."""
    environ = {**os.environ, "CALLTOUCH_DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-c", _DYING, str(step)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)
    assert step or not done.returncode, done.stderr
    return done.returncode if step else int(done.stdout.splitlines()[-1])
