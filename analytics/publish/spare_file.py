"""The file that is to be published next, made equal to the store.

A process of its own does it: closing a descriptor of the store in this one would drop DuckDB's
lock on it.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from analytics.publish.block_copy import IN_USE
from analytics.publish.written_blocks import Checkpoint, WrittenBlocks

# No site-packages: it starts in a few milliseconds.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from analytics.publish.block_copy import main; sys.exit(main(*sys.argv[2:]))"
)
BLOCK_COPY = (sys.executable, "-I", "-S", "-c", _START, str(Path(__file__).parents[2]))

FileIdentity = tuple[int, ...]


def identity_of(found: os.stat_result) -> FileIdentity:
    """What no reader changes of a file, nor `chmod` and `chgrp`."""
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class SpareFile:
    def __init__(self, store: Path, path: Path) -> None:
        self.path = path
        self._store = store
        self._written = WrittenBlocks()
        self._made: dict[FileIdentity, int | None] = {}

    def forget(self) -> None:
        """The store is another one."""
        self._made.clear()

    def clone(self) -> None:
        """Anew, sharing its blocks with the store if the file system can."""
        # Whoever has it open keeps it.
        self.path.unlink(missing_ok=True)
        # What `cp` makes itself has the mode of the store for a while.
        self.path.touch(mode=0o600)
        command = ["cp", "--reflink=auto", str(self._store), str(self.path)]
        subprocess.run(command, check=True)

    def bring_up_to_date(self, free: int) -> None:
        """Block by block, if it is there and in nobody's hands. `free`: the number of blocks that
        DuckDB may write to."""
        if not self._copy_blocks(free):
            self.clone()
            self._look(free)

    def note_published(self, published: FileIdentity) -> None:
        """It lies in its place now, and is the spare one again after the next publication."""
        self._made = {**dict([*self._made.items()][-1:]), published: self._written.iteration}

    def _copy_blocks(self, free: int) -> bool:
        if not self.path.exists():
            return False
        made_after = self._made.get(identity_of(self.path.stat()))
        known = self._written.since(made_after)
        done = subprocess.run(
            [*BLOCK_COPY, str(self._store), str(self.path)],
            input=json.dumps(known and asdict(known)),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode == IN_USE:
            return False
        done.check_returncode()
        self._note(done.stdout, free)
        return True

    def _look(self, free: int) -> None:
        command = [*BLOCK_COPY, str(self._store)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        self._note(done.stdout, free)

    def _note(self, seen: str, free: int) -> None:
        checkpoint = json.loads(seen)
        if checkpoint is None:
            self._written.forget()
        else:
            self._written.note(Checkpoint.of(checkpoint), free)
