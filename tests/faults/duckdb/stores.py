"""Data directories whose store was left in the middle of its work, and ways to damage them."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from receiver.cli import main
from receiver.data_dir import DataDir
from receiver.digest import Digest
from receiver.settings import Settings
from tests.receiver.deliveries import call, put

DELIVERIES = 120


def settings_for(directory: Path) -> Settings:
    """Publishing once at the start only: in between everything is in the write-ahead log."""
    return Settings.load(
        {"CALLTOUCH_DATA_DIR": str(directory), "CALLTOUCH_PUBLISH_SECONDS": "86400"}
    )


def start_digest(settings: Settings) -> subprocess.Popen[bytes]:
    environ = {
        **{name: text for name, text in os.environ.items() if name[:10] != "CALLTOUCH_"},
        "CALLTOUCH_DATA_DIR": str(settings.data_dir),
        "CALLTOUCH_PUBLISH_SECONDS": str(settings.publish_seconds),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "receiver.cli", "digest"],
        env=environ,
        stderr=subprocess.DEVNULL,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def interrupted(directory: Path) -> Settings:
    """A store with all deliveries in its log, killed before a checkpoint; the inbox still whole."""
    settings = settings_for(directory)
    place = DataDir(settings.data_dir)
    put(settings, [call(n % 30, sent=1700000000 + n) for n in range(DELIVERIES // 2)])
    process = start_digest(settings)
    wait_until(lambda: log_size(place) > 0)
    put(settings, [call(n % 30, sent=1700000000 + n) for n in range(DELIVERIES // 2, DELIVERIES)])
    size = log_size(place)
    wait_until(lambda: log_size(place) > size)
    time.sleep(0.3)
    kill(process)
    assert log_size(place) > 0
    return settings


def log_size(place: DataDir) -> int:
    log = place.root / "store.duckdb.wal"
    return log.stat().st_size if log.exists() else 0


def copy_of(original: Settings, directory: Path) -> Settings:
    shutil.copytree(original.data_dir, directory)
    return settings_for(directory)


def assert_digests_to_the_truth(settings: Settings, deliveries: int = DELIVERIES) -> None:
    """Digest starts, takes what is missing, and the store equals one rebuilt from scratch."""
    Digest(settings).finish()
    os.environ["CALLTOUCH_DATA_DIR"] = str(settings.data_dir)
    try:
        assert main(["rebuild", "--verify", "--json"]) == 0
    finally:
        del os.environ["CALLTOUCH_DATA_DIR"]


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


def wait_until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
