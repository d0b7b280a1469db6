"""How a command stops when asked to: cleanly, then by interruption, finally by force.

SIGTERM and SIGINT (Ctrl-C) set an event. If the work is not over some seconds later,
`KeyboardInterrupt` is raised in the main thread and DuckDB's statements are interrupted; a second
signal does so at once. What no exception reaches, such as a long checkpoint, is killed along with
its child processes: nothing we store suffers from that.

A thread waits for the signals, since handlers written in Python have to wait for the main thread.
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
_STOPPING = (signal.SIGTERM, signal.SIGINT)
_INTERRUPTING = signal.SIGUSR1
_interrupted = threading.Event()
_connections: "WeakSet[DuckDBPyConnection]" = WeakSet()


@contextmanager
def ending_on_signals(work_seconds: float = 0.0) -> Iterator[threading.Event]:
    """Yields the event; for the main thread only.

    `work_seconds`: from the signal to the interruption, 0 for work that can stop at once.
    `LAST_SECONDS` later the process is killed.
    """
    stop = threading.Event()
    _interrupted.clear()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = {number: signal.getsignal(number) for number in (*_STOPPING, _INTERRUPTING)}
    fd_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in _STOPPING:
        signal.signal(number, lambda *_: None)
    signal.signal(_INTERRUPTING, signal.default_int_handler)
    watch = threading.Thread(target=_watch, args=(reading, stop, work_seconds), daemon=True)
    watch.start()
    try:
        yield stop
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
    """Let an interruption also end this connection's statement: closing waits for the threads that
    DuckDB runs it in."""
    _connections.add(db)
    return db


def raise_if_interrupted() -> None:
    """For code that might mistake an interruption for a fault in its data.

    Raises `KeyboardInterrupt`.
    """
    if _interrupted.is_set():
        raise KeyboardInterrupt


def _watch(reading: int, stop: threading.Event, work_seconds: float) -> None:
    """Run until the other end of the pipe is closed, when the work is over."""
    try:
        if not _next_signal(reading, None):
            return
        # Needs no interpreter lock, and works to the very end of the interpreter.
        seconds = work_seconds + LAST_SECONDS + 1
        faulthandler.dump_traceback_later(seconds, exit=True, file=2)
        stop.set()
        if _next_signal(reading, work_seconds) is False:
            return
        _interrupted.set()
        give_up_at = time.monotonic() + LAST_SECONDS
        while time.monotonic() < give_up_at:
            # Libraries may swallow an exception, for example one raised while they import.
            signal.pthread_kill(threading.main_thread().ident or 0, _INTERRUPTING)
            _interrupt_statements()
            if _next_signal(reading, _AGAIN_SECONDS) is False:
                return
        _kill_everything()
    finally:
        os.close(reading)


def _next_signal(reading: int, seconds: float | None) -> bool | None:
    """Whether a signal to stop has arrived; False: none will; None: not in this time."""
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    while poll.poll(None if seconds is None else seconds * 1000):
        numbers = os.read(reading, 64)
        if not numbers:
            return False
        if set(numbers) & set(_STOPPING):
            return True
    return None


def _interrupt_statements() -> None:
    for db in list(_connections):
        with suppress(duckdb.Error):
            db.interrupt()


def _kill_everything() -> None:
    for child in children_of(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os._exit(1)
