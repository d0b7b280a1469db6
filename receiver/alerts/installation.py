"""What may be wrong with the installation: the disk, the archive, a digest that does not keep up, a
backup that is too old."""

import math
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.alerts.trouble import AlertRecord, Figures, Trouble
from receiver.alerts.source import CannotLook, Findings
from receiver.data_dir import DataDir
from receiver.digest.disk_room import ROOM_FOR_INBOX_BYTES
from receiver.inbox.watermark import Watermark
from receiver.ops.backup_age import is_backup_old
from receiver.ops.metrics import exposition
from receiver.settings.settings import Settings

DISK, ARCHIVE, BEHIND, WAITS, BACKUP = (
    "disk_full",
    "archive_faults",
    "digest_behind",
    "store_waits",
    "backup_old",
)
# Digest leaves the last of the disk to the inbox; people are told before it does.
LEAST_FREE_BYTES = 4 * ROOM_FOR_INBOX_BYTES
STILL_SECONDS, UNPUBLISHED_SECONDS = 900.0, 1_800.0
_METRIC = re.compile(r"^calltouch_(\w+) (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class InstallationTroubles:
    """`begun`: when somebody began to watch; what stood still before was nobody's fault.
    `free_bytes`: of the disk. `metrics`: see `newest_metrics`."""

    settings: Settings
    begun: datetime
    free_bytes: Callable[[], int]
    metrics: Callable[[], Mapping[str, float]]
    name: str = "installation"
    kinds: frozenset[str] = frozenset((DISK, ARCHIVE, BEHIND, WAITS, BACKUP))

    @classmethod
    def of(cls, settings: Settings, begun: datetime) -> "InstallationTroubles":
        return cls(
            settings,
            begun,
            lambda: shutil.disk_usage(settings.data_dir).free,
            lambda: newest_metrics(settings.data_dir),
        )

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        before = {alert.kind: alert for alert in known}
        try:
            wrong = self._wrong(before, now)
        except OSError as error:
            raise CannotLook(error.strerror or type(error).__name__) from error
        return Findings(
            [
                Trouble(kind, "", "", figures, before[kind].began_at if kind in before else now)
                for kind, figures in wrong.items()
            ]
        )

    def _wrong(self, before: Mapping[str, AlertRecord], now: datetime) -> dict[str, Figures]:
        """By kind."""
        metrics = self.metrics()
        found = _of_digest(metrics, before)
        free = self.free_bytes()
        if free < LEAST_FREE_BYTES:
            found[DISK] = {"free_mib": free >> 20}
        # What keeps digest is told by its own name.
        if not found and self._is_behind(metrics, BEHIND in before, now):
            published_at = self._published_at() or now
            pending = int(metrics.get("inbox_pending_bytes", 0)) >> 20
            found[BEHIND] = {"published_at": published_at.isoformat(), "pending_mib": pending}
        watched = math.inf if BACKUP in before else (now - self.begun).total_seconds()
        if is_backup_old(self.settings, watched):
            found[BACKUP] = {}
        return found

    def _is_behind(self, metrics: Mapping[str, float], was_behind: bool, now: datetime) -> bool:
        """Digest raises its watermark whenever it looks; else it hangs, waits or is dead. After a
        start it has a while."""
        place = DataDir(self.settings.data_dir)
        if not (place.inbox / "watermark").exists():
            return False
        if not was_behind and now < self.begun + timedelta(seconds=STILL_SECONDS):
            return False
        if now.timestamp() - Watermark(place.inbox).read() / 1e9 > STILL_SECONDS:
            return True
        published_at = self._published_at()
        is_old = published_at is not None and now > published_at + timedelta(
            seconds=UNPUBLISHED_SECONDS
        )
        return bool(metrics.get("inbox_pending_bytes", 0)) and is_old

    def _published_at(self) -> datetime | None:
        """None where the store is a lake: a file that lies there still is of the past."""
        if self.settings.lake is not None:
            return None
        return changed_at(DataDir(self.settings.data_dir).published)


def newest_metrics(data_dir: Path) -> dict[str, float]:
    """Those without labels, by name without `calltouch_`. What its process has not told since the
    start of `serve` is not there."""
    text = exposition(data_dir).decode("utf-8", "replace")
    return {name: float(value) for name, value in _METRIC.findall(text)}


def changed_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _of_digest(
    metrics: Mapping[str, float], before: Mapping[str, AlertRecord]
) -> dict[str, Figures]:
    """What digest tells of itself. Until it has, what was wrong is taken to be wrong still."""
    found: dict[str, Figures] = {}
    faults, lost = metrics.get("archive_faults"), metrics.get("deliveries_lost", 0.0)
    if faults is None and ARCHIVE in before:
        found[ARCHIVE] = before[ARCHIVE].figures
    elif faults or lost:
        found[ARCHIVE] = {"faults": faults or 0.0, "lost": lost}
    waits = metrics.get("store_waits")
    if waits or (waits is None and WAITS in before):
        found[WAITS] = {}
    return found
