"""What each group of leads contributes to a difference; together they are the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboards.page.comparison import against
from dashboards.page.context import CardContext
from dashboards.page.groups import GroupNames, within
from dashboards.slice.slice import Slice

Kind = Literal["new", "gone", "rose", "fell", "same"]

MEASURES = {
    "leads": "site.leads",
    "calls": "site.calls",
    "requests": "site.requests",
    "unique_leads": "overview.unique",
    "target_leads": "overview.target",
    "unique_target_leads": "overview.unique_target",
    "missed_calls": "overview.missed",
}
"""Columns of the report `attribution` that add up over groups, and their titles."""
ONLY: dict[str, dict[str, object]] = {
    "leads": {},
    "calls": {"lead_type": "call"},
    "requests": {"lead_type": "request"},
    "unique_leads": {"unique": True},
    "target_leads": {"target": True},
    "unique_target_leads": {"only": "unique_target"},
    "missed_calls": {"only": "missed"},
}
"""What the journal is narrowed to for each."""
DIMENSIONS = ("source", "utm_campaign", "site", "hour", "manager", "device", "tag_set")


@dataclass(frozen=True, slots=True)
class Contribution:
    """The leads with one value of a group, which reads as `name`, now and before."""

    group: str
    value: Any
    now: int
    before: int
    name: str = ""

    @property
    def difference(self) -> int:
        return self.now - self.before

    @property
    def kind(self) -> Kind:
        if self.now == self.before:
            return "same"
        if not self.before:
            return "new"
        if not self.now:
            return "gone"
        return "rose" if self.difference > 0 else "fell"

    def link(self, about: Slice | None, measure: str, context: CardContext) -> str | None:
        """The leads of one side of the comparison."""
        if about is None:
            return None
        narrowed = within(about, self.group, self.value)
        return None if narrowed is None else context.leads(narrowed, **ONLY[measure])


def contributions_of(context: CardContext, group: str, measure: str) -> list[Contribution]:
    """Of every value of the group, the largest difference first; none where nothing is compared."""
    earlier = against(context).asked
    if earlier is None:
        return []
    now, before = (_counted(context, group, measure, about) for about in (context.slice, earlier))
    names = GroupNames.read(group, context)
    found = [
        Contribution(group, value, now.get(value, 0), before.get(value, 0), names.of(value))
        for value in dict.fromkeys([*now, *before])
    ]
    return sorted(found, key=lambda one: (-abs(one.difference), -one.now, str(one.value)))


def _counted(context: CardContext, group: str, measure: str, about: Slice) -> dict[Any, int]:
    answer = context.ask_grouped("attribution", (group,), about)
    return dict(zip(answer.column(group), answer.column(measure), strict=True))


def total_of(contributions: Sequence[Contribution], name: str) -> Contribution:
    """All of them together; no link leads to their leads."""
    now, before = (sum(getattr(one, side) for one in contributions) for side in ("now", "before"))
    return Contribution("", None, now, before, name)
