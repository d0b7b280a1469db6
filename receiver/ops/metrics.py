"""Prometheus metrics across processes: each counts in files that any of them can sum up.

The files live in memory (`/dev/shm`): written through mmap on a full disk, they would kill the
process that counts. prometheus_client chooses this mode by an environment variable when it is
imported, so the variable is set before the import; `count_in` names the directory.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
os.environ.setdefault(_VARIABLE, os.devnull)

from prometheus_client import (  # noqa: E402
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

_MEMORY = Path("/dev/shm")
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class ReceiverMetrics:
    """The counters of a receiver's worker."""

    def __init__(self, data_dir: Path) -> None:
        count_in(data_dir)
        registry = CollectorRegistry()
        self.accepted = Counter(
            "calltouch_deliveries_accepted",
            "Deliveries answered 200 after the sync",
            ["webhook"],
            registry=registry,
        )
        self.refused = Counter(
            "calltouch_deliveries_refused",
            "Web requests to the receiver that were not accepted, by reason",
            ["reason"],
            registry=registry,
        )
        self.flow_received = Counter(
            "calltouch_flow_received",
            "Deliveries kept at the addresses of flows",
            ["flow"],
            registry=registry,
        )
        self.flow_refused = Counter(
            "calltouch_flow_refused",
            "Web requests to the addresses of flows that were not kept, by reason",
            ["flow", "reason"],
            registry=registry,
        )
        self._group = Histogram(
            "calltouch_inbox_group_deliveries",
            "Deliveries per write and sync",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
            registry=registry,
        )
        self._commit = Histogram(
            "calltouch_inbox_commit_seconds",
            "Time of a write and its sync",
            buckets=_SECONDS,
            registry=registry,
        )
        # Creates the counters' file: later there may be no descriptor left for it.
        self.accepted.labels("default")

    def observe_commit(self, count: int, seconds: float) -> None:
        self._group.observe(count)
        self._commit.observe(seconds)


class DigestMetrics:
    """The counters of digest."""

    def __init__(self, data_dir: Path) -> None:
        count_in(data_dir)
        registry = CollectorRegistry()
        self.digested = Counter(
            "calltouch_deliveries_digested",
            "Deliveries folded into the store, by outcome",
            ["outcome"],
            registry=registry,
        )
        self.published = Histogram(
            "calltouch_publish_seconds",
            "Time of publishing the store",
            buckets=_SECONDS,
            registry=registry,
        )
        self.damaged = Counter(
            "calltouch_inbox_damaged_bytes",
            "Bytes of the inbox that were found damaged",
            registry=registry,
        )
        self.recoveries = Counter(
            "calltouch_store_recoveries",
            "Steps that were taken to get a store that opens",
            ["step"],
            registry=registry,
        )
        self.last_delivery_id = _newest(
            registry, "calltouch_last_delivery_id", "Last delivery in the published file"
        )
        self.published_at = _newest(
            registry, "calltouch_published_timestamp_seconds", "When the file was published"
        )
        self.pending_bytes = _newest(
            registry, "calltouch_inbox_pending_bytes", "Bytes of the inbox not digested yet"
        )
        self.store_bytes = _newest(registry, "calltouch_store_bytes", "Size of the store's file")
        self.archive_faults = _newest(
            registry, "calltouch_archive_faults", "What is missing or damaged in the archive"
        )
        self.lost = _newest(
            registry, "calltouch_deliveries_lost", "Deliveries the archive lost for good"
        )
        self.waits = _newest(
            registry, "calltouch_store_waits", "1: a rebuild of the store waits for the archive"
        )

    def count_outcomes(self, counts: Mapping[str, int]) -> None:
        for outcome, count in counts.items():
            self.digested.labels(outcome).inc(count)

    def count_recovery(self, step: str) -> None:
        self.recoveries.labels(step).inc()

    def note_publication(self, last_id: int, seconds: float, store_bytes: int) -> None:
        self.published.observe(seconds)
        self.note_published(last_id, time.time(), store_bytes)

    def note_published(self, last_id: int, at: float, store_bytes: int) -> None:
        """`at`: in Unix seconds."""
        self.published_at.set(at)
        self.last_delivery_id.set(last_id)
        self.store_bytes.set(store_bytes)

    def note_archive(self, faults: int, lost: int) -> None:
        self.archive_faults.set(faults)
        self.lost.set(lost)

    def note_waiting(self, waits: bool) -> None:
        self.waits.set(waits)


def count_in(data_dir: Path) -> Path:
    """Make this process count in the directory that belongs to this data directory."""
    directory = directory_for(data_dir)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[_VARIABLE] = str(directory)
    return directory


def directory_for(data_dir: Path) -> Path:
    root = data_dir.resolve()
    if not _MEMORY.is_dir():
        return root / "metrics"
    digest = hashlib.sha256(str(root).encode()).hexdigest()[:16]
    return _MEMORY / f"calltouch-{os.getuid()}-{digest}"


def forget(data_dir: Path) -> None:
    """Start over: drop what earlier processes counted."""
    shutil.rmtree(directory_for(data_dir), ignore_errors=True)


def exposition(data_dir: Path) -> bytes:
    """The sum over all processes, as Prometheus text."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=str(count_in(data_dir)))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _newest(registry: CollectorRegistry, name: str, meaning: str) -> Gauge:
    return Gauge(name, meaning, multiprocess_mode="mostrecent", registry=registry)
