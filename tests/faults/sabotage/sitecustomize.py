"""Breaks the promise in a server on purpose, to prove that a test would see it; or makes it give up
sooner, for a test that cannot wait so long.

Python imports this module by itself in every process whose PYTHONPATH holds this folder.

SABOTAGE=no_sync   nothing is synced: what was acknowledged is in the page cache only
SABOTAGE=lax_store  flows.sqlite is written and not synced
SABOTAGE=early     acknowledged from memory, before anything is written
SABOTAGE=impatient nobody waits long for a sync
SABOTAGE=hasty     nobody is given long to send a request
SABOTAGE=restless  segments are small, and archived and deleted all the time
SABOTAGE=slow_pages    a page takes 30 seconds
SABOTAGE=long_batches  folding a batch is one DuckDB statement without end
"""

import os
import sys
import threading
import time
from contextlib import contextmanager


def _no_sync() -> None:
    os.fsync = os.fdatasync = lambda fd: None


def _lax_store() -> None:
    from flows.store import writer  # noqa: PLC0415 - sabotaged processes only

    open_store = writer.open_store

    def open_unsynced(path, *, read_only=False):  # type: ignore[no-untyped-def]
        db = open_store(path, read_only=read_only)
        db.execute("pragma synchronous = off")
        return db

    writer.open_store = open_unsynced


def _early() -> None:
    from receiver.inbox.writer import InboxWriter, WaitingFrame  # noqa: PLC0415 - sabotaged processes only

    begin = InboxWriter.begin

    def acknowledge_first(self, waiting):  # type: ignore[no-untyped-def]
        def later() -> None:
            time.sleep(0.05)
            begin(self, [WaitingFrame(one.kind, one.packed, lambda error: None) for one in waiting])

        threading.Thread(target=later, daemon=True).start()
        for one in waiting:
            one.done(None)

    InboxWriter.begin = acknowledge_first  # type: ignore[method-assign]


def _impatient() -> None:
    from receiver.server import pending  # noqa: PLC0415 - sabotaged processes only

    pending.PATIENCE_SECONDS = 0.5


def _hasty() -> None:
    from receiver.server import worker  # noqa: PLC0415 - sabotaged processes only

    worker.REQUEST_SECONDS = 4.0


def _restless() -> None:
    from receiver.inbox import commits  # noqa: PLC0415 - sabotaged processes only

    commits.SEGMENT_BYTES = 64 << 10
    if "digest" in sys.orig_argv:
        from receiver.digest import running  # noqa: PLC0415 - digest alone may load it

        running.ARCHIVE_EVERY_SECONDS = 0.2
        step = running.Digest.step

        def and_archive(self, *given):  # type: ignore[no-untyped-def]
            # By itself it archives only when nothing comes in.
            done = step(self, *given)
            self._publish_if_due()
            self._archive_if_due()
            return done

        running.Digest.step = and_archive  # type: ignore[method-assign]


def _slow_pages() -> None:
    from analytics.published_file import Published  # noqa: PLC0415 - sabotaged processes only

    reading = Published.reading

    @contextmanager
    def slow(self):  # type: ignore[no-untyped-def]
        time.sleep(30)
        with reading(self) as db:
            yield db

    Published.reading = slow  # type: ignore[method-assign]


def _long_batches() -> None:
    if "digest" not in sys.orig_argv:
        return
    from receiver.digest import running  # noqa: PLC0415 - sabotaged processes only

    def endless(db, *batch):  # type: ignore[no-untyped-def]
        print("folding without end", flush=True)
        db.execute("select count(*) from range(100000000) a, range(100000000) b where a.range = -1")

    vars(running)["fold_batch"] = endless


_WAYS = {
    "no_sync": _no_sync,
    "lax_store": _lax_store,
    "early": _early,
    "impatient": _impatient,
    "hasty": _hasty,
    "restless": _restless,
    "slow_pages": _slow_pages,
    "long_batches": _long_batches,
}
_WAYS.get(os.environ.get("SABOTAGE", ""), lambda: None)()
