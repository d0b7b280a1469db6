"""Keeps the processes of `calltouch serve` running and ends them in order.

The listening sockets belong to the supervisor (or to systemd, which hands them to it) and are
handed down, so nothing is refused while a child is restarted: connections wait in the backlog. A
child that dies is started again, at once the first time and more slowly when it keeps dying. When
the supervisor itself is killed, the kernel tells the children to stop.
"""

import ctypes
import logging
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from receiver.systemd import notify

log = logging.getLogger(__name__)

_SHORTEST_PAUSE = 0.2
_STABLE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Child:
    """One process to keep alive. `reload` is the signal that makes it take new settings in,
    `longest_pause` the seconds between two starts when it keeps dying."""

    name: str
    command: Sequence[str]
    listener: socket.socket | None = None
    reload: signal.Signals = signal.SIGTERM
    stop_seconds: float = 30.0
    longest_pause: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _SHORTEST_PAUSE
    not_before: float = field(default=0.0)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    def __init__(self, children: Sequence[Child], environ: Mapping[str, str]) -> None:
        """`children` in the order in which they are to be stopped."""
        self._children = children
        self._environ = dict(environ)
        self._stopping = False
        self._reloading = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT; SIGHUP reloads."""
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        notify(os.environ, "READY=1")
        while not self._stopping:
            for child in self._children:
                self._keep(child)
            if self._reloading:
                self._reload()
            notify(os.environ, "WATCHDOG=1")
            if select.select([wake], [], [], self._seconds_to_wait())[0]:
                os.read(wake, 4096)
        notify(os.environ, "STOPPING=1")
        self._stop()

    def _on_stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _on_reload(self, number: int, frame: object) -> None:
        self._reloading = True

    def _seconds_to_wait(self) -> float:
        waits = (c.not_before - time.monotonic() for c in self._children if not c.is_running)
        return max(min([1.0, *waits]), 0.01)

    def _keep(self, child: Child) -> None:
        if child.is_running:
            return
        now = time.monotonic()
        if child.process is not None and child.not_before <= child.started:
            self._note_death(child, now)
        if now >= child.not_before:
            self._start(child)

    def _note_death(self, child: Child, now: float) -> None:
        assert child.process is not None
        lived = now - child.started
        child.pause = (
            _SHORTEST_PAUSE
            if lived > _STABLE_SECONDS
            else min(child.pause * 2, child.longest_pause)
        )
        child.not_before = now + child.pause
        log.log(
            logging.ERROR if child.process.returncode else logging.INFO,
            "%s ended with %s after %.0f s; starting it again in %.1f s",
            child.name,
            child.process.returncode,
            lived,
            child.pause,
        )

    def _start(self, child: Child) -> None:
        descriptors = () if child.listener is None else (child.listener.fileno(),)
        child.process = subprocess.Popen(
            child.command, env=self._environ, pass_fds=descriptors, preexec_fn=_die_with_parent
        )
        child.started = time.monotonic()
        log.info("%s started as process %d", child.name, child.process.pid)

    def _reload(self) -> None:
        self._reloading = False
        for child in self._children:
            if child.process is not None and child.is_running:
                log.info("%s: reloading", child.name)
                # Being asked to stop is no reason to be started again slowly.
                child.pause = _SHORTEST_PAUSE / 2
                child.process.send_signal(child.reload)

    def _stop(self) -> None:
        for child in self._children:
            if child.process is None or not child.is_running:
                continue
            child.process.terminate()
            try:
                child.process.wait(child.stop_seconds)
            except subprocess.TimeoutExpired:
                log.error("%s did not stop in %.0f s", child.name, child.stop_seconds)
                child.process.kill()
                child.process.wait()
            log.info("%s stopped", child.name)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    # Ctrl-C goes to the whole group of the terminal; only the supervisor acts on it.
    os.setpgid(0, 0)
