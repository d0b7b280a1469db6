"""The kinds of trouble that people are told of, each by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

AlertArea = Literal["leads", "deliveries", "installation", "flows", "rules"]
AREAS: tuple[AlertArea, ...] = ("leads", "deliveries", "installation", "flows", "rules")


@dataclass(frozen=True, slots=True)
class AlertKind:
    """`is_urgent`: passes quiet hours. `reminds`: told again after each pause while it goes on,
    even where it has not grown."""

    name: str
    area: AlertArea
    is_urgent: bool = False
    reminds: bool = False


KINDS: dict[str, AlertKind] = {
    kind.name: kind
    for kind in (
        AlertKind("silence", "leads"),
        AlertKind("webhook_silence", "leads"),
        AlertKind("site_silence", "leads"),
        AlertKind("number_silence", "leads"),
        AlertKind("utm_lost", "leads"),
        AlertKind("leads_filtered", "leads"),
        AlertKind("slow_calls", "leads"),
        AlertKind("quarantined", "deliveries"),
        AlertKind("refused", "deliveries"),
        AlertKind("losses", "deliveries", is_urgent=True),
        AlertKind("reconcile_lost", "deliveries", is_urgent=True),
        AlertKind("disk_full", "installation", is_urgent=True, reminds=True),
        AlertKind("archive_faults", "installation", is_urgent=True, reminds=True),
        AlertKind("digest_behind", "installation", is_urgent=True, reminds=True),
        AlertKind("store_waits", "installation", is_urgent=True, reminds=True),
        AlertKind("backup_old", "installation", reminds=True),
        AlertKind("host_silent", "installation", is_urgent=True, reminds=True),
        AlertKind("parcels_wait", "installation", is_urgent=True, reminds=True),
        AlertKind("unwatched", "installation"),
        AlertKind("flow_failing", "flows"),
        AlertKind("host_closed", "flows", reminds=True),
        AlertKind("flows_stuck", "flows", reminds=True),
        AlertKind("flow_history_full", "flows", reminds=True),
        AlertKind("rule", "rules"),
        AlertKind("rule_broken", "rules"),
    )
}
_UNKNOWN = AlertKind("unknown", "leads")


def kind_of(name: str) -> AlertKind:
    """A kind that a newer version wrote is none of ours, and is told all the same."""
    return KINDS.get(name, _UNKNOWN)


def is_chosen(kind: str, chosen: Iterable[str]) -> bool:
    """`chosen`: names of kinds and of areas; none: all."""
    words = frozenset(chosen)
    return not words or kind in words or kind_of(kind).area in words
