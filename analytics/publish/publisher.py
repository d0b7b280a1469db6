"""Publishing: a closed, consistent copy of the store, put in its place by rename.

Who has the old file open keeps reading it undisturbed; who opens the name gets the new one. The
file before the last one is kept aside and brought up to date block by block, if nobody reads it any
more: a publication then costs what has changed, not what there is. Where the file system shares
blocks between copies, a copy costs nothing, and no file is kept.

Nobody may write the published file. Who may read it is kept from one publication to the next: what
an administrator gives the file in place (`chmod`, `chgrp`) stays.
"""

import errno
import fcntl
import grp
import logging
import os
import time
from contextlib import suppress
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.publish.shared_blocks import shares_blocks
from analytics.publish.spare_file import FileIdentity, SpareFile, identity_of
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
        self._identity: FileIdentity | None = None
        self._spare = SpareFile(store, target.with_name(target.name + ".unfinished"))
        self._previous = target.with_name(target.name + ".previous")
        self._wal = target.with_name(target.name + ".wal")
        self._is_sharing: bool | None = None
        # Of what a process before this one left, the spare file may serve again: it is compared
        # whole.
        self._previous.unlink(missing_ok=True)

    def needed_bytes(self) -> int:
        """The room that the next publication takes: for a moment there is one file more."""
        return 0 if self._shares_blocks() else self._store.stat().st_size

    def forget(self) -> None:
        """The store is another one, or was opened again."""
        self._spare.forget()

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
            self._make_spare(db)
        except BaseException:
            # Half a copy on a full disk would keep it full.
            self.close()
            raise
        self._permit()
        self._put_in_place()

    def is_there(self) -> bool:
        return self._target.exists()

    def signature(self) -> tuple[object, ...]:
        """Of the file in place, without the device's number, which changes when it is mounted
        again. Raises `OSError`."""
        file = self._target.stat()
        return file.st_ino, file.st_size, file.st_mtime_ns

    def size(self) -> int:
        """Of the store."""
        return self._store.stat().st_size

    def take_up(self) -> bool:
        """Go on with the file in place, which a process before this one has published. Returns
        whether it is there and undisturbed."""
        if not self._target.exists():
            return False
        self._identity = identity_of(self._target.stat())
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
            changed = identity_of(os.fstat(fd)) != self._identity or self._wal.exists()
            return changed or _is_locked(fd)
        finally:
            os.close(fd)

    def close(self) -> None:
        """Keep no file aside."""
        self._spare.path.unlink(missing_ok=True)
        self._previous.unlink(missing_ok=True)

    def _make_spare(self, db: DuckDBPyConnection) -> None:
        if self._shares_blocks():
            self._spare.clone()
            return
        ((free,),) = db.execute(statement("publish/free_blocks")).fetchall()
        self._spare.bring_up_to_date(free)

    def _shares_blocks(self) -> bool:
        if self._is_sharing is None:
            # On a full disk it is tried again.
            with suppress(OSError):
                self._is_sharing = shares_blocks(self._store.parent, self._target.parent)
        return bool(self._is_sharing)

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
        self._spare.path.chmod(kept if self._mode is None else self._mode)

    def _give_group(self, group: int) -> None:
        if self._spare.path.stat().st_gid == group:
            return
        try:
            os.chown(self._spare.path, -1, group)
        except PermissionError:
            if self._refused_group != group:
                self._refused_group = group
                log.error("%s: only a member of group %d can give it that", self._target, group)

    def _put_in_place(self) -> None:
        keeps = not self._shares_blocks() and self._keep_previous()
        self._spare.path.rename(self._target)
        # Left behind by someone who opened an earlier file for writing; it does not fit this one.
        self._wal.unlink(missing_ok=True)
        self._identity = identity_of(self._target.stat())
        self._spare.note_published(self._identity)
        if keeps:
            self._previous.rename(self._spare.path)
            # Of a file with another name the mode is that of the other one, too.
            if self._spare.path.stat().st_nlink == 1:
                self._spare.path.chmod(0o600)

    def _keep_previous(self) -> bool:
        """Give the file that is in place a second name, where files may have two."""
        try:
            self._previous.hardlink_to(self._target)
        except OSError:
            return False
        return True


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
