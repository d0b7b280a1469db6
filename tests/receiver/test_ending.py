"""How commands end when they are told to: real processes, real signals."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from receiver import ending, processes

_BEGIN = """
import hashlib, os, signal, subprocess, sys, time
import duckdb
from receiver import ending
def swallow(error):
    try: time.sleep(1000)
    except error: pass
print("ready", flush=True)
"""
_ENDLESS = "select count(*) from range(100000000) a, range(1000000) b where a.range % 7 = b.range"


@contextmanager
def running(code: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _BEGIN + code]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in ("ready\n", "working\n"):
            assert process.stdout.readline() == line
        yield process
    finally:
        process.kill()
        process.communicate()


def rest(process: "subprocess.Popen[str]") -> str:
    return process.communicate(timeout=30)[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_looks_at_the_event_ends_in_order(number: signal.Signals) -> None:
    code = """
with ending.ending_on_signals(20) as told:
    print("working", flush=True)
    told.wait()
print("in order")
"""
    with running(code) as process:
        process.send_signal(number)
        assert rest(process) == "in order\n"
        assert process.returncode == 0


def test_who_looks_at_the_event_is_given_the_time_to_end() -> None:
    code = """
with ending.ending_on_signals(20) as told:
    print("working", flush=True)
    told.wait()
    time.sleep(0.5)
print("in order")
"""
    with running(code) as process:
        process.terminate()
        assert rest(process) == "in order\n"


@pytest.mark.parametrize(
    "work",
    [
        "x = 0\n        while x >= 0: x += 1",
        f"ending.interruptible(duckdb.connect()).execute({_ENDLESS!r}).fetchall()",
        "subprocess.run(['sleep', '1000'], check=True)",
        "time.sleep(1000)",
        "told.wait(); told.clear(); told.wait()",
        "swallow(KeyboardInterrupt); time.sleep(1000)",
    ],
    ids=["python", "duckdb", "process", "sleep", "lock", "swallowed"],
)
def test_who_does_not_is_interrupted(work: str) -> None:
    code = f"""
try:
    with ending.ending_on_signals(0.3) as told:
        print("working", flush=True)
        {work}
except KeyboardInterrupt:
    print("interrupted")
"""
    with running(code) as process:
        process.terminate()
        assert rest(process) == "interrupted\n"
        assert processes.children_of(process.pid) == []


def test_a_second_signal_interrupts_at_once() -> None:
    code = """
try:
    with ending.ending_on_signals(1000) as told:
        print("working", flush=True)
        told.wait()
        print("told", flush=True)
        time.sleep(1000)
except KeyboardInterrupt:
    print("interrupted")
"""
    with running(code) as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "told\n"
        process.send_signal(signal.SIGINT)
        assert rest(process) == "interrupted\n"


def test_what_cannot_be_interrupted_is_ended_with_its_processes() -> None:
    code = """
ending.LAST_SECONDS = 0.5
with ending.ending_on_signals(0.3) as told:
    child = subprocess.Popen(["sleep", "1000"], stdout=subprocess.DEVNULL)
    print("working", flush=True)
    print(child.pid, flush=True)
    hashlib.pbkdf2_hmac("sha256", b"a", b"b", 2_000_000_000)
"""
    with running(code) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.terminate()
        assert process.wait(20) == 1
        assert not [one for one in processes.processes() if one.pid == child and one.state != "Z"]


def test_an_interruption_taken_for_a_fault_is_raised_again() -> None:
    ending.raise_if_interrupted()
    code = """
with ending.ending_on_signals(0.3):
    print("working", flush=True)
    try:
        time.sleep(1000)
    except KeyboardInterrupt:
        pass
    try:
        ending.raise_if_interrupted()
    except KeyboardInterrupt:
        print("raised again")
"""
    with running(code) as process:
        process.terminate()
        assert rest(process) == "raised again\n"


def test_afterwards_signals_are_what_they_were() -> None:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
    before = [signal.getsignal(number) for number in numbers]
    began = time.monotonic()
    with ending.ending_on_signals(1000) as told:
        assert not told.is_set()
    assert [signal.getsignal(number) for number in numbers] == before
    assert time.monotonic() - began < 5
