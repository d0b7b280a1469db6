"""Finds the lead meant by a `matching` list: the first matching entry wins.

How `date` and `searchDepth` limit the search is a guess: the nearest lead within that many minutes.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import md5
from typing import Any

from simulator.api.account import Account, LeadType
from simulator.api.bodies import digits
from simulator.api.dates import BadDate, read_moment
from simulator.lives.leads import Call, Condition, Lead, Request, Visit

_MINUTE = 60
_TYPES_OF_CONTACT = {
    "callContact": (Call,),
    "requestContact": (Request,),
    "leadContact": (Call, Request),
}


def match(account: Account, site_id: int, matching: Any) -> Lead | None:
    """None if no entry matches a lead of that site."""
    entries = matching if isinstance(matching, list) else [matching]
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        kind = entry.get("type")
        params = entry.get(f"{kind}Params")
        find = _FINDERS.get(str(kind))
        if find and isinstance(params, dict):
            lead = find(account, site_id, params, str(kind))
            if lead:
                return lead
    return None


def _by_id(account: Account, site_id: int, params: Mapping[str, Any], kind: str) -> Lead | None:
    lead_type: LeadType = "call" if kind == "call" else "request"
    lead_id = params.get(f"{kind}Id")
    if not str(lead_id).isdecimal():
        return None
    lead = account.lead(lead_type, int(str(lead_id)))
    if lead is None or lead.site.site_id != site_id:
        return None
    condition = account.condition(lead)
    return lead if condition is not None and _has_tags(condition, params) else None


def _by_contact(
    account: Account, site_id: int, params: Mapping[str, Any], kind: str
) -> Lead | None:
    leads = [
        lead
        for lead, condition in account.everything(site_id)
        if isinstance(lead, _TYPES_OF_CONTACT[kind])
        and _has_contact(lead, params)
        and _has_tags(condition, params)
        and (lead.is_unique or "nearestUniq" not in _type_to_match(params))
    ]
    return _nearest(leads, params)


def _by_session(
    account: Account, site_id: int, params: Mapping[str, Any], kind: str
) -> Lead | None:
    asked = params.get("sessionId")
    ids = {str(value) for value in (asked if isinstance(asked, list) else [asked])}
    for lead, _ in account.everything(site_id):
        if isinstance(lead.last_touch, Visit) and str(lead.last_touch.session_id) in ids:
            return lead
    return None


def _nearest(leads: list[Lead], params: Mapping[str, Any]) -> Lead | None:
    """Nearest to `date`; without it, the latest."""
    try:
        date = read_moment(str(params["date"])) if "date" in params else None
    except BadDate:
        return None
    if date is None:
        return max(leads, key=lambda lead: lead.happened_at, default=None)
    depth = params.get("searchDepth")
    if isinstance(depth, int):
        leads = [lead for lead in leads if abs(lead.happened_at - date) <= depth * _MINUTE]
    return min(leads, key=lambda lead: abs(lead.happened_at - date), default=None)


def _has_contact(lead: Lead, params: Mapping[str, Any]) -> bool:
    phone = lead.phone if isinstance(lead, Request) else lead.person.phone
    email = lead.email if isinstance(lead, Request) else None
    if phone is not None:
        if phone in map(digits, _texts(params, "phones")):
            return True
        if md5(phone.encode(), usedforsecurity=False).hexdigest() in _texts(params, "md5Phones"):
            return True
    return email is not None and email in _texts(params, "emails")


def _has_tags(condition: Condition, params: Mapping[str, Any]) -> bool:
    wanted = set(_texts(params, "tags"))
    present = {name for names in condition.tags.values() for name in names}
    if params.get("tagsLogic") == "or":
        return not wanted or bool(wanted & present)
    return wanted <= present


def _type_to_match(params: Mapping[str, Any]) -> str:
    return next((str(value) for name, value in params.items() if name.endswith("TypeToMatch")), "")


def _texts(params: Mapping[str, Any], name: str) -> Iterator[str]:
    value = params.get(name)
    return map(str, value if isinstance(value, list) else [])


_FINDERS: dict[str, Callable[[Account, int, Mapping[str, Any], str], Lead | None]] = {
    "request": _by_id,
    "call": _by_id,
    "requestContact": _by_contact,
    "callContact": _by_contact,
    "leadContact": _by_contact,
    "session": _by_session,
}
