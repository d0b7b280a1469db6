"""The processes of the demo: started, waited for, ended."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import requests

from calltouch.cli.demo_directory import DIRECTORY, environment

_START_SECONDS = 60.0
_POLL_SECONDS = 0.1


@contextmanager
def until_interrupted() -> Iterator[None]:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nstopping …")


@contextmanager
def running(command: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    log = DIRECTORY / f"{command}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "calltouch.cli", command, *arguments],
            env=environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(server: subprocess.Popen[bytes], *addresses: str) -> None:
    is_there = lambda: all(map(_is_ready, addresses))  # noqa: E731
    _wait(server, is_there, "the server did not start", "serve.log")


def wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    _wait(process, lambda: _is_listening(port), "the simulated API did not start", "simulate.log")


def _wait(
    process: subprocess.Popen[bytes], is_there: Callable[[], bool], failed: str, log: str
) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while not is_there():
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise click.ClickException(f"{failed}; see {DIRECTORY / log}")
        time.sleep(_POLL_SECONDS)


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _is_ready(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).status_code == 200
    except requests.RequestException:
        return False
