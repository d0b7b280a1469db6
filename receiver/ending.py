"""How a command ends when it is told to: in order, else interrupted, at last by force.

SIGTERM and SIGINT (Ctrl-C) set an event. Whoever is still at work some seconds later has
`KeyboardInterrupt` raised in the main thread, and DuckDB's statements interrupted; a second signal
does so at once. What no exception reaches, as a long checkpoint, is ended together
with the processes it has started: nothing we keep minds being killed.

A thread waits for the signals: handlers written in Python have to wait for the main thread.
"""

import faulthandler
import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from weakref import WeakSet

import duckdb
from duckdb import DuckDBPyConnection

from receiver.processes import children_of

LAST_SECONDS = 3.0
_AGAIN_SECONDS = 1.0
_TELLING = (signal.SIGTERM, signal.SIGINT)
_INTERRUPTING = signal.SIGUSR1
_interrupted = threading.Event()
_connections: "WeakSet[DuckDBPyConnection]" = WeakSet()


@contextmanager
def ending_on_signals(work_seconds: float = 0.0) -> Iterator[threading.Event]:
    """Yields the event; for the main thread alone.

    `work_seconds`: from the signal to the interruption, 0 for work that can be left at once.
    `LAST_SECONDS` later the process is ended by force.
    """
    told = threading.Event()
    _interrupted.clear()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = {number: signal.getsignal(number) for number in (*_TELLING, _INTERRUPTING)}
    fd_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in _TELLING:
        signal.signal(number, lambda *_: None)
    signal.signal(_INTERRUPTING, signal.default_int_handler)
    watch = threading.Thread(target=_watch, args=(reading, told, work_seconds), daemon=True)
    watch.start()
    try:
        yield told
    except Exception as error:
        # DuckDB answers an interrupted statement with an error of its own.
        if _interrupted.is_set():
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.set_wakeup_fd(fd_before)
        os.close(writing)
        watch.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def interruptible(db: DuckDBPyConnection) -> DuckDBPyConnection:
    """Have the interruption end its statement also in the threads that DuckDB runs it in: closing
    waits for those."""
    _connections.add(db)
    return db


def raise_if_interrupted() -> None:
    """For code that might take the interruption for a fault of what it works on.

    Raises `KeyboardInterrupt`.
    """
    if _interrupted.is_set():
        raise KeyboardInterrupt


def _watch(reading: int, told: threading.Event, work_seconds: float) -> None:
    """Until the other end of the pipe is closed: the work is over."""
    try:
        if not _next_signal(reading, None):
            return
        # Needs no lock of the interpreter, and outlasts its last steps.
        seconds = work_seconds + LAST_SECONDS + 1
        faulthandler.dump_traceback_later(seconds, exit=True, file=2)
        told.set()
        if _next_signal(reading, work_seconds) is False:
            return
        _interrupted.set()
        give_up_at = time.monotonic() + LAST_SECONDS
        while time.monotonic() < give_up_at:
            # Libraries may swallow an exception that is raised while they import, for example.
            signal.pthread_kill(threading.main_thread().ident or 0, _INTERRUPTING)
            _interrupt_statements()
            if _next_signal(reading, _AGAIN_SECONDS) is False:
                return
        _end_by_force()
    finally:
        os.close(reading)


def _next_signal(reading: int, seconds: float | None) -> bool | None:
    """Whether one that tells us to end has come; False: none will; None: not in this time."""
    while select.select([reading], [], [], seconds)[0]:
        came = os.read(reading, 64)
        if not came:
            return False
        if set(came) & set(_TELLING):
            return True
    return None


def _interrupt_statements() -> None:
    for db in list(_connections):
        with suppress(duckdb.Error):
            db.interrupt()


def _end_by_force() -> None:
    for child in children_of(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os._exit(1)
