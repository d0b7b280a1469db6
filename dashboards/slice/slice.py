"""The part of the leads that a page is about, as it stands in the page's URL.

It is kept nowhere else, so it can be shared, bookmarked and gone back from. Every page understands
the same names, so a slice follows its reader from page to page.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from analytics.reports.filters import (
    EMPTY,
    FILTERS,
    MODELS,
    NOT_GIVEN,
    BadValue,
    Filters,
    read_values,
)
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import ALL, Period, read_period

COMPARISONS = ("previous", "year", "none")
FILTER_NAMES = tuple(known.name for known in FILTERS)
NAMES = ("from", "to", "period", "compare", "model", "as_of", *FILTER_NAMES)
"""The parameters of a URL that make a slice."""

_ALL_OF, _AT_LEAST, _AT_MOST = ("tags", "tags_not"), ("waiting_from",), ("waiting_to",)


@dataclass(frozen=True, slots=True)
class Slice(Filters):
    """The filters that a URL chooses. `name`: of the period, where the URL names one; its days then
    move on with time. `compare`: what the period is compared with. `as_of`: until when deliveries
    count, as the URL writes it; None: all of them."""

    name: str | None = None
    compare: str = COMPARISONS[0]
    as_of: str | None = None

    @classmethod
    def from_query(
        cls, query: MultiDict[str, str], today: date, everything: Callable[[], Period | None]
    ) -> "Slice":
        """Empty values, as an empty form sends them, do not count. Raises `BadQuery`."""
        period, name = read_period(query, today, everything)
        compare = query.get("compare") or COMPARISONS[0]
        if compare not in COMPARISONS:
            raise BadQuery("bad_query.value", COMPARISONS, name="compare", value=compare)
        model, chosen = _model(query.get("model")), _chosen(query)
        as_of = query.get("as_of") or None
        return cls(period.first, period.last, model, chosen, name, compare, as_of)

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def before(self) -> Period | None:
        """The period that this one is compared with; None for `all`."""
        if self.compare == "none" or self.name == ALL:
            return None
        return self.period.year_before() if self.compare == "year" else self.period.before()

    @property
    def period_pairs(self) -> list[tuple[str, str]]:
        """The days by their name, where they have one, and what they are compared with."""
        dated = Filters(self.first, self.last).pairs
        period = dated if self.name is None else [("period", self.name)]
        compare = [] if self.compare == COMPARISONS[0] else [("compare", self.compare)]
        as_of = [] if self.as_of is None else [("as_of", self.as_of)]
        return [*period, *compare, *as_of]

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def of(self, period: Period) -> "Slice":
        return replace(self, first=period.first, last=period.last, name=None)

    def within(self, period: Period) -> "Slice":
        """On its days in the period; on all its days if none is."""
        days = self.period.within(period)
        return replace(self, first=days.first, last=days.last)

    def narrowed(self, **values: object) -> "Slice":
        """With a value of each of these filters, or a tuple of values, instead of what was chosen
        there. None and the empty string are values like others; they do not mean "any"."""
        written = {name: _all_written(value) for name, value in values.items()}
        for name in written:
            assert name in FILTER_NAMES, name
        return replace(self, chosen={**self.chosen, **written})

    def admits(self, **values: object) -> bool:
        """Whether the leads of the narrowed slice are all among those chosen: a number counted here
        is then the number of leads behind its link."""
        return all(
            _fits_in(self.chosen[name], name, _all_written(value))
            for name, value in values.items()
            if name in self.chosen
        )

    def without(self, name: str, value: str | None = None) -> "Slice":
        """Without this value of a filter, or without all of its values."""
        chosen = () if value is None else self.chosen.get(name, ())
        left = tuple(kept for kept in chosen if kept != value)
        others = {key: values for key, values in self.chosen.items() if key != name}
        return replace(self, chosen=others | ({name: left} if left else {}))


def _model(written: str | None) -> int | None:
    if not written:
        return None
    names = [str(model) for model in MODELS]
    if written not in names:
        raise BadQuery("bad_query.value", names, name="model", value=written)
    return int(written)


def _chosen(query: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    chosen = {}
    for name in FILTER_NAMES:
        written = [value for value in query.getlist(name) if value]
        try:
            values = read_values(name, written)
        except BadValue as error:
            raise BadQuery(
                "bad_query.value", error.expected, name=name, value=error.value
            ) from error
        if values:
            chosen[name] = values
    return chosen


def _fits_in(chosen: tuple[str, ...], name: str, wanted: tuple[str, ...]) -> bool:
    """Alternatives must be among the chosen ones. Where all conditions have to hold, more may be
    added; bounds may be moved closer."""
    if name in _ALL_OF:
        return set(chosen) <= set(wanted)
    if name in _AT_LEAST:
        return min(map(int, wanted)) >= min(map(int, chosen))
    if name in _AT_MOST:
        return max(map(int, wanted)) <= max(map(int, chosen))
    return set(wanted) <= set(chosen)


def _all_written(value: object) -> tuple[str, ...]:
    return tuple(map(_written, value)) if isinstance(value, tuple) else (_written(value),)


def _written(value: object) -> str:
    if value is None:
        return NOT_GIVEN[0]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return EMPTY if value == "" else str(value)
