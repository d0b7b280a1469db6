"""Keeps the processes of `calltouch serve` running and shuts them down cleanly.

The listening sockets belong to the supervisor (or to systemd, which hands them to it) and are
inherited, so nothing is refused while a child restarts: connections wait in the backlog. A child
that dies is restarted, at once the first time and more slowly when it keeps dying.

Whatever the processes are doing, they and their children are gone `END_SECONDS` after they were
asked to stop: what does not stop cleanly is killed. If the supervisor itself is killed, the kernel
signals the children, and the reaper kills what is left.
"""

import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from calltouch.systemd import notify
from receiver.processes import die_with_parent

log = logging.getLogger(__name__)

_SHORTEST_PAUSE = 0.2
_STABLE_SECONDS = 30.0
# Of what is started on a clock: after a failure, and between two starts.
_SHORTEST_REST = 10.0
_REST_PER_WORK = 4.0
END_SECONDS = 13.0
# Of these; digest needs the rest for what the receiver accepted last.
_FEEDER_SECONDS = 2.0
_ENDING_POLL_SECONDS = 0.02


@dataclass(slots=True)
class Child:
    """One process to keep alive. `reload`: the signal that makes it read its settings again.
    `longest_pause`: the seconds between two starts when it keeps dying. It is asked to stop after
    its `feeder` has ended, or has had a moment to. Without the file `waits_for` it never starts.

    `interval`: of one that does its work and ends: the seconds from a start to the next one, after
    it has ended well. It does not wait for them where the file is missing that it `makes`."""

    name: str
    command: Sequence[str]
    listener: socket.socket | None = None
    reload: signal.Signals = signal.SIGTERM
    feeder: "Child | None" = None
    longest_pause: float = 10.0
    waits_for: Path | None = None
    interval: float | None = None
    makes: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    ended: float = 0.0
    pause: float = _SHORTEST_PAUSE
    not_before: float = field(default=0.0)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def is_wanted(self) -> bool:
        """Whether it is to be started, now or after its pause."""
        return not self.is_running and (self.waits_for is None or self.waits_for.exists())

    def is_due(self, now: float) -> bool:
        """Whether its pause is over, or cut short by a file that is missing."""
        if self.makes is None or self.process is None or self.process.returncode:
            return now >= self.not_before
        soonest = self.ended + _SHORTEST_REST
        return now >= (self.not_before if self.makes.exists() else min(soonest, self.not_before))

    def rest(self, now: float) -> None:
        """From an end to the next start."""
        assert self.process is not None
        lived = now - self.started
        self.ended = now
        if self.interval is None:
            is_stable = lived > _STABLE_SECONDS
            self.pause = _SHORTEST_PAUSE if is_stable else min(self.pause * 2, self.longest_pause)
        elif self.process.returncode == 0:
            self.pause = _SHORTEST_PAUSE
            # What takes long is not to take all of the time.
            self.not_before = now + max(self.interval - lived, lived * _REST_PER_WORK)
            return
        else:
            self.pause = min(max(self.pause * 2, _SHORTEST_REST), self.interval)
        self.not_before = now + self.pause


class Supervisor:
    def __init__(self, children: Sequence[Child], environ: Mapping[str, str]) -> None:
        self._children = children
        self._environ = dict(environ)
        self._reaper: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._reloading = False

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; SIGHUP reloads."""
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        poll = select.poll()
        poll.register(wake, select.POLLIN)
        notify(os.environ, "READY=1")
        while not self._stopping:
            for child in self._children:
                self._keep(child)
            if self._reloading:
                self._reload()
            notify(os.environ, "WATCHDOG=1")
            if poll.poll(self._seconds_to_wait() * 1000):
                os.read(wake, 4096)
        notify(os.environ, "STOPPING=1")
        self._stop()

    def _on_stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _on_reload(self, number: int, frame: object) -> None:
        self._reloading = True

    def _seconds_to_wait(self) -> float:
        waits = (c.not_before - time.monotonic() for c in self._children if c.is_wanted)
        return max(min([1.0, *waits]), 0.01)

    def _keep(self, child: Child) -> None:
        if not child.is_wanted:
            return
        now = time.monotonic()
        if child.process is not None and child.not_before <= child.started:
            self._note_death(child, now)
        if child.is_due(now):
            self._start(child)

    def _note_death(self, child: Child, now: float) -> None:
        assert child.process is not None
        child.rest(now)
        log.log(
            logging.ERROR if child.process.returncode else logging.INFO,
            "%s ended with %s after %.0f s; starting it again in %.1f s",
            child.name,
            child.process.returncode,
            now - child.started,
            child.not_before - now,
        )

    def _start(self, child: Child) -> None:
        descriptors = () if child.listener is None else (child.listener.fileno(),)
        child.process = subprocess.Popen(
            child.command,
            env=self._environ,
            pass_fds=descriptors,
            # Ctrl-C goes to the whole group of the terminal; only the supervisor acts on it.
            process_group=self._living_reaper().pid,
            preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
        )
        child.started = time.monotonic()
        log.info("%s started as process %d", child.name, child.process.pid)

    def _living_reaper(self) -> "subprocess.Popen[bytes]":
        if self._reaper is None or self._reaper.poll() is not None:
            self._reaper = subprocess.Popen(
                [sys.executable, "-m", "calltouch.reaper", str(END_SECONDS)],
                env=self._environ,
                stdin=subprocess.PIPE,
                process_group=0,
            )
        return self._reaper

    def _reload(self) -> None:
        self._reloading = False
        for child in self._children:
            if child.process is not None and child.is_running:
                log.info("%s: reloading", child.name)
                # A requested stop must not slow down the restart.
                child.pause = _SHORTEST_PAUSE / 2
                child.process.send_signal(child.reload)

    def _stop(self) -> None:
        began = time.monotonic()
        asked: list[Child] = []
        while alive := [child for child in self._children if child.is_running]:
            seconds = time.monotonic() - began
            if seconds > END_SECONDS:
                break
            for child in alive:
                waits = child.feeder is not None and child.feeder.is_running
                if child not in asked and not (waits and seconds < _FEEDER_SECONDS):
                    _ask_to_stop(child)
                    asked.append(child)
            time.sleep(_ENDING_POLL_SECONDS)
            _log_stopped(alive)
        for child in alive:
            log.error("%s did not stop in %.0f s and is killed", child.name, END_SECONDS)
        self._kill_group()
        for child in alive:
            assert child.process is not None
            child.process.wait()

    def _kill_group(self) -> None:
        """What could stop cleanly has stopped: kill the reaper with what the children left."""
        if self._reaper is not None and self._reaper.poll() is None:
            os.killpg(self._reaper.pid, signal.SIGKILL)
            self._reaper.wait()


def _ask_to_stop(child: Child) -> None:
    assert child.process is not None
    child.process.terminate()


def _log_stopped(children: Iterable[Child]) -> None:
    for child in children:
        if not child.is_running:
            log.info("%s stopped", child.name)
