"""Which versions of a file are held open: the newest, and those that somebody still reads."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboards.remote.versions import FileVersion, VersionBytes, identity_of, open_version

MOST_HELD = 3
IDLE_SECONDS = 600.0
"""Without a request for it."""
LONGEST_SECONDS = 3600.0
"""Whoever is erased is so in every version by then."""


class VersionGone(Exception):
    """A newer one has taken its place, and this one is not held open any more."""


@dataclass(slots=True)
class _Place:
    """`is_read`: somebody has begun to read it, rather than only asked which is the newest."""

    held: FileVersion
    opened_at: float
    used_at: float
    is_read: bool = False


class VersionShelf:
    """Of one file, in one process. Each version held costs the disk as much as the file has, so
    there are few: one more takes the place of that which was read longest ago."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._changing = threading.Lock()
        self._places: dict[str, _Place] = {}
        self._sweeper: threading.Timer | None = None

    def newest(self) -> FileVersion:
        """Raises as `open_version`."""
        with self._changing:
            return self._newest().held

    def taken(self, version: str) -> tuple[FileVersion, VersionBytes]:
        """Raises `VersionGone`; else close what is returned."""
        with self._changing:
            self._sweep()
            place = self._places.get(version)
            if place is None:
                with suppress(FileNotFoundError):
                    place = self._newest()
            if place is None or place.held.version != version:
                raise VersionGone
            place.used_at, place.is_read = self._clock(), True
            return place.held, VersionBytes(place.held)

    def sweep(self) -> None:
        """Close what has had its time."""
        with self._changing:
            self._sweep()
            self._sweeper = None
            self._sweep_later()

    def close(self) -> None:
        with self._changing:
            self._close_all(list(self._places))
            if self._sweeper is not None:
                self._sweeper.cancel()
                self._sweeper = None

    def __len__(self) -> int:
        return len(self._places)

    def _newest(self) -> _Place:
        self._sweep()
        identity = identity_of(self.path.stat())
        for place in self._places.values():
            if place.held.identity == identity:
                place.used_at = self._clock()
                return place
        held, now = open_version(self.path), self._clock()
        place = self._places[held.version] = _Place(held, now, now)
        others = [name for name in self._places if name != held.version]
        others.sort(key=lambda name: (self._places[name].is_read, self._places[name].used_at))
        self._close_all(others[: max(0, len(self._places) - MOST_HELD)])
        self._sweep_later()
        return place

    def _sweep(self) -> None:
        """Nothing stays of a file that was taken away rather than replaced: a person was erased."""
        now, is_there = self._clock(), self.path.exists()
        over = [
            name
            for name, place in self._places.items()
            if not is_there
            or now >= place.used_at + IDLE_SECONDS
            or now >= place.opened_at + LONGEST_SECONDS
        ]
        self._close_all(over)

    def _close_all(self, versions: list[str]) -> None:
        for version in versions:
            os.close(self._places.pop(version).held.fd)

    def _sweep_later(self) -> None:
        if self._places and self._sweeper is None:
            self._sweeper = threading.Timer(IDLE_SECONDS / 10, self.sweep)
            self._sweeper.daemon = True
            self._sweeper.start()
