"""What is usual for an account: how many leads by weekday and hour, and how sure that is. Pure.

Of twelve weeks the hours of each weekday; of the last days the level, and how much days differ from
it. Holidays and days that were moved are left out of both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import ClassVar

from analytics.signs import limits
from analytics.signs.watch import ALL, DayHours, History, Watch, ancestors

_HOURS = 24
_WEEKDAYS = 7
Week = tuple[tuple[float, ...], ...]
"""By weekday, the running count of a day at each full hour, 0 to 24."""


def weekday_of(day: int) -> int:
    """0 is Monday."""
    return (day + 6) % _WEEKDAYS


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual of one watch. `leads`: how many its level is known by; `spread`: the variance
    of days beyond chance, by their square; `a_quarter`, `busiest`: leads in one, and in an hour.
    """

    week: Week
    leads: float
    spread: float
    a_quarter: float
    busiest: float

    def between(self, begins: float, ends: float) -> float:
        """Leads usual from the one to the other, hours since the first day of all, on one day."""
        day = int(begins // _HOURS)
        running = self.week[(day + 6) % _WEEKDAYS]
        return _running_at(running, ends - day * _HOURS) - _running_at(
            running, begins - day * _HOURS
        )


def _running_at(running: Sequence[float], hour: float) -> float:
    whole = int(hour)
    if whole >= _HOURS:
        return running[_HOURS]
    return running[whole] + (hour - whole) * (running[whole + 1] - running[whole])


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Ordinals of days that are not as their weekday: holidays, moved days, own exceptions; and of
    those near to them."""

    days: frozenset[int]
    near: frozenset[int]

    SPECIAL: ClassVar = "special"
    NEAR: ClassVar = "near"

    @classmethod
    def of(cls, days: Iterable[int]) -> "SpecialDays":
        special = frozenset(days)
        away = range(-limits.NEAR_DAYS, 1 + limits.NEAR_DAYS)
        return cls(special, frozenset(day + some for day in special for some in away))

    def kind(self, day: int) -> str:
        if day in self.days:
            return self.SPECIAL
        return self.NEAR if day in self.near else ""

    def share(self, day: int) -> float:
        """Of a usual day."""
        return limits.UNUSUAL_SHARE if day in self.days else 1.0

    def spread(self, kind: str) -> float:
        """What days of that kind differ by, all alike: as a variance of their shares."""
        return {self.SPECIAL: limits.UNUSUAL_SPREAD, self.NEAR: limits.NEAR_SPREAD}.get(kind, 0.0)


def habits(history: History, today: int, special: SpecialDays) -> dict[Watch, Habit]:
    """Of everything that has been there long enough, from the days before `today`."""
    found: dict[Watch, Habit] = {}
    shapes: dict[Watch, Week] = {}
    for watch in sorted(history, key=lambda watch: len(ancestors(watch))):
        whole = watch.whole
        if whole is not None and whole not in shapes:
            continue
        days = _usable(history[watch], today, special)
        if not days or not _is_enough(history[watch], days):
            continue
        shapes[watch] = _shape(history[watch], days, shapes[whole] if whole else None)
        habit = _habit(history[watch], days, shapes[watch])
        if len(days) < limits.LEAST_HISTORY_DAYS * 0.6:
            if watch == ALL:
                found[watch] = replace(habit, spread=limits.UNUSUAL_SPREAD)
        elif habit.a_quarter >= limits.LEAST_A_QUARTER:
            found[watch] = habit
    return found


def _is_enough(counts: Mapping[int, DayHours], days: Sequence[int]) -> bool:
    """Twelve weeks may have more than the last of them."""
    leads = sum(sum(hours) for hours in counts.values())
    return leads * limits.A_QUARTER_DAYS >= limits.LEAST_A_QUARTER * len(days) / 2


def _usable(counts: Mapping[int, DayHours], today: int, special: SpecialDays) -> list[int]:
    """The days since there is such a lead, without special ones."""
    first = max(min(counts, default=today), today - limits.HISTORY_DAYS)
    return [day for day in range(first, today) if day not in special.days]


def _shape(counts: Mapping[int, DayHours], days: Sequence[int], whole: Week | None) -> Week:
    """The mean of each weekday, running by the hour, drawn to that of the whole."""
    by_weekday: list[list[DayHours]] = [[] for _ in range(_WEEKDAYS)]
    weeks = [0] * _WEEKDAYS
    for day in days:
        weeks[weekday_of(day)] += 1
        if day in counts:
            by_weekday[weekday_of(day)].append(counts[day])
    cells = [[sum(hour) for hour in zip(*rows, strict=True)] for rows in by_weekday]
    totals = [sum(hours) for hours in cells]
    prior = _prior_days(totals, len(days), whole)
    hours = [row for rows in by_weekday for row in rows]
    own = _normal([sum(hour) for hour in zip(*hours, strict=True)])
    return tuple(
        _running_day(
            cells[weekday],
            (totals[weekday] + limits.SHAPE_WEEKS * prior[weekday])
            / (weeks[weekday] + limits.SHAPE_WEEKS),
            _normal_of_running(whole[weekday]) if whole else own,
        )
        for weekday in range(_WEEKDAYS)
    )


def _prior_days(totals: Sequence[int], days: int, whole: Week | None) -> list[float]:
    """What a day would have if the weekdays were those of the whole."""
    mean = sum(totals) / days
    if whole is None:
        return [mean] * _WEEKDAYS
    of_whole = [running[_HOURS] for running in whole]
    share = mean * _WEEKDAYS / max(sum(of_whole), 1e-9)
    return [share * total for total in of_whole]


def _running_day(cells: Sequence[int], total: float, normal: Sequence[float]) -> tuple[float, ...]:
    seen = sum(cells)
    weight = total / (seen + limits.SHAPE_LEADS)
    hours = (
        weight * ((cells[hour] if cells else 0) + limits.SHAPE_LEADS * normal[hour])
        for hour in range(_HOURS)
    )
    return tuple(accumulate(hours, initial=0.0))


def _normal(hours: Sequence[float]) -> list[float]:
    total = sum(hours)
    return [hour / total for hour in hours] if total else [1 / _HOURS] * _HOURS


def _normal_of_running(running: Sequence[float]) -> list[float]:
    return _normal([running[hour + 1] - running[hour] for hour in range(_HOURS)])


def _habit(counts: Mapping[int, DayHours], days: Sequence[int], shape: Week) -> Habit:
    """The shape at the level of the last days."""
    leads = usual = limits.LEVEL_FIRMNESS
    misses: list[tuple[float, float]] = []
    before = days[0]
    expected_on = [running[_HOURS] for running in shape]
    for day in days:
        count, expected = sum(counts.get(day, ())), expected_on[weekday_of(day)]
        fading = limits.LEVEL_KEEPS ** (day - before)
        leads = limits.LEVEL_FIRMNESS + fading * (leads - limits.LEVEL_FIRMNESS)
        usual = limits.LEVEL_FIRMNESS + fading * (usual - limits.LEVEL_FIRMNESS)
        foreseen = expected * leads / usual
        misses.append(((count - foreseen) ** 2 - foreseen, foreseen**2))
        leads += count
        usual += expected
        before = day
    level = leads / usual
    week = tuple(tuple(level * at for at in running) for running in shape)
    a_week = sum(running[_HOURS] for running in week)
    return Habit(
        week,
        leads,
        _spread(misses, a_week / _WEEKDAYS),
        a_week * limits.A_QUARTER_DAYS / _WEEKDAYS,
        max(later - earlier for running in week for earlier, later in pairwise(running)),
    )


def _spread(misses: Sequence[tuple[float, float]], a_day: float) -> float:
    """The variance of days beyond chance, by their square: of a gamma, one by its shape."""
    if a_day < limits.MEASURED_FROM:
        return limits.SMALL_SPREAD
    ordered = sorted(misses, key=lambda miss: miss[0] / max(miss[1], 1e-9))
    kept = ordered[: max(1, round(len(ordered) * (1 - limits.TRIMMED_SHARE)))]
    spread = sum(miss for miss, _ in kept) / max(sum(square for _, square in kept), 1e-9)
    return min(max(spread, limits.LEAST_SPREAD), limits.MOST_SPREAD)
