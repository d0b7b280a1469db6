"""How far each receiving host is, for Prometheus: as the taker wrote it down last."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from receiver.ops.shipping_state import HostState, read_state

_GAUGES = {
    "calltouch_host_shipped": ("Number of the last parcel a host has handed over", "shipped"),
    "calltouch_host_taken": ("Number of the last parcel of a host that is taken", "taken"),
    "calltouch_host_oldest_seconds": (
        "Age of the oldest parcel of a host that is not taken",
        "oldest_seconds",
    ),
    "calltouch_host_silent_seconds": ("Since a host was heard of", "silent_seconds"),
    "calltouch_host_waiting_bytes": ("What a host had not handed over", "waiting_bytes"),
    "calltouch_host_missing": (
        "Parcels of a host that were no longer kept when they were to be taken",
        "missing",
    ),
    "calltouch_host_addresses_behind_seconds": (
        "For how long there have been other addresses of flows than a host serves",
        "addresses_behind_seconds",
    ),
}


class ShippingMetrics:
    """Nothing where nobody takes parcels."""

    def __init__(self, path: Path) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_HostsCollector(path))

    def exposition(self) -> bytes:
        return generate_latest(self._registry)


class _HostsCollector(Collector):
    def __init__(self, path: Path) -> None:
        self._path = path

    def collect(self) -> Iterator[Metric]:
        state = read_state(self._path)
        if state is None:
            return
        moves = GaugeMetricFamily(
            "calltouch_parcels_move", "1: parcels are shipped or taken, 0: something is in the way"
        )
        moves.add_metric([], float(state.trouble is None and not state.is_old))
        yield moves
        yield from (_family(name, *about, state.hosts) for name, about in _GAUGES.items())


def _family(name: str, meaning: str, field: str, hosts: tuple[HostState, ...]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=["host"])
    for host in hosts:
        family.add_metric([host.host], float(getattr(host, field)))
    return family
