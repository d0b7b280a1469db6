"""Publishing: a closed, consistent copy of the store, put in its place by rename.

Who has the old file open keeps reading it undisturbed; who opens the name gets the new one. The
file before the last one is kept aside and brought up to date block by block, if nobody reads it any
more: a publication then costs what has changed, not what there is. Where the file system shares
blocks between copies, a copy costs nothing, and no file is kept.

Nobody may write the published file. Who may read it is kept from one publication to the next: what
an administrator gives the file in place (`chmod`, `chgrp`) stays.

The copy is made by a process of its own: closing a descriptor of the store in this one would drop
DuckDB's lock on it.
"""

import errno
import fcntl
import grp
import logging
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.publish import block_copy
from analytics.statements import statement
from analytics.store import SCHEMA_VERSION, last_delivery_id, transaction

# Less than a tenth of the time goes into publishing.
_REST_PER_WORK = 11.0
NEW_MODE = 0o440
_READING = 0o444

log = logging.getLogger(__name__)


class Publisher:
    """The one that publishes a store at `target`.

    `mode` and `group` (a name or a number) are what the file is to have. Not given: what the file
    that is there has, and 0440 with the group of the directory where there is none.
    """

    def __init__(
        self,
        store: Path,
        target: Path,
        app_version: str,
        mode: int | None = None,
        group: str | None = None,
    ) -> None:
        self._store = store
        self._target = target
        self._app_version = app_version
        self._mode = mode
        self._group = group
        self._refused_group: int | None = None
        self._identity: tuple[int, ...] | None = None
        self._spare = target.with_name(target.name + ".unfinished")
        self._previous = target.with_name(target.name + ".previous")
        self._wal = target.with_name(target.name + ".wal")
        self._shares_blocks: bool | None = None
        # Of what a process before this one left nothing is known.
        self.close()

    def publish(self, db: DuckDBPyConnection) -> None:
        """Put a copy of the store at the target. It is read-only: nobody can lock the others out.

        Raises `subprocess.CalledProcessError` when the copy cannot be made, as on a full disk.
        """
        last = last_delivery_id(db)
        with transaction(db):
            db.execute("delete from freshness")
            values = {"app": self._app_version, "schema": SCHEMA_VERSION, "last": last}
            db.execute(statement("publish/freshness"), values)
        db.execute("checkpoint")
        try:
            self._bring_up_to_date()
        except BaseException:
            # Half a copy on a full disk would keep it full.
            self.close()
            raise
        self._permit()
        self._put_in_place()

    def take_up(self) -> bool:
        """Go on with the file in place, which a process before this one has published. Returns
        whether it is there and undisturbed."""
        if not self._target.exists():
            return False
        self._identity = _identity(self._target.stat())
        return not self.is_disturbed()

    def is_disturbed(self) -> bool:
        """Whether the file in place is no longer what was published, or keeps readers out: somebody
        has opened it for writing, as root may, or holds a lease on it. The cure is to publish."""
        if self._identity is None:
            return False
        try:
            fd = os.open(self._target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return True
        try:
            changed = _identity(os.fstat(fd)) != self._identity or self._wal.exists()
            return changed or _is_locked(fd)
        finally:
            os.close(fd)

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
        # What `cp` makes itself has the mode of the store for a while.
        self._spare.touch(mode=0o600)
        command = ["cp", f"--reflink={reflink}", str(self._store), str(self._spare)]
        errors = subprocess.DEVNULL if reflink == "always" else None
        return subprocess.run(command, check=False, stderr=errors)

    def _permit(self) -> None:
        """Give the spare file the group and the mode that the published one is to have."""
        there = None
        with suppress(FileNotFoundError):
            there = self._target.stat()
        if self._group is not None:
            self._give_group(_number_of(self._group))
        elif there is not None:
            self._give_group(there.st_gid)
        kept = NEW_MODE if there is None else there.st_mode & _READING | 0o400
        self._spare.chmod(kept if self._mode is None else self._mode)

    def _give_group(self, group: int) -> None:
        if self._spare.stat().st_gid == group:
            return
        try:
            os.chown(self._spare, -1, group)
        except PermissionError:
            if self._refused_group != group:
                self._refused_group = group
                log.error("%s: only a member of group %d can give it that", self._target, group)

    def _put_in_place(self) -> None:
        keeps = not self._shares_blocks and self._keep_previous()
        self._spare.rename(self._target)
        # Left behind by someone who opened an earlier file for writing; it does not fit this one.
        self._wal.unlink(missing_ok=True)
        self._identity = _identity(self._target.stat())
        if keeps:
            self._previous.rename(self._spare)
            # Of a file with another name the mode is that of the other one, too.
            if self._spare.stat().st_nlink == 1:
                self._spare.chmod(0o600)

    def _keep_previous(self) -> bool:
        """Give the file that is in place a second name, where files may have two."""
        try:
            self._previous.hardlink_to(self._target)
        except OSError:
            return False
        return True


def _identity(found: os.stat_result) -> tuple[int, ...]:
    """What no reader changes of a file, nor `chmod` and `chgrp`."""
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _is_locked(fd: int) -> bool:
    """DuckDB locks what it opens for writing: https://duckdb.org/docs/stable/connect/concurrency"""
    try:
        fcntl.lockf(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        # Some network file systems have no locks.
        return error.errno in (errno.EACCES, errno.EAGAIN)
    return False


def _number_of(group: str) -> int:
    return int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid


def publish(db: DuckDBPyConnection, store: Path, target: Path, app_version: str) -> None:
    """Once, keeping no file aside."""
    publisher = Publisher(store, target, app_version)
    publisher.publish(db)
    publisher.close()


class PublishPace:
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
