"""kill -9 of digest at every step of writing archive and manifest: before and after each write,
sync and rename."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.settings.settings import Settings
from tests.faults.duckdb.stores import assert_is_the_truth
from tests.faults.rounds import FULL, chance
from tests.faults.table import record
from tests.receiver.deliveries import call, put
from tests.receiver.digest.archive.archives import A_FILE, FILES, archive_of, ask, copied, make

# Kills itself at a step of `Archive.append` and of what follows, or says how many there are.
_DYING = """
import os, signal, sys
from pathlib import Path
from receiver.digest.archive.keeper import ArchiveKeeper
from calltouch.cli import main

die_at, steps, is_filling = int(sys.argv[1]), 0, False

def step():
    global steps
    steps += is_filling
    if is_filling and steps == die_at:
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
for name in ("rename", "unlink", "hardlink_to"):
    setattr(Path, name, stepping(getattr(Path, name)))
fill = ArchiveKeeper.fill

def fill_stepping(*args):
    global is_filling
    is_filling = True
    fill(*args)
    is_filling = False

ArchiveKeeper.fill = fill_stepping
code = main(["digest", "--once"])
print(steps)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The last file will grow, and a segment be deleted."""
    settings = make(tmp_path_factory.mktemp("original") / "data")
    put(settings, [call(900 + n) for n in range(7)])
    return settings


def test_a_digest_killed_while_it_archives_goes_on_as_if_nothing_had_been(
    original: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = FILES * A_FILE + 7
    every = range(1, _die(copied(original, tmp_path / "whole"), 0) + 1)
    assert len(every) > 20
    steps = every if FULL else chance("archiving").sample(every, 4)
    for number in steps:
        settings = copied(original, tmp_path / f"{number}")
        assert _die(settings, number) == -9
        known = [one.delivery_id for one in archive_of(settings).read()]
        assert known in (list(range(1, count - 6)), list(range(1, count + 1)))
        assert_is_the_truth(settings, monkeypatch)
        assert ask(settings, "select count(*) from archive_faults") == [(0,)]
        assert list(DataDir(settings.data_dir).inbox.glob("*.seg")) == []
        assert [one.delivery_id for one in archive_of(settings).read()] == list(range(1, count + 1))
        record("T-14 kill -9 of digest at each step of archiving", kills=1, differing=0)


def _die(settings: Settings, step: int) -> int:
    """Its exit code; for step 0, which is none, how many there are."""
    environ = {**os.environ, "CALLTOUCH_DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-c", _DYING, str(step)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    return done.returncode if step else int(done.stdout)
