"""How rare a silence is, given what is usual and what goes on beside it. Pure.

How many leads were due since the last one is a gamma distribution: its mean is what is usual, at
the level that the day has by the leads of what the watch is a part of; its spread comes from how
well the level is known and from how much days differ. The chance of no lead at all is then that of
a negative binomial, (1 + due / firmness) ** -firmness, where firmness is one by the spread.

So a slow day is told by the others. Holidays are known to be unlike, and all of them alike: many
are no better a proof than one.

Moments are hours of the local clock since the first day of all (`date.toordinal`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, log1p, sqrt

from analytics.signs import limits
from analytics.signs.usual import Habit, SpecialDays
from analytics.signs.watch import Watch, broader

_DAY = 24


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual, as known before `day`: it may be kept until the day is over. `settles`: hours
    after its beginning when a lead has arrived, by the values of kinds, "" for all. `rarities`: how
    rare a silence of each watch must be. `fresh`: hours after which a lead has not come by itself.
    """

    day: int
    habits: Mapping[Watch, Habit]
    special: SpecialDays
    settles: Mapping[str, float]
    rarities: Mapping[Watch, float]
    fresh: float = limits.FRESH_MINUTES / 60

    def due(self, watch: Watch, since: float, until: float) -> float:
        """Leads usual in that time, with no regard to what kinds of days they are."""
        habit = self.habits[watch]
        return sum(habit.between(begins, ends) for begins, ends in days_between(since, until))


@dataclass(slots=True)
class Heard:
    """What has come by itself in the last days: leads by day of each watch, and when the last of
    them began. It grows."""

    days: dict[Watch, dict[int, int]]
    last: dict[Watch, float]

    def on(self, watch: Watch, day: int) -> int:
        days = self.days.get(watch)
        return days.get(day, 0) if days else 0


@dataclass(frozen=True, slots=True)
class Silence:
    """`rarity`: minus the logarithm of its chance. `usual`: leads that would have come since."""

    watch: Watch
    since: float
    usual: float
    rarity: float

    @property
    def chance(self) -> float:
        return exp(-self.rarity)


def rarities_of(habits: Mapping[Watch, Habit]) -> dict[Watch, float]:
    """A group's false alarms are shared among its members as their pauses are."""
    pauses: dict[tuple[str, str], float] = {}
    for watch, habit in habits.items():
        pauses[watch.group] = pauses.get(watch.group, 0.0) + habit.a_quarter
    return {
        watch: log(max(pauses[watch.group], limits.LEAST_A_QUARTER))
        - log(limits.FALSE_ALARMS[watch.part])
        for watch in habits
    }


def silences(heard: Heard, usual: Usual, now: float) -> list[Silence]:
    """Those that are too rare for chance, while what they are a part of goes on."""
    found = []
    for watch, habit in usual.habits.items():
        until = now - usual.settles.get(watch.value if watch.part == "kind" else "", 0.0)
        since, enough = since_last(heard, watch, until), usual.rarities[watch] / limits.MOST_LEVEL
        if habit.busiest * (until - since) < enough or usual.due(watch, since, until) < enough:
            continue
        silence = silence_of(heard, usual, watch, until)
        if silence.rarity >= usual.rarities[watch] and _is_its_own(heard, usual, silence, until):
            found.append(silence)
    return found


def since_last(heard: Heard, watch: Watch, until: float) -> float:
    """When the last lead began, or when it was too long ago to be followed."""
    return max(heard.last.get(watch, 0.0), until - limits.RECENT_DAYS * _DAY)


def days_between(since: float, until: float) -> list[tuple[float, float]]:
    """The span, cut at midnights."""
    spans = []
    while since < until:
        midnight = (since // _DAY + 1) * _DAY
        spans.append((since, min(midnight, until)))
        since = midnight
    return spans


def silence_of(heard: Heard, usual: Usual, watch: Watch, until: float) -> Silence:
    """That of a watch since its last lead, however short."""
    habit, special = usual.habits[watch], usual.special
    since = since_last(heard, watch, until)
    due = variance = 0.0
    alike = {special.SPECIAL: 0.0, special.NEAR: 0.0}
    for begins, ends in days_between(since, until):
        day = int(begins // _DAY)
        level, spread = _level(heard, usual, watch, begins, ends)
        missing = level * special.share(day) * habit.between(begins, ends)
        due += missing
        if (kind := special.kind(day)) in alike:
            alike[kind] += missing * sqrt(spread)
        else:
            variance += missing**2 * spread
    if due <= 0:
        return Silence(watch, since, 0.0, 0.0)
    variance += sum(together**2 for together in alike.values())
    firmness = 1 / (variance / due**2 + 1 / habit.leads)
    return Silence(watch, since, due, firmness * log1p(due / firmness))


def _level(
    heard: Heard, usual: Usual, watch: Watch, begins: float, ends: float
) -> tuple[float, float]:
    """Of a day: how much busier than usual it is, by what has come outside of the silence, and what
    is left of the spread of days. What a part does by itself beside the whole stays open."""
    day = int(begins // _DAY)
    midnight, share = float(day * _DAY), usual.special.share(day)
    habit, whole = usual.habits[watch], watch.whole
    beside = usual.habits.get(whole) if whole else None
    if whole is None or beside is None:
        due = share * habit.between(midnight, begins)
        return _posterior(heard.on(watch, day), due, _open(habit, usual, day))
    due = share * max(0.0, beside.between(midnight, ends) - habit.between(begins, ends))
    level, spread = _posterior(heard.on(whole, day), due, _open(beside, usual, day))
    return level, spread + habit.spread


def _open(habit: Habit, usual: Usual, day: int) -> float:
    """The spread of a day's level before anything has come."""
    return habit.spread + 1 / habit.leads + usual.special.spread(usual.special.kind(day))


def _posterior(seen: int, due: float, spread: float) -> tuple[float, float]:
    """The mean and the spread of a day's level. A day that is very unlike is believed at once."""
    firmness = 1 / spread
    if (seen - due) ** 2 > limits.UNLIKE**2 * (due + due**2 * spread):
        firmness = min(firmness, limits.UNLIKE_FIRMNESS)
    return (firmness + seen) / (firmness + due), 1 / (firmness + seen)


def _is_its_own(heard: Heard, usual: Usual, silence: Silence, until: float) -> bool:
    """What it is a part of goes on without it."""
    return all(
        _goes_on(heard, usual, silence, whole, until)
        for whole in broader(silence.watch)
        if whole in usual.habits
    )


def _goes_on(heard: Heard, usual: Usual, silence: Silence, whole: Watch, until: float) -> bool:
    last = heard.last.get(whole, 0.0)
    if last <= silence.since:
        return False
    others = usual.due(whole, last, until) - usual.due(silence.watch, last, until)
    return others < limits.GOES_ON
