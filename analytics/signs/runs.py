"""Of the latest calls or deliveries more are odd than usual: slow, not understood, lossy. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

from analytics.signs import limits
from analytics.signs.causes import Found

_NOW_OF = 14
_ODD_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class LatestCall:
    """`wait`: seconds until it was answered; `late`: minutes from the end of the talk until its end
    came. None as long as that is not known: callers wait longer where nobody is at work."""

    at: float
    wait: float | None
    late: float | None


@dataclass(frozen=True, slots=True)
class UsualCalls:
    """`long_wait`: seconds that nine in ten answers do not exceed; `late`: minutes after the talk,
    and `ends`: hours after the beginning, by which nearly all ends have come. `a_quarter`: calls.
    """

    long_wait: float
    late: float
    ends: float
    a_quarter: float


@dataclass(frozen=True, slots=True)
class Run:
    """`odd` of the latest `of`, the first of which was at `since`."""

    odd: int
    of: int
    since: float
    rarity: float


def run_of(flags: Sequence[tuple[float, bool]], usual_share: float, enough: float) -> Run | None:
    """The rarest among the latest so and so many, if it is rare enough and still goes on. `flags`:
    the newest first, each with its moment."""
    runs = [
        Run(odd, of, flags[of - 1][0], rarity(odd, of, usual_share))
        for of in limits.LAST_OF
        if of <= len(flags)
        for odd in [sum(flag for _, flag in flags[:of])]
    ]
    rarest = max(runs, key=lambda run: run.rarity, default=None)
    if rarest is None or rarest.rarity < enough:
        return None
    latest = [flag for _, flag in flags[:_NOW_OF]]
    goes_on = sum(latest) / len(latest) >= _ODD_ENOUGH * rarest.odd / rarest.of
    return rarest if goes_on else None


def rarity(odd: int, of: int, share: float) -> float:
    """Minus the logarithm of the chance of at least so many, as binomial has it."""
    if odd <= of * share:
        return 0.0
    terms = [_term(count, of, share) for count in range(odd, of + 1)]
    greatest = max(terms)
    return max(0.0, -greatest - log(sum(exp(term - greatest) for term in terms)))


def _term(count: int, of: int, share: float) -> float:
    ways = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
    return ways + count * log(share) + (of - count) * log1p(-share)


def enough_for(part: str, a_quarter: float) -> float:
    """Each new one is another chance to be wrong, for each length of a run."""
    tries = max(a_quarter, limits.LEAST_A_QUARTER) * limits.TRIES_A_RUN
    return log(tries / limits.FALSE_ALARMS[part])


def slow_calls(
    latest: Mapping[str, Sequence[LatestCall]], usual: Mapping[str, UsualCalls], now: float
) -> list[Found]:
    """Of each site, whose calls wait long or end late; of several, as one."""
    found = []
    for site, calls in latest.items():
        if site in usual and (run := _slow_run(calls, usual[site], now)) is not None:
            figures = _figures(run, now, site)
            found.append(Found("slow_calls", site, "pbx_slow", run.since, figures))
    if len(found) < 2:
        return found
    sites = ", ".join(one.subject for one in found)
    first = min(found, key=lambda one: one.since)
    return [Found("slow_calls", "", "pbx_slow", first.since, {**first.figures, "site": sites})]


def _figures(run: Run, now: float, site: str) -> dict[str, float | str]:
    hours = round(now - run.since, 2)
    return {"odd": run.odd, "of": run.of, "hours": hours, "usual": run.of, "site": site}


def _slow_run(calls: Sequence[LatestCall], usual: UsualCalls, now: float) -> Run | None:
    enough = enough_for("calls", usual.a_quarter)
    waits = [(call.at, call.wait > usual.long_wait) for call in calls if call.wait is not None]
    late = [
        (call.at, call.late is None or call.late > usual.late)
        for call in calls
        if call.late is not None or now - call.at > usual.ends + usual.late / 60
    ]
    runs = [run_of(waits, limits.LONG_SHARE, enough)]
    if any(call.late is not None and call.late > usual.late for call in calls):
        runs.append(run_of(late, limits.LATE_END_SHARE, enough))
    return max((run for run in runs if run), key=lambda run: run.rarity, default=None)


def odd_deliveries(
    flags: Sequence[tuple[float, bool]], part: str, share: float, a_quarter: float
) -> list[Found]:
    """`part`: quarantined or losses; `share`: the usual one."""
    usual_share = max(limits.LEAST_ODD_SHARE, share)
    run = run_of(flags, usual_share, enough_for(part, a_quarter))
    if run is None:
        return []
    cause = "template_changed" if part == "quarantined" else "deliveries_lost"
    figures = {"odd": run.odd, "of": run.of, "share": run.odd / run.of, "usual_share": share}
    return [Found(part, "", cause, run.since, figures)]
