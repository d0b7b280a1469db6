"""One run of reconcile from plan to outcome."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from receiver.calltouch_api.client import ApiError
from receiver.calltouch_api.exports import ExportWindow
from receiver.data_dir import DataDir
from receiver.digest.settle import settle
from receiver.inbox.writer import InboxWriter
from receiver.reconcile.comparing import DayComparison, Heal, ReconciledDay
from receiver.reconcile.results import Results
from receiver.resync.plan import ResyncPlan
from receiver.resync.progress import PointsSpent, Progress
from receiver.resync.running import SETTLE_SECONDS
from receiver.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class ReconcileOutcome:
    """`found`: each day, site and type of lead. `again`: of those that something was taken in for,
    how they compare afterwards."""

    found: tuple[ReconciledDay, ...]
    again: tuple[ReconciledDay, ...] = ()

    @property
    def now(self) -> tuple[ReconciledDay, ...]:
        """The last word on each."""
        later = {one.place: one for one in self.again}
        return tuple(later.get(one.place, one) for one in self.found)


def reconcile(
    settings: Settings,
    plan: ResyncPlan,
    heal: bool,
    advance: Callable[[int], None] = lambda places: None,
) -> ReconcileOutcome:
    """Compare; with `heal` take in what is lost or differs, and compare that again, since taking in
    is no proof of anything.

    Raises `ApiError`, `PointsSpent`, `InboxUnavailable`, `NotSettled`.
    """
    settle(settings, SETTLE_SECONDS)
    place = DataDir(settings.data_dir)
    with closing(Progress(place.state)) as progress, closing(Results(place.state)) as results:
        comparing = DayComparison(
            settings,
            place.published,
            lambda site_id: progress.spend_point(None, site_id, settings.api_points_per_day),
            progress.note_models,
        )
        today = datetime.now(ZoneInfo(settings.timezone)).date()

        def compared(
            windows: Sequence[ExportWindow], take_in: Heal | None
        ) -> Iterator[ReconciledDay]:
            for one in comparing.compare(windows, take_in):
                results.note(one, today)
                yield one

        windows = plan.windows()
        found = []
        with _inbox(place, heal) as take_in:
            for one in compared(windows, take_in):
                found.append(one)
                advance(1)
        healed = {one.place for one in found if heal and one.to_heal}
        if not healed:
            return ReconcileOutcome(tuple(found))
        settle(settings, SETTLE_SECONDS)
        left = [one for one in windows if (one.day, one.site_id, one.lead_type) in healed]
        try:
            return ReconcileOutcome(tuple(found), tuple(compared(left, None)))
        except (ApiError, PointsSpent) as error:
            raise type(error)(f"taken in, but not compared again: {error}") from None


@contextmanager
def _inbox(place: DataDir, heal: bool) -> Iterator[Heal | None]:
    if not heal:
        yield None
        return
    with closing(InboxWriter(place.inbox)) as inbox:
        yield inbox.put_all
