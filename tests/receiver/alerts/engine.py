"""The engine of alerts with a clock, a source and channels of the test's own."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.alerts.kinds import KINDS
from analytics.alerts.trouble import AlertRecord, Trouble
from analytics.alerts.wording import AlertWriter
from receiver.alerts.due import AlertPace, Chosen, QuietHours
from receiver.alerts.messages import AlertMessage
from receiver.alerts.noting import going_on, open_alerts_state
from receiver.alerts.outlets import NotTold, Outlet
from receiver.alerts.source import CannotLook, Findings
from receiver.alerts.telling import AlertChannel, ChannelTeller
from receiver.alerts.watch import AlertWatch, WatchedSource

ZONE = ZoneInfo("Europe/Moscow")
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAMPED = timedelta(minutes=15)
PACE = AlertPace((900, 3_600, 21_600, 86_400), 20)


@dataclass
class ScriptedSource:
    """Finds what the test says; `blind`: cannot look, and why."""

    wrong: dict[tuple[str, str], Trouble] = field(default_factory=dict)
    blind: str = ""
    name: str = "scripted"
    kinds: frozenset[str] = frozenset(KINDS) - {"unwatched"}

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        if self.blind:
            raise CannotLook(self.blind)
        return Findings(tuple(self.wrong.values()))


@dataclass
class Recorder:
    """Keeps what it is told. `down`: nothing gets out; `dies`: the process ends behind it."""

    told: list[AlertMessage] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    down: bool = False
    dies: bool = False

    def tell(self, message: AlertMessage, now: datetime) -> None:
        if self.down:
            raise NotTold("it is down")
        self.told.append(message)
        self.at.append(now)
        if self.dies:
            raise SystemExit

    def titles(self) -> list[str]:
        """Since the last look."""
        found = [message.title for message in self.told]
        self.told.clear()
        return found


@dataclass
class Engine:
    state: Path
    pace: AlertPace = PACE
    now: datetime = START
    source: ScriptedSource = field(default_factory=ScriptedSource)
    channels: list[AlertChannel] = field(default_factory=list)
    _watch: AlertWatch | None = None
    _tellers: dict[str, ChannelTeller] = field(default_factory=dict)

    def add(
        self,
        outlet: Outlet,
        name: str = "phone",
        kinds: Iterable[str] = (),
        quiet: QuietHours | None = None,
    ) -> None:
        chosen = Chosen(name, tuple(kinds), quiet)
        self.channels.append(AlertChannel("http", chosen, outlet, AlertWriter("en", ZONE)))

    def restart(self) -> None:
        self._watch, self._tellers = None, {}

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    def begin(self, kind: str, subject: str = "", count: int = 0) -> None:
        known = self.source.wrong.get((kind, subject))
        since = known.since if known else self.now
        self.source.wrong[kind, subject] = Trouble(kind, subject, "", {}, since, count)

    def end(self, kind: str, subject: str = "") -> None:
        self.source.wrong.pop((kind, subject), None)

    def look(self) -> int:
        if self._watch is None:
            sources = [WatchedSource(self.source, 0.0)]
            self._watch = AlertWatch(self.state, sources, DAMPED, self._clock)
        return self._watch.look()

    def tell(self, name: str = "phone") -> int:
        if name not in self._tellers:
            (channel,) = (channel for channel in self.channels if channel.name == name)
            self._tellers[name] = ChannelTeller(self.state, channel, self.pace, self._clock)
        return self._tellers[name].tell()

    def step(self, **span: float) -> None:
        """A moment later: look, and let every channel tell."""
        self.pass_time(**span)
        self.look()
        for channel in self.channels:
            self.tell(channel.name)

    def going_on(self) -> list[AlertRecord]:
        with closing(open_alerts_state(self.state)) as db:
            return going_on(db)

    def _clock(self) -> datetime:
        return self.now.astimezone(ZONE)
