"""A disk whose power can be cut: a file system in an image, shut down by the kernel.

After the cut nothing reaches the image any more, not even the journal's last transaction: what was
not synced before is gone, as it is when a machine loses its power.
"""

import fcntl
import os
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = 1 << 30
KINDS = {
    "ext4": ("mkfs.ext4", "-q", "-F"),
    "xfs": ("mkfs.xfs", "-q", "-f"),
    "btrfs": ("mkfs.btrfs", "-q", "-f"),
}
"""How an image becomes a file system."""
WITH_A_SWITCH = ("ext4", "xfs")
"""Those whose power can be cut."""

_SHUTDOWN = 0x8004587D
_WITHOUT_FLUSHING_THE_LOG = 2
_BUSY_SECONDS = 10.0


class NoDisk(Exception):
    """This machine or user cannot mount an image; the text says why."""


@dataclass
class Disk:
    """A mounted image of one of the `KINDS`. `data_dir` lies on it."""

    kind: str
    image: Path
    root: Path

    @property
    def data_dir(self) -> Path:
        return self.root / "data"

    def mount(self) -> None:
        # A copy of an image has the identity of the first one.
        options = "loop,nouuid" if self.kind == "xfs" else "loop"
        _run("mount", "-o", options, str(self.image), str(self.root))

    def remount(self) -> None:
        """The machine starts again. Now and then a killed thread stays in the kernel for minutes
        and keeps the disk busy: nothing it does reaches the image any more, so a copy of that is
        what was on the disk when the power failed."""
        if not self.unmounts():
            copy = self.image.with_name(f"disk-{time.monotonic_ns()}.img")
            _run("cp", "--sparse=always", str(self.image), str(copy))
            self.leave()
            self.image = copy
        self.mount()

    def leave(self) -> None:
        """The loop device is freed at once, or when whoever still uses it has ended."""
        if self._is_mounted():
            _run("umount", "--lazy", str(self.root))
        self.image.unlink()

    def unmounts(self) -> bool:
        give_up_at = time.monotonic() + _BUSY_SECONDS
        while self._is_mounted() and not _succeeds("umount", str(self.root)):
            if time.monotonic() > give_up_at:
                return False
            time.sleep(0.05)
        return True

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
        disk.unmounts()
        disk.leave()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
