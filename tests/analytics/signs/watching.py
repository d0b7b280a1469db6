"""Made-up leads are heard one by one, with a look every quarter of an hour, every hour at night."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from analytics.signs import limits
from analytics.signs.causes import Found, Late, explained, together
from analytics.signs.runs import LatestCall, UsualCalls, slow_calls
from analytics.signs.silence import Heard, Usual, rarities_of, silences
from analytics.signs.usual import habits
from analytics.signs.watch import DayHours, Watch
from tests.analytics.signs.accounts import Account, MadeLead

TALK_SECONDS = 95
_NIGHT_ENDS, _NIGHT_BEGINS = 7, 22


@dataclass(slots=True)
class Look:
    """What is found at one moment."""

    at: float
    found: list[Found] = field(default_factory=list)


class Listening:
    """What has been heard so far, and what is usual on the day."""

    def __init__(self, account: Account) -> None:
        self.special = account.special
        self.heard = Heard({}, {})
        self._history: dict[Watch, dict[int, list[int]]] = {}
        self.usual: Usual | None = None
        self._calls: dict[str, list[tuple[MadeLead, float]]] = {}
        self._usual_calls: dict[str, UsualCalls] = {}

    def hear(self, lead: MadeLead) -> None:
        """As it begins; the end of a call is known when it has come."""
        if lead.wait is not None:
            ended = lead.at + (lead.wait + TALK_SECONDS) / 3600 + lead.late / 60
            site = next(watch.site for watch in lead.watches if watch.part == "site")
            self._calls.setdefault(site, []).append((lead, ended))
        day, hour = int(lead.at // 24), int(lead.at % 24)
        for watch in lead.watches:
            hours = self._history.setdefault(watch, {}).setdefault(day, [0] * 24)
            hours[hour] += 1
            days = self.heard.days.setdefault(watch, {})
            days[day] = days.get(day, 0) + 1
            self.heard.last[watch] = lead.at

    def look(self, now: float) -> list[Found]:
        usual = self.usual_on(int(now // 24))
        silent = silences(self.heard, usual, now)
        found = explained(silent, self.heard, usual, now, Late()) if silent else []
        return together(found, [], slow_calls(self._latest(now), self._usual_calls, now))

    def _latest(self, now: float) -> dict[str, list[LatestCall]]:
        most = max(limits.LAST_OF)
        return {
            site: [
                LatestCall(lead.at, lead.wait if is_answered(lead) else None, lead.late)
                if ended <= now
                else LatestCall(lead.at, None, None)
                for lead, ended in reversed(calls[-most:])
            ]
            for site, calls in self._calls.items()
            if site in self._usual_calls
        }

    def usual_on(self, day: int) -> Usual:
        if self.usual is None or self.usual.day != day:
            known = habits(dict[Watch, Mapping[int, DayHours]](self._history), day, self.special)
            self.usual = Usual(day, known, self.special, {}, rarities_of(known))
            if day % 7 == 0 or not self._usual_calls:
                self._usual_calls = dict(self._usual_waits(day))
        return self.usual

    def _usual_waits(self, day: int) -> Iterator[tuple[str, UsualCalls]]:
        for site, calls in self._calls.items():
            month = (lead for lead, _ in calls if lead.at > (day - 28) * 24)
            waits = sorted(lead.wait or 0 for lead in month if is_answered(lead))
            if len(waits) >= 50:
                long = waits[int(limits.LONG_WAIT_QUANTILE * len(waits))]
                yield site, UsualCalls(long, limits.LEAST_LATE_MINUTES, 0.2, len(waits) * 13 / 4)


def is_answered(lead: MadeLead) -> bool:
    return any(watch.value == "answered" for watch in lead.watches)


def looks(
    account: Account, leads: Iterable[MadeLead], begins: float, ends: float
) -> Iterator[tuple[Look, Listening]]:
    """Every look between the two moments, with what has been heard by then."""
    listening = Listening(account)
    waiting = iter(leads)
    upcoming = next(waiting, None)
    at = begins
    while at <= ends:
        while upcoming is not None and upcoming.at <= at:
            listening.hear(upcoming)
            upcoming = next(waiting, None)
        yield Look(at, listening.look(at)), listening
        at += 0.25 if _NIGHT_ENDS <= at % 24 < _NIGHT_BEGINS else 1.0
