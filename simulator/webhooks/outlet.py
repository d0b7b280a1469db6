"""Webhooks about leads that come up later, such as requests that clients of the API create."""

from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

from simulator.lives.leads import Lead
from simulator.webhooks.configured import Webhook
from simulator.webhooks.send import Unreachable, send_all
from simulator.webhooks.sendings import sendings
from simulator.webhooks.target import Target

TellLead = Callable[[Lead], None]
"""Called with each lead that was created. Must return at once."""


class WebhookOutlet:
    """Sends one lead after another, each once, as Calltouch does: nobody may be listening."""

    def __init__(self, target: Target, webhooks: tuple[Webhook, ...]) -> None:
        self._target = target
        self._webhooks = webhooks
        self._waiting: SimpleQueue[Lead] = SimpleQueue()
        Thread(target=self._run, name="webhook-outlet", daemon=True).start()

    def tell(self, lead: Lead) -> None:
        self._waiting.put(lead)

    def _run(self) -> None:
        while True:
            lead = self._waiting.get()
            with suppress(Unreachable):
                send_all(sendings([lead], self._webhooks), self._target, connections=1)
