"""One day after the other: fetch it from the API, compare it with the published file.

Nothing is kept of what is fetched, unless `heal` is given: then the records of the leads that are
lost or differ go into the inbox, like those of a resync. Whether that helped is for another
comparison to say.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from analytics.reconcile import DifferingField, KnownLead, reconcile_day
from receiver.calltouch_api.exports import ExportWindow, LeadType
from receiver.calltouch_api.flaws import Flaw
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.workers.raw_delivery import WebhookDialect, decoded, undecoded
from receiver.inbox.delivery import Delivery, StampedDelivery
from receiver.inbox.reader import InboxEntry
from receiver.resync.fetching import ApiDelivery, FetchedWindow, WindowFetcher
from receiver.settings.settings import Settings

RESEND_DAYS = 31
"""Calltouch's cabinet sends a lead again up to so many days later, if it was sent at all."""

Heal = Callable[[list[Delivery]], None]
Place = tuple[date, int, LeadType]
"""What is compared at once: a day, a site, a type of lead."""


@dataclass(frozen=True, slots=True)
class ReconciledDay:
    """One day, site and type of lead. `lost`: Calltouch has them, the store has not. `outside`:
    records of other days, not compared. `flaws`: what of the answers could not be read."""

    day: date
    site_id: int
    lead_type: LeadType
    in_both: int
    only_webhook: int
    only_api: int
    lost: tuple[int, ...]
    differing: tuple[DifferingField, ...]
    outside: int = 0
    flaws: tuple[Flaw, ...] = ()

    @property
    def place(self) -> Place:
        return (self.day, self.site_id, self.lead_type)

    @property
    def in_api(self) -> int:
        return self.in_both + self.only_api + len(self.lost)

    @property
    def differing_leads(self) -> int:
        return len({field.lead_id for field in self.differing})

    @property
    def to_heal(self) -> set[int]:
        return {*self.lost, *(field.lead_id for field in self.differing)}

    @property
    def has_lost(self) -> bool:
        """Leads, or what would show whether any are."""
        return bool(self.lost) or any(flaw.hides_leads for flaw in self.flaws)

    @property
    def agrees(self) -> bool:
        """In every field, all of them read."""
        return not (self.lost or self.differing or self.flaws)


@dataclass(frozen=True, slots=True)
class _Day:
    """All that was fetched of one day, window by window."""

    deliveries: dict[ExportWindow, list[ApiDelivery]]
    fetched: list[FetchedWindow]

    def of(self, site_id: int, lead_type: str) -> list[ApiDelivery]:
        return [
            one
            for window in sorted(self.deliveries, key=_key)
            if (window.site_id, window.lead_type) == (site_id, lead_type)
            for one in self.deliveries[window]
        ]

    def named(self) -> list[tuple[str, int, int]]:
        """The leads that the API answered."""
        return sorted(
            {
                (window.lead_type, one.lead_id, window.site_id)
                for window, deliveries in self.deliveries.items()
                for one in deliveries
                if one.lead_id is not None
            }
        )


class DayComparison:
    """`note` is told of every window that was fetched."""

    def __init__(
        self,
        settings: Settings,
        published: Path,
        spend_point: Callable[[int], None],
        note: Callable[[FetchedWindow], None] = lambda fetched: None,
    ) -> None:
        self._settings = settings
        self._published = published
        self._fingerprint = fingerprint_for(settings)
        self._spend_point = spend_point
        self._note = note

    def compare(
        self, windows: Iterable[ExportWindow], heal: Heal | None = None
    ) -> Iterator[ReconciledDay]:
        """Each place of the windows, oldest day first. Raises `ApiError`, `PointsSpent`."""
        by_day = sorted(windows, key=lambda window: window.day)
        for day, its_windows in groupby(by_day, key=lambda window: window.day):
            yield from self._compare_day(day, list(its_windows), heal)

    def _compare_day(
        self, day: date, windows: Sequence[ExportWindow], heal: Heal | None
    ) -> Iterator[ReconciledDay]:
        found = self._fetch(windows)
        places = dict.fromkeys((window.lead_type, window.site_id) for window in windows)
        leads, fields = reconcile_day(
            self._published,
            self._fingerprint,
            day,
            asked=list(places),
            named=found.named(),
            records=lambda first_id: self._decoded(found, first_id),
        )
        for lead_type, site_id in places:
            one = _reconciled((day, site_id, lead_type), leads, fields, found.fetched)
            if heal is not None and one.to_heal:
                deliveries = found.of(site_id, lead_type)
                heal([each.delivery for each in deliveries if each.lead_id in one.to_heal])
            yield one

    def _fetch(self, windows: Sequence[ExportWindow]) -> _Day:
        deliveries: dict[ExportWindow, list[ApiDelivery]] = defaultdict(list)

        def keep(window: ExportWindow, page: list[ApiDelivery]) -> None:
            deliveries[window].extend(page)

        fetching = WindowFetcher(self._settings, self._spend_point, keep, self._note)
        return _Day(deliveries, list(fetching.fetch(windows)))

    def _decoded(self, found: _Day, first_id: int) -> pa.Table:
        now = time.time_ns()
        windows = sorted(found.deliveries, key=_key)
        numbered = [
            NumberedDelivery(number, InboxEntry("", 0, StampedDelivery(now, now, one.delivery)))
            for number, one in enumerate(
                (one for window in windows for one in found.deliveries[window]), first_id
            )
        ]
        return decoded(undecoded(numbered), WebhookDialect.of(self._settings))


def _reconciled(
    place: Place,
    leads: list[KnownLead],
    fields: list[DifferingField],
    fetched: list[FetchedWindow],
) -> ReconciledDay:
    day, site_id, lead_type = place
    known: dict[str, list[int]] = defaultdict(list)
    for lead in leads:
        if (lead.lead_type, lead.site_id) == (lead_type, site_id):
            known[lead.known_by].append(lead.lead_id)
    here = {lead_id for ids in known.values() for lead_id in ids}
    answers = [
        one for one in fetched if (one.window.site_id, one.window.lead_type) == (site_id, lead_type)
    ]
    return ReconciledDay(
        day=day,
        site_id=site_id,
        lead_type=lead_type,
        in_both=len(known["both"]),
        only_webhook=len(known["only webhook"]),
        only_api=len(known["only api"]),
        lost=tuple(known["lost"]),
        differing=tuple(f for f in fields if f.lead_type == lead_type and f.lead_id in here),
        outside=max((one.outside for one in answers), default=0),
        flaws=tuple(dict.fromkeys(flaw for one in answers for flaw in one.flaws)),
    )


def _key(window: ExportWindow) -> tuple[int, str, int]:
    return (window.site_id, window.lead_type, window.model or 0)


def remedy(day: date, today: date) -> str:
    """How a lost lead can still be had."""
    if (today - day).days <= RESEND_DAYS:
        return "resend or api"
    return "api"
