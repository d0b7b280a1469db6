"""The life of a lead: its deliveries in, one at a time in their order; its fields and their history
out.

Last writer wins, field by field, traffic fields per attribution model: docs/fold.md, rules 5 to 7
and 9.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from analytics.fold.delivery import DecodedDelivery, Fields, Value
from analytics.fold.facts import Facts
from analytics.fold.identity import Key
from analytics.fold.order import FIRST, is_start
from analytics.parameters import NEVER_COMPARED, UNKNOWN_AT_START, WEBHOOK_ONLY
from analytics.parameters.kinds import BIGINT

NOT_FIRST = "first delivery is not a first sending"
UNDECLARED = "undeclared change"
ANOTHER_SITE = "another site's lead id: siteId"

_SILENT_IN_FURTHER_START = UNKNOWN_AT_START | {"callphase"}
_NOTHING: frozenset[str] = frozenset()
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that says other than before. `model`: None unless it is a traffic field."""

    field: str
    model: int | None
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class FieldChange:
    delivery: DecodedDelivery
    difference: FieldDifference
    is_declared: bool


@dataclass(frozen=True, slots=True)
class SuspectedGap:
    """Trace of a lost delivery before this one."""

    delivery: DecodedDelivery
    reason: str
    fields: list[str]


@dataclass(slots=True)
class LifeValues:
    """What the deliveries so far have said; `traffic` per model."""

    lead: Fields = field(default_factory=dict)
    traffic: dict[int, Fields] = field(default_factory=dict)


@dataclass(slots=True)
class LifeState:
    """All that the next delivery in order is held against: what all have said, and what those of
    each webhook have."""

    values: LifeValues = field(default_factory=LifeValues)
    chains: dict[str, LifeValues] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Life:
    """A lead as its deliveries leave it."""

    key: Key
    facts: Facts
    values: LifeValues


class LeadFold:
    """Folds the deliveries of one lead. `facts` are of all its deliveries, `state` is what those
    have left that come before the next one."""

    def __init__(self, key: Key, facts: Facts, state: LifeState) -> None:
        self.state = state
        self.changes: list[FieldChange] = []
        self.gaps: list[SuspectedGap] = []
        self._key = key
        self._facts = facts

    def life(self) -> Life:
        return Life(self._key, self._facts, self.state.values)

    def take(self, one: DecodedDelivery) -> None:
        """The next one in order. Sets its outcome, and its problem where it is of another site."""
        values, said = self.state.values, self._said(one)
        is_first = not values.traffic
        _note_site(one, values.lead.get("siteId"))
        brings_model, differences = _differences(values, one, said)
        declared = one.changed_fields or ()
        self.changes += [FieldChange(one, d, d.field in declared) for d in differences]
        if is_first:
            one.outcome = "created"
        else:
            one.outcome = "updated" if differences or brings_model else "unchanged"
        if one.origin == "webhook":
            self._follow_chain(one, said)

    def _said(self, one: DecodedDelivery) -> Fields:
        """What it says of the lead's own fields that counts."""
        is_api = one.origin == "api"
        silent = _NOTHING
        if is_start(one):
            if one.sort_key != FIRST:
                silent = _SILENT_IN_FURTHER_START
            elif is_api:
                silent = UNKNOWN_AT_START
        if not is_api:
            return _without(one.lead, silent)
        blank = {name for name in WEBHOOK_ONLY if one.lead.get(name, "") is None}
        return _without(one.lead, silent | self._facts.worded | blank)

    def _follow_chain(self, one: DecodedDelivery, said: Fields) -> None:
        """Rule 9: what the deliveries of one webhook for one lead do not explain."""
        chain = self.state.chains.get(one.webhook)
        if chain is None:
            chain = self.state.chains[one.webhook] = LifeValues()
            if one.changed_fields is not None:
                self.gaps.append(SuspectedGap(one, NOT_FIRST, []))
        _, differences = _differences(chain, one, said)
        declared = one.changed_fields
        if declared is None:
            return
        undeclared = [d.field for d in differences if d.field not in declared]
        if undeclared:
            self.gaps.append(SuspectedGap(one, UNDECLARED, undeclared))


def _without(fields: Fields, silent: frozenset[str]) -> Fields:
    if not silent:
        return fields
    return {name: value for name, value in fields.items() if name not in silent}


def _note_site(one: DecodedDelivery, before: Value) -> None:
    """Two sites share no lead: one that does so has another account's webhooks, or a mistake."""
    now = one.lead.get("siteId")
    is_another = (
        now != before and not (now is None or before is None) and _site(now) != _site(before)
    )
    if is_another != (ANOTHER_SITE in one.problems):
        others = [problem for problem in one.problems if problem != ANOTHER_SITE]
        one.problems = [*others, ANOTHER_SITE] if is_another else others


def _site(value: str) -> object:
    assert BIGINT.read
    return BIGINT.read(value)


def _differences(
    values: LifeValues, one: DecodedDelivery, said: Fields
) -> tuple[bool, list[FieldDifference]]:
    """Whether it is the first of its model, and what it changes in `values`.

    A field said for the first time in the first delivery is no change, for a traffic field in the
    first one of its model.
    """
    assert one.model is not None
    is_first, brings_model = not values.traffic, one.model not in values.traffic
    of_model = values.traffic.setdefault(one.model, {})
    differences = [
        *_taken_over(values.lead, said, None, is_first),
        *_taken_over(of_model, one.traffic, one.model, brings_model),
    ]
    differences.sort(key=_field)
    return brings_model, differences


def _taken_over(
    held: Fields, said: Fields, model: int | None, is_first: bool
) -> Iterator[FieldDifference]:
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
            yield FieldDifference(name, model, old, value)  # type: ignore[arg-type]


def _field(difference: FieldDifference) -> str:
    return difference.field
