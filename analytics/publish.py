"""Publishing: a closed, consistent copy of the store, put in its place by rename.

Who has the old file open keeps reading it undisturbed; who opens the name gets the new one. The
copy is made by a process of its own: closing a descriptor of the store in this one would drop
DuckDB's lock on it.
"""

import subprocess
import time
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.statements import statement
from analytics.store import SCHEMA_VERSION, transaction

# At most about a tenth of the time goes into copying.
_REST_PER_WORK = 9.0


def publish(db: DuckDBPyConnection, store: Path, target: Path, app_version: str) -> None:
    """Put a copy of the store at `target`. It is read-only: nobody can lock the others out."""
    with transaction(db):
        db.execute("delete from freshness")
        db.execute(statement("publish/freshness"), {"app": app_version, "schema": SCHEMA_VERSION})
    db.execute("checkpoint")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        subprocess.run(["cp", "--reflink=auto", str(store), str(unfinished)], check=True)
    except subprocess.CalledProcessError:
        # Half a copy on a full disk would keep it full.
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.chmod(0o444)
    unfinished.rename(target)
    # Left behind by someone who opened an earlier file for writing; it does not fit this one.
    target.with_name(target.name + ".wal").unlink(missing_ok=True)


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
