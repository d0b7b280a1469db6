"""One run of resync from plan to outcome."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analytics.published import Published
from analytics.resync import leads_touched
from receiver.api.exports import Window
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from receiver.resync.fetching import Fetched, Fetching
from receiver.resync.plan import Plan
from receiver.resync.progress import Progress, Run
from receiver.settings import Settings
from receiver.settle import settle

SETTLE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of the whole run, also of what an interrupted call of it has done. `leads` = `new` +
    `changed` + `unchanged`: what the records did to the leads they are about."""

    web_requests: int
    fetched: int
    outside_their_day: int
    leads: int
    new: int
    changed: int
    unchanged: int


def begin(progress: Progress, plan: Plan, anew: bool = False) -> tuple[Run, list[Window]]:
    """The run of a plan, and what is left of it to be fetched."""
    run = progress.begin(plan.name, anew)
    return run, progress.remaining(run, plan.windows())


def resync(
    settings: Settings,
    progress: Progress,
    run: Run,
    windows: Sequence[Window],
    advance: Callable[[int], None] = lambda windows: None,
) -> Outcome:
    """Fetch the windows into the inbox, wait until they are digested, say what came of it.

    Raises `ApiError`, `PointsSpent`, `InboxUnavailable`, `NotSettled`.
    """
    inbox = InboxWriter(DataDir(settings.data_dir).inbox)

    def keep(window: Window, deliveries: list[Delivery]) -> None:
        inbox.put_all(deliveries)

    def finish(fetched: Fetched) -> None:
        progress.note_window(run, fetched.window, fetched.records, fetched.outside)

    def spend_point(site_id: int) -> None:
        progress.spend_point(run, site_id, settings.api_points_per_day)

    try:
        for _ in Fetching(settings, spend_point, keep, finish).fetch(windows):
            advance(1)
    finally:
        inbox.close()
    settle(settings, SETTLE_SECONDS)
    progress.finish(run)
    return _outcome(settings, progress, run)


def count_records(
    settings: Settings,
    progress: Progress,
    windows: Sequence[Window],
    advance: Callable[[int], None] = lambda windows: None,
) -> int:
    """Fetch the windows and keep nothing."""

    def spend_point(site_id: int) -> None:
        progress.spend_point(None, site_id, settings.api_points_per_day)

    records = 0
    for fetched in Fetching(settings, spend_point, lambda window, deliveries: None).fetch(windows):
        records += fetched.records
        advance(1)
    return records


def _outcome(settings: Settings, progress: Progress, run: Run) -> Outcome:
    with Published(DataDir(settings.data_dir).published).reading() as db:
        touched = leads_touched(db, run.started_at)
    requests, fetched, outside = progress.totals(run)
    return Outcome(
        web_requests=requests,
        fetched=fetched,
        outside_their_day=outside,
        leads=touched.leads,
        new=touched.new,
        changed=touched.changed,
        unchanged=touched.unchanged,
    )
