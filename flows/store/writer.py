"""One thread that writes: what waits goes into one transaction, and is answered when it is synced.

Eight threads that each waited for a sync of their own would do a hundred steps a second on a slow
disk; together they do as many as there are threads in one.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Change = Callable[[sqlite3.Connection], T]

_MOST_AT_ONCE = 200
_PATIENCE_SECONDS = 30.0


class StoreWriter:
    """Opens the file and makes what is not there yet. Raises `sqlite3.Error` where it cannot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        open_store(path).close()
        self._waiting: queue.SimpleQueue[tuple[Change[Any], Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._run, name="flows.sqlite", daemon=True)
        self._thread.start()

    def write(self, change: Change[T]) -> T:
        """Make a change; returns what it returns, once it is synced. Raises what it raises, and
        then nothing of it was done."""
        future: Future[T] = Future()
        self._waiting.put((change, future))
        return future.result()

    def reader(self) -> sqlite3.Connection:
        """A connection that only reads, for one thread at a time."""
        return open_store(self.path, read_only=True)

    def close(self) -> None:
        """After all that waits."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        db = open_store(self.path)
        is_closing = False
        while not is_closing:
            group = [self._waiting.get()]
            while len(group) < _MOST_AT_ONCE and not self._waiting.empty():
                group.append(self._waiting.get())
            is_closing = None in group
            _commit(db, [change for change in group if change is not None])
        db.close()


def _commit(db: sqlite3.Connection, group: list[tuple[Change[Any], Future[Any]]]) -> None:
    """Those that fail alone fail alone; where the commit fails, all do."""
    done: list[tuple[Future[Any], Any]] = []
    failed: list[tuple[Future[Any], BaseException]] = []
    try:
        db.execute("begin immediate")
        for change, future in group:
            db.execute("savepoint change")
            try:
                done.append((future, change(db)))
            except Exception as error:  # noqa: BLE001 - it is raised where the change was asked for
                db.execute("rollback to change")
                failed.append((future, error))
            db.execute("release change")
        db.execute("commit")
    except sqlite3.Error as error:
        if db.in_transaction:
            db.execute("rollback")
        failed += [(future, error) for future, _ in done]
        failed += [(future, error) for _, future in group if not _is_told(future, failed)]
        done = []
    for future, value in done:
        future.set_result(value)
    for future, reason in failed:
        future.set_exception(reason)


def _is_told(future: Future[Any], failed: list[tuple[Future[Any], BaseException]]) -> bool:
    return any(other is future for other, _ in failed)


def open_store(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """By any thread. Synced at every commit; rows by name."""
    if read_only:
        db = sqlite3.connect(
            f"file:{path}?mode=ro", uri=True, timeout=_PATIENCE_SECONDS, check_same_thread=False
        )
        db.row_factory = sqlite3.Row
        return db
    db = sqlite3.connect(
        path, timeout=_PATIENCE_SECONDS, check_same_thread=False, isolation_level=None
    )
    db.row_factory = sqlite3.Row
    path.chmod(0o600)
    # Before the first table: the file shrinks as history is pruned.
    db.execute("pragma auto_vacuum = incremental")
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.executescript(files("flows.store").joinpath("schema.sql").read_text(encoding="utf-8"))
    return db
