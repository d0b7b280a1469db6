"""Where things lie under the data directory."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataDir:
    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def damaged(self) -> Path:
        """Bytes of the inbox that are no deliveries any more."""
        return self.root / "inbox" / "damaged"

    @property
    def archive(self) -> Path:
        return self.root / "archive" / "deliveries"

    @property
    def store(self) -> Path:
        """Digest's own."""
        return self.root / "store.duckdb"

    @property
    def rebuilt(self) -> Path:
        """A new store, ready to take the place of the old one."""
        return self.root / "store.rebuilt.duckdb"

    @property
    def previous(self) -> Path:
        """The store that a new one has replaced, until the new one has been published."""
        return self.root / "store.previous.duckdb"

    @property
    def state(self) -> Path:
        """What the programs remember of themselves: runs of resync and reconcile, points spent."""
        return self.root / "state.sqlite"

    @property
    def published(self) -> Path:
        """The read-only copy that anyone may open."""
        return self.root / "calltouch.duckdb"


def prepare(root: Path) -> None:
    """Make the directory, open to whoever may read the published file, and from now on let this
    process make files that only their owner may read."""
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    os.umask(0o077)
