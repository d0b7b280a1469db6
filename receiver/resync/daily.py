"""A daily resync of the last days: late data (tags, transcripts, ratings) and lost deliveries are
in the store the next morning."""

import logging
import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from receiver.calltouch_api.client import ApiError
from receiver.data_dir import DataDir
from receiver.digest.settle import NotSettled
from receiver.inbox.writer import InboxUnavailable
from receiver.resync.plan import NothingToAsk, ResyncPlan, sites_to_ask
from receiver.resync.progress import PointsSpent, Progress
from receiver.resync.running import begin, resync
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

RETRY_SECONDS = 3600.0


def run_daily(settings: Settings, at: time, stop: threading.Event) -> None:
    """Run until `stop` is set. A failed run is resumed an hour later."""
    zone = ZoneInfo(settings.timezone)
    while not stop.wait(seconds_until(at, datetime.now(zone))):
        while not _run(settings, zone) and not stop.wait(RETRY_SECONDS):
            pass


def seconds_until(at: time, now: datetime) -> float:
    """Seconds until the clock in this zone next shows `at`; more than 0."""
    moment = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if moment <= now:
        moment += timedelta(days=1)
    return moment.timestamp() - now.timestamp()


def _run(settings: Settings, zone: ZoneInfo) -> bool:
    """True if there is nothing left to do today."""
    today = datetime.now(zone).date()
    progress = Progress(DataDir(settings.data_dir).state)
    try:
        first = today - timedelta(days=settings.resync_days - 1)
        plan = ResyncPlan(
            first, today, sites_to_ask(settings), request_models=settings.api_request_models
        )
        run, windows = begin(progress, plan)
        outcome = resync(settings, progress, run, windows)
    except (ApiError, PointsSpent, InboxUnavailable, NotSettled, NothingToAsk) as error:
        log.error("resync of the last %d days: %s", settings.resync_days, error)
        return False
    finally:
        progress.close()
    log.info("resync of the last %d days: %s", settings.resync_days, outcome.numbers())
    return True
