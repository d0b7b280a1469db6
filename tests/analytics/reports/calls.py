"""Calls as the reports look at them, in plain Python."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np

from tests.analytics.reports.people import person
from tests.analytics.reports.world import NOW, World

Lead = dict[str, Any]
HOURS = 24


def is_ended(lead: Lead) -> bool:
    """Without a phase, who knows the status knows that the call is over."""
    return lead["call_phase"] in ("calldisconnected", None) and lead["status"] is not None


def is_answered(lead: Lead) -> bool:
    return is_ended(lead) and lead["status"] == "successful"


def is_missed(lead: Lead) -> bool:
    return is_ended(lead) and lead["status"] == "unsuccessful"


def recovered_at(world: World) -> dict[int, Any]:
    """Per missed call, when its client was answered next, or None."""
    answered: dict[Any, list[Any]] = {}
    calls = [lead for lead in world.rows("leads") if lead["lead_type"] == "call"]
    for call in filter(is_answered, calls):
        answered.setdefault((call["site_id"], person(call)), []).append(call["happened_at"])
    found = {}
    for call in filter(is_missed, calls):
        others = answered.get((call["site_id"], person(call)), []) if person(call) else []
        found[call["lead_id"]] = min(
            (at for at in others if at > call["happened_at"]), default=None
        )
    return found


def state(call: Lead, recovered: Any) -> str:
    due = call["happened_at"] + timedelta(hours=HOURS)
    if recovered is not None and recovered <= due:
        return "recovered"
    return "pending" if due > NOW else "lost"


def percentile(values: Iterable[Any], share: float) -> float | None:
    """Between two values where it falls between them; absent values do not count."""
    known = [value for value in values if value is not None]
    return float(np.quantile(known, share)) if known else None


def mean(values: Iterable[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """The 95 % interval of a share."""
    if not whole:
        return None, None
    z, share = 1.96, part / whole
    middle = share + z * z / 2 / whole
    half = z * ((share * (1 - share) + z * z / 4 / whole) / whole) ** 0.5
    return (middle - half) / (1 + z * z / whole), (middle + half) / (1 + z * z / whole)
