"""Nothing outlives the supervisor, whatever its processes make of being told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from calltouch.supervisor import Child, Supervisor
from receiver.processes import Process, processes

_STUBBORN = "trap '' TERM HUP INT; sleep 1000 & while true; do sleep 1000; done"
_CODE = """
import sys
from calltouch import supervisor
from calltouch.supervisor import Child, Supervisor
supervisor.END_SECONDS = 1.5
supervisor._FEEDER_SECONDS = 0.5
first = Child("first", [sys.executable, "-c", {first!r}])
second = Child("second", [sys.executable, "-c", {second!r}], feeder=first)
stubborn = Child("stubborn", ["bash", "-c", {stubborn!r}])
Supervisor([first, second, stubborn][: {count}], {environ!r}).run()
"""
_OBEDIENT = "import signal; signal.pause()"
# Both write to one pipe: a line is one write, whatever PYTHONUNBUFFERED makes of print.
_SLOW = """
import os, signal, sys, time
def stop(*_): time.sleep({seconds}); os.write(1, b"{name} ended\\n"); sys.exit()
signal.signal(signal.SIGTERM, stop)
os.write(1, b"{name} began\\n")
while True: signal.pause()
"""


@contextmanager
def supervised(
    count: int, first: str = _OBEDIENT, second: str = _OBEDIENT
) -> Iterator["subprocess.Popen[str]"]:
    code = _CODE.format(
        first=first, second=second, stubborn=_STUBBORN, count=count, environ=dict(os.environ)
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: len(living(process.pid)) >= count + 1)
        yield process
    finally:
        process.kill()
        process.wait()


def living(supervisor: int) -> list[Process]:
    """The group of all that the supervisor started, as long as it lives: its children's."""
    groups = {one.group for one in processes() if one.parent == supervisor}
    return in_groups(groups)


def in_groups(groups: set[int]) -> list[Process]:
    return [one for one in processes() if one.group in groups and one.state != "Z"]


def wait_until(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_who_ignores_being_told_is_killed_with_its_own_processes(number: signal.Signals) -> None:
    with supervised(3) as process:
        # Theirs, too: the one that sleeps beside the stubborn one.
        wait_until(lambda: len(living(process.pid)) >= 6)
        groups = {one.group for one in living(process.pid)}
        assert len(groups) == 1
        process.send_signal(number)
        process.wait(20)
        wait_until(lambda: in_groups(groups) == [])


def test_a_stopped_process_is_killed(tmp_path: object) -> None:
    with supervised(1) as process:
        groups = {one.group for one in living(process.pid)}
        for one in living(process.pid):
            if one.pid != one.group:
                os.kill(one.pid, signal.SIGSTOP)
        process.kill()
        wait_until(lambda: in_groups(groups) == [])


def test_who_is_fed_stops_after_its_feeder() -> None:
    first, second = (_SLOW.format(name=name, seconds=0.2) for name in ("first", "second"))
    with supervised(2, first, second) as process:
        assert process.stdout is not None
        assert sorted(process.stdout.readline() for _ in range(2)) == [
            "first began\n",
            "second began\n",
        ]
        process.terminate()
        assert process.communicate(timeout=20)[0] == "first ended\nsecond ended\n"


def test_a_slow_feeder_is_not_waited_for_long() -> None:
    first, second = _SLOW.format(name="first", seconds=0.9), _SLOW.format(name="second", seconds=0)
    with supervised(2, first, second) as process:
        assert process.stdout is not None
        for _ in range(2):
            process.stdout.readline()
        process.terminate()
        assert process.communicate(timeout=20)[0] == "second ended\nfirst ended\n"


def test_a_killed_reaper_is_replaced() -> None:
    with supervised(2) as process:
        (group,) = {one.group for one in living(process.pid)}
        for one in living(process.pid):
            os.kill(one.pid, signal.SIGKILL)
        wait_until(lambda: len(living(process.pid)) >= 3)
        (other,) = {one.group for one in living(process.pid)}
        assert other != group
        process.kill()
        wait_until(lambda: in_groups({other}) == [])


def test_who_waits_for_a_file_keeps_nobody_awake(tmp_path: Path) -> None:
    late = Child("late", [sys.executable], waits_for=tmp_path / "flows.sqlite")
    supervisor = Supervisor([late], {})
    assert supervisor._seconds_to_wait() == 1.0
    (tmp_path / "flows.sqlite").touch()
    assert supervisor._seconds_to_wait() < 1.0
