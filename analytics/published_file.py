"""The published file, opened to be asked and opened anew when a newer one has taken its place."""

import atexit
import ctypes
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import duckdb
from duckdb import DuckDBPyConnection

from analytics.statements import attach

_FOLLOW_SECONDS = 0.3


class NotPublished(Exception):
    """There is nothing to ask yet; the text says why."""


class NotReadable(NotPublished):
    """There is a file, but it cannot be opened; the text says why."""


class NotReachable(NotReadable):
    """It lies elsewhere, and that does not answer; the text says what."""


class PublishedSource(Protocol):
    """What digest publishes, wherever that is: the one way to it for all who read.

    `file`: where the single file would lie, which a `PublishedFile` is; other files lie beside it.
    `reaches`: directories that what is attached is read from. `rest_seconds`: when nothing was
    asked for so long, it is let go of.
    """

    @property
    def file(self) -> Path: ...

    @property
    def reaches(self) -> Sequence[str]: ...

    @property
    def rest_seconds(self) -> float: ...

    def version(self) -> Hashable:
        """Of what is published now. Raises `NotPublished`, `NotReadable`."""

    def identity(self) -> Hashable:
        """When it is another one, it has to be attached anew. Raises as `version` does."""

    def size(self) -> int:
        """In bytes. Raises as `version` does."""

    def attach(self, db: DuckDBPyConnection, name: str) -> None:
        """As a catalog of that name, read-only. Raises `NotPublished`, `duckdb.Error`."""

    def begin(self, cursor: DuckDBPyConnection) -> None:
        """From here on the cursor sees one state of what is attached."""

    def at_rest(self) -> "PublishedSource":
        """The same, of which one state is attached and stays."""


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file that digest replaces by another one. As `PublishedSource`."""

    file: Path
    reaches: ClassVar[Sequence[str]] = ()
    # Opening takes some 20 ms; what an open file has read takes up to DuckDB's limit.
    rest_seconds: ClassVar[float] = 10.0

    def version(self) -> Hashable:
        found = self._found()
        return (found.st_dev, found.st_ino, found.st_mtime_ns)

    def identity(self) -> Hashable:
        return self.version()

    def size(self) -> int:
        return self._found().st_size

    def attach(self, db: DuckDBPyConnection, name: str) -> None:
        attach(db, self.file, name)

    def begin(self, cursor: DuckDBPyConnection) -> None:
        """Nothing is written into the file that is attached."""

    def at_rest(self) -> PublishedSource:
        return self

    def __str__(self) -> str:
        return f"{self.file}"

    def _found(self) -> os.stat_result:
        try:
            return self.file.stat()
        except FileNotFoundError:
            raise NotPublished(f"{self.file} has not been published yet") from None
        except OSError as error:
            raise NotReadable(f"{self.file} cannot be reached: {error.strerror}") from error


Attach = Callable[[DuckDBPyConnection, PublishedSource], None]
"""Makes what is published known to a new connection, as its catalog `published`."""


def _attach_alone(db: DuckDBPyConnection, source: PublishedSource) -> None:
    source.attach(db, "published")


class Published:
    """Read-only access for any number of threads of one process.

    Each opening is a database of its own in memory with the source attached to it: DuckDB keeps one
    instance per path and process, which would go on showing the old file under the same name.

    `follows`: let go of a file that has been replaced even while nothing is asked, so that whoever
    publishes may use its blocks again; and of any file, with what was read of it, when nothing has
    been asked for a while.

    `attaches`: what stands in the catalog; the source itself unless told otherwise.
    """

    def __init__(
        self,
        source: PublishedSource,
        memory: str = "256MB",
        threads: int = 2,
        *,
        follows: bool = False,
        attaches: Attach = _attach_alone,
    ) -> None:
        self.source = source
        self._attaches = attaches
        self._follows = follows
        self._config: dict[str, str | int | float | bool | list[str]] = {
            "memory_limit": memory,
            "threads": threads,
            # Memory that a question took is given back to the system soon after it.
            "allocator_background_threads": True,
            "max_temp_directory_size": "4GB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._opening = threading.Lock()
        self._identity: Hashable = None
        self._db: DuckDBPyConnection | None = None
        self._readers = 0
        self._asked_at = 0.0

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """A connection to the newest file; what it shows does not change while it is held.

        Raises `NotPublished` when there is no file yet, `NotReadable` when it cannot be opened.
        """
        with self._opening:
            cursor = self._newest().cursor()
            self._readers += 1
        try:
            self.source.begin(cursor)
            # What the file has not got may stand beside it.
            cursor.execute("set search_path = 'published.main,memory.main'")
            yield cursor
        finally:
            cursor.close()
            with self._opening:
                self._readers -= 1
                self._asked_at = time.monotonic()

    def check(self) -> None:
        """Raises `NotPublished` when nothing could be asked now. Who only checks does not keep the
        file open."""
        with self._opening:
            self._newest()

    def is_ready(self) -> bool:
        """Whether `reading` would wait for nothing."""
        if not self._opening.acquire(blocking=False):
            return False
        try:
            return self._db is not None and self.source.identity() == self._identity
        finally:
            self._opening.release()

    def catch_up(self) -> None:
        """Open the newest file, if there is one that is not open yet; or none, if it is time to
        rest."""
        with self._opening, suppress(NotPublished):
            if self._readers or time.monotonic() < self._asked_at + self.source.rest_seconds:
                self._newest()
            elif self._db is not None:
                self._db = None
                _give_back_memory()

    def _newest(self) -> DuckDBPyConnection:
        identity = self.source.identity()
        if self._follows:
            self._follows = False
            _Follower(self).start()
        if self._db is None or identity != self._identity:
            try:
                self._db = self._open()
                self._identity = identity
            except duckdb.Error as error:
                # Someone may hold the newest file open for writing; what we have stays true.
                if self._db is None:
                    raise NotReadable(f"{self.source} cannot be opened: {error}") from error
        return self._db

    def _open(self) -> DuckDBPyConnection:
        if "temp_directory" not in self._config:
            # What does not fit into memory is put aside there; nothing else is ever written.
            self._config["temp_directory"] = owners_directory(self)
        db = duckdb.connect(config=self._config)
        self._attaches(db, self.source)
        db.execute("set global timezone = 'UTC'")
        if self.source.reaches:
            db.execute("set allowed_directories = $reached", {"reached": [*self.source.reaches]})
        # From here on nothing but this can be reached, whatever is asked.
        db.execute("set enable_external_access = false")
        db.execute("set lock_configuration = true")
        return db


def resume(cursor: DuckDBPyConnection) -> bool:
    """After an error. The transaction in which a lake is read ends with it, and with what was made
    in it: then it begins anew, and this is true. A file is read without one."""
    try:
        cursor.execute("rollback")
    except duckdb.TransactionException:
        return False
    cursor.execute("begin")
    return True


def owners_directory(owner: object) -> str:
    """Of this process, which nobody else can read, as long as the owner is there; DuckDB's own
    would be open to all."""
    path = tempfile.mkdtemp(prefix="calltouch-")
    weakref.finalize(owner, _remove, path, os.getpid())
    return path


def _remove(path: str, pid: int) -> None:
    """Not by a child that was forked since."""
    if os.getpid() == pid:
        shutil.rmtree(path, ignore_errors=True)


def _give_back_memory() -> None:
    """To the system, what threads have freed in between; glibc keeps it for each thread."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class _Follower(threading.Thread):
    """Keeps a published file caught up as long as somebody else has it."""

    def __init__(self, published: Published) -> None:
        super().__init__(name="following", daemon=True)
        self._published = weakref.ref(published)
        self._is_over = threading.Event()

    def run(self) -> None:
        # A thread that is inside DuckDB when the interpreter goes takes the process down.
        atexit.register(self._end)
        while not self._is_over.is_set() and (published := self._published()) is not None:
            published.catch_up()
            del published
            self._is_over.wait(_FOLLOW_SECONDS)
        atexit.unregister(self._end)

    def _end(self) -> None:
        self._is_over.set()
        self.join()
