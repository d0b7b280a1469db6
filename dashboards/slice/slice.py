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
    BadValue,
    Filters,
    read_values,
)
from dashboards.slice.bad_query import BadQuery
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
OTHER = "vs."
"""Before the names of the filters of the other slice."""
NAMES = (
    *("from", "to", "until", "period", "compare", *COMPARED_DAYS, "model", "unit"),
    *FILTER_NAMES,
    *(f"{OTHER}{name}" for name in FILTER_NAMES),
)
"""The parameters of a URL that make a slice."""

_ALL_OF, _AT_LEAST, _AT_MOST = ("tags", "tags_not"), ("waiting_from",), ("waiting_to",)


@dataclass(frozen=True, slots=True)
class Slice(Filters):
    """The filters that a URL chooses. `name`: of the period, where the URL names one; its days then
    move on with time. `compare`: what it is compared with: an earlier period, `compared_days`, or
    on the same days the leads that `other` chooses. `unit`: of time, that a mark of a chart stands
    for; None: the one that fits the period."""

    name: str | None = None
    compare: str = COMPARISONS[0]
    compared_days: Period | None = None
    other: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unit: str | None = None

    @classmethod
    def from_query(
        cls, query: MultiDict[str, str], today: date, everything: Callable[[], Period | None]
    ) -> "Slice":
        """Empty values, as an empty form sends them, do not count. Raises `BadQuery`."""
        period, name = read_period(query, today, everything)
        model, chosen, other = _model(query.get("model")), _chosen(query), _chosen(query, OTHER)
        compare, days = _comparison(query, has_other=bool(other))
        return cls(
            period.first,
            period.last,
            model,
            chosen,
            _until(query.get("until"), period.last),
            name=name,
            compare=compare,
            compared_days=days,
            other=other,
            unit=_unit(query.get("unit")),
        )

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    def against(self, now: datetime) -> "Slice | None":
        """What this one is compared with, at a local moment; None where there is nothing, as before
        all days that there are."""
        span = self._span(now.replace(tzinfo=None))
        if span is None:
            return None
        return replace(
            self,
            first=span.days.first,
            last=span.days.last,
            until=span.until,
            chosen=self.other if self.compare == OTHER_SLICE else self.chosen,
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
        """The days by their name, where they have one."""
        dated = Filters(self.first, self.last, until=self.until).pairs
        return dated if self.name is None else [("period", self.name)]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        unit = [] if self.unit is None else [("unit", self.unit)]
        return [*self.asked_pairs, *self.compared_pairs, *unit]

    @property
    def compared_pairs(self) -> list[tuple[str, str]]:
        """What chooses the comparison in a URL; nothing for the default."""
        compare = [] if self.compare == COMPARISONS[0] else [("compare", self.compare)]
        days = self.compared_days
        own = zip(COMPARED_DAYS, (f"{days.first}", f"{days.last}"), strict=True) if days else ()
        other = [
            (f"{OTHER}{name}", value) for name in FILTER_NAMES for value in self.other.get(name, ())
        ]
        return [*compare, *own, *other]

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def of(self, period: Period) -> "Slice":
        """On these days; a moment of the last one stays the end of it."""
        until = self.until if period.last == self.last else None
        return replace(self, first=period.first, last=period.last, until=until, name=None)

    def within(self, period: Period) -> "Slice":
        """On its days in the period; on all its days if none is."""
        days = self.period.within(period)
        return replace(self, first=days.first, last=days.last)

    def narrowed(self, **values: object) -> "Slice":
        """With a value of each of these filters, or a tuple of values, instead of what was chosen
        there, on both sides of a comparison. None and the empty string are values like others; they
        do not mean "any"."""
        written = {name: _all_written(value) for name, value in values.items()}
        for name in written:
            assert name in FILTER_NAMES, name
        other = {**self.other, **written} if self.compare == OTHER_SLICE else self.other
        return replace(self, chosen={**self.chosen, **written}, other=other)

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


def _chosen(query: MultiDict[str, str], prefix: str = "") -> dict[str, tuple[str, ...]]:
    chosen = {}
    for name in FILTER_NAMES:
        written = [value for value in query.getlist(f"{prefix}{name}") if value]
        try:
            values = read_values(name, written)
        except BadValue as error:
            raise BadQuery(
                "bad_query.value", error.expected, name=f"{prefix}{name}", value=error.value
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
