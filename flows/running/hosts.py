"""How many web requests a host gets at a time, how often, and when it is left alone.

After some attempts in a row without an answer a host is closed for a while, which doubles; then one
operation probes, and what has waited goes out slowly at first. Those that wait use up no tries.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

AT_ONCE = 2
_FAILURES_BEFORE_CLOSING = 5
_CLOSED_SECONDS, _LONGEST_SECONDS = 30.0, 900.0
_BUSY_SECONDS = 0.05
# Behind this rate a host that was closed is as any other.
_FULL_PER_SECOND = 64.0


@dataclass(frozen=True, slots=True)
class HostLimits:
    """None: as usual, and as often as wanted. `ca_file`: what its certificate must be signed by."""

    at_once: int | None = None
    per_second: float | None = None
    ca_file: str | None = None


PRESETS: Mapping[str, HostLimits] = {
    "*.bitrix24.ru": HostLimits(per_second=2),
    "*.amocrm.ru": HostLimits(per_second=7),
    "*.kommo.com": HostLimits(per_second=7),
    "api.telegram.org": HostLimits(per_second=20),
}
"""What services allow, as they say themselves."""


@dataclass(slots=True)
class HostState:
    """Times in seconds of the caller's clock. `failures`: in a row. `per_second`, since
    `faster_at`: how often it gets one after it was closed, 0 for as often as its limits say."""

    running: int = 0
    next_at: float = 0.0
    failures: int = 0
    closed_until: float = 0.0
    pauses: int = 0
    is_probed: bool = False
    per_second: float = 0.0
    faster_at: float = 0.0


@dataclass(slots=True)
class Hosts:
    """Used by all threads of the runner. `limits`: by name, or `*.example.ru`; before presets."""

    at_once: int = AT_ONCE
    limits: Mapping[str, HostLimits] = field(default_factory=dict)
    _states: dict[str, HostState] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, host: str, now: float) -> float:
        """0 where a request may begin now, which then has to `leave`; else how many seconds to
        wait before asking again."""
        limits = limits_of(host, self.limits)
        with self._lock:
            state = self._states.setdefault(host, HostState())
            if state.closed_until > now:
                return state.closed_until - now
            if state.pauses and state.is_probed:
                return 1.0
            if state.running >= (limits.at_once or self.at_once):
                return _BUSY_SECONDS
            if state.next_at > now:
                return state.next_at - now
            state.running += 1
            state.is_probed = bool(state.pauses)
            rates = [rate for rate in (limits.per_second, _slow_rate(state, now)) if rate]
            state.next_at = now + 1 / min(rates) if rates else 0.0
            return 0.0

    def leave(self, host: str, now: float, *, answered: bool | None) -> None:
        """`answered` None: nothing was sent, which says nothing of the host."""
        with self._lock:
            state = self._states[host]
            state.running -= 1
            state.is_probed = False
            if answered is None:
                return
            if answered:
                if state.pauses:
                    state.per_second, state.faster_at = 1.0, now + 2
                    state.next_at = now + 1
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


def limits_of(host: str, limits: Mapping[str, HostLimits]) -> HostLimits:
    """What is set for the name itself, else for the longest `*.` above it; else the preset."""
    own, preset = _set_for(host, limits), _set_for(host, PRESETS)
    return HostLimits(
        own.at_once or preset.at_once, own.per_second or preset.per_second, own.ca_file
    )


def _set_for(host: str, limits: Mapping[str, HostLimits]) -> HostLimits:
    return next((limits[name] for name in _names(host) if name in limits), HostLimits())


def _names(host: str) -> list[str]:
    """crm.example.ru, *.example.ru, *.ru"""
    parts = host.lower().rstrip(".").split(".")
    return [".".join(parts), *(f"*.{'.'.join(parts[at:])}" for at in range(1, len(parts)))]


def _slow_rate(state: HostState, now: float) -> float:
    """1, 2, 4 … a second after it was closed, until that is no limit any more."""
    while state.per_second and now >= state.faster_at:
        state.per_second *= 2
        state.faster_at += 1
        if state.per_second > _FULL_PER_SECOND:
            state.per_second = 0.0
    return state.per_second
