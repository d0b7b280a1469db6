"""The order of the journal: by which columns the server sorts all of its leads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.reports.parameters import JOURNAL_SORTS
from dashboards.page.tables import Heading

_FROM_THE_LEAST = (
    *("lead_type", "source", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("status", "manager", "phone_number", "city", "device", "site"),
)
"""Texts read from a to z; of numbers and yes or no one looks for the largest."""
NEWEST = "-at"


@dataclass(frozen=True, slots=True)
class Order:
    """By a column, by name; the newest first where nothing is chosen."""

    column: str
    is_descending: bool

    @classmethod
    def read(cls, written: str | None) -> "Order":
        """As in the URL: a name, with a minus before it where the largest comes first."""
        chosen = written or NEWEST
        return cls(chosen.removeprefix("-"), chosen.startswith("-"))

    @property
    def written(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column}"

    def by(self, column: str) -> "Order":
        """What a click on the head of a column leads to: there and back."""
        if column == self.column:
            return Order(column, not self.is_descending)
        return Order(column, column not in _FROM_THE_LEAST)


def sorted_headings(
    headings: Sequence[Heading], names: Sequence[str], order: Order, address: str
) -> list[Heading]:
    """`address`: of the journal in its usual order, to which an order can be added."""
    return [
        _heading(heading, name, order, address) if name in JOURNAL_SORTS else heading
        for heading, name in zip(headings, names, strict=True)
    ]


def _heading(heading: Heading, name: str, order: Order, address: str) -> Heading:
    chosen = order.by(name).written
    href = (
        address if chosen == NEWEST else f"{address}{'&' if '?' in address else '?'}sort={chosen}"
    )
    if name != order.column:
        return replace(heading, href=href)
    return replace(heading, href=href, sorted="descending" if order.is_descending else "ascending")
