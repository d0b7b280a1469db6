"""How many web requests a host gets at a time, how often, and when it is left alone.

After some attempts in a row without an answer a host is closed for a while, which doubles; then one
operation probes. Those that wait use up no tries.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

AT_ONCE = 2
_FAILURES_BEFORE_CLOSING = 5
_CLOSED_SECONDS, _LONGEST_SECONDS = 30.0, 900.0
_BUSY_SECONDS = 0.05
_PER_SECOND = {
    "bitrix24.ru": 2.0,
    "amocrm.ru": 7.0,
    "kommo.com": 7.0,
    "api.telegram.org": 20.0,
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


@dataclass(slots=True)
class Hosts:
    """Used by all threads of the runner."""

    at_once: int = AT_ONCE
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
            if state.running >= self.at_once:
                return _BUSY_SECONDS
            if state.next_at > now:
                return state.next_at - now
            state.running += 1
            state.is_probed = bool(state.pauses)
            rate = _rate(host)
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


def _rate(host: str) -> float | None:
    for name, rate in _PER_SECOND.items():
        if host == name or host.endswith(f".{name}"):
            return rate
    return None
