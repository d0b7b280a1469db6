"""Publishing: a closed, consistent copy of the store, put in its place by rename.

Who has the old file open keeps reading it undisturbed; who opens the name gets the new one. The
file before the last one is kept aside and brought up to date block by block, if nobody reads it any
more: a publication then costs what has changed, not what there is. Where the file system shares
blocks between copies, a copy costs nothing, and no file is kept.

The copy is made by a process of its own: closing a descriptor of the store in this one would drop
DuckDB's lock on it.
"""

import subprocess
import sys
import time
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics import block_copy
from analytics.statements import statement
from analytics.store import SCHEMA_VERSION, transaction

# Less than a tenth of the time goes into publishing.
_REST_PER_WORK = 11.0


class Publisher:
    """The one that publishes a store at `target`."""

    def __init__(self, store: Path, target: Path, app_version: str) -> None:
        self._store = store
        self._target = target
        self._app_version = app_version
        self._spare = target.with_name(target.name + ".unfinished")
        self._previous = target.with_name(target.name + ".previous")
        self._shares_blocks: bool | None = None
        # Of what a process before this one left nothing is known.
        self.close()

    def publish(self, db: DuckDBPyConnection) -> None:
        """Put a copy of the store at the target. It is read-only: nobody can lock the others out.

        Raises `subprocess.CalledProcessError` when the copy cannot be made, as on a full disk.
        """
        with transaction(db):
            db.execute("delete from freshness")
            values = {"app": self._app_version, "schema": SCHEMA_VERSION}
            db.execute(statement("publish/freshness"), values)
        db.execute("checkpoint")
        try:
            self._bring_up_to_date()
        except BaseException:
            # Half a copy on a full disk would keep it full.
            self.close()
            raise
        self._spare.chmod(0o444)
        self._put_in_place()

    def close(self) -> None:
        """Keep no file aside."""
        self._spare.unlink(missing_ok=True)
        self._previous.unlink(missing_ok=True)

    def _bring_up_to_date(self) -> None:
        """Make the spare file equal to the store."""
        if self._spare.exists():
            # No site-packages: it starts in a few milliseconds.
            command = [sys.executable, "-I", "-S", block_copy.__file__]
            done = subprocess.run([*command, self._store, self._spare], check=False)
            if done.returncode != block_copy.IN_USE:
                done.check_returncode()
                return
            self._spare.unlink()
        if self._shares_blocks is None:
            self._shares_blocks = self._copy("always").returncode == 0
            if self._shares_blocks:
                return
        self._copy("auto").check_returncode()

    def _copy(self, reflink: str) -> subprocess.CompletedProcess[bytes]:
        command = ["cp", f"--reflink={reflink}", str(self._store), str(self._spare)]
        errors = subprocess.DEVNULL if reflink == "always" else None
        return subprocess.run(command, check=False, stderr=errors)

    def _put_in_place(self) -> None:
        keeps = not self._shares_blocks and self._keep_previous()
        self._spare.rename(self._target)
        # Left behind by someone who opened an earlier file for writing; it does not fit this one.
        self._target.with_name(self._target.name + ".wal").unlink(missing_ok=True)
        if keeps:
            self._previous.rename(self._spare)

    def _keep_previous(self) -> bool:
        """Give the file that is in place a second name, where files may have two."""
        try:
            self._previous.hardlink_to(self._target)
        except OSError:
            return False
        return True


def publish(db: DuckDBPyConnection, store: Path, target: Path, app_version: str) -> None:
    """Once, keeping no file aside."""
    publisher = Publisher(store, target, app_version)
    publisher.publish(db)
    publisher.close()


class Pace:
    """When to publish: at once while it is cheap, more rarely the longer a copy takes.

    Of the last two copies the faster one counts: one that a busy machine held up says nothing.
    """

    def __init__(self, least_seconds: float) -> None:
        self._least_seconds = least_seconds
        self._next = 0.0
        self._before = float("inf")

    def is_due(self) -> bool:
        return time.monotonic() >= self._next

    def took(self, seconds: float) -> None:
        rest = max(self._least_seconds, min(seconds, self._before) * _REST_PER_WORK)
        self._before = seconds
        self._next = time.monotonic() + rest
