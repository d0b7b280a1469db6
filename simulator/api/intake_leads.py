"""A request created by a client, as a lead of the simulated world."""

import time
from dataclasses import dataclass, replace
from hashlib import md5

from simulator.api.account import Account
from simulator.lives.leads import Comment, Condition, Event, LeadKind, OfflineSource, Request, Touch
from simulator.market.businesses import Form
from simulator.market.devices import Device
from simulator.market.people import Person
from simulator.market.rhythm import DAY

_UNIQUE_FOR = 30 * DAY
_PHONE_DIGITS = 11
_UNKNOWN_SOURCE = "API"


@dataclass(frozen=True, slots=True)
class FormContent:
    """Input from the client. `at` None: now. `phone` in digits."""

    number: str | None
    subject: str
    page: str
    at: int | None
    session_id: int | None
    phone: str | None
    email: str | None
    fio: str
    comments: tuple[Comment, ...]
    tags: tuple[str, ...]
    manager: str | None
    source: str | None
    medium: str | None


def as_lead(account: Account, site_id: int, brought: FormContent) -> Request:
    """A session unknown to the site is ignored."""
    seen = account.visit(brought.session_id, site_id) if brought.session_id else None
    touch: Touch = OfflineSource(brought.source or _UNKNOWN_SOURCE, brought.medium)
    person = _stranger(brought)
    if seen:
        person, touch = replace(seen[0].person, fio=brought.fio, email=brought.email), seen[1]
    at = brought.at or account.present or int(time.time())
    is_unique = not _is_known(account, site_id, brought, at)
    is_target = brought.phone is None or _is_real(brought.phone)
    tags = {"api": brought.tags} if brought.tags else {}
    condition = Condition(tags=tags, comments=brought.comments, manager=brought.manager)
    return Request(
        lead_id=account.next_request_id(),
        site=account.sites[site_id],
        person=person,
        happened_at=at,
        last_touch=touch,
        last_non_direct=touch,
        is_unique=is_unique,
        life=(Event(at, LeadKind.REQUEST_CREATED, condition),),
        form=Form(brought.subject, ""),
        page=brought.page,
        phone=brought.phone,
        email=brought.email,
        fio=brought.fio,
        number=brought.number,
        is_target=is_target,
        is_unique_target=is_unique and is_target,
    )


def _is_known(account: Account, site_id: int, brought: FormContent, at: int) -> bool:
    return any(
        request.phone == brought.phone and request.email == brought.email
        for request, _ in account.requests(site_id, at - _UNIQUE_FOR, at)
    )


def _is_real(phone: str) -> bool:
    return len(phone) == _PHONE_DIGITS and len(set(phone[1:])) > 1


def _stranger(brought: FormContent) -> Person:
    who = brought.phone or brought.email or brought.fio
    return Person(
        phone=brought.phone or "",
        fio=brought.fio,
        email=brought.email,
        is_man=False,
        is_junk=False,
        device=Device("", "", "", ""),
        city="",
        home_ip="",
        ct_caller_id=md5(who.encode(), usedforsecurity=False).hexdigest(),
        ct_client_id="",
        ct_global_id="",
        google_client_id="",
        yandex_client_id="",
    )
