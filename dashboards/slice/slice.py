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
    Filter,
    Filters,
    parts_of,
)
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import OWN, read_conditions, read_groups
from dashboards.slice.period import ALL, Period, read_period

COMPARISONS = ("previous", "year", "none")
FILTER_NAMES = tuple(known.name for known in FILTERS)
FRAME = ("from", "to", "period", "compare", "model")
NAMES = (*FRAME, *FILTER_NAMES)
"""The parameters of a URL that make a slice, besides conditions with an op or in a group."""

_BY_NAME = {known.name: known for known in FILTERS}
_ALL_OF, _AT_LEAST, _AT_MOST = ("tags", "tags_not"), ("waiting_from",), ("waiting_to",)


@dataclass(frozen=True, slots=True)
class Slice(Filters):
    """The filters that a URL chooses. `name`: of the period, where the URL names one; its days then
    move on with time. `compare`: what the period is compared with."""

    name: str | None = None
    compare: str = COMPARISONS[0]

    @classmethod
    def from_query(
        cls, query: MultiDict[str, str], today: date, everything: Callable[[], Period | None]
    ) -> "Slice":
        """Conditions after `f.`, as pages write them, or as they are, as the API takes them. Empty
        values, as an empty form sends them, do not count. Raises `BadQuery`."""
        period, name = read_period(query, today, everything)
        compare = query.get("compare") or COMPARISONS[0]
        if compare not in COMPARISONS:
            raise BadQuery("bad_query.value", COMPARISONS, name="compare", value=compare)
        model, chosen = _model(query.get("model")), read_conditions(query, "", OWN)
        groups = read_groups(query)
        return cls(period.first, period.last, model, chosen, groups, name, compare)

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
        dated = Filters(self.first, self.last).period_pairs
        period = dated if self.name is None else [("period", self.name)]
        compare = [] if self.compare == COMPARISONS[0] else [("compare", self.compare)]
        return [*period, *compare]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of a page's URL that chooses this slice, in one order."""
        return [*self.period_pairs, *self.model_pairs, *self.condition_pairs(OWN)]

    @property
    def query(self) -> str:
        """Of a page."""
        return urlencode(self.pairs)

    @property
    def api_query(self) -> str:
        return urlencode(self.plain_pairs)

    def of(self, period: Period) -> "Slice":
        return replace(self, first=period.first, last=period.last, name=None)

    def within(self, period: Period) -> "Slice":
        """On its days in the period; on all its days if none is."""
        days = self.period.within(period)
        return replace(self, first=days.first, last=days.last)

    def narrowed(self, **values: object) -> "Slice":
        """Also with a value of each of these filters, or one of a tuple of values. None and the
        empty string are values like others; they do not mean "any". Texts are meant as they stand,
        for a table may have a row for each spelling."""
        chosen = dict(self.chosen)
        for name, value in values.items():
            known, written = _BY_NAME[name], _all_written(value)
            if set(written) <= set(chosen.get(name, ())) and name not in _ALL_OF:
                del chosen[name]
            chosen[_key(known)] = written
        return replace(self, chosen=chosen)

    def admits(self, **values: object) -> bool:
        """Whether the leads of the narrowed slice are all among those chosen: a number counted here
        is then the number of leads behind its link. Conditions of another op stay and cut no leads
        away that were counted, so only those that are replaced matter."""
        keys = {name: _key(_BY_NAME[name]) for name in values}
        return all(
            _fits_in(self.chosen[key], name, _all_written(values[name]))
            for name, key in keys.items()
            if key in self.chosen
        )

    def without(self, name: str, value: str | None = None) -> "Slice":
        """Without this value of a condition, or without all of its values."""
        chosen = () if value is None else self.chosen.get(name, ())
        left = tuple(kept for kept in chosen if kept != value)
        others = {key: values for key, values in self.chosen.items() if key != name}
        return replace(self, chosen=others | ({name: left} if left else {}))

    def without_group(self, place: int) -> "Slice":
        left = tuple(group for other, group in enumerate(self.any_of) if other != place)
        return replace(self, any_of=left)

    def values_of(self, name: str) -> tuple[str, ...]:
        """Those that a filter must be one of, in any spelling or as they stand."""
        found = (self.chosen.get(key, ()) for key in (name, f"{name}.exact"))
        return tuple(dict.fromkeys(value for values in found for value in values))

    @property
    def without_filters(self) -> "Slice":
        return replace(self, chosen={}, any_of=())

    @property
    def has_filters(self) -> bool:
        return bool(self.chosen or self.any_of)

    def looks_at(self, *names: str) -> bool:
        """Whether a condition is about one of these filters."""
        return any(parts_of(key)[0].name in names for key, _ in self.all_conditions())


def _key(known: Filter) -> str:
    return f"{known.name}.exact" if "exact" in known.ops else known.name


def _model(written: str | None) -> int | None:
    if not written:
        return None
    names = [str(model) for model in MODELS]
    if written not in names:
        raise BadQuery("bad_query.value", names, name="model", value=written)
    return int(written)


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
