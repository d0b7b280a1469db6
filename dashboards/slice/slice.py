"""The part of the leads that a page is about, as it stands in the page's URL.

It is kept nowhere else, so it can be shared, bookmarked and gone back from. Every page understands
the same names, so a slice follows its reader from page to page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from analytics.reports.filters import (
    EMPTY,
    FILTERS,
    MODELS,
    NOT_GIVEN,
    Conditions,
    Filter,
    Filters,
    pairs_of,
    parts_of,
)
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import OTHER, OWN, read_conditions, read_groups
from dashboards.slice.earlier import (
    ComparedDays,
    RunningPeriod,
    own_days,
    previous,
    same_days,
    same_weekdays,
    year_before,
)
from dashboards.slice.period import ALL, UNITS, Period, read_days, read_period

_EARLIER: Mapping[str, Callable[[RunningPeriod], ComparedDays | None]] = {
    "previous": previous,
    "weekdays": same_weekdays,
    "year": year_before,
}
OWN_DAYS, OTHER_SLICE, NOTHING = "days", "slice", "none"
COMPARISONS = (*_EARLIER, OWN_DAYS, OTHER_SLICE, NOTHING)
COMPARED_DAYS = ("compare_from", "compare_to")
FILTER_NAMES = tuple(known.name for known in FILTERS)
FRAME = (*("from", "to", "until", "period", "as_of", "compare", *COMPARED_DAYS, "model", "unit"),)
NAMES = (*FRAME, *FILTER_NAMES)
"""The parameters of a URL that make a slice, besides conditions with an op or in a group."""

_BY_NAME = {known.name: known for known in FILTERS}
_ALL_OF, _AT_LEAST, _AT_MOST = ("tags", "tags_not"), ("waiting_from",), ("waiting_to",)


@dataclass(frozen=True, slots=True)
class Slice(Filters):
    """The filters that a URL chooses. `name`: of the period, where the URL names one; its days then
    move on with time. `compare`: what it is compared with: an earlier period, `compared_days`, or
    on the same days the leads that `other` chooses. `unit`: of time, that a mark of a chart stands
    for; None: the one that fits the period. `as_of`: until when deliveries count, as the URL writes
    it; None: all of them."""

    name: str | None = None
    compare: str = COMPARISONS[0]
    compared_days: Period | None = None
    other: Conditions = field(default_factory=dict)
    unit: str | None = None
    as_of: str | None = None

    @classmethod
    def from_query(
        cls, query: MultiDict[str, str], today: date, everything: Callable[[], Period | None]
    ) -> "Slice":
        """Conditions after `f.`, as pages write them, or as they are, as the API takes them. Empty
        values, as an empty form sends them, do not count. Raises `BadQuery`."""
        period, name = read_period(query, today, everything)
        other = read_conditions(query, OTHER)
        compare, days = _comparison(query, has_other=bool(other))
        return cls(
            period.first,
            period.last,
            _model(query.get("model")),
            read_conditions(query, "", OWN),
            read_groups(query),
            _until(query.get("until"), period.last),
            name=name,
            compare=compare,
            compared_days=days,
            other=other if compare == OTHER_SLICE else {},
            unit=_unit(query.get("unit")),
            as_of=query.get("as_of") or None,
        )

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    def against(self, now: datetime) -> "Slice | None":
        """What this one is compared with, at a local moment; None where there is nothing, as before
        all days that there are."""
        is_other, span = self.compare == OTHER_SLICE, self._span(now.replace(tzinfo=None))
        if span is None:
            return None
        return replace(
            self,
            first=span.days.first,
            last=span.days.last,
            until=span.until,
            chosen=self.other if is_other else self.chosen,
            any_of=() if is_other else self.any_of,
            name=None,
            compare=NOTHING,
            compared_days=None,
            other={},
        )

    def _span(self, now: datetime) -> ComparedDays | None:
        running = RunningPeriod(self.period, self.name, now)
        if self.compare == OTHER_SLICE:
            return same_days(running)
        if self.compared_days is not None:
            return own_days(running, self.compared_days)
        if self.compare == NOTHING or self.name == ALL:
            return None
        return _EARLIER[self.compare](running)

    @property
    def period_pairs(self) -> list[tuple[str, str]]:
        """The days by their name, where they have one, and what was known of them."""
        dated = Filters(self.first, self.last, until=self.until).period_pairs
        period = dated if self.name is None else [("period", self.name)]
        return [*period, *self.as_of_pairs]

    @property
    def compared_pairs(self) -> list[tuple[str, str]]:
        """What chooses the comparison in a URL; nothing for the default."""
        compare = [] if self.compare == COMPARISONS[0] else [("compare", self.compare)]
        days = self.compared_days
        own = zip(COMPARED_DAYS, (f"{days.first}", f"{days.last}"), strict=True) if days else ()
        return [*compare, *own, *pairs_of(self.other, OTHER)]

    @property
    def as_of_pairs(self) -> list[tuple[str, str]]:
        return [] if self.as_of is None else [("as_of", self.as_of)]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of a page's URL that chooses this slice, in one order."""
        unit = [] if self.unit is None else [("unit", self.unit)]
        conditions = self.condition_pairs(OWN)
        return [*self.period_pairs, *self.model_pairs, *conditions, *self.compared_pairs, *unit]

    @property
    def query(self) -> str:
        """Of a page."""
        return urlencode(self.pairs)

    @property
    def api_query(self) -> str:
        return urlencode(self.plain_pairs)

    def of(self, period: Period) -> "Slice":
        """On these days; a moment of the last one stays the end of it."""
        until = self.until if period.last == self.last else None
        return replace(self, first=period.first, last=period.last, until=until, name=None)

    def within(self, period: Period) -> "Slice":
        """On its days in the period; on all its days if none is."""
        days = self.period.within(period)
        return replace(self, first=days.first, last=days.last)

    def narrowed(self, **values: object) -> "Slice":
        """Also with a value of each of these filters, or one of a tuple of values, on both sides of
        a comparison. None and the empty string are values like others; they do not mean "any".
        Texts are meant as they stand, for a table may have a row for each spelling."""
        other = _narrowed(self.other, values) if self.compare == OTHER_SLICE else self.other
        return replace(self, chosen=_narrowed(self.chosen, values), other=other)

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


def _unit(written: str | None) -> str | None:
    if written and written not in UNITS:
        raise BadQuery("bad_query.value", UNITS, name="unit", value=written)
    return written or None


def _until(written: str | None, last: date) -> datetime | None:
    if not written:
        return None
    try:
        until = datetime.fromisoformat(written)
    except ValueError:
        until = datetime.min
    if until.tzinfo is not None or until.date() != last or len(written) <= len("2026-11-20"):
        raise BadQuery("bad_query.value", (f"{last}T14:30",), name="until", value=written)
    return until


def _model(written: str | None) -> int | None:
    if not written:
        return None
    names = [str(model) for model in MODELS]
    if written not in names:
        raise BadQuery("bad_query.value", names, name="model", value=written)
    return int(written)


def _comparison(query: MultiDict[str, str], *, has_other: bool) -> tuple[str, Period | None]:
    """The name of it, and days of one's own, where it is those."""
    days = read_days(query, *COMPARED_DAYS)
    compare = query.get("compare") or (
        OWN_DAYS if days else OTHER_SLICE if has_other else COMPARISONS[0]
    )
    if compare not in COMPARISONS:
        raise BadQuery("bad_query.value", COMPARISONS, name="compare", value=compare)
    if compare != OWN_DAYS:
        return compare, None
    if days is None:
        raise BadQuery("bad_query.no_days", COMPARED_DAYS)
    return compare, days


def _narrowed(conditions: Conditions, values: Mapping[str, object]) -> Conditions:
    chosen = dict(conditions)
    for name, value in values.items():
        known, written = _BY_NAME[name], _all_written(value)
        if set(written) <= set(chosen.get(name, ())) and name not in _ALL_OF:
            del chosen[name]
        chosen[_key(known)] = written
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
