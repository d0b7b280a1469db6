"""One reconcile run, from plan to outcome."""

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
from receiver.published import published_source
from receiver.reconcile.comparing import DayComparison, Heal, ReconciledDay
from receiver.reconcile.results import Results
from receiver.resync.plan import ResyncPlan
from receiver.resync.progress import PointsSpent, Progress
from receiver.resync.running import SETTLE_SECONDS
from receiver.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class ReconcileOutcome:
    """`found`: one result per day, site and lead type. `again`: second results for those that were
    healed."""

    found: tuple[ReconciledDay, ...]
    again: tuple[ReconciledDay, ...] = ()

    @property
    def now(self) -> tuple[ReconciledDay, ...]:
        """The latest result for each."""
        later = {result.place: result for result in self.again}
        return tuple(later.get(result.place, result) for result in self.found)


def reconcile(
    settings: Settings,
    plan: ResyncPlan,
    heal: bool,
    advance: Callable[[int], None] = lambda places: None,
) -> ReconcileOutcome:
    """Compare; with `heal`, fetch what is lost or differs into the inbox and compare that again.

    Raises `ApiError`, `PointsSpent`, `InboxUnavailable`, `NotSettled`.
    """
    settle(settings, SETTLE_SECONDS)
    data_dir = DataDir(settings.data_dir)
    with closing(Progress(data_dir.state)) as progress, closing(Results(data_dir.state)) as results:
        comparing = DayComparison(
            settings,
            published_source(settings),
            lambda site_id: progress.spend_point(None, site_id, settings.api_points_per_day),
            progress.note_models,
        )
        today = datetime.now(ZoneInfo(settings.timezone)).date()

        def compared(
            windows: Sequence[ExportWindow], take_in: Heal | None
        ) -> Iterator[ReconciledDay]:
            for result in comparing.compare(windows, take_in):
                results.note(result, today)
                yield result

        windows = plan.windows()
        days = []
        with _inbox(data_dir, heal) as take_in:
            for result in compared(windows, take_in):
                days.append(result)
                advance(1)
        healed = {result.place for result in days if heal and result.to_heal}
        if not healed:
            return ReconcileOutcome(tuple(days))
        settle(settings, SETTLE_SECONDS)
        left = [w for w in windows if (w.day, w.site_id, w.lead_type) in healed]
        try:
            return ReconcileOutcome(tuple(days), tuple(compared(left, None)))
        except (ApiError, PointsSpent) as error:
            raise type(error)(f"fetched, but not compared again: {error}") from None


@contextmanager
def _inbox(data_dir: DataDir, heal: bool) -> Iterator[Heal | None]:
    if not heal:
        yield None
        return
    with closing(InboxWriter(data_dir.inbox)) as inbox:
        yield inbox.put_all
