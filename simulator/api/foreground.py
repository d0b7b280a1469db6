"""Serves the API while a command runs."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any

from simulator.api.options import ApiOptions
from simulator.api.server import RunningApi, serving
from simulator.webhooks.outlet import TellLead
from simulator.world import World

USUAL_ADDRESS = "127.0.0.1:8002"
_STOPS = (signal.SIGTERM, signal.SIGINT)


def serve_until_stopped(
    world: World,
    options: ApiOptions,
    address: tuple[str, int],
    announce: Callable[[RunningApi], None],
    tell: TellLead = lambda lead: None,
) -> None:
    """Until SIGTERM or SIGINT. `tell`: of leads that clients create. Raises `OSError` if the
    address is not available."""
    host, port = address
    with _stopped_by_signals() as stopped, serving(world, options, host, port, tell) as served:
        announce(served)
        stopped.wait()


def about(served: RunningApi) -> dict[str, Any]:
    """What a client needs to know, and how many leads there are."""
    account, options = served.state.account, served.state.options
    return {
        "url": served.url,
        "token": options.token,
        "site_ids": ",".join(map(str, account.sites)),
        "calls": account.count("call"),
        "requests": account.count("request"),
    }


def split_address(text: str) -> tuple[str, int]:
    """`HOST:PORT`, `HOST` or `:PORT`; missing parts are the defaults. Raises `ValueError`."""
    usual_host, _, usual_port = USUAL_ADDRESS.rpartition(":")
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, usual_port
    if not 0 <= int(port) < 1 << 16:
        raise ValueError(port)
    return host.strip("[]") or usual_host, int(port)


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in _STOPS}
    try:
        yield stopped
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
