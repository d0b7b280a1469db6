"""Digests on a lake that are killed while a standby waits: every delivery is there once."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from analytics.compare import compare
from analytics.lake.address import LakeAddress
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.settings.settings import PREFIX, Settings
from tests.faults.rounds import SEED, rounds
from tests.lake.lakes import asked, attaching, on_lake
from tests.receiver.deliveries import call, put

AT_ONCE = 40
PATIENCE_SECONDS = 120.0


def test_the_standby_goes_on_where_the_killed_one_was(
    settings: Settings, address: LakeAddress, tmp_path: Path
) -> None:
    lake = on_lake(settings, address)
    log, chance, count = tmp_path / "log", random.Random(SEED), rounds(3, 20)
    Digest(lake).finish()
    digests = [started(lake, log)]
    wait_for(partial(has_taken, log, 1))
    digests.append(started(lake, log))
    for number in range(count):
        put(lake, [call(number * 30 + n) for n in range(AT_ONCE)])
        time.sleep(chance.uniform(0.0, 6.0))
        digests[0].kill()
        digests[0].wait()
        digests = [digests[1], started(lake, log)]
        wait_for(partial(has_taken, log, number + 2))
    query = "select count(*) from deliveries"
    wait_for(lambda: asked(address, query)[0][0] >= count * AT_ONCE)
    for digest in digests:
        digest.terminate()
        assert digest.wait(30) == 0
    assert "standby: the lake is being digested by" in log.read_text()
    aside = tmp_path / "aside.duckdb"
    assert rebuild(replace(lake, store=None), aside) == count * AT_ONCE
    assert compare(attaching(address), aside, ("lake", "file")).is_equal


def started(settings: Settings, log: Path) -> "subprocess.Popen[bytes]":
    names = ("data_dir", "store", "store_data", "store_password")
    given = {PREFIX + name.upper(): str(getattr(settings, name)) for name in names}
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "calltouch.cli", "digest"],
            env={**os.environ, **given},
            stderr=file,
        )


def takings(log: Path) -> int:
    return log.read_text().count("has the lake now")


def has_taken(log: Path, times: int) -> bool:
    return takings(log) >= times


def wait_for(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.2)
