"""A disk whose power can be cut: a file system in an image, shut down by the kernel.

After the cut nothing reaches the image any more, not even the journal's last transaction: what was
not synced before is gone, as it is when a machine loses its power.
"""

import fcntl
import gc
import os
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.road.server import wait_until

SIZE = 1 << 30
KINDS = {"ext4": ("mkfs.ext4", "-q", "-F"), "xfs": ("mkfs.xfs", "-q", "-f")}
"""How an image becomes a file system."""

_SHUTDOWN = 0x8004587D
_WITHOUT_FLUSHING_THE_LOG = 2


class NoDisk(Exception):
    """This machine or user cannot mount an image; the text says why."""


@dataclass(frozen=True)
class Disk:
    """A mounted image of one of the `KINDS`. `data_dir` lies on it."""

    kind: str
    image: Path
    root: Path

    @property
    def data_dir(self) -> Path:
        return self.root / "data"

    def mount(self) -> None:
        _run("mount", "-o", "loop", str(self.image), str(self.root))

    def unmount(self) -> None:
        """Never lazily, so that the loop device is freed. A machine without power runs nothing:
        what was about to start when the others were killed is killed here."""
        wait_until(lambda: not self._is_mounted() or self._unmounts(), 60)

    def _unmounts(self) -> bool:
        for pid in self._users():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # What this process has let go of.
        gc.collect()
        return _succeeds("umount", str(self.root))

    def _users(self) -> Iterator[int]:
        """Other processes that work on the disk or have a file of it open."""
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                used = [link.readlink() for link in (entry / "cwd", *(entry / "fd").iterdir())]
                is_other = int(entry.name) != os.getpid()
                if is_other and any(path.is_relative_to(self.root) for path in used):
                    yield int(entry.name)

    def _is_mounted(self) -> bool:
        """Asked of the kernel: a file system that was shut down may not answer."""
        mounts = Path("/proc/self/mounts").read_text().splitlines()
        return str(self.root) in (line.split(" ")[1] for line in mounts)

    def cut(self) -> float:
        """The power fails. The monotonic time just before: what is answered later is not counted,
        for a machine without power answers nothing."""
        fd = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            before = time.monotonic()
            fcntl.ioctl(fd, _SHUTDOWN, struct.pack("I", _WITHOUT_FLUSHING_THE_LOG))
        finally:
            os.close(fd)
        return before


@contextmanager
def new_disk(directory: Path, kind: str) -> Iterator[Disk]:
    """Mounted; unmounted at the end, however the test went. Raises `NoDisk`."""
    if os.geteuid() != 0:
        raise NoDisk("only root can mount an image")
    disk = Disk(kind, directory / "disk.img", directory / "disk")
    disk.root.mkdir()
    with disk.image.open("xb") as file:
        file.truncate(SIZE)
    try:
        _run(*KINDS[kind], str(disk.image))
        disk.mount()
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoDisk(f"no loop mount: {error}") from error
    try:
        yield disk
    finally:
        disk.unmount()
        disk.image.unlink()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
