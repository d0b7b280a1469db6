"""Webhooks as configured in the Calltouch account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from simulator.lives.leads import LeadKind

EVENTS = frozenset(LeadKind) - {LeadKind.ORDER_LINKED}
"""The event-based sending model: the ten documented events."""

SIMPLIFIED = frozenset({LeadKind.CALL_STARTED, LeadKind.CALL_ENDED, LeadKind.REQUEST_CREATED})
"""The simplified model, Calltouch's default."""

LAST_NON_DIRECT, LAST_INTERACTION = 1, 0

DEFAULT, LAST_TOUCH = "default", "last-touch"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One configured webhook; `name`: as in its URL.

    `rename`: the account's names for parameters, by Calltouch's name. `changedFields` keeps
    Calltouch's names (a guess).
    """

    name: str = DEFAULT
    model: int = LAST_NON_DIRECT
    method: str = "POST"
    events: frozenset[LeadKind] = EVENTS
    rename: Mapping[str, str] = field(default_factory=dict, hash=False)


def usual_webhooks(
    models: str = "both", by_get: Iterable[str] = (), rename: Mapping[str, str] | None = None
) -> tuple[Webhook, ...]:
    """One webhook for model `1` or `0`, or `both`: then the second is for model 0.

    `by_get`: names of those using GET; `rename` applies to the first.
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
