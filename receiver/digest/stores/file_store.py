"""The store as a file of the data directory, published as a copy."""

import os
import subprocess
import time
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event

from duckdb import DuckDBPyConnection

from analytics.publish.publisher import Publisher
from analytics.publish.shared_blocks import shares_blocks
from analytics.store import StoreFingerprint, open_store
from receiver import __version__
from receiver.data_dir import DataDir
from receiver.digest.archive.reference import Reference, reading
from receiver.digest.recovery import Count, note_success, open_or_recover
from receiver.digest.store_files import remove_spilled, remove_store, wal_of
from receiver.inbox.segment import sync_directory
from receiver.settings.settings import Settings


class NewFile:
    """`ready`: where it lies once it is finished; None: where it was made."""

    def __init__(self, path: Path, ready: Path | None = None) -> None:
        self._path = path
        self._ready = ready

    def open(self, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
        remove_store(self._path)
        return open_store(self._path, fingerprint)

    def give_up(self) -> None:
        remove_store(self._path)

    def finish(self) -> None:
        """Raises `FileNotFoundError` when somebody took it away meanwhile."""
        if self._ready is not None:
            self._path.rename(self._ready)


class FileStore:
    def __init__(self, settings: Settings) -> None:
        self._place = DataDir(settings.data_dir)
        self._is_suspected = True
        self.publisher = Publisher(
            self._place.store,
            self._place.published,
            __version__,
            settings.published_mode,
            settings.published_group,
        )

    def wait(self, stop: Event) -> bool:
        """The lock of the data directory is enough."""
        return True

    def is_there(self) -> bool:
        return self._place.store.exists()

    def open(self, fingerprint: StoreFingerprint, count: Count) -> DuckDBPyConnection:
        return open_or_recover(self._place.store, fingerprint, count)

    def open_as_it_is(self, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
        return open_store(self._place.store, fingerprint)

    def reading(self) -> AbstractContextManager[Reference | None]:
        return reading(self._place.store)

    def reading_published(self) -> AbstractContextManager[Reference | None]:
        return reading(self._place.published)

    def new(self, *, by_command: bool = False) -> NewFile:
        rebuilt = self._place.rebuilt
        by_digest = rebuilt.with_suffix(".unfinished")
        return NewFile(
            self._place.root / "store.rebuilding.duckdb" if by_command else by_digest, rebuilt
        )

    def has_new(self) -> bool:
        return self._place.rebuilt.exists()

    def take_new(self) -> None:
        """The replaced store is kept until the new one has been published."""
        place = self._place
        if not place.rebuilt.exists():
            return
        if place.store.exists() and not place.previous.exists():
            if wal_of(place.store).exists():
                wal_of(place.store).rename(wal_of(place.previous))
            place.store.rename(place.previous)
        wal_of(place.store).unlink(missing_ok=True)
        remove_spilled(place.store)
        # A log that came back would be replayed on the wrong store.
        sync_directory(place.root)
        place.rebuilt.rename(place.store)

    def adopt_published(self) -> None:
        unfinished = self._place.store.with_suffix(".unfinished")
        subprocess.run(["cp", "--reflink=auto", self._place.published, unfinished], check=True)
        unfinished.chmod(0o600)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        _move_away(self._place.store)
        unfinished.rename(self._place.store)
        sync_directory(self._place.root)

    def drop_previous(self) -> None:
        if self._place.previous.exists():
            remove_store(self._place.previous)

    def fall_back(self) -> None:
        _move_away(self._place.store)
        if self._place.previous.exists():
            if wal_of(self._place.previous).exists():
                wal_of(self._place.previous).rename(wal_of(self._place.store))
            self._place.previous.rename(self._place.store)

    def anew_bytes(self) -> int:
        stores = 1 if shares_blocks(self._place.root, self._place.root) else 2
        return stores * self._place.store.stat().st_size

    def drop_others(self) -> None:
        """They lie in the data directory, as do copies of any store: `remove_aside` has them."""

    def note_success(self) -> None:
        if self._is_suspected:
            note_success(self._place.store)
            self._is_suspected = False

    def keep_in_shape(self, db: DuckDBPyConnection | None) -> None:
        """A checkpoint does, with every publication."""

    def close(self) -> None:
        """Nothing is held between two openings."""


def _move_away(path: Path) -> None:
    kept = path.with_name(f"{path.stem}.smaller-{time.time_ns()}{path.suffix}")
    for file, name in ((wal_of(path), wal_of(kept)), (path, kept)):
        if file.exists():
            file.rename(name)
