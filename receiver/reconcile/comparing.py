"""Fetches each day from the API and compares it with the published file.

Fetched records are not stored, except with `heal`: then records of leads that are lost or differ go
into the inbox, as in a resync. Whether that helped is for the next comparison to tell.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import pyarrow as pa

from analytics.published_file import PublishedSource
from analytics.reconcile import DifferingField, KnownLead, reconcile_day
from analytics.stand_ins import ERASED
from receiver.calltouch_api.exports import ExportWindow, LeadType
from receiver.calltouch_api.flaws import Flaw
from receiver.data_dir import DataDir
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.erasing.erasures import ErasureLog, LeadKey
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.workers.raw_delivery import WebhookDialect, decoded, undecoded
from receiver.inbox.delivery import Delivery, StampedDelivery
from receiver.inbox.reader import InboxEntry
from receiver.resync.fetching import ApiDelivery, FetchedWindow, WindowFetcher
from receiver.settings.settings import Settings

RESEND_DAYS = 31
"""Calltouch can resend a lead for this many days, if it tried to send it at all."""

Heal = Callable[[list[Delivery]], None]
Place = tuple[date, int, LeadType]
"""The unit of comparison: a day, a site, a lead type."""


@dataclass(frozen=True, slots=True)
class ReconciledDay:
    """One day, site and lead type. `lost`: Calltouch has them, the store does not. `outside`:
    records of other days, not compared. `flaws`: parts of the answers that could not be read.
    `erased`: leads of people who were erased, whose fields are not compared."""

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
    erased: int = 0

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
        """Leads are lost, or unreadable answers may hide some."""
        return bool(self.lost) or any(flaw.hides_leads for flaw in self.flaws)

    @property
    def agrees(self) -> bool:
        """All fields match and everything could be read."""
        return not (self.lost or self.differing or self.flaws)


@dataclass(frozen=True, slots=True)
class _Day:
    """Everything fetched for one day, by window."""

    deliveries: dict[ExportWindow, list[ApiDelivery]]
    fetched: list[FetchedWindow]

    def of(self, site_id: int, lead_type: str) -> list[ApiDelivery]:
        return [
            delivery
            for window in sorted(self.deliveries, key=_key)
            if (window.site_id, window.lead_type) == (site_id, lead_type)
            for delivery in self.deliveries[window]
        ]

    def named(self) -> list[tuple[str, int, int]]:
        """The leads in the API's answers."""
        return sorted(
            {
                (window.lead_type, delivery.lead_id, window.site_id)
                for window, deliveries in self.deliveries.items()
                for delivery in deliveries
                if delivery.lead_id is not None
            }
        )


class DayComparison:
    """`note` is called for every fetched window."""

    def __init__(
        self,
        settings: Settings,
        published: PublishedSource,
        spend_point: Callable[[int], None],
        note: Callable[[FetchedWindow], None] = lambda fetched: None,
    ) -> None:
        self._settings = settings
        self._published = published
        self._fingerprint = fingerprint_for(settings)
        self._spend_point = spend_point
        self._note = note
        self._erased = ErasureLog(DataDir(settings.data_dir).erasures).leads().keys()

    def compare(
        self, windows: Iterable[ExportWindow], heal: Heal | None = None
    ) -> Iterator[ReconciledDay]:
        """One result per `Place`, oldest day first. Raises `ApiError`, `PointsSpent`."""
        by_day = sorted(windows, key=lambda window: window.day)
        for day, its_windows in groupby(by_day, key=lambda window: window.day):
            yield from self._compare_day(day, list(its_windows), heal)

    def _compare_day(
        self, day: date, windows: Sequence[ExportWindow], heal: Heal | None
    ) -> Iterator[ReconciledDay]:
        fetched = self._fetch(windows)
        places = dict.fromkeys((window.lead_type, window.site_id) for window in windows)
        leads, fields = reconcile_day(
            self._published,
            self._fingerprint,
            day,
            asked=list(places),
            named=fetched.named(),
            records=lambda first_id: self._decoded(fetched, first_id),
        )
        for lead_type, site_id in places:
            place = (day, site_id, lead_type)
            result = _reconciled(place, leads, fields, fetched.fetched, self._erased)
            if heal is not None and result.to_heal:
                deliveries = fetched.of(site_id, lead_type)
                heal([each.delivery for each in deliveries if each.lead_id in result.to_heal])
            yield result

    def _fetch(self, windows: Sequence[ExportWindow]) -> _Day:
        deliveries: dict[ExportWindow, list[ApiDelivery]] = defaultdict(list)

        def keep(window: ExportWindow, page: list[ApiDelivery]) -> None:
            deliveries[window].extend(page)

        fetching = WindowFetcher(self._settings, self._spend_point, keep, self._note)
        return _Day(deliveries, list(fetching.fetch(windows)))

    def _decoded(self, fetched: _Day, first_id: int) -> pa.Table:
        now = time.time_ns()
        windows = sorted(fetched.deliveries, key=_key)
        numbered = [
            NumberedDelivery(number, InboxEntry("", 0, StampedDelivery(now, now, record.delivery)))
            for number, record in enumerate(
                (record for window in windows for record in fetched.deliveries[window]), first_id
            )
        ]
        return decoded(undecoded(numbered), WebhookDialect.of(self._settings))


def _reconciled(
    place: Place,
    leads: list[KnownLead],
    fields: list[DifferingField],
    fetched: list[FetchedWindow],
    erased: Collection[LeadKey],
) -> ReconciledDay:
    day, site_id, lead_type = place
    known: dict[str, list[int]] = defaultdict(list)
    for lead in leads:
        if (lead.lead_type, lead.site_id) == (lead_type, site_id):
            known[lead.known_by].append(lead.lead_id)
    here = {lead_id for ids in known.values() for lead_id in ids}
    answers = [
        answer
        for answer in fetched
        if (answer.window.site_id, answer.window.lead_type) == (site_id, lead_type)
    ]
    return ReconciledDay(
        day=day,
        site_id=site_id,
        lead_type=lead_type,
        in_both=len(known["both"]),
        only_webhook=len(known["only webhook"]),
        only_api=len(known["only api"]),
        lost=tuple(known["lost"]),
        differing=tuple(
            f
            for f in fields
            if f.lead_type == lead_type
            and f.lead_id in here
            and (lead_type, f.lead_id) not in erased
            # Who is erased may have been mentioned in the leads of others.
            and ERASED not in (f.received or "")
        ),
        outside=max((answer.outside for answer in answers), default=0),
        flaws=tuple(dict.fromkeys(flaw for answer in answers for flaw in answer.flaws)),
        erased=sum((lead_type, lead_id) in erased for lead_id in here),
    )


def _key(window: ExportWindow) -> tuple[int, str, int]:
    return (window.site_id, window.lead_type, window.model or 0)


def remedy(day: date, today: date) -> str:
    """How a lost lead can still be recovered."""
    if (today - day).days <= RESEND_DAYS:
        return "resend or api"
    return "api"
