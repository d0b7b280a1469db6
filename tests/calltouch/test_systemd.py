"""The two protocols of systemd, spoken with real sockets and a real second process."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from calltouch.systemd import inherited_listeners, notify


def test_without_systemd_there_is_nothing_to_inherit_and_nobody_to_tell() -> None:
    assert inherited_listeners({}) == []
    assert inherited_listeners({"LISTEN_PID": "1", "LISTEN_FDS": "2"}) == []
    notify({}, "READY=1")


def test_sockets_are_inherited_in_the_units_order() -> None:
    """By a process started the way systemd does it: descriptors from 3 on, its own pid named."""
    one, other = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    code = (
        "import os; from calltouch.systemd import inherited_listeners as listeners;"
        "given = listeners({'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '2'});"
        "print([(s.getsockname()[1], s.get_inheritable()) for s in given])"
    )
    moved = "import os, sys; os.dup2({}, 3); os.dup2({}, 4); os.execv(sys.executable, {})"
    # From high numbers, so that neither is overwritten before it is moved.
    high = [os.dup2(given.fileno(), number) for given, number in ((one, 60), (other, 61))]
    command = [sys.executable, "-c", code]
    with one, other:
        found = subprocess.run(
            [sys.executable, "-c", moved.format(*high, command)],
            pass_fds=high,
            capture_output=True,
            text=True,
            check=True,
        )
        for descriptor in high:
            os.close(descriptor)
        ports = [given.getsockname()[1] for given in (one, other)]
    assert found.stdout.strip() == str([(port, True) for port in ports])


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told(tmp_path: Path, abstract: bool) -> None:
    name = f"@calltouch-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name[1:] if abstract else name)
        notify({"NOTIFY_SOCKET": name}, "READY=1")
        assert heard.recv(100) == b"READY=1"


def test_the_supervisor_says_when_it_is_ready_lives_and_stops(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(10)
        code = (
            "from calltouch.supervisor import Child, Supervisor;"
            "Supervisor([Child('sleeper', ['sleep', '100'])], {'PATH': '/usr/bin:/bin'}).run()"
        )
        environ = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        process = subprocess.Popen([sys.executable, "-c", code], env=environ)
        try:
            assert heard.recv(100) == b"READY=1"
            assert heard.recv(100) == b"WATCHDOG=1"
            process.terminate()
            told = heard.recv(100)
            while told == b"WATCHDOG=1":
                told = heard.recv(100)
            assert told == b"STOPPING=1"
            assert process.wait(10) == 0
        finally:
            process.kill()
            process.wait()
