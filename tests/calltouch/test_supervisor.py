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


def test_who_works_on_a_clock_rests_after_a_good_end_and_less_after_a_bad_one(
    tmp_path: Path,
) -> None:
    made = tmp_path / "made"
    child = Child("clock", ["true"], interval=3600.0, makes=made, started=100.0)
    child.process = subprocess.Popen(["true"])
    child.process.wait()
    made.touch()
    child.rest(now=103.0)
    assert not child.is_due(3699.0)
    assert child.is_due(3701.0)
    made.unlink()
    assert not child.is_due(104.0)
    assert child.is_due(114.0)
    child.started = 200.0
    child.rest(now=2200.0)
    made.touch()
    assert not child.is_due(2200.0 + 4 * 2000.0 - 1)
    child.process.returncode = 1
    pauses = []
    for _ in range(12):
        child.rest(now=1000.0)
        pauses.append(child.not_before - 1000.0)
    assert pauses[:3] == [10.0, 20.0, 40.0]
    assert pauses[-1] == 3600.0
    made.unlink()
    assert not child.is_due(1001.0)


def test_who_always_runs_is_started_again_at_once_after_a_long_life() -> None:
    child = Child("server", ["false"], started=100.0)
    child.process = subprocess.Popen(["false"])
    child.process.wait()
    child.rest(now=100.5)
    assert child.not_before == pytest.approx(100.9)
    child.rest(now=200.0)
    assert child.not_before == pytest.approx(200.2)
