"""What breaks, and how much of an account's leads it takes away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from analytics.signs.usual import Habit
from analytics.signs.watch import ALL, Watch
from tests.analytics.signs.accounts import MadeLead
from tests.analytics.signs.watching import Listening

OPENS, CLOSES = 9, 18
_FILTERS = ("request", "repeat", "missed", "started", "untagged", "call")
_TAGS = ("utm_source", "utm_campaign", "source")

Break = Callable[[MadeLead], MadeLead | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """`affected`: what it silences; `breaks`: what it makes of a lead. `kind`, `cause` and
    `subject`: what would be right to say."""

    name: str
    affected: Watch
    breaks: Break
    kind: str
    cause: str
    subject: str


def without(lead: MadeLead, *gone: Watch) -> MadeLead:
    """The same lead, that does not count for these any more."""
    return replace(lead, watches=tuple(watch for watch in lead.watches if watch not in gone))


def _stopped(affected: Watch) -> Break:
    return lambda lead: None if affected in lead.watches else lead


def webhook_off(rng: Random, known: dict[Watch, Habit]) -> Iterator[Fault]:
    """The only one of an account, or one of two."""
    webhooks = [watch for watch in known if watch.part == "webhook"]
    if len(webhooks) == 1:
        yield Fault("webhook off", ALL, _stopped(ALL), "silence", "webhook_off", "")
    for off in webhooks if len(webhooks) > 1 else ():
        yield Fault(
            *("webhook off", off, lambda lead, off=off: without(lead, off)),
            *("webhook_silence", "webhook_off", off.value),
        )


def script_gone(rng: Random, known: dict[Watch, Habit]) -> Iterator[Fault]:
    sites = [watch for watch in known if watch.part == "site"]
    for site in sites if len(sites) > 1 else ():
        script = Watch("script", site.site)
        yield Fault(
            *("script gone", script, _stopped(script)),
            *("site_silence", "script_gone", site.site),
        )


def number_dead(rng: Random, known: dict[Watch, Habit]) -> Iterator[Fault]:
    for number in known:
        if number.part == "number":
            yield Fault(
                *("number dead", number, _stopped(number)),
                *("number_silence", "number_dead", number.value),
            )


def utm_lost(rng: Random, known: dict[Watch, Habit]) -> Iterator[Fault]:
    """All tags, one of them, or those of one source."""
    for watch in known:
        if watch.part == "source" or watch == Watch("tag", watch.site, "utm_source"):
            whole = watch.part == "tag"
            subject = "utm_source" if whole else f"utm_source={watch.value}"
            yield Fault(
                *("UTM lost", watch, _untagged(watch)),
                *("utm_lost", "tagging_lost", subject),
            )
        elif watch == Watch("tag", watch.site, "utm_campaign"):
            yield Fault(
                *("UTM lost", watch, lambda lead, watch=watch: without(lead, watch)),
                *("utm_lost", "tagging_lost", "utm_campaign"),
            )


def _untagged(affected: Watch) -> Break:
    def broken(lead: MadeLead) -> MadeLead:
        if affected not in lead.watches:
            return lead
        site = affected.site
        kept = [watch for watch in lead.watches if watch.part not in ("tag", "source")]
        more = [Watch("kind", site, "untagged")]
        if Watch("kind", "", "ended") in kept or Watch("kind", "", "request") in kept:
            more.append(Watch("kind", "", "untagged"))
        return replace(lead, watches=(*kept, *more))

    return broken


def filter_set(rng: Random, known: dict[Watch, Habit]) -> Iterator[Fault]:
    """In a webhook of all sites."""
    several = any(watch.part == "kind" and not watch.site for watch in known)
    for watch in known:
        if watch.part == "kind" and watch.value in _FILTERS and bool(watch.site) != several:
            yield Fault("filter set", watch, _filtered(watch), *_said_of(watch))


def _filtered(affected: Watch) -> Break:
    """Without starts a call comes with its end all the same."""
    kind = affected.value
    if kind == "started":
        return lambda lead: replace(
            lead, watches=tuple(one for one in lead.watches if one.value != "started")
        )
    return lambda lead: None if any(one.value == kind for one in lead.watches) else lead


def _said_of(watch: Watch) -> tuple[str, str, str]:
    return "leads_filtered", "filter_set", watch.value


def pbx_slow(rng: Random, known: dict[Watch, Habit]) -> Iterator[Fault]:
    """Calls wait four times as long and ends come late, or one of these."""
    for call in known:
        if call.part == "kind" and call.value == "call" and call.site:
            longer, later = rng.choice(((4, 0.0), (4, 0.4), (1, 0.4)))
            yield Fault(
                *("slow PBX", call, _slowed(Watch("site", call.site), longer, later)),
                *("slow_calls", "pbx_slow", call.site),
            )


def _slowed(site: Watch, longer: int, later: float) -> Break:
    def slowed(lead: MadeLead) -> MadeLead:
        if lead.wait is None or site not in lead.watches:
            return lead
        return replace(lead, wait=longer * lead.wait + 15 * (longer > 1), late=60 * later)

    return slowed


def disk_full(rng: Random, known: dict[Watch, Habit]) -> Iterator[Fault]:
    if sum(watch.part == "webhook" for watch in known) > 1:
        yield Fault(
            *("disk full", ALL, _stopped(ALL)),
            *("silence", "receiver_unreachable", ""),
        )


def usual_in_working_time(
    listening: Listening, watch: Watch, begins: float, hours: float
) -> tuple[float, float]:
    """How many leads are usual in so many working hours, and when they end."""
    habit = listening.usual_on(int(begins // 24)).habits[watch]
    at, left, usual = begins, hours, 0.0
    while left > 0:
        day = int(at // 24)
        opens, closes = day * 24 + OPENS, day * 24 + CLOSES
        if not is_working(listening, day) or at >= closes:
            at = float((day + 1) * 24)
            continue
        at = max(at, opens)
        ends = min(closes, at + left)
        usual += habit.between(at, ends)
        left -= ends - at
        at = ends
    return usual, at


def is_working(listening: Listening, day: int) -> bool:
    return date.fromordinal(day).weekday() < 5 and day not in listening.special.days


FAULTS = (webhook_off, script_gone, number_dead, utm_lost, filter_set, pbx_slow, disk_full)
