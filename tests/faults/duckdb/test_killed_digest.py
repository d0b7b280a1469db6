"""kill -9 of digest, whatever it is doing: folding, checkpointing, rebuilding, archiving."""

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from tests.faults.duckdb.stores import (
    assert_is_the_truth,
    put_some,
    settings_for,
    start_digest,
    wait_until,
)
from tests.faults.rounds import chance, rounds
from tests.faults.table import record

KILLS = rounds(2, 100)
KILLS_PER_CHECK = 5

Kill = Callable[[Path, random.Random], None]


def _while_folding(directory: Path, luck: random.Random) -> None:
    _kill_at_work(start_digest(directory), directory, luck)


def _while_checkpointing(directory: Path, luck: random.Random) -> None:
    """Publishing after every batch, each with a checkpoint."""
    _kill_at_work(start_digest(directory, publish_seconds="0.01"), directory, luck)


def _while_rebuilding(directory: Path, luck: random.Random) -> None:
    """Another time zone than before makes digest rebuild everything when it starts."""
    zone = luck.choice(["Asia/Tokyo", "Asia/Omsk", "Europe/Berlin"])
    process = start_digest(directory, timezone=zone)
    unfinished = DataDir(directory).rebuilt.with_suffix(".unfinished")
    wait_until(lambda: unfinished.exists() or process.poll() is not None or _is_done(directory))
    _kill(process, luck.uniform(0.0, 0.4))


def _while_archiving(directory: Path, luck: random.Random) -> None:
    """Told to stop, digest archives all that it has digested."""
    process = start_digest(directory)
    _wait_for_digest(process, directory)
    put_some(settings_for(directory), luck)
    process.send_signal(signal.SIGTERM)
    _kill(process, luck.uniform(0.0, 0.4))


def _kill_at_work(process: subprocess.Popen[bytes], directory: Path, luck: random.Random) -> None:
    _wait_for_digest(process, directory)
    put_some(settings_for(directory), luck)
    _kill(process, luck.uniform(0.0, 0.5))


def _wait_for_digest(process: subprocess.Popen[bytes], directory: Path) -> None:
    """Until it has the store open; publishing is the last thing of its start."""
    published = DataDir(directory).published
    started = time.time()
    wait_until(
        lambda: (
            process.poll() is not None
            or (published.exists() and published.stat().st_mtime > started)
        )
    )
    assert process.poll() is None, "digest did not start"


def _is_done(directory: Path) -> bool:
    return DataDir(directory).rebuilt.exists()


def _kill(process: subprocess.Popen[bytes], after_seconds: float) -> None:
    time.sleep(after_seconds)
    process.kill()
    process.wait()


WAYS: dict[str, Kill] = {
    "folding": _while_folding,
    "checkpointing": _while_checkpointing,
    "rebuilding": _while_rebuilding,
    "archiving": _while_archiving,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_killed_digest_goes_on_as_if_nothing_had_been(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    luck = chance("kill", way)
    directory = tmp_path / "data"
    settings = settings_for(directory)
    put_some(settings, luck)
    Digest(settings).finish()
    for number in range(1, KILLS + 1):
        put_some(settings, luck, 20)
        WAYS[way](directory, luck)
        if number % KILLS_PER_CHECK == 0 or number == KILLS:
            assert_is_the_truth(settings, monkeypatch)
        record(f"T-14 kill -9 of digest while {way}", kills=1, differing=0)


def test_control_a_store_that_skipped_a_delivery_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a position saved apart from its rows would do."""
    directory = tmp_path / "data"
    settings = settings_for(directory)
    put_some(settings, chance("control"))
    Digest(settings).finish()
    put_some(settings, chance("more"))
    (segment,) = DataDir(directory).inbox.glob("*.seg")
    with duckdb.connect(str(DataDir(directory).store)) as db:
        db.execute("insert into digest.positions values (?, ?)", [segment.name, 20_000])
    Digest(settings).finish()
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(directory))
    assert main(["rebuild", "--verify", "--json"]) == 3
