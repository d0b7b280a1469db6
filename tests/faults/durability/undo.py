"""Undoes what the receiver wrote but did not sync, as a power cut may, without a disk of its own.

`synced.c` notes in every process of a server what it syncs in the inbox; here everything else is
taken away again after the processes were killed. What a power cut leaves of the rest is up to the
file system, so there are several ways to undo.
"""

import os
import random
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from receiver.inbox.segment import SUFFIX

SECTOR = 512
SOURCE = Path(__file__).with_name("synced.c")
WAYS = ("all", "random", "torn")
"""all      nothing that was not synced is left
random   each sector of it is left or zeros
torn     it is cut at some sector, or zeros from there on"""

_DELAY_US = 10_000


class NoCompiler(Exception):
    """There is no C compiler."""


def compiled(directory: Path) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NoCompiler
    library = directory / "synced.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, SOURCE, "-ldl"],
        check=True,
    )
    return library


@dataclass
class Undo:
    """Watches the inbox of one data directory, through several lives of its server."""

    library: Path
    notes: Path
    inbox: Path
    durable: dict[str, int] = field(default_factory=dict)
    has_durable_inbox: bool = False

    @property
    def environ(self) -> dict[str, str]:
        self._deleted.mkdir(parents=True, exist_ok=True)
        return {
            "LD_PRELOAD": str(self.library),
            "SYNCED_WATCH": str(self.inbox),
            "SYNCED_LOG": str(self._log),
            "SYNCED_KEEP": str(self._deleted),
            "SYNCED_DELAY_US": str(_DELAY_US),
        }

    def undo(self, way: str, strict: bool, chances: random.Random) -> int:
        """How many segments lost something. Strict: names and deletions that were not synced are
        undone as well, which most file systems would not do. All processes are gone by now."""
        sizes, listings = self._read_log()
        changed = 0
        if strict:
            changed += self._undo_deletions(listings)
            named = set(self.durable).union(*listings) if self.has_durable_inbox else set()
            for path in self._segments():
                if path.name not in named:
                    path.unlink()
                    changed += 1
        changed += sum(_tear(p, sizes.get(p.name, 0), way, chances) for p in self._segments())
        self._begin_anew()
        return changed

    def all_is_durable(self) -> None:
        """What is there now is on the disk, whoever put it there."""
        self.has_durable_inbox = True
        self.durable = {path.name: path.stat().st_size for path in self._segments()}

    @property
    def _log(self) -> Path:
        return self.notes / "log"

    @property
    def _deleted(self) -> Path:
        return self.notes / "deleted"

    def _segments(self) -> list[Path]:
        return sorted(self.inbox.glob(f"*{SUFFIX}"))

    def _read_log(self) -> tuple[dict[str, int], list[set[str]]]:
        """Up to where segments are durable, and the names that each sync of the directory found."""
        sizes = dict(self.durable)
        listings = []
        for line in self._log.read_text().splitlines() if self._log.exists() else ():
            kind, *words = line.split()
            if kind == "file":
                name, size = words
                sizes[name] = max(int(size), sizes.get(name, 0))
            elif kind == "directory":
                listings.append(set(words))
            else:
                self.has_durable_inbox = True
        return sizes, listings

    def _undo_deletions(self, listings: list[set[str]]) -> int:
        names = listings[-1] if listings else set(self.durable)
        back = [path for path in self._deleted.iterdir() if path.name in names]
        for path in back:
            os.link(path, self.inbox / path.name)
        return len(back)

    def _begin_anew(self) -> None:
        self._log.unlink(missing_ok=True)
        shutil.rmtree(self._deleted)
        self.durable = {path.name: path.stat().st_size for path in self._segments()}


def _tear(path: Path, synced: int, way: str, chances: random.Random) -> bool:
    size = path.stat().st_size
    if size <= synced:
        return False
    sectors = [max(at, synced) for at in range(synced - synced % SECTOR, size, SECTOR)]
    with path.open("r+b") as file:
        if way == "all":
            file.truncate(synced)
        elif way == "random":
            for start in sectors:
                if chances.random() < 0.5:
                    file.seek(start)
                    file.write(bytes(min(start - start % SECTOR + SECTOR, size) - start))
        else:
            cut = chances.choice(sectors)
            file.truncate(cut)
            if chances.random() < 0.5:
                file.truncate(size)
    return True
