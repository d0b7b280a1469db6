"""What `flows.sqlite` tells of flows, as Prometheus text. Not for a worker of the receiver, which
opens no database.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

# A million operations take over a second to count, however often somebody asks.
_KEEP_SECONDS = 10.0
_LEAST_REST = 20

_BY_STATE = "select flow, state, count(*) from operations group by flow, state"
_WAITING = """
select flow, count(*), min(received_at) from operations
where state in ('waiting', 'running', 'behind') group by flow
"""
_ATTEMPTS = """
select flow, host, outcome, count(*) from attempts
join operations on operations.operation_id = attempts.operation_id
where outcome <> '' group by flow, host, outcome
"""
_SECONDS = """
select host, count(*), sum((julianday(ended_at) - julianday(begun_at)) * 86400) from attempts
where ended_at is not null group by host
"""
_DUPLICATES = "select flow, sum(times - 1) from seen_keys group by flow"


class FlowMetrics:
    """Empty without a file, or with one that cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(FlowCollector(path))
        self._kept = b""
        self._next = 0.0

    def exposition(self) -> bytes:
        if not self._path.exists():
            return b""
        begun = time.monotonic()
        if begun >= self._next:
            self._kept = generate_latest(self._registry)
            ended = time.monotonic()
            self._next = ended + max(_KEEP_SECONDS, _LEAST_REST * (ended - begun))
        return self._kept


class FlowCollector(Collector):
    """Reads the file each time it is asked."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def collect(self) -> Iterator[Metric]:
        try:
            with closing(self._open()) as db:
                yield from _metrics(db)
        except sqlite3.Error:
            return
        size = sum(path.stat().st_size for path in self._files() if path.exists())
        yield GaugeMetricFamily("calltouch_flow_history_bytes", "Size of flows.sqlite", size)

    def _open(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, timeout=5)

    def _files(self) -> tuple[Path, Path]:
        return self._path, self._path.with_name(f"{self._path.name}-wal")


def _metrics(db: sqlite3.Connection) -> list[Metric]:
    """All read before any is given, so that a broken file gives none."""
    operations = _gauge("operations", "Operations by state", "flow", "state")
    for flow, state, count in db.execute(_BY_STATE):
        operations.add_metric([flow, state], count)
    waiting = _gauge("waiting", "Operations that wait or run", "flow")
    oldest = _gauge("oldest_waiting_seconds", "Age of the oldest of them", "flow")
    for flow, count, received_at in db.execute(_WAITING):
        waiting.add_metric([flow], count)
        oldest.add_metric([flow], _age(received_at))
    attempts = _gauge("attempts", "Attempts in the history, by outcome", "flow", "host", "outcome")
    for flow, host, outcome, count in db.execute(_ATTEMPTS):
        attempts.add_metric([flow, host, outcome], count)
    duplicates = _gauge("duplicates", "Deliveries with a key that was seen before", "flow")
    for flow, count in db.execute(_DUPLICATES):
        duplicates.add_metric([flow], count)
    seconds = SummaryMetricFamily(
        "calltouch_flow_attempt_seconds", "How long attempts took", labels=["host"]
    )
    for host, count, total in db.execute(_SECONDS):
        seconds.add_metric([host], count, total)
    return [operations, waiting, oldest, attempts, duplicates, seconds]


def _gauge(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"calltouch_flow_{name}", meaning, labels=labels)


def _age(received_at: str) -> float:
    age = datetime.now(UTC) - datetime.fromisoformat(received_at)
    return max(age.total_seconds(), 0.0)
