"""Files into a backup. What has not changed since the last one is a link to its file there, where
the file system allows; links never lead to what is in use, which may grow or be damaged later.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from receiver.backup.manifest import BackupFile
from receiver.inbox.segment import sync_directory, write_all

_AT_ONCE = 1 << 20
# What waits for the disk is written out in pieces: the receiver's syncs wait for it, too.
_SYNC_EVERY = 8 << 20

CopyProgress = Callable[[int], None]
"""Called with a number of bytes whenever some are in place; may raise to give up."""


class BackupCopy:
    """A backup that is being written. `last`: the one before, whose files are `known`. `faults`:
    what could not be read."""

    def __init__(
        self,
        directory: Path,
        last: Path | None,
        known: Mapping[str, BackupFile],
        progress: CopyProgress = lambda count: None,
    ) -> None:
        self.directory = directory
        self.files: dict[str, BackupFile] = {}
        self.faults: list[str] = []
        self.linked = 0
        self.copied_bytes = 0
        self._last = last
        self._known = known
        self._progress = progress

    def link(self, path: str, size: int | None = None, sha256: str | None = None) -> bool:
        """Take the file of this name from the last backup, if it has this size or checksum there;
        returns whether it is in place."""
        file = self._known.get(path)
        if self._last is None or file is None:
            return False
        if (size, sha256) not in ((file.bytes, None), (None, file.sha256)):
            return False
        try:
            self._target(path).hardlink_to(self._last / path)
        except OSError:
            return False
        self.files[path] = file
        self.linked += 1
        self._progress(file.bytes)
        return True

    def copy(self, path: str, fd: int, size: int | None = None) -> BackupFile:
        """So many bytes of an open file, or all of them."""
        target = self._target(path)
        hashed, done = hashlib.sha256(), 0
        out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            while piece := os.pread(fd, _next_size(size, done), done):
                hashed.update(piece)
                write_all(out, piece)
                done += len(piece)
                if done % _SYNC_EVERY < _AT_ONCE:
                    os.fdatasync(out)
                self._progress(len(piece))
            os.fsync(out)
        finally:
            os.close(out)
        self.copied_bytes += done
        self.files[path] = BackupFile(path, done, hashed.hexdigest())
        return self.files[path]

    def add(self, path: str, source: Path, *, grows: bool = False) -> bool:
        """A small file: linked if it is the same as in the last backup. Returns whether there is
        one. `grows`: it is written in place, and so would a link to it be, were a backup used."""
        try:
            with source.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                if grows or not self.link(path, sha256=sha256):
                    self.copy(path, file.fileno())
        except FileNotFoundError:
            return False
        return True

    def add_database(self, path: str, source: Path) -> None:
        """SQLite's own backup: one moment of the file, whoever writes it meanwhile."""
        if not source.exists():
            return
        target = self._target(path)
        try:
            copy_database(source, target)
        except sqlite3.Error as error:
            target.unlink(missing_ok=True)
            self.faults.append(f"{path} could not be read: {error}")
            return
        with target.open("rb") as file:
            os.fsync(file.fileno())
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self.files[path] = BackupFile(path, target.stat().st_size, sha256)
        self.copied_bytes += self.files[path].bytes
        self._progress(self.files[path].bytes)

    def drop(self, path: str) -> None:
        """It does not belong here after all."""
        self.files.pop(path, None)
        (self.directory / path).unlink(missing_ok=True)

    def sync(self) -> None:
        """All names; the bytes are on the disk already."""
        sync_folders(self.directory)

    def _target(self, path: str) -> Path:
        target = self.directory / path
        make_private(target.parent)
        target.unlink(missing_ok=True)
        return target


def make_private(directory: Path) -> None:
    """With those above it that are not there: `mkdir` gives its mode to the last one only."""
    if not directory.is_dir():
        make_private(directory.parent)
        directory.mkdir(mode=0o700)


def sync_folders(directory: Path) -> None:
    """The directory, and all those in it."""
    for folder, _, _ in os.walk(directory, topdown=False):
        sync_directory(Path(folder))


def copy_database(source: Path, target: Path) -> None:
    """Raises `sqlite3.Error`, also for a copy that is not whole."""
    target.touch(mode=0o600)
    address = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=30)) as db,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        # It is synced as a whole, and nobody else has it.
        copy.execute("pragma synchronous = off")
        db.backup(copy)
        ((verdict,),) = copy.execute("pragma quick_check(1)").fetchall()
        # Alone in one file.
        copy.execute("pragma journal_mode = delete")
    for suffix in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            target.with_name(target.name + suffix).unlink()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict.replace("\n", " "))


def _next_size(size: int | None, done: int) -> int:
    return _AT_ONCE if size is None else min(_AT_ONCE, size - done)
