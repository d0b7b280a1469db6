"""Data directories whose digest is killed at its work, and what must be true of them afterwards."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.rebuild import count_missing
from receiver.digest.running import Digest
from receiver.digest.store_files import wal_of
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, put

NEVER = "86400"
WHEELS = Path(__file__).parents[3] / ".duckdb"


def settings_for(directory: Path, **given: str) -> Settings:
    """Publishing, and so checkpoints, at the start only unless told otherwise: what comes later
    is in the write-ahead log alone."""
    return Settings.load(_environ(directory, given))


def start_digest(directory: Path, **given: str) -> subprocess.Popen[bytes]:
    others = {name: text for name, text in os.environ.items() if name[:10] != "CALLTOUCH_"}
    return subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "digest"],
        env=others | _environ(directory, given),
        stderr=subprocess.DEVNULL,
    )


def _environ(directory: Path, given: Mapping[str, str]) -> dict[str, str]:
    fixed = {"CALLTOUCH_DATA_DIR": str(directory), "CALLTOUCH_PUBLISH_SECONDS": NEVER}
    return fixed | {f"CALLTOUCH_{name.upper()}": text for name, text in given.items()}


def put_some(settings: Settings, chance: random.Random, count: int = 200) -> None:
    """Deliveries of fifty calls, in no particular order, many of them late."""
    put(
        settings,
        [
            call(
                chance.randrange(50),
                sent=1700000000 + chance.randrange(100_000),
                status=chance.choice(["successful", "unsuccessful"]),
                comment=str(chance.random()),
                changedFields='["status", "comment"]',
            )
            for _ in range(count)
        ],
    )


def killed_before_a_checkpoint(directory: Path) -> Settings:
    """Half of the deliveries are in the store's file, the others in its log; all in the inbox."""
    settings = settings_for(directory)
    log = wal_of(DataDir(directory).store)
    chance = random.Random(0)
    put_some(settings, chance)
    process = start_digest(directory)
    wait_until(lambda: DataDir(directory).published.exists())
    put_some(settings, chance)
    # More than the freshness row, which is all that publishing leaves there.
    wait_until(lambda: log.exists() and log.stat().st_size > 50_000)
    time.sleep(0.5)
    process.kill()
    process.wait()
    return settings


def copy_of(original: Settings, directory: Path) -> Settings:
    shutil.copytree(original.data_dir, directory)
    return settings_for(directory)


def assert_is_the_truth(settings: Settings, patch: pytest.MonkeyPatch) -> None:
    """Digest starts and takes what is missing; then the store holds every delivery once and equals
    one that is made from nothing."""
    Digest(settings).finish()
    place = DataDir(settings.data_dir)
    with duckdb.connect(str(place.published), read_only=True) as db:
        (digested,) = db.execute("select count(*) from deliveries").fetchall()[0]
    assert digested == count_missing(settings)
    patch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    patch.setenv("CALLTOUCH_TIMEZONE", settings.timezone)
    assert main(["rebuild", "--verify", "--json"]) == 0


def step_taken(directory: Path) -> str:
    """How far down the ladder digest had to go, by what it left behind."""
    names = [path.name for path in directory.iterdir()]
    if any(name.startswith("store.broken-") for name in names):
        return "rebuilt"
    if any(".wal.broken-" in name for name in names):
        return "log set aside"
    return "opened"


def truncated(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def zero_tail(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + bytes(len(data) - start)


def longer_by_zeros(chance: random.Random, data: bytes) -> bytes:
    return data + bytes(512 * chance.randint(1, 8))


def garbage_tail(chance: random.Random, data: bytes) -> bytes:
    return data + chance.randbytes(chance.randint(1, 4096))


def bit_flip(chance: random.Random, data: bytes) -> bytes:
    broken = bytearray(data)
    broken[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(broken)


DAMAGES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "truncated": truncated,
    "zero tail": zero_tail,
    "longer by zeros": longer_by_zeros,
    "garbage tail": garbage_tail,
    "bit flip": bit_flip,
}


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
