"""How many web requests a host gets at a time, how often, and when it is left alone.

After some attempts in a row without an answer a host is closed for a while, which doubles; then one
operation probes, and once it is answered what has waited follows ever faster. Those that wait use
up no tries.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from receiver.settings.tables import HostSettings

AT_ONCE = 2
_FAILURES_BEFORE_CLOSING = 5
_CLOSED_SECONDS, _LONGEST_SECONDS = 30.0, 900.0
_BUSY_SECONDS = 0.05
# 1, 2, 4 … a second, for so many seconds.
_REOPENING_SECONDS = 6
PRESETS: Mapping[str, HostSettings] = {
    "*.bitrix24.ru": HostSettings(per_second=2.0),
    "*.amocrm.ru": HostSettings(per_second=7.0),
    "*.kommo.com": HostSettings(per_second=7.0),
    "api.telegram.org": HostSettings(per_second=20.0),
}


@dataclass(slots=True)
class HostState:
    """Times in seconds of the caller's clock. `failures`: in a row."""

    running: int = 0
    next_at: float = 0.0
    failures: int = 0
    closed_until: float = 0.0
    pauses: int = 0
    is_probed: bool = False
    reopened_at: float | None = None


@dataclass(slots=True)
class Hosts:
    """Used by all threads of the runner. `settings`: by the names of hosts, `*.example.ru` is every
    name below it."""

    at_once: int = AT_ONCE
    settings: Mapping[str, HostSettings] = field(default_factory=dict)
    _states: dict[str, HostState] = field(default_factory=dict)
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def enter_soon(self, host: str, clock: Callable[[], float]) -> float:
        """As `enter`; while the host is only busy, waits a moment for somebody to leave it. To put
        the operation back instead would take a sync, and the turn would pass unused."""
        gives_up_at = time.monotonic() + _BUSY_SECONDS
        with self._lock:
            while (wait := self.enter(host, clock())) == _BUSY_SECONDS:
                seconds = gives_up_at - time.monotonic()
                if seconds <= 0:
                    break
                self._lock.wait(seconds)
        return wait

    def enter(self, host: str, now: float) -> float:
        """0 where a request may begin now, which then has to `leave`; else how many seconds to
        wait before asking again."""
        with self._lock:
            state = self._states.setdefault(host, HostState())
            if state.closed_until > now:
                return state.closed_until - now
            if state.pauses and state.is_probed:
                return 1.0
            if state.running >= (self.of(host).at_once or self.at_once):
                return _BUSY_SECONDS
            if state.next_at > now:
                return state.next_at - now
            state.running += 1
            state.is_probed = bool(state.pauses)
            rate = self._rate(host, state, now)
            state.next_at = now + 1 / rate if rate else 0.0
            return 0.0

    def leave(self, host: str, now: float, *, answered: bool | None) -> None:
        """`answered` None: nothing was sent, which says nothing of the host."""
        with self._lock:
            state = self._states[host]
            state.running -= 1
            state.is_probed = False
            self._lock.notify_all()
            if answered is None:
                return
            if answered:
                if state.pauses:
                    state.reopened_at = state.next_at = now
                state.failures = state.pauses = 0
                return
            state.failures += 1
            if state.failures >= _FAILURES_BEFORE_CLOSING or state.pauses:
                pause = min(_CLOSED_SECONDS * 2**state.pauses, _LONGEST_SECONDS)
                state.closed_until = now + pause
                state.pauses = min(state.pauses + 1, 10)

    def closed(self, now: float) -> dict[str, float]:
        """Hosts that are left alone now, and for how many seconds yet."""
        with self._lock:
            return {
                host: state.closed_until - now
                for host, state in self._states.items()
                if state.closed_until > now
            }

    def of(self, host: str) -> HostSettings:
        """What is set for a host; else what is known of it."""
        return _found(host, self.settings) or _found(host, PRESETS) or HostSettings()

    def _rate(self, host: str, state: HostState, now: float) -> float | None:
        """Requests a second; None where it does not matter."""
        settings = self.of(host)
        rate = settings.per_second or (_found(host, PRESETS) or settings).per_second
        if state.reopened_at is None:
            return rate
        seconds = now - state.reopened_at
        if not 0 <= seconds < _REOPENING_SECONDS:
            state.reopened_at = None
            return rate
        reopening = 2.0 ** int(seconds)
        return reopening if rate is None else min(rate, reopening)


def _found(host: str, settings: Mapping[str, HostSettings]) -> HostSettings | None:
    """By its whole name, else by the longest end of it."""
    if host in settings:
        return settings[host]
    ends = [name for name in settings if name.startswith("*.") and host.endswith(name[1:])]
    return settings[max(ends, key=len)] if ends else None
