"""What happens while the demo is open: webhooks in their own time, over HTTP, as from Calltouch."""

import time
from collections.abc import Callable, Iterable, Iterator

import requests

from simulator.webhooks.send import send_all
from simulator.webhooks.sendings import Sending
from simulator.webhooks.target import Target

_LOOK_SECONDS = 5.0
_TIMEOUT_SECONDS = 10.0


def tell_the_time(api: str, at: int) -> None:
    """The simulated API knows of nothing later."""
    answer = requests.post(f"{api}/simulate/present", json={"at": at}, timeout=_TIMEOUT_SECONDS)
    answer.raise_for_status()


def send_as_it_happens(
    later: Iterable[Sending], target: Target, api: str, is_over: Callable[[], bool]
) -> None:
    """Returns when all is sent, or when it is over."""

    def due() -> Iterator[Sending]:
        for sending in later:
            while (left := sending.sent_at - time.time()) > 0:
                if is_over():
                    return
                tell_the_time(api, int(time.time()))
                time.sleep(min(left, _LOOK_SECONDS))
            yield sending

    send_all(due(), target, connections=1)
