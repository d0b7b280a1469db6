"""Hosts that are silent, and parcels that do not move."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analytics.alerts.trouble import AlertRecord, Trouble
from receiver.alerts.source import Findings
from receiver.data_dir import DataDir
from receiver.ops.shipping_state import (
    SILENT_SECONDS,
    WAITING_SECONDS,
    HostState,
    ShippingState,
    read_state,
)
from receiver.settings.settings import Settings

SILENT, WAIT = "host_silent", "parcels_wait"


@dataclass(frozen=True, slots=True)
class ParcelTroubles:
    """`begun`: when somebody began to watch; the taker has a while after a start."""

    settings: Settings
    begun: datetime
    name: str = "parcels"
    kinds: frozenset[str] = frozenset((SILENT, WAIT))

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        if self.settings.parcels is None or now < self.begun + timedelta(seconds=WAITING_SECONDS):
            return Findings([])
        state = read_state(DataDir(self.settings.data_dir).shipping)
        return Findings(list(_troubles(state, now)))


def _troubles(state: ShippingState | None, now: datetime) -> Iterator[Trouble]:
    if state is None or state.is_old:
        since = now if state is None else datetime.fromtimestamp(state.at, UTC)
        yield Trouble(WAIT, "", "", {"reason": "the taker has not been heard of"}, since)
        return
    if state.trouble is not None:
        since = datetime.fromtimestamp(state.trouble_since or state.at, UTC)
        # PostgreSQL is restarted now and then; hosts are not heard of either, meanwhile.
        if now - since > timedelta(seconds=WAITING_SECONDS):
            yield Trouble(WAIT, "", "", {"reason": state.trouble}, since)
        return
    for host in state.hosts:
        yield from _of_host(host, now)


def _of_host(host: HostState, now: datetime) -> Iterator[Trouble]:
    if host.silent_seconds > SILENT_SECONDS:
        figures = {"waiting_bytes": float(host.waiting_bytes)}
        since = now - timedelta(seconds=host.silent_seconds)
        yield Trouble(SILENT, host.host, "", figures, since)
    elif host.oldest_seconds > WAITING_SECONDS:
        reason = f"parcels of {host.host} are not taken"
        since = now - timedelta(seconds=host.oldest_seconds)
        yield Trouble(WAIT, host.host, "", {"reason": reason}, since)
