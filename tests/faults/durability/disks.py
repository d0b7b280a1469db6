"""Disks that are small, that fail, and that are slow."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MIB = 1 << 20
# Room for the reserve, which wants 256 MiB to be free, and for a store.
DISK_BYTES = 400 * MIB
_SHIM = Path(__file__).parent / "failing_disk.c"
_STEPS = (MIB, 64 << 10, 4 << 10)


@contextmanager
def small_disk(kind: str, place: Path) -> Iterator[Path]:
    """A file system of its own, in memory ("tmpfs") or in a file ("ext4"); skips without rights."""
    if os.geteuid() != 0:
        pytest.skip("a file system is mounted by root only")
    directory = place / "disk"
    directory.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(directory)]
    if kind == "ext4":
        image = place / "disk.img"
        with image.open("wb") as file:
            file.truncate(DISK_BYTES)
        # No blocks kept back for root, who runs the tests.
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
        mounting = ["mount", "-o", "loop", str(image), str(directory)]
    done = subprocess.run(mounting, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


class Filler:
    """A file that takes up room until it is removed."""

    def __init__(self, disk: Path) -> None:
        self._disk = disk
        self._path = disk / "filler"
        self._path.touch()

    def take_all(self) -> None:
        """Down to the last block, in steps that grow smaller."""
        with self._path.open("ab") as file:
            for step in _STEPS:
                try:
                    while True:
                        os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, step)
                except OSError:
                    continue

    def leave(self, free: int) -> None:
        """Take all but so many bytes, if there are more."""
        surplus = shutil.disk_usage(self._disk).free - free
        if surplus > 0:
            with self._path.open("ab") as file:
                os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, surplus)

    def remove(self) -> None:
        self._path.unlink()


def shim(directory: Path) -> dict[str, str]:
    """The environment that preloads the failing disk; skips where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        assert "CI" not in os.environ, "no C compiler"
        pytest.skip("no C compiler")
    library = directory / "failing_disk.so"
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror"]
    subprocess.run([compiler, *flags, "-o", library, _SHIM, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}
