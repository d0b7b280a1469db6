"""The life of a lead: all its deliveries in, its fields with their history out.

Last writer wins, field by field, traffic fields per attribution model. Design rules 3 and 5 to 9.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from analytics.fold.delivery import Delivery, Fields, Value
from analytics.fold.identity import Key
from analytics.fold.parameters import GIVES_WAY, NEVER_COMPARED, WEBHOOK_ONLY

NOT_FIRST = "first delivery is not a first sending"
UNDECLARED = "undeclared change"

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says other than before. `model`: None unless it is a traffic field."""

    field: str
    model: int | None
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Change:
    delivery: Delivery
    difference: Difference
    is_declared: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Trace of a lost delivery before this one."""

    delivery: Delivery
    reason: str
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Life:
    """`deliveries` in their order, with outcome and lateness set; `traffic` per model."""

    key: Key
    deliveries: list[Delivery]
    lead: Fields
    traffic: dict[int, Fields]
    changes: list[Change]
    gaps: list[Gap]


@dataclass(slots=True)
class _Held:
    """What the deliveries so far have said."""

    lead: Fields = field(default_factory=dict)
    traffic: dict[int, Fields] = field(default_factory=dict)


def fold_life(key: Key, deliveries: list[Delivery]) -> Life:
    """All deliveries of one lead, in any order, each with its fields read."""
    deliveries.sort(key=_order)
    _silence_api(deliveries)
    _note_lateness(deliveries)
    held, changes = _Held(), list[Change]()
    for place, (one, brings_model, differences) in enumerate(_history(deliveries, held)):
        changes += (
            Change(one, difference, difference.field in (one.changed_fields or ()))
            for difference in differences
        )
        if place == 0:
            one.outcome = "created"
        else:
            one.outcome = "updated" if differences or brings_model else "unchanged"
    return Life(key, deliveries, held.lead, held.traffic, changes, _gaps(deliveries))


def _order(one: Delivery) -> tuple[int, bool, int]:
    return one.sent_at, one.phase != "callconnected", one.delivery_id


def _silence_api(deliveries: list[Delivery]) -> None:
    """The API says nothing of what it does not know, or where a webhook has said it better."""
    from_api = [one for one in deliveries if one.origin == "api"]
    if not from_api:
        return
    worded = [
        name
        for name in GIVES_WAY
        if any(one.origin == "webhook" and one.lead.get(name) is not None for one in deliveries)
    ]
    for one in from_api:
        blank = [name for name in WEBHOOK_ONLY if one.lead.get(name, "") is None]
        for name in (*worded, *blank):
            one.lead.pop(name, None)


def _note_lateness(deliveries: list[Delivery]) -> None:
    """Late: received after one that it precedes."""
    least = deliveries[-1].delivery_id
    for one in reversed(deliveries):
        one.is_late = one.delivery_id > least
        least = min(least, one.delivery_id)


def _history(
    deliveries: list[Delivery], held: _Held
) -> Iterator[tuple[Delivery, bool, list[Difference]]]:
    """Each delivery, whether it is the first of its model, and what it changes in `held`.

    A field said for the first time in the first delivery is no change, for a traffic field in the
    first one of its model.
    """
    for place, one in enumerate(deliveries):
        assert one.model is not None
        brings_model = one.model not in held.traffic
        of_model = held.traffic.setdefault(one.model, {})
        differences = [
            *_differences(held.lead, one.lead, None, place == 0),
            *_differences(of_model, one.traffic, one.model, brings_model),
        ]
        differences.sort(key=_field)
        yield one, brings_model, differences


def _differences(
    held: Fields, said: Fields, model: int | None, is_first: bool
) -> Iterator[Difference]:
    if is_first:
        held.update(said)
        return
    for name, value in said.items():
        old = held.get(name, _ABSENT)
        if old == value:
            continue
        held[name] = value
        if old is _ABSENT:
            old = None
        if value != old and name not in NEVER_COMPARED:
            yield Difference(name, model, old, value)  # type: ignore[arg-type]


def _field(difference: Difference) -> str:
    return difference.field


def _gaps(deliveries: list[Delivery]) -> list[Gap]:
    """What the deliveries of one webhook for one lead do not explain."""
    chains: dict[str, list[Delivery]] = {}
    for one in deliveries:
        if one.origin == "webhook":
            chains.setdefault(one.webhook, []).append(one)
    gaps = []
    for chain in chains.values():
        if chain[0].changed_fields is not None:
            gaps.append(Gap(chain[0], NOT_FIRST, []))
        for one, _, differences in _history(chain, _Held()):
            declared = one.changed_fields
            if declared is None:
                continue
            undeclared = [d.field for d in differences if d.field not in declared]
            if undeclared:
                gaps.append(Gap(one, UNDECLARED, undeclared))
    return gaps
