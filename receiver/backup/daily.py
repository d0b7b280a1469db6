"""A backup every day, inside `serve`. One that was missed, because nothing ran or the disk was
away, is made as soon as it can be."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from receiver.backup.shelf import BackupShelf, moment_of
from receiver.backup.taking import BackupFailed, take_backup
from receiver.backup.tidying import keep_newest
from receiver.resync.daily import RETRY_SECONDS, seconds_until
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

# A clock that is set, or a machine that sleeps, is noticed by then.
_LOOK_SECONDS = 600.0


def run_daily_backup(
    settings: Settings, shelf: BackupShelf, at: time, stop: threading.Event
) -> None:
    """Run until `stop` is set."""
    zone = ZoneInfo(settings.timezone)
    pause = 0.0
    while not stop.wait(pause):
        if is_due(shelf, at, datetime.now(zone)) and not back_up(settings, shelf, stop):
            pause = RETRY_SECONDS
        else:
            pause = min(seconds_until(at, datetime.now(zone)), _LOOK_SECONDS)


def is_due(shelf: BackupShelf, at: time, now: datetime) -> bool:
    """Whether there is none that began since the clock last showed `at`."""
    newest = shelf.newest()
    last = now.timestamp() + seconds_until(at, now) - timedelta(days=1).total_seconds()
    return newest is None or moment_of(newest).timestamp() < last


def back_up(settings: Settings, shelf: BackupShelf, stop: threading.Event) -> bool:
    """Whether there is a new one now."""
    try:
        taken = take_backup(settings, shelf, _giving_up_when(stop))
    except BackupFailed as error:
        log.error("backup: %s", error)
        return False
    removed = keep_newest(shelf, settings.backup_keep)
    for fault in taken.manifest.faults:
        log.error("backup: %s", fault)
    log.info(
        "backup %s: %d deliveries, %d files linked, %.1f MB copied, %d older ones removed",
        taken.path.name,
        taken.manifest.deliveries,
        taken.linked,
        taken.copied_bytes / 1e6,
        len(removed),
    )
    return True


def _giving_up_when(stop: threading.Event) -> Callable[[int], None]:
    def check(count: int) -> None:
        if stop.is_set():
            raise BackupFailed("interrupted; it is made when `serve` runs again")

    return check
