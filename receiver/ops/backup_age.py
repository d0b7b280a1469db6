"""How old the newest backup is: for Prometheus, for `doctor`, for whoever is to be told."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from receiver.backup.shelf import BackupShelf
from receiver.settings.settings import Settings

DAY = 86_400.0
# A daily one has a day and a half: a night of failures is not silence yet.
MOST_DAILY_SECONDS, MOST_SECONDS = 1.5 * DAY, 8 * DAY
_FIRST_SECONDS = 3_600.0


def backup_age_seconds(settings: Settings) -> float | None:
    """Infinite where there is none yet; None where no directory of backups is set."""
    if settings.backup_to is None:
        return None
    age = BackupShelf(settings.backup_to).age_seconds(datetime.now(UTC))
    return math.inf if age is None else age


def is_backup_old(settings: Settings, watched_seconds: float = math.inf) -> bool:
    """Older than it may be: a day and a half where `serve` makes them, else eight days. Where there
    is none, the first has an hour from when somebody began to watch."""
    age = backup_age_seconds(settings)
    if age is None:
        return False
    if age == math.inf:
        return watched_seconds > _FIRST_SECONDS
    return age > (MOST_DAILY_SECONDS if settings.backup_at is not None else MOST_SECONDS)


class BackupMetrics:
    """Nothing where no directory of backups is set."""

    def __init__(self, settings: Settings) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_AgeCollector(settings))

    def exposition(self) -> bytes:
        return generate_latest(self._registry)


class _AgeCollector(Collector):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        age = backup_age_seconds(self._settings)
        if age is not None:
            meaning = "Since the newest backup began; infinite where there is none"
            yield GaugeMetricFamily("calltouch_backup_age_seconds", meaning, age)
