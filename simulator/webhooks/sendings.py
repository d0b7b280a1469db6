"""What Calltouch sends about a world, in order of sending."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.lives.leads import Call, Event, Lead
from simulator.webhooks.configured import Webhook
from simulator.webhooks.form_encoding import encode
from simulator.webhooks.reclink import recording_link
from simulator.webhooks.template import Params, changed_fields
from simulator.webhooks.wording import NULL, Said, has_recording, settled, worded


@dataclass(frozen=True, slots=True)
class Sending:
    """One HTTP request from Calltouch. `form`: its parameters, percent-encoded ASCII.

    `sent_at`: in Unix seconds; `nth`: 1 for the webhook's first sending about this lead.
    """

    sent_at: int
    webhook: str
    method: str
    form: bytes
    lead_type: str
    lead_id: int
    nth: int

    @property
    def query(self) -> bytes:
        """The query string, without the secret."""
        return self.form if self.method == "GET" else b""

    @property
    def body(self) -> bytes:
        return b"" if self.method == "GET" else self.form


def sendings(leads: Iterable[Lead], webhooks: Iterable[Webhook]) -> Iterator[Sending]:
    """All sendings by time. Only leads with events to come are held in memory."""
    configured = tuple(webhooks)
    for story, event in _in_order(leads, configured):
        for teller in story.tellers:
            if event.kind in teller.webhook.events:
                yield teller.tell(event)


class _LeadWebhooks:
    """A lead's life as sent to each webhook."""

    def __init__(self, lead: Lead, webhooks: tuple[Webhook, ...]) -> None:
        self.life = iter(lead.life)
        self.tellers = tuple(_LeadWebhook(lead, webhook) for webhook in webhooks)


class _LeadWebhook:
    """Sends one lead to one webhook and remembers the previous sending."""

    def __init__(self, lead: Lead, webhook: Webhook) -> None:
        self.webhook = webhook
        self._lead = lead
        self._lead_type = "call" if isinstance(lead, Call) else "request"
        self._settled = settled(lead, webhook.model)
        self._previous: Params | None = None
        self._told = 0

    def tell(self, event: Event) -> Sending:
        self._told += 1
        params = worded(self._lead, event.condition, self._settled, self._of_sending(event))
        if self._previous is not None:
            params["changedFields"] = changed_fields(self._previous, params)
        self._previous = params
        return Sending(
            sent_at=event.at,
            webhook=self.webhook.name,
            method=self.webhook.method,
            form=encode(params, self.webhook.rename),
            lead_type=self._lead_type,
            lead_id=self._lead.lead_id,
            nth=self._told,
        )

    def _of_sending(self, event: Event) -> Said:
        params: Said = {"changedFields": NULL, "sendingTimestamp": str(event.at)}
        lead = self._lead
        if isinstance(lead, Call) and has_recording(event.condition):
            sender = f"{self.webhook.name}_{self._told}"
            params["reclink"] = recording_link(lead.site.site_id, lead.lead_id, event.at, sender)
        return params


def _in_order(
    leads: Iterable[Lead], webhooks: tuple[Webhook, ...]
) -> Iterator[tuple[_LeadWebhooks, Event]]:
    """Events of all lives by time. `leads` come in order of their start."""
    under_way: list[tuple[int, int, Event, _LeadWebhooks]] = []
    for number, lead in enumerate(leads):
        while under_way and under_way[0][0] < lead.happened_at:
            yield _next(under_way)
        story = _LeadWebhooks(lead, webhooks)
        first = next(story.life)
        heapq.heappush(under_way, (first.at, number, first, story))
    while under_way:
        yield _next(under_way)


def _next(under_way: list[tuple[int, int, Event, _LeadWebhooks]]) -> tuple[_LeadWebhooks, Event]:
    _, number, event, story = under_way[0]
    following = next(story.life, None)
    if following is None:
        heapq.heappop(under_way)
    else:
        heapq.heapreplace(under_way, (following.at, number, following, story))
    return story, event
