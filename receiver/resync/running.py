"""One resync run, from plan to outcome."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

from analytics.published_file import Published
from analytics.resync import leads_touched
from receiver.calltouch_api.exports import ExportWindow
from receiver.calltouch_api.flaws import Flaw
from receiver.data_dir import DataDir
from receiver.digest.settle import settle
from receiver.inbox.writer import InboxWriter
from receiver.published import published_source
from receiver.resync.fetching import ApiDelivery, FetchedWindow, WindowFetcher
from receiver.resync.plan import ResyncPlan
from receiver.resync.progress import Progress, Run
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

SETTLE_SECONDS = 600.0
_FLAWS_LOGGED = 5


@dataclass(frozen=True, slots=True)
class ResyncOutcome:
    """Totals of the whole run, including earlier, interrupted calls. `leads` = `new` + `changed` +
    `unchanged`: what the records did to their leads. `unread`: what this call could not read in
    Calltouch's answers."""

    web_requests: int
    fetched: int
    outside_their_day: int
    leads: int
    new: int
    changed: int
    unchanged: int
    unread: tuple[Flaw, ...]

    def numbers(self) -> dict[str, int]:
        """Fields by name; `unread` as a count."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**named, "unread": len(self.unread)}


def begin(
    progress: Progress, plan: ResyncPlan, anew: bool = False
) -> tuple[Run, list[ExportWindow]]:
    """The run of a plan and its remaining windows."""
    run = progress.begin(plan.name, anew)
    return run, progress.remaining(run, plan.windows())


def resync(
    settings: Settings,
    progress: Progress,
    run: Run,
    windows: Sequence[ExportWindow],
    advance: Callable[[int], None] = lambda windows: None,
) -> ResyncOutcome:
    """Fetch the windows into the inbox, wait until they are digested and return the outcome.

    Raises `ApiError`, `PointsSpent`, `InboxUnavailable`, `NotSettled`.
    """
    inbox = InboxWriter(DataDir(settings.data_dir).inbox)

    def keep(window: ExportWindow, deliveries: list[ApiDelivery]) -> None:
        inbox.put_all([fetched.delivery for fetched in deliveries])

    def finish(fetched: FetchedWindow) -> None:
        progress.note_models(fetched)
        progress.note_window(run, fetched)

    def spend_point(site_id: int) -> None:
        progress.spend_point(run, site_id, settings.api_points_per_day)

    unread: list[Flaw] = []
    try:
        for fetched in WindowFetcher(settings, spend_point, keep, finish).fetch(windows):
            unread += fetched.flaws
            log_flaws(fetched.flaws)
            advance(1)
    finally:
        inbox.close()
    settle(settings, SETTLE_SECONDS)
    progress.finish(run)
    return _outcome(settings, progress, run, unread)


def count_records(
    settings: Settings,
    progress: Progress,
    windows: Sequence[ExportWindow],
    advance: Callable[[int], None] = lambda windows: None,
) -> tuple[int, tuple[Flaw, ...]]:
    """Fetch the windows without storing: number of records, and what could not be read."""

    def spend_point(site_id: int) -> None:
        progress.spend_point(None, site_id, settings.api_points_per_day)

    records, unread = 0, list[Flaw]()
    for fetched in WindowFetcher(settings, spend_point, lambda window, deliveries: None).fetch(
        windows
    ):
        records += fetched.records
        unread += fetched.flaws
        advance(1)
    return records, tuple(dict.fromkeys(unread))


def log_flaws(flaws: Sequence[Flaw]) -> None:
    """Log immediately, so that they survive a failure of the run."""
    for flaw in flaws[:_FLAWS_LOGGED]:
        log.warning("%s", flaw)
    if len(flaws) > _FLAWS_LOGGED:
        log.warning("and %d more for that day", len(flaws) - _FLAWS_LOGGED)


def _outcome(
    settings: Settings, progress: Progress, run: Run, unread: Iterable[Flaw]
) -> ResyncOutcome:
    with Published(published_source(settings)).reading() as db:
        touched = leads_touched(db, run.started_at)
    requests, fetched, outside = progress.totals(run)
    return ResyncOutcome(
        web_requests=requests,
        fetched=fetched,
        outside_their_day=outside,
        leads=touched.leads,
        new=touched.new,
        changed=touched.changed,
        unchanged=touched.unchanged,
        unread=tuple(dict.fromkeys(unread)),
    )
