"""The account as clients see it: the current state of leads and what clients changed."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from threading import RLock
from typing import Literal

from simulator.lives.leads import Call, Condition, Lead, LeadKind, Request, Visit
from simulator.market.sites import Site

LeadType = Literal["call", "request"]
LEAD_TYPES: tuple[LeadType, ...] = ("call", "request")
Key = tuple[LeadType, int]
Amendment = Callable[[Condition], Condition]


def key_of(lead: Lead) -> Key:
    return ("call" if isinstance(lead, Call) else "request", lead.lead_id)


class Account:
    """Thread-safe. `present`: the moment whose state is shown; None shows leads after their whole
    lives. `shows_untold_orders`: see `ApiOptions`."""

    def __init__(
        self,
        sites: Iterable[Site],
        leads: Iterable[Lead],
        present: int | None = None,
        shows_untold_orders: bool = False,
    ) -> None:
        self.sites = {site.site_id: site for site in sites}
        self.present = present
        self.lock = RLock()
        self._shows_untold_orders = shows_untold_orders
        self._leads: dict[Key, Lead] = {}
        self._by_time: defaultdict[tuple[LeadType, int], list[Lead]] = defaultdict(list)
        self._visits: dict[int, tuple[Lead, Visit]] = {}
        self._amendments: defaultdict[Key, list[Amendment]] = defaultdict(list)
        for lead in leads:
            self.add(lead)

    def add(self, lead: Lead) -> None:
        key = key_of(lead)
        with self.lock:
            self._leads[key] = lead
            insort(self._by_time[key[0], lead.site.site_id], lead, key=_when)
            for touch in (lead.last_touch, lead.last_non_direct):
                if isinstance(touch, Visit):
                    self._visits[touch.session_id] = (lead, touch)

    def amend(self, lead: Lead, amendment: Amendment) -> None:
        """Change the lead from now on."""
        with self.lock:
            self._amendments[key_of(lead)].append(amendment)

    def as_of(self, moment: int) -> "Account":
        """The same account as of that moment."""
        view = copy(self)
        view.present = moment
        return view

    def lead(self, lead_type: LeadType, lead_id: int) -> Lead | None:
        return self._leads.get((lead_type, lead_id))

    def visit(self, session_id: int, site_id: int) -> tuple[Lead, Visit] | None:
        """A lead of that session, and the session, if it belongs to the site."""
        owned = self._visits.get(session_id)
        return owned if owned and owned[0].site.site_id == site_id else None

    def count(self, lead_type: LeadType) -> int:
        return sum(key[0] == lead_type for key in self._leads)

    def next_request_id(self) -> int:
        ids = (lead_id for lead_type, lead_id in self._leads if lead_type == "request")
        return max(ids, default=0) + 1

    def request_numbers(self, site_id: int) -> set[str | None]:
        """External numbers of the site's requests."""
        leads = self._by_time["request", site_id]
        return {lead.number for lead in leads if isinstance(lead, Request)} - {None}

    def condition(self, lead: Lead) -> Condition | None:
        """State of the lead; None if it does not exist yet."""
        standing = None
        for event in lead.life:
            if self.present is not None and event.at > self.present:
                break
            if self._shows_untold_orders or event.kind is not LeadKind.ORDER_LINKED:
                standing = event.condition
        if standing is not None:
            for amendment in self._amendments.get(key_of(lead), ()):
                standing = amendment(standing)
        return standing

    def calls(self, site_id: int, since: int, until: int) -> Iterator[tuple[Call, Condition]]:
        """By time, from `since` up to but excluding `until`."""
        for lead, condition in self._standing("call", site_id, since, until):
            assert isinstance(lead, Call)
            yield lead, condition

    def requests(self, site_id: int, since: int, until: int) -> Iterator[tuple[Request, Condition]]:
        for lead, condition in self._standing("request", site_id, since, until):
            assert isinstance(lead, Request)
            yield lead, condition

    def everything(self, site_id: int) -> Iterator[tuple[Lead, Condition]]:
        for lead_type in LEAD_TYPES:
            yield from self._standing(lead_type, site_id, 0, 1 << 60)

    def _standing(
        self, lead_type: LeadType, site_id: int, since: int, until: int
    ) -> Iterator[tuple[Lead, Condition]]:
        with self.lock:
            listed = self._by_time[lead_type, site_id]
            first = bisect_left(listed, since, key=_when)
            selected = listed[first : bisect_left(listed, until, key=_when)]
        for lead in selected:
            condition = self.condition(lead)
            if condition is not None:
                yield lead, condition


def _when(lead: Lead) -> int:
    return lead.happened_at
