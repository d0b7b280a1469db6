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
    """`begun`: when somebody began to watch; after that the taker has a while."""

    settings: Settings
    begun: datetime
    name: str = "parcels"
    kinds: frozenset[str] = frozenset((SILENT, WAIT))

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        if self.settings.parcels is None:
            return Findings([])
        state = read_state(DataDir(self.settings.data_dir).shipping)
        wrong = _standing_still(state, self.begun)
        if wrong is None:
            assert state is not None
            return Findings([one for host in state.hosts for one in _of_host(host, now)])
        # Hosts are not heard of either, meanwhile: what was wrong with them is wrong still.
        before = [one for one in known if one.key != (WAIT, "")]
        troubles = [Trouble(o.kind, o.subject, o.cause, o.figures, o.began_at) for o in before]
        is_known = len(before) < len(known)
        # PostgreSQL is restarted now and then, and so is the taker.
        if is_known or now - wrong.since > timedelta(seconds=WAITING_SECONDS):
            troubles.append(wrong)
        return Findings(troubles)


def _standing_still(state: ShippingState | None, begun: datetime) -> Trouble | None:
    """Nothing at all moves."""
    if state is None or state.is_old:
        last = begun if state is None else datetime.fromtimestamp(state.at, UTC)
        reason = "the taker has not been heard of"
        return Trouble(WAIT, "", "", {"reason": reason}, max(last, begun))
    if state.trouble is not None:
        since = datetime.fromtimestamp(state.trouble_since or state.at, UTC)
        return Trouble(WAIT, "", "", {"reason": state.trouble}, since)
    return None


def _of_host(host: HostState, now: datetime) -> Iterator[Trouble]:
    if host.silent_seconds > SILENT_SECONDS:
        figures = {"waiting_bytes": float(host.waiting_bytes)}
        since = now - timedelta(seconds=host.silent_seconds)
        yield Trouble(SILENT, host.host, "", figures, since)
    elif host.oldest_seconds > WAITING_SECONDS:
        reason = f"parcels of {host.host} are not taken"
        since = now - timedelta(seconds=host.oldest_seconds)
        yield Trouble(WAIT, host.host, "", {"reason": reason}, since)
