"""A second process that answers requests over a pipe, since Python runs one thread at a time."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from receiver.processes import die_with_parent

_NICE = 5


@contextmanager
def second_process(module: str, init: object, fds: Sequence[int] = ()) -> Iterator[Connection]:
    """Run `module`, which answers what is sent to it. It receives `init` first, and inherits `fds`.

    It ends when this side of the connection is closed, at once when we are interrupted, and with
    the thread that started it. If it cannot be started, sending to it fails.
    """
    here, there = Pipe()
    with ExitStack() as started:
        with there, suppress(OSError):
            fd = there.fileno()
            command = [sys.executable, "-m", module, str(fd), str(os.getpid())]
            process = subprocess.Popen(command, pass_fds=[fd, *fds])
            started.enter_context(process)
            started.push(partial(_kill_when_interrupted, process))
        started.enter_context(here)
        with suppress(OSError):
            here.send(init)
        yield here


def _kill_when_interrupted(process: "subprocess.Popen[bytes]", *raised: object) -> None:
    """Nobody needs its answer any more, and it may take long."""
    if raised[0] is KeyboardInterrupt:
        process.kill()


def answer_requests(answering: Callable[[Any], Callable[[Any], object]]) -> None:
    """The other side, until the connection is closed. `answering` makes the function that answers
    from the `init` of `second_process`."""
    die_with_parent(signal.SIGKILL, int(sys.argv[2]))
    # Ctrl-C is for the parent, which then closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    # The parent has to write the answers and must not be starved by the work on the next ones.
    os.nice(_NICE)
    connection: Connection = Connection(int(sys.argv[1]))
    try:
        answer = answering(connection.recv())
        while True:
            connection.send(answer(connection.recv()))
    except (EOFError, OSError):
        return


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """A batch is millions of objects without cycles: searching them takes longer than folding."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
