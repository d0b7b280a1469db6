"""How far pruning has come, so that no file is read every night for nothing. Losing it costs time
and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from receiver.digest.archive.manifest.contents import FileEntry
from receiver.erasing.retention import Classes
from receiver.whole_file import replace_file


@dataclass(frozen=True, slots=True)
class PruningProgress:
    """`day`: of the last run, in the configured zone. `is_open`: the archive was rewritten, the
    store perhaps not yet. `done`: per checksum of a file, the classes of which it holds nothing.
    """

    day: str = ""
    is_open: bool = False
    done: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "PruningProgress":
        try:
            known = orjson.loads(path.read_bytes())
            done = {sha256: tuple(classes) for sha256, classes in known["done"].items()}
            return cls(str(known["day"]), bool(known["is_open"]), done)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def keep(self, path: Path) -> None:
        known = {"day": self.day, "is_open": self.is_open, "done": dict(self.done)}
        replace_file(path, orjson.dumps(known).decode())

    def is_done(self, entry: FileEntry, classes: Classes) -> bool:
        return classes <= set(self.done.get(entry.sha256, ()))

    def with_done(self, sha256: str, classes: Classes) -> "PruningProgress":
        return replace(self, done={**self.done, sha256: tuple(sorted(classes))})

    def of_files(self, entries: list[FileEntry]) -> "PruningProgress":
        """Without files that are no longer there."""
        there = {entry.sha256 for entry in entries}
        return replace(self, done={name: one for name, one in self.done.items() if name in there})
