"""From silences to signs: one cause, one sign; the broadest explanation wins. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log

from analytics.signs import limits
from analytics.signs.silence import Heard, Silence, Usual
from analytics.signs.watch import ALL, Watch

_TAGS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
_STATIC_DUE = 2.0


@dataclass(frozen=True, slots=True)
class Late:
    """Of the silence of all: leads that came by themselves but late, each with when it began and
    when it came."""

    spans: tuple[tuple[float, float], ...] = ()

    def are_many(self, silence: Silence) -> bool:
        """They come one by one, and not all at once as those that are sent again."""
        if len(self.spans) < max(3.0, limits.LATE_SHARE * silence.usual):
            return False
        began = max(at for at, _ in self.spans) - min(at for at, _ in self.spans)
        came = max(at for _, at in self.spans) - min(at for _, at in self.spans)
        return came >= began / 2


@dataclass(frozen=True, slots=True)
class Found:
    """A sign with its moment by the local clock."""

    kind: str
    subject: str
    cause: str
    since: float
    figures: Mapping[str, float | str] = field(default_factory=dict)


def explained(
    silent: Iterable[Silence], heard: Heard, usual: Usual, now: float, late: Late
) -> list[Found]:
    """One sign for each cause."""
    by_watch = {silence.watch: silence for silence in silent}
    if ALL in by_watch:
        whole = by_watch[ALL]
        return [] if _may_be_one_site(whole, usual, now) else [_of_all(whole, usual, now, late)]
    webhooks = [_of_webhook(one, now) for one in _of_part(by_watch, "webhook")]
    if webhooks:
        return webhooks
    everywhere = [one for one in _of_part(by_watch, "kind") if not one.watch.site]
    if everywhere:
        return _if_sure(_broadest_kind(everywhere), now, usual)
    sites = sorted({watch.site for watch in by_watch})
    found = (_of_site(site, by_watch, heard, usual, now) for site in sites)
    return _merged([one for one in found if one is not None])


def _of_part(silent: Mapping[Watch, Silence], part: str) -> list[Silence]:
    return [silence for watch, silence in silent.items() if watch.part == part]


def _broadest(silent: list[Silence]) -> Silence:
    return max(silent, key=lambda silence: silence.usual)


def _broadest_kind(silent: list[Silence]) -> Silence:
    """Where no ends come, nothing is answered or missed."""
    ends = [one for one in silent if one.watch.value == "ended"]
    return ends[0] if ends else _broadest(silent)


def _if_sure(silence: Silence, now: float, usual: Usual) -> list[Found]:
    if silence.watch.value == "ended" and now - silence.since < limits.ENDS_WAIT_HOURS:
        return []
    return [_of_kinds(silence, usual, now)]


def _found(kind: str, subject: str, cause: str, silence: Silence, now: float) -> Found:
    figures: dict[str, float | str] = {
        "hours": round(now - silence.since, 2),
        "usual": round(silence.usual, 1),
        "chance": silence.chance,
        "site": silence.watch.site,
    }
    return Found(kind, subject, cause, silence.since, figures)


def _of_all(silence: Silence, usual: Usual, now: float, late: Late) -> Found:
    """Webhooks that stop at once have been stopped on this side."""
    if late.are_many(silence):
        return _found("slow_calls", "", "deliveries_late", silence, now)
    webhooks = [watch for watch in usual.habits if watch.part == "webhook"]
    cause = "receiver_unreachable" if len(webhooks) > 1 else "webhook_off"
    return _found("silence", "", cause, silence, now)


def _may_be_one_site(silence: Silence, usual: Usual, now: float) -> bool:
    """The biggest has fallen silent, and of the others so few are due that they say nothing."""
    sites = [watch for watch in usual.habits if watch.part == "site"]
    if len(sites) < 2 or silence.rarity > usual.rarities[ALL] + limits.DOUBT:
        return False
    due = [usual.due(site, silence.since, now) for site in sites]
    return sum(due) - max(due) < limits.OTHERS_DUE


def _of_webhook(silence: Silence, now: float) -> Found:
    return _found("webhook_silence", silence.watch.value, "webhook_off", silence, now)


def _of_kind(silence: Silence, now: float) -> Found:
    if silence.watch.value == "answered":
        return _found("slow_calls", silence.watch.site, "nobody_answers", silence, now)
    return _found("leads_filtered", silence.watch.value, "filter_set", silence, now)


def _of_site(
    site: str, silent: Mapping[Watch, Silence], heard: Heard, usual: Usual, now: float
) -> Found | None:
    """The broadest of what is silent at one site; None while it is not sure enough."""
    own = {watch: silence for watch, silence in silent.items() if watch.site == site}
    whole, script = own.get(Watch("site", site)), own.get(Watch("script", site))
    if whole is not None:
        return _found("site_silence", site, _cause_at(site, whole, usual), whole, now)
    if script is not None:
        return _found("site_silence", site, "script_gone", script, now)
    if kinds := _of_part(own, "kind"):
        return next(iter(_if_sure(_broadest_kind(kinds), now, usual)), None)
    if numbers := _of_part(own, "number"):
        return _of_numbers(numbers, now)
    return _of_tags(own, heard, usual, now)


def _cause_at(site: str, silence: Silence, usual: Usual) -> str:
    """Printed numbers would still ring without the script, if they ring often enough to tell."""
    all_of_site = usual.habits[Watch("site", site)]
    script = usual.habits.get(Watch("script", site))
    if script is None:
        return "site_off"
    printed = 1 - script.a_quarter / all_of_site.a_quarter
    return "script_gone" if printed * silence.usual < _STATIC_DUE else "site_off"


def _of_kinds(silence: Silence, usual: Usual, now: float) -> Found:
    """All calls of a site are those of one number, if the others are too few to tell."""
    watch = silence.watch
    if watch.value == "call":
        due = {
            other: usual.due(other, silence.since, now)
            for other in usual.habits
            if other.part == "number" and other.site == watch.site
        }
        most = max(due, key=lambda number: due[number], default=None)
        if most and usual.due(watch, silence.since, now) - due[most] < limits.OTHERS_DUE:
            return _found("number_silence", most.value, "number_dead", silence, now)
    return _of_kind(silence, now)


def _of_numbers(silent: list[Silence], now: float) -> Found:
    first = _broadest(silent)
    found = _found("number_silence", first.watch.value, "number_dead", first, now)
    return Found(
        *(found.kind, found.subject, found.cause, found.since),
        {**found.figures, "numbers": len(silent)},
    )


def _of_tags(own: Mapping[Watch, Silence], heard: Heard, usual: Usual, now: float) -> Found:
    """That of the outermost tag; of a source, if the tags themselves go on."""
    tags = _of_part(own, "tag")
    chosen = min(tags, key=lambda one: _TAGS.index(one.watch.value)) if tags else None
    silence = chosen or _broadest(_of_part(own, "source"))
    subject = silence.watch.value if chosen else f"utm_source={silence.watch.value}"
    return _found("utm_lost", subject, _lost_or_stopped(silence, heard, usual, now), silence, now)


def _lost_or_stopped(silence: Silence, heard: Heard, usual: Usual, now: float) -> str:
    """Whether the site has as many leads as usual, or fewer by just those."""
    if silence.watch.part == "tag" and silence.watch.value != _TAGS[0]:
        return "tagging_lost"
    site = Watch("site", silence.watch.site)
    habit = usual.habits[site]
    days = range(int(silence.since // 24), int(now // 24) + 1)
    seen = sum(heard.on(site, day) for day in days)
    due = sum(
        usual.special.share(day) * habit.between(day * 24, min(now, (day + 1) * 24)) for day in days
    )
    variance = due + habit.spread * due**2
    likelier = ((seen - due) ** 2 - (seen - due + silence.usual) ** 2) / (2 * variance)
    return "campaign_stopped" if likelier > log(limits.STOPPED_ODDS) else "tagging_lost"


def _merged(found: list[Found]) -> list[Found]:
    """What is the same at several sites is told once."""
    first: dict[tuple[str, str, str], Found] = {}
    for one in found:
        key = (one.kind, one.subject, one.cause)
        known = first.get(key)
        first[key] = one if known is None else _of_both(known, one)
    return list(first.values())


def _of_both(one: Found, other: Found) -> Found:
    site = f"{one.figures.get('site', '')}, {other.figures.get('site', '')}"
    since = min(one.since, other.since)
    return Found(one.kind, one.subject, one.cause, since, {**one.figures, "site": site})


_OF_ENDS = ("ended", "answered", "missed")


def together(silent: list[Found], odd: list[Found], slow: list[Found]) -> list[Found]:
    """Where deliveries come and are not understood, nothing is silent; and where ends of calls are
    late, none are missing."""
    misread = [one for one in odd if one.kind == "quarantined"]
    if misread:
        return misread
    if any(one.kind == "silence" for one in silent):
        return silent
    if slow:
        silent = [one for one in silent if not _is_of_ends(one)]
    return [*silent, *slow, *odd]


def _is_of_ends(found: Found) -> bool:
    if found.cause == "nobody_answers":
        return True
    return found.kind == "leads_filtered" and found.subject in _OF_ENDS
