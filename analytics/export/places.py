"""Where an export lies: a place takes a file whole or not at all."""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from analytics.export.manifest import MANIFEST
from analytics.synced import sync

_UNFINISHED = ".unfinished"
_FILE_MODE, _DIRECTORY_MODE = 0o640, 0o750


class ExportFailed(Exception):
    """The text says why, and what to do."""


class ExportPlace(Protocol):
    """Names are those of the manifest: `leads/2026-11.<SHA-256>.parquet`."""

    def held(self) -> AbstractContextManager[None]:
        """For one export at a time, where the place can tell."""

    def sizes(self) -> Mapping[str, int]:
        """All files that are there."""

    def manifest(self) -> bytes | None: ...

    def new_file(self) -> AbstractContextManager[IO[bytes]]:
        """To write into; it is nowhere to be seen until it is put."""

    def put(self, name: str, file: IO[bytes]) -> None: ...

    def put_manifest(self, content: bytes) -> None: ...

    def remove(self, name: str) -> None: ...


class ExportDirectory:
    """On a file system: beside the others under another name, synchronised, then renamed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / _UNFINISHED

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises `ExportFailed`."""
        self._root.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
        fd = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ExportFailed("another process is exporting to it") from None
            yield
        finally:
            os.close(fd)

    def sizes(self) -> Mapping[str, int]:
        if not self._root.exists():
            return {}
        return {
            str(path.relative_to(self._root)): path.stat().st_size
            for path in self._root.rglob("*")
            if not path.is_dir() and self._unfinished not in path.parents
        }

    def manifest(self) -> bytes | None:
        path = self._root / MANIFEST
        return path.read_bytes() if path.exists() else None

    @contextmanager
    def new_file(self) -> Iterator[IO[bytes]]:
        self._unfinished.mkdir(mode=0o700, exist_ok=True)
        # What a killed export has left.
        for left in self._unfinished.iterdir():
            left.unlink()
        with tempfile.NamedTemporaryFile(dir=self._unfinished, delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)
                self._unfinished.rmdir()

    def put(self, name: str, file: IO[bytes]) -> None:
        target = self._root / name
        if not target.parent.exists():
            target.parent.mkdir(mode=_DIRECTORY_MODE)
            sync(self._root)
        file.flush()
        os.fchmod(file.fileno(), _FILE_MODE)
        os.fsync(file.fileno())
        Path(file.name).rename(target)
        sync(target.parent)

    def put_manifest(self, content: bytes) -> None:
        with self.new_file() as file:
            file.write(content)
            self.put(MANIFEST, file)

    def remove(self, name: str) -> None:
        path = self._root / name
        path.unlink(missing_ok=True)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
