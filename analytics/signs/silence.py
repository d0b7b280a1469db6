"""How rare a silence is, given what is usual and what goes on beside it. Pure.

Of the day's level a gamma distribution is known: its shape from the days before and from every lead
of the day, its own or of what it is a part of; so a slow day is told by the others, and nothing has
to be known of holidays but that they are unlike. The chance of no lead at all while `usual` were
due is then that of a negative binomial, (1 + usual / firmness) ** -firmness; days are independent.

Moments are hours of the local clock since the first day of all (`date.toordinal`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, log1p

from analytics.signs import limits
from analytics.signs.usual import Habit, SpecialDays
from analytics.signs.watch import Watch, broader

_DAY = 24
_MOST_LEVEL = 1.5
"""No day is taken to be busier than that, by what goes on beside a silence."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual, as known before `day`: it may be kept until the day is over. `settles`: hours
    after its beginning when a lead has arrived, by the values of kinds, "" for all. `rarities`: how
    rare a silence of each watch must be."""

    day: int
    habits: Mapping[Watch, Habit]
    special: SpecialDays
    settles: Mapping[str, float]
    rarities: Mapping[Watch, float]
    fresh: float = limits.FRESH_MINUTES / 60


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
        since, enough = _since(heard, watch, until), usual.rarities[watch] / _MOST_LEVEL
        if habit.busiest * (until - since) < enough or _due(habit, since, until) < enough:
            continue
        silence = silence_of(heard, usual, watch, until)
        if silence.rarity >= usual.rarities[watch] and _goes_on(heard, usual, silence, until):
            found.append(silence)
    return found


def _since(heard: Heard, watch: Watch, until: float) -> float:
    return max(heard.last.get(watch, 0.0), until - limits.RECENT_DAYS * _DAY)


def _due(habit: Habit, since: float, until: float) -> float:
    return sum(habit.between(begins, ends) for begins, ends in _days(since, until))


def _days(since: float, until: float) -> list[tuple[float, float]]:
    """The span, cut at midnights."""
    spans = []
    while since < until:
        midnight = (since // _DAY + 1) * _DAY
        spans.append((since, min(midnight, until)))
        since = midnight
    return spans


def silence_of(heard: Heard, usual: Usual, watch: Watch, until: float) -> Silence:
    """That of a watch since its last lead, however short."""
    habit, whole = usual.habits[watch], watch.whole
    since = _since(heard, watch, until)
    due = rarity = 0.0
    for begins, ends in _days(since, until):
        day = int(begins // _DAY)
        midnight = float(day * _DAY)
        share = usual.special.share(day)
        missing = share * habit.between(begins, ends)
        known = share * habit.between(midnight, begins)
        firmness = usual.special.firmness(day, habit.firmness)
        beside = usual.habits.get(whole) if whole else None
        if beside is None:
            seen = firmness + heard.on(watch, day)
            rarity += _rarity(seen, missing * seen / (firmness + known))
        else:
            assert whole is not None
            siblings = share * beside.between(midnight, ends) - known - missing
            firm = usual.special.firmness(day, beside.firmness)
            seen = firm + heard.on(whole, day)
            level = seen / (firm + known + max(siblings, 0.0))
            rarity += _rarity(1 / (1 / seen + 1 / firmness), missing * level)
        due += missing
    return Silence(watch, since, due, rarity)


def _rarity(firmness: float, missing: float) -> float:
    return firmness * log1p(missing / firmness)


def _goes_on(heard: Heard, usual: Usual, silence: Silence, until: float) -> bool:
    """What it is a part of is not silent itself."""
    for whole in broader(silence.watch):
        if whole not in usual.habits:
            continue
        if heard.last.get(whole, 0.0) <= silence.since:
            return False
        if silence_of(heard, usual, whole, until).rarity >= limits.HOLD:
            return False
    return True
