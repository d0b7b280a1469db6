"""One day after the other: fetch it from the API, compare it with the published file.

Nothing is kept of what is fetched, unless `heal` is given: then the records of a site's day on
which something is lost or differs go into the inbox, like those of a resync.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import orjson
import pyarrow as pa

from analytics.reconcile import DifferingField, KnownLead, reconcile_day
from receiver.api.exports import LeadType, Window
from receiver.digest.batch import Numbered, Wording, decoded, undecoded
from receiver.digest.rebuild import basis_for
from receiver.inbox.delivery import Delivery, Received
from receiver.inbox.reader import Entry
from receiver.resync.fetching import Fetching
from receiver.resync.plan import Plan
from receiver.settings import Settings

RESEND_DAYS = 31
"""Calltouch's cabinet sends a lead again up to so many days later, if it was sent at all."""

Heal = Callable[[list[Delivery]], None]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One day, site and type of lead. `lost`: Calltouch has them, the store has not."""

    day: date
    site_id: int
    lead_type: LeadType
    in_both: int
    only_webhook: int
    only_api: int
    lost: tuple[int, ...]
    differing: tuple[DifferingField, ...]

    @property
    def in_api(self) -> int:
        return self.in_both + self.only_api + len(self.lost)

    @property
    def differing_leads(self) -> int:
        return len({field.lead_id for field in self.differing})

    @property
    def needs_healing(self) -> bool:
        return bool(self.lost or self.differing)


class Comparing:
    def __init__(
        self,
        settings: Settings,
        published: Path,
        spend_point: Callable[[int], None],
        heal: Heal | None = None,
    ) -> None:
        self._settings = settings
        self._published = published
        self._basis = basis_for(settings)
        self._spend_point = spend_point
        self._heal = heal

    def compare(self, plan: Plan) -> Iterator[Reconciled]:
        """Each day of the plan, oldest first. Raises `ApiError`, `PointsSpent`."""
        for number in range((plan.last_day - plan.first_day).days + 1):
            yield from self._compare_day(plan, plan.first_day + timedelta(days=number))

    def _compare_day(self, plan: Plan, day: date) -> Iterator[Reconciled]:
        fetched: dict[Window, list[Delivery]] = defaultdict(list)

        def keep(window: Window, deliveries: list[Delivery]) -> None:
            fetched[window].extend(deliveries)

        windows = [window for window in plan.windows() if window.day == day]
        for _ in Fetching(self._settings, self._spend_point, keep).fetch(windows):
            pass
        leads, fields = reconcile_day(
            self._published,
            self._basis,
            day,
            asked=[(kind, site) for kind in plan.lead_types for site in plan.sites],
            named=_named(fetched),
            records=lambda first_id: self._decoded(fetched, first_id),
        )
        for lead_type in plan.lead_types:
            for site in plan.sites:
                found = _reconciled(day, site, lead_type, leads, fields)
                if self._heal is not None and found.needs_healing:
                    self._heal(_of(fetched, lead_type, site))
                yield found

    def _decoded(self, fetched: dict[Window, list[Delivery]], first_id: int) -> pa.Table:
        now = time.time_ns()
        deliveries = [one for window in sorted(fetched, key=_key) for one in fetched[window]]
        numbered = [
            Numbered(number, Entry("", 0, Received(now, now, delivery)))
            for number, delivery in enumerate(deliveries, first_id)
        ]
        return decoded(undecoded(numbered), Wording.of(self._settings))


def _reconciled(
    day: date,
    site: int,
    lead_type: LeadType,
    leads: list[KnownLead],
    fields: list[DifferingField],
) -> Reconciled:
    known: dict[str, list[int]] = defaultdict(list)
    for lead in leads:
        if (lead.lead_type, lead.site_id) == (lead_type, site):
            known[lead.known_by].append(lead.lead_id)
    here = {lead_id for ids in known.values() for lead_id in ids}
    return Reconciled(
        day=day,
        site_id=site,
        lead_type=lead_type,
        in_both=len(known["both"]),
        only_webhook=len(known["only webhook"]),
        only_api=len(known["only api"]),
        lost=tuple(known["lost"]),
        differing=tuple(f for f in fields if f.lead_type == lead_type and f.lead_id in here),
    )


def _named(fetched: dict[Window, list[Delivery]]) -> list[tuple[str, int, int]]:
    """The leads that the API answered."""
    named = set()
    for window, deliveries in fetched.items():
        name = "id" if window.lead_type == "call" else "requestId"
        for delivery in deliveries:
            lead_id = orjson.loads(delivery.body).get(name)
            if isinstance(lead_id, int):
                named.add((window.lead_type, lead_id, window.site_id))
    return sorted(named)


def _of(fetched: dict[Window, list[Delivery]], lead_type: str, site: int) -> list[Delivery]:
    return [
        delivery
        for window in sorted(fetched, key=_key)
        if (window.lead_type, window.site_id) == (lead_type, site)
        for delivery in fetched[window]
    ]


def _key(window: Window) -> tuple[int, str, int]:
    return (window.site_id, window.lead_type, window.model or 0)


def remedy(day: date, today: date) -> str:
    """How a lost lead can still be had."""
    if (today - day).days <= RESEND_DAYS:
        return "resend or api"
    return "api"
