"""Which leads a report is about: a period, an attribution model, and conditions on their fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from analytics.reports.conditions import bound, condition
from analytics.reports.filter_fields import (
    EMPTY,
    FILTERS,
    KEYS,
    MODELS,
    NOT_GIVEN,
    SETS,
    BadValue,
    Filter,
    FilterKind,
    UnknownFilter,
    parts_of,
    read_key,
    read_values,
)
from analytics.statements import rendered

__all__ = [
    "EMPTY",
    "FILTERS",
    "KEYS",
    "MODELS",
    "MOST_GROUPS",
    "NOT_GIVEN",
    "SETS",
    "BadValue",
    "Conditions",
    "Filter",
    "FilterKind",
    "Filters",
    "UnknownFilter",
    "pairs_of",
    "parts_of",
    "read_key",
    "read_values",
]

MOST_GROUPS = 9

Conditions = Mapping[str, tuple[str, ...]]
"""Values by the key of a condition, `name` or `name.op`, in one way of writing. Several values are
alternatives; of a negative op, none of them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Leads of the days `first` to `last`, both included, that fit all of `chosen`, and of each
    group in `any_of` one condition at least.

    `model`: whose traffic columns are looked at; None: of the preferred model. Every lead is there
    whatever the model: where it was not received, its traffic columns are NULL.
    `until`: a local moment of the last day; what came later that day does not count.
    """

    first: date
    last: date
    model: int | None = None
    chosen: Conditions = field(default_factory=dict)
    any_of: tuple[Conditions, ...] = ()
    until: datetime | None = None

    @property
    def plain_pairs(self) -> list[tuple[str, str]]:
        """The parameters of a URL of the API that chooses these leads, in one order."""
        return [*self.period_pairs, *self.model_pairs, *self.condition_pairs()]

    @property
    def compared_pairs(self) -> list[tuple[str, str]]:
        """Those that choose what they are compared with."""
        return []

    @property
    def period_pairs(self) -> list[tuple[str, str]]:
        until = [] if self.until is None else [("until", self.until.isoformat())]
        return [("from", f"{self.first}"), ("to", f"{self.last}"), *until]

    @property
    def model_pairs(self) -> list[tuple[str, str]]:
        return [] if self.model is None else [("model", f"{self.model}")]

    def condition_pairs(self, prefix: str = "") -> list[tuple[str, str]]:
        """`source.has=ya`, `any1.city=omsk`; what belongs to no group after the prefix."""
        chosen = pairs_of(self.chosen, prefix)
        groups = [pairs_of(group, f"any{place}.") for place, group in enumerate(self.any_of, 1)]
        return [*chosen, *(pair for group in groups for pair in group)]

    def conditions(self) -> list[str]:
        """SQL over the columns of `leads`, all of which must be true, besides the period."""
        running = [] if self.until is None else [rendered("picking/until")]
        groups = [
            rendered("picking/any_of", conditions=[condition(*one, name) for one in group.items()])
            for name, group in self._groups()
        ]
        return [*running, *(condition(*one) for one in self.chosen.items()), *groups]

    def parameters(self) -> dict[str, Any]:
        """What the conditions bind."""
        values: dict[str, Any] = {"from": self.first, "to": self.last, "end": self._end}
        for one in self.chosen.items():
            values |= bound(*one)
        for name, group in self._groups():
            for one in group.items():
                values |= bound(*one, name)
        return values

    @property
    def _end(self) -> datetime:
        """The local moment up to which the last day counts."""
        if self.until is not None:
            return self.until
        if self.last == date.max:
            return datetime.max
        return datetime.combine(self.last + timedelta(1), time())

    def all_conditions(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Those of groups as well."""
        for conditions in (self.chosen, *self.any_of):
            yield from conditions.items()

    def _groups(self) -> Iterator[tuple[str, Conditions]]:
        return ((f"any{place}", group) for place, group in enumerate(self.any_of, 1))


def pairs_of(conditions: Conditions, prefix: str) -> list[tuple[str, str]]:
    """In a URL, after the prefix, in one order."""
    keys = (key for key in KEYS if key in conditions)
    return [(f"{prefix}{key}", value) for key in keys for value in conditions[key]]
