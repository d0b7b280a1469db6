"""Webhooks as they are configured in Calltouch's cabinet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simulator.lives.leads import LeadKind

EVENTS = frozenset(LeadKind) - {LeadKind.ORDER_LINKED}
"""The event model of sending: the ten events that Calltouch's document lists."""

SIMPLIFIED = frozenset({LeadKind.CALL_STARTED, LeadKind.CALL_ENDED, LeadKind.REQUEST_CREATED})
"""The simplified model, Calltouch's default."""

LAST_NON_DIRECT, LAST_INTERACTION = 1, 0

DEFAULT, LAST_TOUCH = "default", "last-touch"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One configured sending; `name` is that in its URL.

    `rename`: what the account calls a parameter, by Calltouch's name. `changedFields` goes on
    naming parameters as Calltouch does (a guess).
    """

    name: str = DEFAULT
    model: int = LAST_NON_DIRECT
    method: str = "POST"
    events: frozenset[LeadKind] = EVENTS
    rename: Mapping[str, str] = field(default_factory=dict, hash=False)


def usual_webhooks(
    models: str = "both", by_get: Iterable[str] = (), rename: Mapping[str, str] | None = None
) -> tuple[Webhook, ...]:
    """One webhook of model `1` or `0`, or `both`: then the second is for model 0.

    `by_get` names those that use GET; `rename` is for the first.
    """
    gets = frozenset(by_get)
    configured = [(DEFAULT, LAST_INTERACTION if models == "0" else LAST_NON_DIRECT)]
    if models == "both":
        configured.append((LAST_TOUCH, LAST_INTERACTION))
    return tuple(
        Webhook(
            name=name,
            model=model,
            method="GET" if name in gets else "POST",
            rename=dict(rename or {}) if name == DEFAULT else {},
        )
        for name, model in configured
    )
