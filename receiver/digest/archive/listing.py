"""The names in a directory, read again when something was put there, renamed or removed."""

import time
from pathlib import Path

# A change within the same tick of the clock leaves the time of the directory as it was.
_SETTLED_NS = 2_000_000_000


class DirectoryListing:
    """Of files whose names are like a pattern; none where there is no directory."""

    def __init__(self, directory: Path, pattern: str) -> None:
        self._directory = directory
        self._pattern = pattern
        self._seen: tuple[int, int] | None = None
        self._names: frozenset[str] = frozenset()

    def names(self) -> frozenset[str]:
        """The same object as long as nothing has changed."""
        signature = self._signature()
        if signature is None:
            self._seen, self._names = None, frozenset()
        elif signature != self._seen:
            found = frozenset(path.name for path in self._directory.glob(self._pattern))
            self._names = self._names if found == self._names else found
            is_settled = signature[1] + _SETTLED_NS < time.time_ns()
            self._seen = signature if is_settled else None
        return self._names

    def _signature(self) -> tuple[int, int] | None:
        try:
            found = self._directory.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
