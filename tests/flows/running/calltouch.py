"""An account at a simulated Calltouch, for flows that send to it."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flows.running.calltouch_account import CalltouchAccount
from receiver.settings.settings import Settings
from simulator.api import ApiOptions, RunningApi, serving
from simulator.world import World
from tests.flows.running.conftest import Flows

TOKEN = "t0ken-of-nobody"
SITE = 10001
HURRY = 1_000_000
PATIENCE_SECONDS = 0.5
SOURCE = '[source]\nkind = "http"\n'
LEAD_SOURCE = '[source]\nkind = "lead"\nwhen = [{field = "is_callback", is = false}]\n'


@contextmanager
def account(
    flows: Flows, world: World, options: ApiOptions | None = None, **settings: str
) -> Iterator[RunningApi]:
    """`settings`: besides the address and the token, by their names in the environment."""
    with serving(world, options or ApiOptions(token=TOKEN, per_second=HURRY)) as api:
        use(flows, api.url, **settings)
        flows.ports = (int(api.url.rpartition(":")[2]),)
        yield api


def use(flows: Flows, url: str, **settings: str) -> None:
    environ = {
        "CALLTOUCH_DATA_DIR": str(flows.place.root),
        "CALLTOUCH_API_URL": url,
        "CALLTOUCH_API_TOKEN": TOKEN,
        "CALLTOUCH_SITE_IDS": str(SITE),
        **{f"CALLTOUCH_{name.upper()}": value for name, value in settings.items()},
    }
    flows.calltouch = CalltouchAccount(
        Settings.load(environ), per_second=HURRY, seconds=PATIENCE_SECONDS
    )


def posts(api: RunningApi) -> list[str]:
    """The paths that something was posted to, in their order."""
    return [entry.path for entry in api.state.journal.entries if entry.method == "POST"]


def wait_for(is_so: Callable[[], bool]) -> None:
    """What the other side does a little later."""
    for _ in range(100):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("too long")


def looks(api: RunningApi) -> int:
    """How often the requests export was asked."""
    return sum(entry.path.endswith("/requests") for entry in api.state.journal.entries)


def requests_there(api: RunningApi) -> list[Any]:
    """Those that were brought in, not those of the world."""
    found = api.state.account.requests(SITE, 0, 1 << 60)
    return [request for request, _ in found if request.number and "-" in request.number]


def orders(api: RunningApi) -> list[Mapping[str, Any]]:
    return list(api.state.callbacks.orders)
